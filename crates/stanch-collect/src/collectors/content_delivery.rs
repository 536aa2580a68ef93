//! CloudFront: origins and functions changed, keys that sign URLs.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "content-delivery",
    purpose: "Distributions, functions, keys and origin access of CloudFront",
    steps: &["8", "12", "14"],
    service: "cloudfront",
    scope: Scope::Only("us-east-1"),
    asks: &[
        Ask::new("ListDistributions"),
        Ask::new("ListFunctions"),
        Ask::new("ListPublicKeys"),
        Ask::new("ListKeyGroups"),
        Ask::new("ListCloudFrontOriginAccessIdentities"),
        Ask::new("ListOriginAccessControls"),
        Ask::new("ListKeyValueStores"),
        Ask::new("ListRealtimeLogConfigs"),
        Ask::new("ListResponseHeadersPolicies").given(r#"{"Type":"custom"}"#),
    ],
};
