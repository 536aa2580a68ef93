//! IAM users and what they sign in with.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "iam-users",
    purpose: "Users and every credential they have",
    steps: &["2", "12"],
    service: "iam",
    scope: Scope::Global,
    asks: &[Ask::new("ListUsers").each(
        "Users[]",
        &[
            with("ListAccessKeys", &[("UserName", "UserName")]).each(
                "AccessKeyMetadata[]",
                &[with("GetAccessKeyLastUsed", &[("AccessKeyId", "AccessKeyId")])],
            ),
            with("ListMFADevices", &[("UserName", "UserName")]),
        ],
    )],
};
