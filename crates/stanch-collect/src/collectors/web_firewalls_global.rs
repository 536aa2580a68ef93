//! AWS WAF for CloudFront: protection of distributions, read in the region that keeps it.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "web-firewalls-global",
    purpose: "Web firewalls of CloudFront",
    steps: &["8"],
    service: "wafv2",
    scope: Scope::Only("us-east-1"),
    asks: &[
        Ask::new("ListWebACLs").given(r#"{"Scope":"CLOUDFRONT"}"#).each(
            "WebACLs[]",
            &[with("GetWebACL", &[("Name", "Name"), ("Id", "Id")]).given(r#"{"Scope":"CLOUDFRONT"}"#)],
        ),
        Ask::new("ListIPSets").given(r#"{"Scope":"CLOUDFRONT"}"#),
    ],
};
