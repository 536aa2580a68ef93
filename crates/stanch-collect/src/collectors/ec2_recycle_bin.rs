//! EC2 Recycle Bin: deleted snapshots and images that can be restored.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "ec2-recycle-bin",
    purpose: "Retention rules of the recycle bin",
    steps: &["10"],
    service: "rbin",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListRules").given(r#"{"ResourceType":"EBS_SNAPSHOT"}"#),
        Ask::new("ListRules").given(r#"{"ResourceType":"EC2_IMAGE"}"#),
        Ask::new("ListRules").given(r#"{"ResourceType":"EBS_VOLUME"}"#),
    ],
};
