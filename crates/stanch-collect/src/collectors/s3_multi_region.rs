//! One door to buckets in many regions, asked for where such doors are kept.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "s3-multi-region",
    purpose: "Multi-Region Access Points",
    steps: &["10"],
    service: "s3control",
    scope: Scope::Only("us-west-2"),
    asks: &[Ask::new("ListMultiRegionAccessPoints")
        .given(r#"{"AccountId":"{account}"}"#)
        .each(
            "AccessPoints[]",
            &[with("GetMultiRegionAccessPointPolicy", &[("Name", "Name")])
                .given(r#"{"AccountId":"{account}"}"#)],
        )],
};
