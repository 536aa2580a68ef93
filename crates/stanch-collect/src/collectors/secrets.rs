//! Secrets Manager: secrets, who may read them, which function rotates them, when they were last read.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "secrets",
    purpose: "Secrets by name, rotation and policy, never by value",
    steps: &["12", "14"],
    service: "secretsmanager",
    scope: Scope::EachRegion,
    asks: &[Ask::new("ListSecrets")
        .given(r#"{"IncludePlannedDeletion":true}"#)
        .each(
            "SecretList[]",
            &[
                with("DescribeSecret", &[("SecretId", "ARN")]),
                with("GetResourcePolicy", &[("SecretId", "ARN")]),
                with("ListSecretVersionIds", &[("SecretId", "ARN")]).given(r#"{"IncludeDeprecated":true}"#),
            ],
        )],
};
