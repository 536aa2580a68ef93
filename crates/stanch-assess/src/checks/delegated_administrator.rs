//! An account administers services for the organization.
//!
//! It must not look at anything but the answers it names.

use super::support::days_ago;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("organizations", "ListDelegatedAdministrators"),
    each(
        "organizations",
        "ListDelegatedServicesForAccount",
        "ListDelegatedAdministrators",
    ),
];

/// See the head of this file.
pub(super) struct DelegatedAdministrator;

impl Check for DelegatedAdministrator {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "delegated-administrator",
            title: "An account administers services for the organization",
            why: "A delegated administrator of GuardDuty, CloudFormation or Identity Center rules them in every account. It is seldom looked at, and one call makes one.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::PrivilegeEscalation],
            techniques: &["T1098", "T1484"],
            steps: &["5", "12"],
            next: "ask whether that account should; deregister it from the management account",
            needs: NEEDS,
            false_positives: &["A security account that a team set up"],
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
                .fact("since", item.text("DelegationEnabledDate"))
                .fact("services", &names.join(", "))
                .say(&format!(
                    "account {id} administers services of the whole organization"
                ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent};

    let admin = answer(
        "organizations:ListDelegatedAdministrators",
        json!({"DelegatedAdministrators": [{"Id": "444455556666", "DelegationEnabledDate": "2026-03-05T00:00:00Z"}]}),
    );
    vec![
        misconfiguration(vec![admin]),
        silent(vec![answer(
            "organizations:ListDelegatedAdministrators",
            json!({"DelegatedAdministrators": []}),
        )]),
    ]
}
