//! One prepared call on its way through the orchestrator: put on the wire, and its reply taken off it.
//!
//! It must not know protocols or outcomes: it calls the one and feeds the other.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::endpoint::EndpointResolverParams;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextMut, BeforeSerializationInterceptorContextRef,
    BeforeTransmitInterceptorContextRef, Error, Input, InterceptorContext, Output, OutputOrError,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::ser_de::{DeserializeResponse, SerializeRequest};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use stanch_core::Timestamp;

use super::endpoint::Decided;
use crate::exchange::{self, Prepared};
use crate::model::{Operation, Service};
use crate::protocol::{Reply, ReplyError};

/// The longest reply that is read: the largest that AWS gives are some tens of megabytes.
const BODY_LIMIT: usize = 256 << 20;

/// A call ready to be sent.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) service: Arc<Service>,
    /// The operation's place among the service's.
    pub(super) operation: usize,
    pub(super) prepared: Prepared,
    pub(super) headers: Vec<(String, String)>,
    /// True when the bodies of replies are handed on as they came.
    pub(super) keeps_raw: bool,
}

impl Outgoing {
    fn operation(&self) -> Result<&Operation, BoxError> {
        let operation = self.service.operations.get(self.operation);
        operation.ok_or_else(|| BoxError::from("the operation is not of this service"))
    }
}

/// A reply that was understood.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) body: serde_json::Value,
    /// Of the body as it came, in lower-case hex.
    pub(super) sha256: String,
    /// The body as it came, if it is to be kept.
    pub(super) raw: Option<Vec<u8>>,
    /// The server's clock, as its `Date` header tells it.
    pub(super) date: Option<Timestamp>,
}

/// A reply that says no or can't be understood, in the form that retry classifiers ask for.
#[derive(Debug)]
pub(super) struct CallError {
    pub(super) reply: ReplyError,
    pub(super) status: u16,
    pub(super) sha256: String,
    pub(super) raw: Option<Vec<u8>>,
    /// The region of the S3 bucket, where S3 names it because the request went to another one.
    pub(super) bucket_region: Option<String>,
    metadata: ErrorMetadata,
}

impl CallError {
    fn new(reply: ReplyError, status: u16, sha256: String, raw: Option<Vec<u8>>) -> Self {
        let mut metadata = ErrorMetadata::builder();
        if let ReplyError::Service(error) = &reply {
            metadata = metadata.code(&error.code).message(&error.message);
        }
        Self {
            reply,
            status,
            sha256,
            raw,
            bucket_region: None,
            metadata: metadata.build(),
        }
    }

    /// Returns the region to send the request to instead of another one: S3 refuses requests for buckets of other regions in several
    /// ways, and names the region of the bucket in a header
    /// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html>).
    pub(super) fn other_region(&self, service: &str, asked: &str) -> Option<&str> {
        const CODES: [&str; 4] = [
            "PermanentRedirect",
            "TemporaryRedirect",
            "AuthorizationHeaderMalformed",
            "IllegalLocationConstraintException",
        ];
        let region = self.bucket_region.as_deref()?;
        let is_name = !region.is_empty()
            && region.len() <= 32
            && region
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        let is_moved = matches!(self.status, 301 | 307)
            || matches!(&self.reply, ReplyError::Service(error) if CODES.contains(&error.code.as_str()));
        (service == "s3" && is_name && is_moved && region != asked).then_some(region)
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reply.fmt(f)
    }
}

impl std::error::Error for CallError {}

impl ProvideErrorMetadata for CallError {
    fn meta(&self) -> &ErrorMetadata {
        &self.metadata
    }
}

/// Puts the prepared request on the wire.
#[derive(Debug)]
pub(super) struct Writer(pub(super) Arc<Outgoing>);

impl SerializeRequest for Writer {
    fn serialize_input(&self, _input: Input, _cfg: &mut ConfigBag) -> Result<HttpRequest, BoxError> {
        let request = &self.0.prepared.request;
        let mut http = HttpRequest::new(SdkBody::from(request.body.clone()));
        http.set_method(&request.method)?;
        http.set_uri(request.target())?;
        for (name, value) in request.headers.iter().chain(&self.0.headers) {
            http.headers_mut().try_insert(name.clone(), value.clone())?;
        }
        if !request.body.is_empty() || matches!(request.method.as_str(), "POST" | "PUT") {
            let length = request.body.len().to_string();
            http.headers_mut().try_insert("content-length", length)?;
        }
        Ok(http)
    }
}

/// Takes the reply off the wire.
#[derive(Debug)]
pub(super) struct ReplyReader(pub(super) Arc<Outgoing>);

impl DeserializeResponse for ReplyReader {
    fn deserialize_nonstreaming(&self, response: &HttpResponse) -> OutputOrError {
        let other = |text: &str| OrchestratorError::other(BoxError::from(text.to_owned()));
        let body = response
            .body()
            .bytes()
            .ok_or_else(|| other("the reply's body was not read"))?;
        let headers: Vec<(String, String)> = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let reply = Reply {
            status: response.status().as_u16(),
            headers: &headers,
            body,
        };
        let sha256 = crate::secrecy::sha256(body);
        let raw = self.0.keeps_raw.then(|| body.to_vec());
        let operation = self.0.operation().map_err(OrchestratorError::other)?;
        match exchange::interpret(&self.0.service, operation, &self.0.prepared.params, &reply) {
            Ok(body) => {
                let date = reply.header("date").and_then(date);
                Ok(Output::erase(Received {
                    body,
                    sha256,
                    raw,
                    date,
                }))
            }
            Err(error) => {
                let mut error = CallError::new(error, reply.status, sha256, raw);
                error.bucket_region = reply.header("x-amz-bucket-region").map(str::to_owned);
                Err(OrchestratorError::operation(Error::erase(error)))
            }
        }
    }
}

/// The moment of a `Date` header (RFC 9110).
fn date(text: &str) -> Option<Timestamp> {
    let moment = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(Timestamp(moment.timestamp().as_millisecond()))
}

/// Says where the call goes, counts attempts, and keeps a reply from growing without end.
#[derive(Debug)]
pub(super) struct Watch {
    attempts: Arc<AtomicU32>,
    decided: Decided,
}

impl Watch {
    pub(super) const fn new(attempts: Arc<AtomicU32>, decided: Decided) -> Self {
        Self { attempts, decided }
    }
}

#[dyn_dispatch_hint]
impl Intercept for Watch {
    fn name(&self) -> &'static str {
        "Watch"
    }

    fn read_before_execution(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        cfg.interceptor_state()
            .store_put(EndpointResolverParams::new(self.decided.clone()));
        Ok(())
    }

    fn read_before_attempt(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response_mut().take_body();
        let bounded = http_body_util::Limited::new(body, BODY_LIMIT);
        *context.response_mut().body_mut() = SdkBody::from_body_1_x(bounded);
        Ok(())
    }
}

/// Has a reply asked for again that can't be read, or that says that the credentials ran out while it was on its way.
#[derive(Debug)]
pub(super) struct AskAgain;

impl ClassifyRetry for AskAgain {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let error = match context.output_or_error() {
            Some(Err(error)) => error.as_operation_error(),
            _ => None,
        };
        let Some(error) = error.and_then(|error| error.downcast_ref::<CallError>()) else {
            return RetryAction::NoActionIndicated;
        };
        match &error.reply {
            ReplyError::Malformed(_) if error.status < 400 => RetryAction::transient_error(),
            ReplyError::Service(error) if EXPIRED.contains(&error.code.as_str()) => {
                RetryAction::transient_error()
            }
            ReplyError::Malformed(_) | ReplyError::Service(_) => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "AskAgain"
    }
}

/// Codes that say that the credentials ran out. The chain gives new ones for the next attempt.
const EXPIRED: [&str; 4] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "TokenRefreshRequired",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::ApiError;

    #[test]
    fn a_request_for_a_bucket_of_another_region_is_sent_there() {
        let error = |status: u16, code: &str, region: Option<&str>| {
            let reply = ReplyError::Service(Box::new(ApiError {
                code: code.to_owned(),
                message: String::new(),
                request_id: None,
                status,
                detail: serde_json::Value::Null,
            }));
            let mut error = CallError::new(reply, status, String::new(), None);
            error.bucket_region = region.map(str::to_owned);
            error
        };
        let moved = error(301, "PermanentRedirect", Some("eu-west-1"));
        assert_eq!(moved.other_region("s3", "us-east-1"), Some("eu-west-1"));
        assert_eq!(moved.other_region("s3", "eu-west-1"), None, "sent once");
        assert_eq!(moved.other_region("sqs", "us-east-1"), None);
        let malformed = error(400, "AuthorizationHeaderMalformed", Some("eu-west-1"));
        assert_eq!(malformed.other_region("s3", "us-east-1"), Some("eu-west-1"));
        for other in [
            error(403, "AccessDenied", Some("eu-west-1")),
            error(301, "PermanentRedirect", None),
            error(301, "PermanentRedirect", Some("evil.example/")),
        ] {
            assert_eq!(other.other_region("s3", "us-east-1"), None);
        }
    }
}
