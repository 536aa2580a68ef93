//! The wire protocols: parameters to a request, a reply to JSON.
//!
//! One file for each protocol; what several need lies in files of its own. Everything in a reply is hostile: depth is
//! bounded, nothing is believed to be well-formed. Nothing here opens a connection, signs, or keeps a secret back:
//! that is for who calls.

pub mod blob;
mod ec2;
mod errors;
mod headers;
mod json;
mod json_read;
pub mod params;
mod query;
mod rest;
mod rest_json;
mod rest_xml;
mod rpc_v2_cbor;
pub mod timestamps;
pub mod uri;
mod xml;
mod xml_write;

#[cfg(test)]
mod tests;

use serde_json::Value;

pub use errors::{ApiError, Malformed, ReplyError};
pub use params::ParameterError;

use crate::model::service::{Operation, Protocol, Service};

/// Depth to which a reply or a parameter may be nested. The deepest reply of a real service has about twenty levels.
const DEPTH: usize = 100;

/// A request, without host and signature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The HTTP method.
    pub method: String,
    /// The path, percent-encoded, beginning with a slash.
    pub path: String,
    /// Names and values of the query string, not yet encoded; a name alone has no `=`.
    pub query: Vec<(String, Option<String>)>,
    /// Names and values of headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Prefix of the endpoint's host name.
    pub host_prefix: Option<String>,
}

impl Request {
    /// The query string, encoded.
    #[must_use]
    pub fn query_string(&self) -> String {
        let mut out = String::new();
        for (name, value) in &self.query {
            if !out.is_empty() {
                out.push('&');
            }
            out.push_str(&uri::encode(name));
            if let Some(value) = value {
                out.push('=');
                out.push_str(&uri::encode(value));
            }
        }
        out
    }

    /// Path and query string together.
    #[must_use]
    pub fn target(&self) -> String {
        let query = self.query_string();
        if query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{query}", self.path)
        }
    }

    /// The value of a header, whatever the case of its name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        headers::find(&self.headers, name)
    }

    /// Sets a header.
    pub fn set_header(&mut self, name: &str, value: impl Into<String>) {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.into()));
    }
}

/// The reply.
#[derive(Debug, Clone, Copy)]
pub struct Reply<'a> {
    /// The HTTP status.
    pub status: u16,
    /// Names and values of headers.
    pub headers: &'a [(String, String)],
    /// The body.
    pub body: &'a [u8],
}

impl Reply<'_> {
    /// The value of a header, whatever the case of its name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        headers::find(self.headers, name)
    }

    /// The id AWS gave the request, as far as the headers say.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        ["x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"]
            .iter()
            .find_map(|name| self.header(name))
    }
}

/// Writes a request, exactly as the protocol says and without the customisations of single services (those are
/// [`crate::exchange::prepare`]'s).
///
/// # Errors
/// When a parameter is unknown, missing or of the wrong type.
pub fn serialise(
    service: &Service,
    operation: &Operation,
    params: &Value,
) -> Result<Request, ParameterError> {
    let params = params::checked(service, operation, params)?;
    let mut request = match service.metadata.protocol {
        Protocol::Query => query::serialise(service, operation, &params),
        Protocol::Ec2 => ec2::serialise(service, operation, &params),
        Protocol::Json => json::serialise(service, operation, &params),
        Protocol::RestJson => rest_json::serialise(service, operation, &params),
        Protocol::RestXml => rest_xml::serialise(service, operation, &params),
        Protocol::RpcV2Cbor => rpc_v2_cbor::serialise(service, operation, &params),
    }?;
    request.host_prefix = params::host_prefix(service, operation, &params)?;
    Ok(request)
}

/// The text of an XML reply's root element.
pub(crate) fn root_text(reply: &Reply<'_>) -> Result<String, ReplyError> {
    xml::with_root(reply, |root| Ok(xml::text(root)))
}

/// Reads a reply: members as the model names them, in its order; moments as `2015-01-25T08:00:00+00:00`; blobs as
/// base64.
///
/// # Errors
/// What the service said, or that the reply is not what this protocol writes.
pub fn parse(service: &Service, operation: &Operation, reply: &Reply<'_>) -> Result<Value, ReplyError> {
    let good = reply.status < 300;
    if !(good && rest::has_raw_payload(service, operation)) && errors::is_html(reply.body) {
        return Err(Malformed::new(reply, "an HTML page instead of a reply").into());
    }
    match (service.metadata.protocol, good) {
        (Protocol::Query, true) => query::parse(service, operation, reply),
        (Protocol::Ec2, true) => ec2::parse(service, operation, reply),
        (Protocol::Json, true) => json::parse(service, operation, reply),
        (Protocol::RestJson, true) => rest_json::parse(service, operation, reply),
        (Protocol::RestXml, true) => rest_xml::parse(service, operation, reply),
        (Protocol::RpcV2Cbor, true) => rpc_v2_cbor::parse(service, operation, reply),
        (Protocol::Query | Protocol::Ec2 | Protocol::RestXml, false) => {
            Err(xml::error(service, operation, reply))
        }
        (Protocol::Json | Protocol::RestJson, false) => Err(json_read::error(service, operation, reply)),
        (Protocol::RpcV2Cbor, false) => Err(rpc_v2_cbor::error(service, operation, reply)),
    }
}
