//! Route 53 domain can be, or is being, transferred away.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use serde_json::Value;
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("route53domains", "ListDomains"),
    list("route53domains", "ListOperations"),
];

/// The check.
pub(super) struct DomainLeaves;

impl Check for DomainLeaves {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "domain-leaves",
            title: "Route 53 domain can be, or is being, transferred away",
            why: "A domain without transfer lock can be moved to another registrar, with its mail and every name in it. A transfer takes days and can't be reverted afterwards.",
            severity: Severity::High,
            tactics: &[Tactic::Impact],
            techniques: &["T1584.001", "T1531"],
            steps: &["12"],
            next: "Enable the transfer lock, cancel the transfer, and call the registrar",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A domain that is transferred on purpose"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("route53domains", "ListDomains", "Domains") {
            let name = item.text("DomainName");
            if item.at("TransferLock") == &Value::Bool(false) {
                found
                    .on(&item, "domain", name, name)
                    .misconfiguration(Severity::Medium)
                    .say(&format!("Route 53 domain {name} has no transfer lock"));
            }
        }
        for item in account.items("route53domains", "ListOperations", "Operations") {
            let (kind, name) = (item.text("Type"), item.text("DomainName"));
            let leaving = kind.contains("TRANSFER_OUT") || kind == "DELETE_DOMAIN";
            if leaving && matches!(item.text("Status"), "SUBMITTED" | "IN_PROGRESS") {
                found
                    .on(&item, "domain", name, name)
                    .suspicious(Severity::Critical)
                    .fact("Operation", item.text("OperationId"))
                    .fact("Submission Date", item.text("SubmittedDate"))
                    .deadline("the domain with its mail and every name in it", None)
                    .say(&format!(
                        "Route 53 domain {name} is being transferred or deleted ({kind})"
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent, suspicious};

    let domain = |lock: bool| {
        answer(
            "route53domains:ListDomains",
            json!({"Domains": [{"DomainName": "example.com", "TransferLock": lock}]}),
        )
    };
    let operation = |status: &str| {
        answer(
            "route53domains:ListOperations",
            json!({"Operations": [{"OperationId": "o", "Type": "INTERNAL_TRANSFER_OUT_DOMAIN", "Status": status, "DomainName": "example.com"}]}),
        )
    };
    vec![
        suspicious(vec![operation("IN_PROGRESS")]),
        misconfigured(vec![domain(false)]),
        silent(vec![domain(true), operation("FAILED")]),
    ]
}
