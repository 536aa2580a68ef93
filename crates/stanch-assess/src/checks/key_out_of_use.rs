//! A KMS key is off, or its material runs out.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    each("kms", "DescribeKey", "ListKeys"),
    list("kms", "DescribeCustomKeyStores"),
];

/// See the head of this file.
pub(super) struct KeyOutOfUse;

impl Check for KeyOutOfUse {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "key-out-of-use",
            title: "A KMS key is off, or its material runs out",
            why: "What is encrypted with a disabled key, or with material that expires, can not be read. Both come without the waiting period of a deletion.",
            severity: Severity::Medium,
            tactics: &[Tactic::Impact],
            techniques: &["T1485", "T1486"],
            steps: &["10", "12"],
            next: "kms enable-key; import the material again; ask the owner afterwards",
            needs: NEEDS,
            false_positives: &["A key that its owner retired"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("kms", "DescribeKey", "KeyMetadata") {
            let (arn, id) = (item.text("Arn"), item.text("KeyId"));
            if item.text("KeyManager") == "AWS" {
                continue;
            }
            let ends = item.text("ValidTo");
            if matches!(
                item.text("KeyState"),
                "Disabled" | "Unavailable" | "PendingImport"
            ) {
                found
                    .on(&item, "kms-key", arn, id)
                    .misconfiguration(Severity::Medium)
                    .fact("state", item.text("KeyState"))
                    .say(&format!("KMS key {id} can't be used ({})", item.text("KeyState")));
            } else if !ends.is_empty() {
                found
                    .on(&item, "kms-key", arn, id)
                    .misconfiguration(Severity::Medium)
                    .fact("until", ends)
                    .deadline(
                        "everything encrypted with it, unless the material is imported again",
                        Some(ends),
                    )
                    .say(&format!("the material of KMS key {id} runs out"));
            }
        }
        for item in account.items("kms", "DescribeCustomKeyStores", "CustomKeyStores") {
            let (id, state) = (item.text("CustomKeyStoreId"), item.text("ConnectionState"));
            if state != "CONNECTED" {
                found
                    .on(&item, "key-store", id, item.text("CustomKeyStoreName"))
                    .misconfiguration(Severity::Medium)
                    .fact("state", state)
                    .say(&format!(
                        "key store {id} is not connected: its keys can't be used"
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, misconfiguration, silent};

    let key = |state: &str, more: serde_json::Value| {
        let mut key = json!({"KeyId": "k", "Arn": "arn:k", "KeyManager": "CUSTOMER", "KeyState": state});
        if more != json!(null) {
            key["ValidTo"] = more;
        }
        asked(
            "kms:DescribeKey",
            json!({"KeyId": "k"}),
            json!({"KeyMetadata": key}),
        )
    };
    vec![
        misconfiguration(vec![key("Disabled", json!(null))]),
        misconfiguration(vec![key("Enabled", json!("2026-04-01T00:00:00Z"))]),
        silent(vec![key("Enabled", json!(null))]),
    ]
}
