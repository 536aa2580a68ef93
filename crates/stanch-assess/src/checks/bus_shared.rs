//! An event bus lets strangers in.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("events", "DescribeEventBus", "ListEventBuses")];

/// See the head of this file.
pub(super) struct BusShared;

impl Check for BusShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "bus-shared",
            title: "An event bus lets strangers in",
            why: "Who may put events on a bus triggers its rules; a foreign bus as receiver gets what happens here.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1098", "T1537"],
            steps: &["12"],
            next: "remove-permission on the bus, delete a bus that nobody owns",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("events", "DescribeEventBus", "") {
            let guests = account.guests(item.at("Policy"));
            shared(
                found,
                &item,
                ("event-bus", item.text("Arn"), item.text("Name")),
                &guests,
                Severity::Medium,
            );
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, asked, granting, silent, stranger, suspicious};

    let thing = |policy: serde_json::Value| {
        asked(
            "events:DescribeEventBus",
            json!({"Name": "b"}),
            json!({"Name": "b", "Arn": "arn:aws:events:us-east-1:111122223333:event-bus/b", "Policy": policy.to_string()}),
        )
    };
    vec![
        suspicious(vec![thing(granting(&stranger(), "*"))]),
        suspicious(vec![thing(granting(&json!("*"), "*"))]),
        silent(vec![thing(granting(&json!({"AWS": OWN}), "*"))]),
    ]
}
