//! A secret will be deleted.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("secretsmanager", "ListSecrets")];

/// See the head of this file.
pub(super) struct SecretPendingDeletion;

impl Check for SecretPendingDeletion {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "secret-pending-deletion",
            title: "A secret will be deleted",
            why: "When the waiting time ends the value is gone for good, and what uses it stops. Until then it can be restored.",
            severity: Severity::High,
            tactics: &[Tactic::Impact],
            techniques: &["T1485"],
            steps: &["12"],
            next: "secretsmanager restore-secret, then ask the owner",
            needs: NEEDS,
            false_positives: &["The owner retires the secret on purpose"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("secretsmanager", "ListSecrets", "SecretList") {
            let at = item.text("DeletedDate");
            if !at.is_empty() {
                let name = item.text("Name");
                found
                    .on(&item, "secret", item.text("ARN"), name)
                    .misconfiguration(Severity::High)
                    .deadline("the secret and all its versions", Some(at))
                    .say(&format!("secret {name} is going to be deleted"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent};

    let secret =
        |more: serde_json::Value| answer("secretsmanager:ListSecrets", json!({"SecretList": [more]}));
    vec![
        misconfiguration(vec![secret(
            json!({"ARN": "a", "Name": "s", "DeletedDate": "2026-03-06T14:00:00Z"}),
        )]),
        silent(vec![secret(json!({"ARN": "a", "Name": "s"}))]),
    ]
}
