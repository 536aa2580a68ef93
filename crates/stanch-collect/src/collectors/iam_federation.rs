//! Doors from outside: SAML and OIDC providers trusted by roles. Feeds the checks for rogue providers and
//! swapped certificates.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "iam-federation",
    purpose: "Identity providers, server certificates and instance profiles",
    steps: &["12"],
    service: "iam",
    scope: Scope::Global,
    asks: &[
        Ask::new("ListSAMLProviders").each(
            "SAMLProviderList[]",
            &[with("GetSAMLProvider", &[("SAMLProviderArn", "Arn")])],
        ),
        Ask::new("ListOpenIDConnectProviders").each(
            "OpenIDConnectProviderList[]",
            &[with(
                "GetOpenIDConnectProvider",
                &[("OpenIDConnectProviderArn", "Arn")],
            )],
        ),
        Ask::new("ListServerCertificates"),
        Ask::new("ListInstanceProfiles"),
    ],
};
