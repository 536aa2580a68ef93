//! Money was committed for months.
//!
//! It must not look at anything but the answers it names.

use super::support::days_ago;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("ec2", "DescribeReservedInstances"),
    list("rds", "DescribeReservedDBInstances"),
    list("savingsplans", "DescribeSavingsPlans"),
    list("marketplace-agreement", "SearchAgreements"),
];

/// See the head of this file.
pub(super) struct PurchaseCommitted;

impl Check for PurchaseCommitted {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "purchase-committed",
            title: "Money was committed for months",
            why: "Reservations, savings plans and subscriptions of the marketplace bind the account for a year or more. Intruders buy them to use the machines, or for others.",
            severity: Severity::High,
            tactics: &[Tactic::Impact],
            techniques: &["T1496", "T1583"],
            steps: &["5", "15"],
            next: "open a case with AWS support at once: some purchases can be given back within days",
            needs: NEEDS,
            false_positives: &["Whoever looks after the costs"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for (service, operation, path, kind, id, start, state) in BOUGHT {
            for item in account.items(service, operation, path) {
                if !matches!(
                    item.text(state).to_ascii_lowercase().as_str(),
                    "active" | "payment-pending" | "queued"
                ) {
                    continue;
                }
                let when = item.text(start);
                let recent = days_ago(&item, when).is_some_and(|days| days <= 30);
                let (id, place) = (item.text(id), item.region().as_str());
                let draft = found.on(&item, kind, id, id);
                let draft = if recent {
                    draft.suspicious(Severity::High)
                } else {
                    draft.misconfiguration(Severity::Informational)
                };
                draft
                    .fact("since", when)
                    .fact(
                        "type",
                        &[
                            item.text("InstanceType"),
                            item.text("DBInstanceClass"),
                            item.text("savingsPlanType"),
                        ]
                        .concat(),
                    )
                    .fact("commitment", item.text("commitment"))
                    .say(&format!("{kind} {id} was bought in {place}"));
            }
        }
    }
}

/// A service, a call, the path of the things in its answer, their kind, and the members that hold id, start and state.
type Bought = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// What is bought for long.
const BOUGHT: [Bought; 4] = [
    (
        "ec2",
        "DescribeReservedInstances",
        "ReservedInstances",
        "reservation",
        "ReservedInstancesId",
        "Start",
        "State",
    ),
    (
        "rds",
        "DescribeReservedDBInstances",
        "ReservedDBInstances",
        "database-reservation",
        "ReservedDBInstanceId",
        "StartTime",
        "State",
    ),
    (
        "savingsplans",
        "DescribeSavingsPlans",
        "savingsPlans",
        "savings-plan",
        "savingsPlanArn",
        "start",
        "state",
    ),
    (
        "marketplace-agreement",
        "SearchAgreements",
        "agreementViewSummaries",
        "agreement",
        "agreementId",
        "startTime",
        "status",
    ),
];

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent, suspicious};

    let reserved = |start: &str, state: &str| {
        answer(
            "ec2:DescribeReservedInstances",
            json!({"ReservedInstances": [{"ReservedInstancesId": "r", "Start": start, "State": state}]}),
        )
    };
    vec![
        suspicious(vec![reserved("2026-03-05T00:00:00Z", "active")]),
        misconfiguration(vec![reserved("2025-03-05T00:00:00Z", "active")]),
        silent(vec![reserved("2026-03-05T00:00:00Z", "retired")]),
    ]
}
