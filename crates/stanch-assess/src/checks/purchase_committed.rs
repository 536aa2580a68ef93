//! EC2, RDS, Savings Plans or AWS Marketplace commitment was purchased.
//!
//! It must not read other answers than those in its `needs`.

use super::support::days_ago;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("ec2", "DescribeReservedInstances"),
    list("rds", "DescribeReservedDBInstances"),
    list("savingsplans", "DescribeSavingsPlans"),
    list("marketplace-agreement", "SearchAgreements"),
];

/// The check.
pub(super) struct PurchaseCommitted;

impl Check for PurchaseCommitted {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "purchase-committed",
            title: "EC2, RDS, Savings Plans or AWS Marketplace commitment was purchased",
            why: "Reserved instances, Savings Plans and AWS Marketplace subscriptions bind the account for a year or more. Attackers buy them to use the capacity or to cause cost.",
            severity: Severity::High,
            tactics: &[Tactic::Impact],
            techniques: &["T1496", "T1583"],
            steps: &["5", "15"],
            next: "Open a case with AWS Support at once: some purchases can be returned within days",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["The team that manages the costs"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for (service, operation, path, (kind, noun), id, start, state) in PURCHASES {
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
                    .fact("Start Date", when)
                    .fact(
                        "Type",
                        &[
                            item.text("InstanceType"),
                            item.text("DBInstanceClass"),
                            item.text("savingsPlanType"),
                        ]
                        .concat(),
                    )
                    .fact("Commitment", item.text("commitment"))
                    .say(&format!("{noun} {id} was purchased in {place}"));
            }
        }
    }
}

/// Service, operation, path of the purchases in the answer, kind and noun, members with id, start and state.
type Purchase = (
    &'static str,
    &'static str,
    &'static str,
    (&'static str, &'static str),
    &'static str,
    &'static str,
    &'static str,
);

/// Purchase types with a commitment.
const PURCHASES: [Purchase; 4] = [
    (
        "ec2",
        "DescribeReservedInstances",
        "ReservedInstances",
        ("reservation", "EC2 Reserved Instance"),
        "ReservedInstancesId",
        "Start",
        "State",
    ),
    (
        "rds",
        "DescribeReservedDBInstances",
        "ReservedDBInstances",
        ("database-reservation", "RDS reserved DB instance"),
        "ReservedDBInstanceId",
        "StartTime",
        "State",
    ),
    (
        "savingsplans",
        "DescribeSavingsPlans",
        "savingsPlans",
        ("savings-plan", "Savings Plan"),
        "savingsPlanArn",
        "start",
        "state",
    ),
    (
        "marketplace-agreement",
        "SearchAgreements",
        "agreementViewSummaries",
        ("agreement", "AWS Marketplace agreement"),
        "agreementId",
        "startTime",
        "status",
    ),
];

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent, suspicious};

    let reserved = |start: &str, state: &str| {
        answer(
            "ec2:DescribeReservedInstances",
            json!({"ReservedInstances": [{"ReservedInstancesId": "r", "Start": start, "State": state}]}),
        )
    };
    vec![
        suspicious(vec![reserved("2026-03-05T00:00:00Z", "active")]),
        misconfigured(vec![reserved("2025-03-05T00:00:00Z", "active")]),
        silent(vec![reserved("2026-03-05T00:00:00Z", "retired")]),
    ]
}
