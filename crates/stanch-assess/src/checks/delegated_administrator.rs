//! AWS Organizations delegated administrator is registered.
//!
//! It must not read other answers than those in its `needs`.

use super::support::days_ago;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("organizations", "ListDelegatedAdministrators"),
    each(
        "organizations",
        "ListDelegatedServicesForAccount",
        "ListDelegatedAdministrators",
    ),
];

/// The check.
pub(super) struct DelegatedAdministrator;

impl Check for DelegatedAdministrator {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "delegated-administrator",
            title: "AWS Organizations delegated administrator is registered",
            why: "A delegated administrator of GuardDuty, CloudFormation or IAM Identity Center manages that service in every account. One call registers it, and it is seldom reviewed.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::PrivilegeEscalation],
            techniques: &["T1098", "T1484"],
            steps: &["5", "12"],
            next: "Ask who delegated the administration; deregister the account from the management account",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A security account that a team set up"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let services = account.items(
            "organizations",
            "ListDelegatedServicesForAccount",
            "DelegatedServices",
        );
        for item in account.items(
            "organizations",
            "ListDelegatedAdministrators",
            "DelegatedAdministrators",
        ) {
            let id = item.text("Id");
            let names: Vec<&str> = services
                .iter()
                .filter(|service| service.asked("AccountId") == id)
                .map(|service| service.text("ServicePrincipal"))
                .collect();
            let recent = days_ago(&item, item.text("DelegationEnabledDate")).is_some_and(|days| days <= 30);
            found
                .on(&item, "organization-account", id, id)
                .misconfiguration(if recent { Severity::Medium } else { Severity::Low })
                .fact("Delegation Date", item.text("DelegationEnabledDate"))
                .fact("Services", &names.join(", "))
                .say(&format!(
                    "Account {id} is delegated administrator of AWS services for the organization"
                ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

    let admin = answer(
        "organizations:ListDelegatedAdministrators",
        json!({"DelegatedAdministrators": [{"Id": "444455556666", "DelegationEnabledDate": "2026-03-05T00:00:00Z"}]}),
    );
    vec![
        misconfigured(vec![admin]),
        silent(vec![answer(
            "organizations:ListDelegatedAdministrators",
            json!({"DelegatedAdministrators": []}),
        )]),
    ]
}
