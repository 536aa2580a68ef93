//! Certificates that open the account's message bus, rules that act on messages.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "devices",
    purpose: "Things, certificates, policies and rules of IoT",
    steps: &["8", "12"],
    service: "iot",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListThings"),
        Ask::new("ListCertificates"),
        Ask::new("ListPolicies"),
        Ask::new("ListTopicRules"),
        Ask::new("ListRoleAliases"),
        Ask::new("ListAuthorizers"),
    ],
};
