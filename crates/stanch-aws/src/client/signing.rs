//! Signature of a request: service, region and signing rules.
//!
//! It must not hold keys: the SDK's signer does.

use aws_runtime::auth::{SigV4OperationSigningConfig, SigningOptions};
use aws_types::SigningName;
use aws_types::region::SigningRegion;

use crate::endpoint::Endpoint;
use crate::model::{Operation, Service};

/// Signature of a request.
#[derive(Debug, Clone)]
pub(super) enum Signing {
    /// With Signature Version 4.
    V4(Box<SigV4OperationSigningConfig>),
    /// Not at all.
    None,
}

/// Signing names under which S3's rules for paths and payloads hold.
const LIKE_S3: [&str; 3] = ["s3", "s3-outposts", "s3-object-lambda"];

/// Decides by the operation's model, then by the endpoint's rules, then by the service's metadata.
pub(super) fn decide(
    service: &Service,
    operation: &Operation,
    endpoint: &Endpoint,
    region: &str,
) -> Result<Signing, String> {
    let unsigned = operation.auth_type.as_deref() == Some("none")
        || operation
            .auth
            .first()
            .is_some_and(|auth| auth == "smithy.api#noAuth");
    if unsigned {
        return Ok(Signing::None);
    }
    let scheme = endpoint.auth_schemes.iter().find(|scheme| scheme.name == "sigv4");
    if scheme.is_none()
        && let Some(other) = endpoint.auth_schemes.first()
    {
        if other.name == "none" {
            return Ok(Signing::None);
        }
        return Err(format!(
            "this endpoint wants to be signed by {}, which Stanch does not do",
            other.name
        ));
    }
    let name = scheme
        .and_then(|scheme| scheme.signing_name.clone())
        .unwrap_or_else(|| service.metadata.signing_name.clone());
    let region = scheme
        .and_then(|scheme| scheme.signing_region.clone())
        .unwrap_or_else(|| region.to_owned());
    let like_s3 = LIKE_S3.contains(&name.as_str());
    let as_sent = scheme.is_some_and(|scheme| scheme.disable_double_encoding) || like_s3;
    let mut options = SigningOptions::default();
    (options.double_uri_encode, options.normalize_uri_path) = (!as_sent, !like_s3);
    options.content_sha256_header = like_s3 || name == "glacier";
    let mut config = SigV4OperationSigningConfig::default();
    (config.name, config.region) = (
        Some(SigningName::from(name)),
        Some(SigningRegion::from(aws_config::Region::new(region))),
    );
    config.signing_options = options;
    Ok(Signing::V4(Box::new(config)))
}
