//! CloudTrail Lake event data store is stopped or pending deletion.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("cloudtrail", "ListEventDataStores"),
    each("cloudtrail", "GetEventDataStore", "ListEventDataStores"),
];

/// The check.
pub(super) struct EventStoreEnds;

impl Check for EventStoreEnds {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "event-store-ends",
            title: "CloudTrail Lake event data store is stopped or pending deletion",
            why: "CloudTrail Lake keeps events for years. An event data store that ingests nothing, or that is deleted after seven days, loses events that exist nowhere else.",
            severity: Severity::Critical,
            tactics: &[Tactic::DefenseEvasion, Tactic::Impact],
            techniques: &["T1562.008", "T1485"],
            steps: &["6"],
            next: "Restore the event data store (cloudtrail restore-event-data-store), then start ingestion again (start-event-data-store-ingestion)",
            needs: NEEDS,
            made_by: &["DeleteEventDataStore", "StopEventDataStoreIngestion"],
            harmless_when: &["An event data store that another one replaced"],
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
                    .fact("Status", status)
                    .fact("Last Change", item.text("UpdatedTimestamp"))
                    .deadline(
                        "all events in the data store, seven days after its deletion was requested",
                        None,
                    )
                    .say(&format!(
                        "CloudTrail Lake event data store {name} is pending deletion"
                    )),
                "STOPPED_INGESTION" | "STOPPING_INGESTION" => draft
                    .suspicious(Severity::High)
                    .fact("Status", status)
                    .fact("Last Change", item.text("UpdatedTimestamp"))
                    .say(&format!(
                        "CloudTrail Lake event data store {name} ingests no events"
                    )),
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
