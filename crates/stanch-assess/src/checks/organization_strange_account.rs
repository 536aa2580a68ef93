//! AWS Organizations account was invited or has a misleading name.
//!
//! It must not read other answers than those in its `needs`.

use super::support::mimics_aws;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("organizations", "ListAccounts")];

/// The check.
pub(super) struct OrganizationStrangeAccount;

impl Check for OrganizationStrangeAccount {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "organization-strange-account",
            title: "AWS Organizations account was invited or has a misleading name",
            why: "A new account in the organization spends on the organization's bill and is trusted wherever the organization is trusted.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::ResourceDevelopment],
            techniques: &["T1136.003", "T1583"],
            steps: &["5"],
            next: "Ask who requested the account; close it from the management account",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["An account that a team requested"],
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
                // No evidence by itself; reported so that its creator can be evidence against it.
                draft.misconfiguration(Severity::Informational)
            };
            draft
                .fact("Join Date", item.text("JoinedTimestamp"))
                .fact("Join Method", item.text("JoinedMethod"))
                .fact("Email Address", item.text("Email"))
                .say(&format!("Account {id} ({name}) is a member of the organization"));
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
