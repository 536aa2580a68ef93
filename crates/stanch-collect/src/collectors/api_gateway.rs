//! Addresses that call functions: methods without authorisation, authorizers swapped. Values of keys are
//! never asked for.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "api-gateway",
    purpose: "REST APIs with stages, methods, authorizers and keys",
    steps: &["8", "12"],
    service: "apigateway",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("GetRestApis").each(
            "items[]",
            &[
                with("GetStages", &[("restApiId", "id")]),
                with("GetResources", &[("restApiId", "id")]).given(r#"{"embed":["methods"]}"#),
                with("GetAuthorizers", &[("restApiId", "id")]),
                with("GetDeployments", &[("restApiId", "id")]),
            ],
        ),
        Ask::new("GetApiKeys").given(r#"{"includeValues":false}"#),
        Ask::new("GetUsagePlans"),
        Ask::new("GetDomainNames").each(
            "items[]",
            &[with("GetBasePathMappings", &[("domainName", "domainName")])],
        ),
        Ask::new("GetVpcLinks"),
        Ask::new("GetClientCertificates"),
        Ask::new("GetAccount"),
    ],
};
