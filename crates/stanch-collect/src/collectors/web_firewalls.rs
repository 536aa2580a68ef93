//! AWS WAF: protection of public applications.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "web-firewalls",
    purpose: "Web firewalls and what they guard",
    steps: &["8"],
    service: "wafv2",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListWebACLs").given(r#"{"Scope":"REGIONAL"}"#).each(
            "WebACLs[]",
            &[
                with("ListResourcesForWebACL", &[("WebACLArn", "ARN")]),
                with("GetWebACL", &[("Name", "Name"), ("Id", "Id")]).given(r#"{"Scope":"REGIONAL"}"#),
            ],
        ),
        Ask::new("ListIPSets").given(r#"{"Scope":"REGIONAL"}"#),
    ],
};
