//! A secret may be read from outside.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("secretsmanager", "GetResourcePolicy", "ListSecrets")];

/// See the head of this file.
pub(super) struct SecretShared;

impl Check for SecretShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "secret-shared",
            title: "A secret may be read from outside",
            why: "A policy on the thing itself lets another account in, whatever IAM of this account says; no key and no role shows it.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1098", "T1537"],
            steps: &["12", "14"],
            next: "delete-resource-policy; then rotate the secret: it may have been read",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("secretsmanager", "GetResourcePolicy", "") {
            let guests = account.guests(item.at("ResourcePolicy"));
            shared(
                found,
                &item,
                ("secret", item.text("ARN"), item.text("Name")),
                &guests,
                Severity::High,
            );
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, asked, granting, silent, stranger, suspicious};

    let thing = |policy: serde_json::Value| {
        asked(
            "secretsmanager:GetResourcePolicy",
            json!({"SecretId": "s"}),
            json!({"ARN": "arn:aws:secretsmanager:us-east-1:111122223333:secret:s", "Name": "s", "ResourcePolicy": policy.to_string()}),
        )
    };
    vec![
        suspicious(vec![thing(granting(&stranger(), "*"))]),
        suspicious(vec![thing(granting(&json!("*"), "*"))]),
        silent(vec![thing(granting(&json!({"AWS": OWN}), "*"))]),
    ]
}
