//! Where a request goes and how it is signed, by AWS's own rules.
//!
//! Rule sets come with the models; [`resolve`] fills their parameters from settings and from the call. Nothing here
//! opens a connection.

mod compile;
mod evaluate;
mod functions;
mod resolve;
pub mod rules;
mod value;

pub use resolve::{Settings, resolve};

/// Where a request goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// Scheme, host and the beginning of the path, without a slash at the end unless the rules give one.
    pub url: String,
    /// Headers that the request must carry.
    pub headers: Vec<(String, String)>,
    /// Signing methods, best first; empty means as the service's metadata says.
    pub auth_schemes: Vec<AuthScheme>,
    /// All properties as the rules give them.
    pub properties: serde_json::Value,
}

/// A way to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthScheme {
    /// Such as `sigv4`, `sigv4a`, `sigv4-s3express`, `none`.
    pub name: String,
    /// The service in the signature.
    pub signing_name: Option<String>,
    /// The region in the signature.
    pub signing_region: Option<String>,
    /// The regions of a `sigv4a` signature.
    pub signing_region_set: Vec<String>,
    /// The path is signed as it is sent.
    pub disable_double_encoding: bool,
}

/// Why there is no endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// The rules need a value that nobody gave.
    #[error("the endpoint rules need a value for `{0}`")]
    Missing(String),
    /// A value is not of the type that the rules declare.
    #[error("the value of `{0}` is not of the type that the endpoint rules declare")]
    WrongType(String),
    /// The rules say that this can't be.
    #[error("{0}")]
    Refused(String),
    /// No rule fits.
    #[error("no endpoint rule fits")]
    NoRule,
    /// The service has no rules.
    #[error("{0} has no endpoint rules")]
    NoRules(String),
    /// The rules themselves don't add up.
    #[error("the endpoint rules can't be evaluated: {0}")]
    Rules(String),
}
