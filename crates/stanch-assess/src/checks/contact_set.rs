//! Somebody else is told what AWS has to say.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("account", "GetAlternateContact")];

/// See the head of this file.
pub(super) struct ContactSet;

impl Check for ContactSet {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "contact-set",
            title: "Somebody else is told what AWS has to say",
            why: "AWS sends warnings about abuse, security and bills to these contacts. Intruders put in their own, so that the owner hears nothing.",
            severity: Severity::Informational,
            tactics: &[Tactic::DefenseEvasion],
            techniques: &["T1562", "T1098"],
            steps: &["1", "5"],
            next: "look at the three contacts and the primary address of the account in the console: their addresses are kept out of snapshots",
            needs: NEEDS,
            false_positives: &["Most accounts have such contacts"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("account", "GetAlternateContact", "AlternateContact") {
            let kind = item.text("AlternateContactType");
            // Says nothing alone; it stands here so that who changed it can speak against it.
            found
                .on(&item, "contact", kind, "")
                .misconfiguration(Severity::Informational)
                .fact("address", item.text("EmailAddress"))
                .say(&format!("a contact for {} is set", kind.to_ascii_lowercase()));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent};

    let contact = answer(
        "account:GetAlternateContact",
        json!({"AlternateContact": {"AlternateContactType": "SECURITY", "EmailAddress": "(redacted, 9 bytes)"}}),
    );
    vec![
        misconfiguration(vec![contact]),
        silent(vec![answer("account:GetAlternateContact", json!({}))]),
    ]
}
