//! A KMS key lets strangers in.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use serde_json::Value;
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    each("kms", "GetKeyPolicy", "ListKeys"),
    each("kms", "ListGrants", "ListKeys"),
];

/// See the head of this file.
pub(super) struct KeyShared;

impl Check for KeyShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "key-shared",
            title: "A KMS key lets strangers in",
            why: "Whoever may use a key reads what it encrypts, wherever a copy of the data lies. A grant survives every edit of the policy.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::CredentialAccess, Tactic::Impact],
            techniques: &["T1098", "T1486"],
            steps: &["10", "12"],
            next: "put the key policy back (from an account that may), revoke foreign grants",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to read shared data: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("kms", "GetKeyPolicy", "") {
            let key = item.asked("KeyId");
            let guests = account.guests(item.at("Policy"));
            if guests.any() && !names(item.at("Policy"), account.id().as_str()) {
                let words = guests.words();
                found
                    .on(&item, "kms-key", key, key)
                    .malicious(Severity::Critical)
                    .fact("lets in", &words)
                    .foreign(&guests.foreign)
                    .say(&format!(
                        "KMS key {key} lets in {words} and nobody of this account: its owner is locked out"
                    ));
            } else {
                shared(found, &item, ("kms-key", key, key), &guests, Severity::High);
            }
        }
        for item in account.items("kms", "ListGrants", "Grants") {
            let principals = [item.text("GranteePrincipal"), item.text("RetiringPrincipal")];
            let guests = account.guests_among(&principals);
            let (key, grant) = (item.text("KeyId"), item.text("GrantId"));
            if guests.any() {
                let words = guests.words();
                found
                    .on(&item, "kms-key", key, key)
                    .suspicious(Severity::High)
                    .fact("grant", grant)
                    .fact("to", &words)
                    .foreign(&guests.foreign)
                    .action("revoke the grant: kms revoke-grant")
                    .say(&format!(
                        "a grant on KMS key {key} lets in {words}, whatever its policy says"
                    ));
            }
        }
    }
}

/// Whether a document names an account at all.
fn names(document: &Value, account: &str) -> bool {
    document.as_str().is_none_or(|text| text.contains(account))
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, STRANGER, asked, granting, malicious, silent, stranger, suspicious};

    let policy = |document: serde_json::Value| {
        asked(
            "kms:GetKeyPolicy",
            json!({"KeyId": "1"}),
            json!({"Policy": document.to_string()}),
        )
    };
    let both = json!({"Statement": [granting(&json!({"AWS": OWN}), "kms:*")["Statement"][0], granting(&stranger(), "kms:*")["Statement"][0]]});
    let grant = |to: &str| {
        asked(
            "kms:ListGrants",
            json!({"KeyId": "1"}),
            json!({"Grants": [{"KeyId": "1", "GrantId": "g", "GranteePrincipal": format!("arn:aws:iam::{to}:root")}]}),
        )
    };
    vec![
        malicious(vec![policy(granting(&stranger(), "kms:*"))]),
        suspicious(vec![policy(both)]),
        suspicious(vec![grant(STRANGER)]),
        silent(vec![policy(granting(&json!({"AWS": OWN}), "kms:*")), grant(OWN)]),
    ]
}
