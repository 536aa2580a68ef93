//! A KMS key will be deleted.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("kms", "DescribeKey", "ListKeys")];

/// See the head of this file.
pub(super) struct KeyPendingDeletion;

impl Check for KeyPendingDeletion {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "key-pending-deletion",
            title: "A KMS key will be deleted",
            why: "What the key encrypts is lost for good when the waiting time ends. Until then one call takes it back, so this comes before everything else.",
            severity: Severity::Critical,
            tactics: &[Tactic::Impact],
            techniques: &["T1485", "T1486"],
            steps: &["12"],
            next: "kms cancel-key-deletion, then enable-key; ask the owner afterwards",
            needs: NEEDS,
            false_positives: &["The owner retires the key on purpose"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("kms", "DescribeKey", "KeyMetadata") {
            let state = item.text("KeyState");
            if !matches!(state, "PendingDeletion" | "PendingReplicaDeletion")
                || item.text("KeyManager") == "AWS"
            {
                continue;
            }
            let at = item.text("DeletionDate");
            let name = item.text("KeyId");
            found
                .on(&item, "kms-key", item.text("Arn"), name)
                .suspicious(Severity::Critical)
                .fact("state", state)
                .fact("description", item.text("Description"))
                .deadline("everything encrypted with the key", Some(at))
                .say(&format!("KMS key {name} is going to be deleted"));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, silent, suspicious};

    let key = |state: &str| {
        asked(
            "kms:DescribeKey",
            json!({"KeyId": "1"}),
            json!({"KeyMetadata": {"KeyId": "1", "Arn": "arn:aws:kms:us-east-1:111122223333:key/1",
            "KeyState": state, "KeyManager": "CUSTOMER", "DeletionDate": "2026-03-13T14:00:00Z"}}),
        )
    };
    vec![
        suspicious(vec![key("PendingDeletion")]),
        silent(vec![key("Enabled")]),
    ]
}
