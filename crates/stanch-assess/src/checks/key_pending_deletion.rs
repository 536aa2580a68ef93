//! KMS key is pending deletion.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[each("kms", "DescribeKey", "ListKeys")];

/// The check.
pub(super) struct KeyPendingDeletion;

impl Check for KeyPendingDeletion {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "key-pending-deletion",
            title: "KMS key is pending deletion",
            why: "All data that the key encrypts is lost when the waiting period ends. Until then one call cancels the deletion, so this comes before everything else.",
            severity: Severity::Critical,
            tactics: &[Tactic::Impact],
            techniques: &["T1485", "T1486"],
            steps: &["12"],
            next: "Cancel the deletion (kms cancel-key-deletion), then enable the key (kms enable-key); ask the owner afterwards",
            needs: NEEDS,
            made_by: &["ScheduleKeyDeletion"],
            harmless_when: &["The owner retires the key on purpose"],
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
                .fact("State", state)
                .fact("Description", item.text("Description"))
                .deadline("all data encrypted with the key", Some(at))
                .say(&format!("KMS key {name} is pending deletion"));
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
