//! Service Quotas increase was requested.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("service-quotas", "ListRequestedServiceQuotaChangeHistory")];

/// The check.
pub(super) struct QuotaRaised;

impl Check for QuotaRaised {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "quota-raised",
            title: "Service Quotas increase was requested",
            why: "Attackers request more instances, email or model tokens before they use them; the request shows what is planned.",
            severity: Severity::Medium,
            tactics: &[Tactic::ResourceDevelopment, Tactic::Impact],
            techniques: &["T1496"],
            steps: &["8"],
            next: "Ask who requested it; AWS Support can withdraw an open request",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A team that grows"],
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
                .fact("Status", status)
                .fact("Requester", item.text("Requester"))
                .fact("Request Date", item.text("Created"))
                .say(&format!(
                    "Service Quotas increase requested for {}: {name}",
                    item.text("ServiceName")
                ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

    let quota = || {
        answer(
            "service-quotas:ListRequestedServiceQuotaChangeHistory",
            json!({"RequestedQuotas": [{"Id": "q", "QuotaName": "Running P instances", "ServiceName": "EC2", "Status": "PENDING"}]}),
        )
    };
    vec![
        misconfigured(vec![quota()]),
        silent(vec![answer(
            "service-quotas:ListRequestedServiceQuotaChangeHistory",
            json!({"RequestedQuotas": []}),
        )]),
    ]
}
