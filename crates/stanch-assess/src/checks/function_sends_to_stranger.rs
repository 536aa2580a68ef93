//! A function takes from, or sends to, another account.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::{AccountState, Item};
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("lambda", "ListEventSourceMappings"),
    each("lambda", "ListFunctionEventInvokeConfigs", "ListFunctions"),
];

/// See the head of this file.
pub(super) struct FunctionSendsToStranger;

impl Check for FunctionSendsToStranger {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "function-sends-to-stranger",
            title: "A function takes from, or sends to, another account",
            why: "An event source or a destination in another account feeds a function, or takes what it returns, and no policy in this account shows it.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1546", "T1537"],
            steps: &["12"],
            next: "delete the event source mapping or the destination; keep its description",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("lambda", "ListEventSourceMappings", "EventSourceMappings") {
            let (id, function) = (item.text("UUID"), item.text("FunctionArn"));
            let ends = [
                item.text("EventSourceArn"),
                function,
                item.text("DestinationConfig.OnFailure.Destination"),
            ];
            told(account, found, &item, ("event-source", id, function), &ends);
        }
        for item in account.items(
            "lambda",
            "ListFunctionEventInvokeConfigs",
            "FunctionEventInvokeConfigs",
        ) {
            let arn = item.text("FunctionArn");
            let ends = [
                item.text("DestinationConfig.OnSuccess.Destination"),
                item.text("DestinationConfig.OnFailure.Destination"),
            ];
            told(
                account,
                found,
                &item,
                ("function", arn, item.asked("FunctionName")),
                &ends,
            );
        }
    }
}

/// Tells of an end that lies in an unknown account; of the rest it says that it is there, so that who made it can speak
/// against it.
fn told(
    account: &AccountState<'_>,
    found: &mut Findings,
    item: &Item<'_>,
    thing: (&str, &str, &str),
    ends: &[&str],
) {
    shared(found, item, thing, &account.guests_among(ends), Severity::High);
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, STRANGER, answer, asked, silent, suspicious};

    let source = |account: &str| {
        answer(
            "lambda:ListEventSourceMappings",
            json!({"EventSourceMappings": [{"UUID": "u", "FunctionArn": "arn:aws:lambda:us-east-1:111122223333:function:f",
                "EventSourceArn": format!("arn:aws:sqs:us-east-1:{account}:q")}]}),
        )
    };
    let destination = asked(
        "lambda:ListFunctionEventInvokeConfigs",
        json!({"FunctionName": "f"}),
        json!({"FunctionEventInvokeConfigs": [{"FunctionArn": "arn:aws:lambda:us-east-1:111122223333:function:f",
            "DestinationConfig": {"OnSuccess": {"Destination": format!("arn:aws:sqs:us-east-1:{STRANGER}:q")}}}]}),
    );
    vec![
        suspicious(vec![source(STRANGER)]),
        suspicious(vec![destination]),
        silent(vec![source(OWN)]),
    ]
}
