//! AWS account has an alternate contact.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("account", "GetAlternateContact")];

/// The check.
pub(super) struct ContactSet;

impl Check for ContactSet {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "contact-set",
            title: "AWS account has an alternate contact",
            why: "AWS sends warnings about abuse, security and billing to the alternate contacts. Attackers replace them, so that the owner receives no warning.",
            severity: Severity::Informational,
            tactics: &[Tactic::DefenseEvasion],
            techniques: &["T1562", "T1098"],
            steps: &["1", "5"],
            next: "Compare the three alternate contacts and the primary contact in the console with your records; snapshots don't contain their addresses",
            needs: NEEDS,
            made_by: &["PutAlternateContact"],
            harmless_when: &["Most accounts have alternate contacts"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("account", "GetAlternateContact", "AlternateContact") {
            let kind = item.text("AlternateContactType");
            // No evidence by itself; reported so that the principal that changed it can be evidence against it.
            found
                .on(&item, "contact", kind, "")
                .misconfiguration(Severity::Informational)
                .fact("Email Address", item.text("EmailAddress"))
                .say(&format!(
                    "AWS account has an alternate contact for {}",
                    kind.to_ascii_lowercase()
                ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

    let contact = answer(
        "account:GetAlternateContact",
        json!({"AlternateContact": {"AlternateContactType": "SECURITY", "EmailAddress": "(redacted, 9 bytes)"}}),
    );
    vec![
        misconfigured(vec![contact]),
        silent(vec![answer("account:GetAlternateContact", json!({}))]),
    ]
}
