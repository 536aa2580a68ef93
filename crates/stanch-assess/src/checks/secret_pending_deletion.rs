//! Secrets Manager secret is scheduled for deletion.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("secretsmanager", "ListSecrets")];

/// The check.
pub(super) struct SecretPendingDeletion;

impl Check for SecretPendingDeletion {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "secret-pending-deletion",
            title: "Secrets Manager secret is scheduled for deletion",
            why: "When the recovery window ends the value is lost, and the applications that use it stop. Until then the secret can be restored.",
            severity: Severity::High,
            tactics: &[Tactic::Impact],
            techniques: &["T1485"],
            steps: &["12"],
            next: "Restore the secret (secretsmanager restore-secret), then ask the owner",
            needs: NEEDS,
            made_by: &["DeleteSecret"],
            harmless_when: &["The owner retires the secret on purpose"],
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
                    .say(&format!(
                        "Secrets Manager secret {name} is scheduled for deletion"
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

    let secret =
        |more: serde_json::Value| answer("secretsmanager:ListSecrets", json!({"SecretList": [more]}));
    vec![
        misconfigured(vec![secret(
            json!({"ARN": "a", "Name": "s", "DeletedDate": "2026-03-06T14:00:00Z"}),
        )]),
        silent(vec![secret(json!({"ARN": "a", "Name": "s"}))]),
    ]
}
