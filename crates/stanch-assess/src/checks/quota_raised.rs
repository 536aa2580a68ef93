//! A quota was asked to be raised.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("service-quotas", "ListRequestedServiceQuotaChangeHistory")];

/// See the head of this file.
pub(super) struct QuotaRaised;

impl Check for QuotaRaised {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "quota-raised",
            title: "A quota was asked to be raised",
            why: "Intruders ask for more machines, mails or tokens before they use them; the request tells what comes next.",
            severity: Severity::Medium,
            tactics: &[Tactic::ResourceDevelopment, Tactic::Impact],
            techniques: &["T1496"],
            steps: &["8"],
            next: "ask who asked; AWS support takes an open request back",
            needs: NEEDS,
            false_positives: &["A team that grows"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items(
            "service-quotas",
            "ListRequestedServiceQuotaChangeHistory",
            "RequestedQuotas",
        ) {
            let name = item.text("QuotaName");
            let status = item.text("Status");
            found
                .on(&item, "quota-request", item.text("Id"), name)
                .misconfiguration(Severity::Medium)
                .fact("status", status)
                .fact("by", item.text("Requester"))
                .fact("when", item.text("Created"))
                .say(&format!(
                    "more of {} ({name}) was asked for",
                    item.text("ServiceName")
                ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent};

    let quota = || {
        answer(
            "service-quotas:ListRequestedServiceQuotaChangeHistory",
            json!({"RequestedQuotas": [{"Id": "q", "QuotaName": "Running P instances", "ServiceName": "EC2", "Status": "PENDING"}]}),
        )
    };
    vec![
        misconfiguration(vec![quota()]),
        silent(vec![answer(
            "service-quotas:ListRequestedServiceQuotaChangeHistory",
            json!({"RequestedQuotas": []}),
        )]),
    ]
}
