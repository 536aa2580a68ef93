//! KMS key is disabled, or its key material expires.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    each("kms", "DescribeKey", "ListKeys"),
    list("kms", "DescribeCustomKeyStores"),
];

/// The check.
pub(super) struct KeyOutOfUse;

impl Check for KeyOutOfUse {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "key-out-of-use",
            title: "KMS key is disabled, or its key material expires",
            why: "Data encrypted with a disabled key, or with key material that has expired, can't be read. Neither has the waiting period of a key deletion.",
            severity: Severity::Medium,
            tactics: &[Tactic::Impact],
            techniques: &["T1485", "T1486"],
            steps: &["10", "12"],
            next: "Enable the key (kms enable-key) or import the key material again; ask the owner afterwards",
            needs: NEEDS,
            made_by: &["DisableKey"],
            harmless_when: &["A key that its owner retired"],
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
                    .fact("State", item.text("KeyState"))
                    .say(&format!("KMS key {id} can't be used ({})", item.text("KeyState")));
            } else if !ends.is_empty() {
                found
                    .on(&item, "kms-key", arn, id)
                    .misconfiguration(Severity::Medium)
                    .fact("Expiry", ends)
                    .deadline(
                        "all data encrypted with the key, unless the key material is imported again",
                        Some(ends),
                    )
                    .say(&format!("Key material of KMS key {id} expires"));
            }
        }
        for item in account.items("kms", "DescribeCustomKeyStores", "CustomKeyStores") {
            let (id, state) = (item.text("CustomKeyStoreId"), item.text("ConnectionState"));
            if state != "CONNECTED" {
                found
                    .on(&item, "key-store", id, item.text("CustomKeyStoreName"))
                    .misconfiguration(Severity::Medium)
                    .fact("State", state)
                    .say(&format!(
                        "KMS custom key store {id} is not connected: its keys can't be used"
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, misconfigured, silent};

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
        misconfigured(vec![key("Disabled", json!(null))]),
        misconfigured(vec![key("Enabled", json!("2026-04-01T00:00:00Z"))]),
        silent(vec![key("Enabled", json!(null))]),
    ]
}
