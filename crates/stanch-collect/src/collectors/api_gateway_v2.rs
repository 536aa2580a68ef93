//! The newer kind of address that calls functions.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "api-gateway-v2",
    purpose: "HTTP and WebSocket APIs with routes, integrations and authorizers",
    steps: &["8", "12"],
    service: "apigatewayv2",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("GetApis").each(
            "Items[]",
            &[
                with("GetRoutes", &[("ApiId", "ApiId")]),
                with("GetIntegrations", &[("ApiId", "ApiId")]),
                with("GetAuthorizers", &[("ApiId", "ApiId")]),
                with("GetStages", &[("ApiId", "ApiId")]),
                with("GetDeployments", &[("ApiId", "ApiId")]),
            ],
        ),
        Ask::new("GetDomainNames").each(
            "Items[]",
            &[with("GetApiMappings", &[("DomainName", "DomainName")])],
        ),
        Ask::new("GetVpcLinks"),
    ],
};
