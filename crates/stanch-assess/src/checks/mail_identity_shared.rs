//! A sender of mail lets strangers in.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("sesv2", "GetEmailIdentityPolicies", "ListEmailIdentities")];

/// See the head of this file.
pub(super) struct MailIdentityShared;

impl Check for MailIdentityShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "mail-identity-shared",
            title: "A sender of mail lets strangers in",
            why: "A policy on a verified domain lets another account send mail in its name, past every filter that trusts it.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::Impact],
            techniques: &["T1534", "T1098"],
            steps: &["12"],
            next: "sesv2 delete-email-identity-policy; look at what was sent",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("sesv2", "GetEmailIdentityPolicies", "") {
            let identity = item.asked("EmailIdentity");
            for (name, document) in item.at("Policies").as_object().into_iter().flatten() {
                let guests = account.guests(document);
                shared(
                    found,
                    &item,
                    ("mail-identity", identity, name),
                    &guests,
                    Severity::High,
                );
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, asked, granting, silent, stranger, suspicious};

    let thing = |policy: serde_json::Value| {
        asked(
            "sesv2:GetEmailIdentityPolicies",
            json!({"EmailIdentity": "example.com"}),
            json!({"Policies": {"p": policy.to_string()}}),
        )
    };
    vec![
        suspicious(vec![thing(granting(&stranger(), "*"))]),
        silent(vec![thing(granting(&json!({"AWS": OWN}), "*"))]),
    ]
}
