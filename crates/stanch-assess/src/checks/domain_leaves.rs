//! A domain can be, or is being, taken away.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use serde_json::Value;
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("route53domains", "ListDomains"),
    list("route53domains", "ListOperations"),
];

/// See the head of this file.
pub(super) struct DomainLeaves;

impl Check for DomainLeaves {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "domain-leaves",
            title: "A domain can be, or is being, taken away",
            why: "A domain without transfer lock can be moved to another registrar, with all mail and all names under it. A transfer takes days, and then it is gone.",
            severity: Severity::High,
            tactics: &[Tactic::Impact],
            techniques: &["T1584.001", "T1531"],
            steps: &["12"],
            next: "lock the domain; cancel the transfer; ask the registrar",
            needs: NEEDS,
            false_positives: &["A domain that moves on purpose"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("route53domains", "ListDomains", "Domains") {
            let name = item.text("DomainName");
            if item.at("TransferLock") == &Value::Bool(false) {
                found
                    .on(&item, "domain", name, name)
                    .misconfiguration(Severity::Medium)
                    .say(&format!("domain {name} may be transferred: it has no lock"));
            }
        }
        for item in account.items("route53domains", "ListOperations", "Operations") {
            let (kind, name) = (item.text("Type"), item.text("DomainName"));
            let leaving = kind.contains("TRANSFER_OUT") || kind == "DELETE_DOMAIN";
            if leaving && matches!(item.text("Status"), "SUBMITTED" | "IN_PROGRESS") {
                found
                    .on(&item, "domain", name, name)
                    .suspicious(Severity::Critical)
                    .fact("operation", item.text("OperationId"))
                    .fact("since", item.text("SubmittedDate"))
                    .deadline("the domain, with mail and names under it", None)
                    .say(&format!("domain {name} is being taken away ({kind})"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent, suspicious};

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
        misconfiguration(vec![domain(false)]),
        silent(vec![domain(true), operation("FAILED")]),
    ]
}
