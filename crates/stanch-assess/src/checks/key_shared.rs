//! KMS key policy or grant gives an external account access.
//!
//! It must not read other answers than those in its `needs`.

use super::support::{part_of, shared, words};
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use serde_json::Value;
use stanch_core::finding::Handle;
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    each("kms", "GetKeyPolicy", "ListKeys"),
    each("kms", "ListGrants", "ListKeys"),
];

/// The check.
pub(super) struct KeyShared;

impl Check for KeyShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "key-shared",
            title: "KMS key policy or grant gives an external account access",
            why: "Whoever may use a key can decrypt the data that it encrypts, wherever a copy of the data is. A grant remains in effect when the key policy is changed.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::CredentialAccess, Tactic::Impact],
            techniques: &["T1098", "T1486"],
            steps: &["10", "12"],
            next: "Restore the key policy (from an account that may), and revoke grants to external accounts",
            needs: NEEDS,
            made_by: &["PutKeyPolicy", "CreateGrant", "CreateKey"],
            harmless_when: &["Partner account that is meant to read shared data: list it with --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("kms", "GetKeyPolicy", "") {
            let key = item.asked("KeyId");
            let exposure = account.exposure(item.at("Policy"));
            if exposure.is_external() && !names(item.at("Policy"), account.id().as_str()) {
                let words = words(&exposure);
                found
                    .on(&item, "kms-key", key, key)
                    .malicious(Severity::Critical)
                    .part(&part_of(&exposure))
                    .fact("External Access", &words)
                    .exposure(&exposure)
                    .say(&format!(
                        "Policy of KMS key {key} grants access to {words} and to nobody in this account: its owner is locked out"
                    ));
            } else {
                shared(
                    found,
                    &item,
                    ("kms-key", key, key),
                    ("Policy of KMS key", "grants access to"),
                    &exposure,
                    Severity::High,
                );
            }
        }
        for item in account.items("kms", "ListGrants", "Grants") {
            let principals = [item.text("GranteePrincipal"), item.text("RetiringPrincipal")];
            let exposure = account.exposure_among(&principals);
            let (key, grant) = (item.text("KeyId"), item.text("GrantId"));
            if exposure.is_external() {
                let words = words(&exposure);
                found
                    .on(&item, "kms-key", key, key)
                    .suspicious(Severity::High)
                    .fact("Grant", grant)
                    .handle(Handle::KmsGrant {
                        key: key.to_owned(),
                        grant: grant.to_owned(),
                    })
                    .fact("External Access", &words)
                    .exposure(&exposure)
                    .action("Revoke the grant (kms revoke-grant)")
                    .say(&format!(
                        "Grant on KMS key {key} gives {words} access, regardless of the key policy"
                    ));
            }
        }
    }
}

/// Returns whether a document names an account at all.
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
