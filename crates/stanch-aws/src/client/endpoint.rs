//! The place a call is sent to, handed through the orchestrator as it was decided before.
//!
//! It must not decide by itself: settings and the endpoint rules do.

use aws_config::SdkConfig;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::endpoint::{EndpointFuture, EndpointResolverParams, ResolveEndpoint};
use aws_smithy_types::endpoint::Endpoint;
use aws_types::service_config::ServiceConfigKey;

use super::transport;
use crate::model::Service;

/// The endpoint given for a service by `AWS_ENDPOINT_URL_SERVICE` or the profile, else the one given for all.
pub(super) fn given_for(config: &SdkConfig, service: &Service) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id(&service.metadata.service_id)
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .ok();
    let for_service = key.and_then(|key| config.service_config()?.load_config(key));
    for_service.or_else(|| config.endpoint_url().map(str::to_owned))
}

/// The URL with what an operation puts before its host's name. What stands in for AWS on this machine has no such names.
pub(super) fn with_prefix(url: &str, prefix: Option<&str>) -> String {
    match (prefix, url.split_once("://")) {
        (Some(prefix), Some((scheme, rest))) if !transport::is_loopback(url) => {
            format!("{scheme}://{prefix}{rest}")
        }
        _ => url.to_owned(),
    }
}

/// The URL without what the rules put before a host that is a bare address: nothing is found under such a name.
pub(super) fn without_names_before_addresses(url: &str, given: Option<&str>) -> String {
    let (Some(given), Some(host)) = (given.and_then(transport::host), transport::host(url)) else {
        return url.to_owned();
    };
    let is_address = given.parse::<std::net::IpAddr>().is_ok();
    match host.strip_suffix(given) {
        Some(names) if is_address && names.ends_with('.') => url.replacen(names, "", 1),
        _ => url.to_owned(),
    }
}

/// An endpoint that was decided before the call.
#[derive(Debug, Clone)]
pub(super) struct Decided(pub(super) String);

/// Gives the endpoint that the parameters hold.
#[derive(Debug)]
pub(super) struct PassEndpoint;

impl ResolveEndpoint for PassEndpoint {
    fn resolve_endpoint<'a>(&'a self, params: &'a EndpointResolverParams) -> EndpointFuture<'a> {
        let missing = || BoxError::from("no endpoint was decided for this call");
        let decided = params.get::<Decided>().ok_or_else(missing);
        EndpointFuture::ready(decided.map(|Decided(url)| Endpoint::builder().url(url.clone()).build()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_put_before_a_bare_address() {
        let given = Some("http://127.0.0.1:5000");
        let plain = without_names_before_addresses("http://123456789012.127.0.0.1:5000/v1", given);
        assert_eq!(plain, "http://127.0.0.1:5000/v1");
        for same in [
            "http://127.0.0.1:5000/v1",
            "https://123456789012.s3-control.us-east-1.amazonaws.com",
        ] {
            assert_eq!(without_names_before_addresses(same, given), same);
        }
        let named = "http://123456789012.aws.example/";
        assert_eq!(
            without_names_before_addresses(named, Some("http://aws.example")),
            named
        );
    }

    #[test]
    fn a_prefix_is_put_before_names_only() {
        let far = with_prefix("https://api.us-east-1.amazonaws.com/x", Some("data."));
        assert_eq!(far, "https://data.api.us-east-1.amazonaws.com/x");
        assert_eq!(
            with_prefix("http://127.0.0.1:1", Some("data.")),
            "http://127.0.0.1:1"
        );
    }
}
