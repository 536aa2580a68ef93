//! Messages led to external principals.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "queues",
    purpose: "Queues with their policies",
    steps: &["8", "12"],
    service: "sqs",
    scope: Scope::EachRegion,
    asks: &[Ask::new("ListQueues").each(
        "QueueUrls[]",
        &[with("GetQueueAttributes", &[("QueueUrl", "@")]).given(r#"{"AttributeNames":["All"]}"#)],
    )],
};
