//! Where alarms go and who else hears, and text messages at the account's expense.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "topics",
    purpose: "Topics with policies and subscriptions, text message settings",
    steps: &["8", "12"],
    service: "sns",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListTopics").each(
            "Topics[]",
            &[with("GetTopicAttributes", &[("TopicArn", "TopicArn")])],
        ),
        Ask::new("ListSubscriptions"),
        Ask::new("GetSMSAttributes"),
        Ask::new("GetSMSSandboxAccountStatus"),
        Ask::new("ListPlatformApplications"),
    ],
};
