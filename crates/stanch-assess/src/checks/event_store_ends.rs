//! A store of events is stopped or will be deleted.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("cloudtrail", "ListEventDataStores"),
    each("cloudtrail", "GetEventDataStore", "ListEventDataStores"),
];

/// See the head of this file.
pub(super) struct EventStoreEnds;

impl Check for EventStoreEnds {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "event-store-ends",
            title: "A store of events is stopped or will be deleted",
            why: "CloudTrail Lake keeps events for years. A store that takes in nothing, or waits seven days for its deletion, loses what nobody else has.",
            severity: Severity::Critical,
            tactics: &[Tactic::DefenseEvasion, Tactic::Impact],
            techniques: &["T1562.008", "T1485"],
            steps: &["6"],
            next: "cloudtrail restore-event-data-store, then start-event-data-store-ingestion",
            needs: NEEDS,
            false_positives: &["A store that was replaced by another"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("cloudtrail", "GetEventDataStore", "") {
            let (arn, name, status) = (
                item.text("EventDataStoreArn"),
                item.text("Name"),
                item.text("Status"),
            );
            let draft = found.on(&item, "event-store", arn, name);
            match status {
                "PENDING_DELETION" => draft
                    .suspicious(Severity::Critical)
                    .fact("status", status)
                    .fact("changed", item.text("UpdatedTimestamp"))
                    .deadline("all events in it, seven days after it was deleted", None)
                    .say(&format!("event store {name} is going to be deleted")),
                "STOPPED_INGESTION" | "STOPPING_INGESTION" => draft
                    .suspicious(Severity::High)
                    .fact("status", status)
                    .fact("changed", item.text("UpdatedTimestamp"))
                    .say(&format!("event store {name} takes in nothing")),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, silent, suspicious};

    let store = |status: &str| {
        asked(
            "cloudtrail:GetEventDataStore",
            json!({"EventDataStore": "arn:e"}),
            json!({"EventDataStoreArn": "arn:e", "Name": "e", "Status": status}),
        )
    };
    vec![
        suspicious(vec![store("PENDING_DELETION")]),
        suspicious(vec![store("STOPPED_INGESTION")]),
        silent(vec![store("ENABLED")]),
    ]
}
