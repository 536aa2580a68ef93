//! Errors that a reply can carry.

use serde_json::Value;
use stanch_core::text;

use super::Reply;

/// Characters of a malformed reply that are kept for the message.
const BEGINNING: usize = 200;

/// Why a reply gives no result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReplyError {
    /// The service refused, in its own words.
    #[error(transparent)]
    Service(Box<ApiError>),
    /// What came is not what the service writes: nothing may be concluded from it.
    #[error(transparent)]
    Malformed(Box<Malformed>),
}

impl From<ApiError> for ReplyError {
    fn from(error: ApiError) -> Self {
        Self::Service(Box::new(error))
    }
}

impl From<Malformed> for ReplyError {
    fn from(error: Malformed) -> Self {
        Self::Malformed(Box::new(error))
    }
}

/// An error as the service said it. The words come from outside: escape them where they are shown.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{code}: {message} (status {status})")]
pub struct ApiError {
    /// Such as `AccessDenied`.
    pub code: String,
    /// The service's message; may be empty.
    pub message: String,
    /// The id AWS gave the request.
    pub request_id: Option<String>,
    /// The HTTP status.
    pub status: u16,
    /// Further members that the model gives this error.
    pub detail: Value,
}

/// A reply that is not of the service's protocol: a proxy's page, a cut-off body, another type than the model's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the reply (status {status}) can't be read: {reason}; it begins {beginning:?}")]
pub struct Malformed {
    /// The HTTP status.
    pub status: u16,
    /// The fault.
    pub reason: String,
    /// Its beginning, shortened and with control characters escaped.
    pub beginning: String,
    /// The id AWS gave the request; none suggests that it never reached AWS.
    pub request_id: Option<String>,
}

impl Malformed {
    pub(crate) fn new(reply: &Reply<'_>, reason: impl Into<String>) -> Self {
        let cut = reply.body.get(..BEGINNING * 4).unwrap_or(reply.body);
        Self {
            status: reply.status,
            reason: reason.into(),
            beginning: text::shown(&String::from_utf8_lossy(cut), BEGINNING),
            request_id: reply.request_id().map(|id| text::bounded(id, BEGINNING)),
        }
    }
}

/// Returns true when a body is a web page.
pub(super) fn is_html(body: &[u8]) -> bool {
    let body = body.trim_ascii_start();
    [b"<html".as_slice(), b"<!doctype"].iter().any(|start| {
        body.get(..start.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(start))
    })
}

/// The error for a refusal without a body: its code is the status. Without an AWS request id, nobody knows who refused.
pub(super) fn without_body(reply: &Reply<'_>) -> ReplyError {
    if reply.request_id().is_none() {
        return Malformed::new(reply, "no body and no request id").into();
    }
    ApiError {
        code: reply.status.to_string(),
        message: String::new(),
        request_id: reply.request_id().map(ToOwned::to_owned),
        status: reply.status,
        detail: Value::Object(serde_json::Map::new()),
    }
    .into()
}

/// An error's code without its name space and address: `com.amazon#Name:http://…` is `Name`.
pub(super) fn bare_code(code: &str) -> &str {
    let code = code.split(':').next().unwrap_or(code);
    code.rsplit('#').next().unwrap_or(code)
}
