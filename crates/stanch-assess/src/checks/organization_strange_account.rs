//! An account of the organization passes for AWS.
//!
//! It must not look at anything but the answers it names.

use super::support::mimics_aws;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("organizations", "ListAccounts")];

/// See the head of this file.
pub(super) struct OrganizationStrangeAccount;

impl Check for OrganizationStrangeAccount {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "organization-strange-account",
            title: "An account of the organization passes for AWS",
            why: "A new account in the organization spends on its bill, and is trusted where the organization is.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::ResourceDevelopment],
            techniques: &["T1136.003", "T1583"],
            steps: &["5"],
            next: "ask who ordered it; close-account from the management account",
            needs: NEEDS,
            false_positives: &["An account that a team ordered"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("organizations", "ListAccounts", "Accounts") {
            let (id, name) = (item.text("Id"), item.text("Name"));
            let draft = found.on(&item, "organization-account", id, name);
            let draft = if mimics_aws(name) {
                draft.suspicious(Severity::High)
            } else if item.text("JoinedMethod") == "INVITED" {
                draft.misconfiguration(Severity::Low)
            } else if id == account.id().as_str() {
                continue;
            } else {
                // Says nothing alone; it stands here so that who made it can speak against it.
                draft.misconfiguration(Severity::Informational)
            };
            draft
                .fact("joined", item.text("JoinedTimestamp"))
                .fact("how", item.text("JoinedMethod"))
                .fact("mail", item.text("Email"))
                .say(&format!("account {id} ({name}) is in the organization"));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, answer, silent, suspicious};

    let member = |id: &str, name: &str| {
        answer(
            "organizations:ListAccounts",
            json!({"Accounts": [{"Id": id, "Name": name, "JoinedMethod": "CREATED"}]}),
        )
    };
    vec![
        suspicious(vec![member("444455556666", "aws-support-billing")]),
        silent(vec![member(OWN, "acme")]),
    ]
}
