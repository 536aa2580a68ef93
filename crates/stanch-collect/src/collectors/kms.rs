//! Keys about to be deleted (a clock is running), grants to external principals that outlive any policy, key material
//! of others.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "kms",
    purpose: "Keys with policies, grants, rotation, aliases and custom key stores",
    steps: &["10", "12", "14"],
    service: "kms",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListKeys").each(
            "Keys[]",
            &[
                with("DescribeKey", &[("KeyId", "KeyId")]),
                with("GetKeyPolicy", &[("KeyId", "KeyId")]).given(r#"{"PolicyName":"default"}"#),
                with("ListGrants", &[("KeyId", "KeyId")]),
                with("GetKeyRotationStatus", &[("KeyId", "KeyId")]),
            ],
        ),
        Ask::new("ListAliases"),
        Ask::new("DescribeCustomKeyStores"),
    ],
};
