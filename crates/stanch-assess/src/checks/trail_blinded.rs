//! CloudTrail trail is stopped, incomplete or can't deliver.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use serde_json::Value;
use stanch_core::json_path::text;
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("cloudtrail", "DescribeTrails"),
    each("cloudtrail", "GetTrailStatus", "DescribeTrails"),
    each("cloudtrail", "GetEventSelectors", "DescribeTrails"),
];

/// The check.
pub(super) struct TrailBlinded;

impl Check for TrailBlinded {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "trail-blinded",
            title: "CloudTrail trail is stopped, incomplete or can't deliver",
            why: "Events that no trail records can't be recovered later. Attackers stop a trail, narrow its event selectors, or let its log files be deleted.",
            severity: Severity::High,
            tactics: &[Tactic::DefenseEvasion],
            techniques: &["T1562.008"],
            steps: &["6"],
            next: "Start logging again and restore the event selectors; keep the old trail as evidence",
            needs: NEEDS,
            made_by: &["StopLogging", "PutEventSelectors", "UpdateTrail", "CreateTrail"],
            harmless_when: &["A second trail that an owner stopped to save its cost"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let trails = account.items("cloudtrail", "DescribeTrails", "trailList");
        status(account, found);
        selectors(account, found);
        let recording: Vec<_> = trails
            .iter()
            .filter(|item| item.is("IsMultiRegionTrail"))
            .collect();
        if let (true, Some(item)) = (
            // Where a region did not answer, a trail that records all of them may be unknown.
            recording.is_empty() && account.is_answered("cloudtrail", "DescribeTrails"),
            account.items("cloudtrail", "DescribeTrails", "").first(),
        ) {
            found
                .on(item, "account", account.id().as_str(), "")
                .misconfiguration(Severity::High)
                .say("No CloudTrail trail records all Regions: only the 90 days of event history exist");
        }
    }
}

/// Returns the name in an ARN.
fn name_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// Reports trails that do not record or deliver.
fn status(account: &AccountState<'_>, found: &mut Findings) {
    for item in account.items("cloudtrail", "GetTrailStatus", "") {
        let arn = item.asked("Name");
        let name = name_of(arn);
        if item.at("IsLogging") == &Value::Bool(false) {
            found
                .on(&item, "trail", arn, name)
                .suspicious(Severity::Critical)
                .fact("Stop Time", item.text("StopLoggingTime"))
                .deadline("the record of all calls until logging starts again", None)
                .say(&format!("CloudTrail trail {name} is stopped"));
        }
        let error = item.text("LatestDeliveryError");
        if !error.is_empty() {
            found
                .on(&item, "trail", arn, name)
                .suspicious(Severity::High)
                .fact("Delivery Error", error)
                .say(&format!("CloudTrail trail {name} can't deliver its log files"));
        }
    }
}

/// Reports events that trails do not record.
fn selectors(account: &AccountState<'_>, found: &mut Findings) {
    for item in account.items("cloudtrail", "GetEventSelectors", "") {
        let arn = item.text("TrailARN");
        let name = name_of(arn);
        for selector in item.list("EventSelectors") {
            let excluded = selector
                .get("ExcludeManagementEventSources")
                .and_then(Value::as_array)
                .map_or(0, Vec::len);
            let management = selector.get("IncludeManagementEvents") != Some(&Value::Bool(false));
            let kind = text(selector, "ReadWriteType");
            let narrowed = [
                (!management).then_some("no management events"),
                (kind == "ReadOnly").then_some("no changes"),
                (kind == "WriteOnly").then_some("no reads"),
                (excluded > 0).then_some("some services left out"),
            ];
            let words: Vec<&str> = narrowed.into_iter().flatten().collect();
            if words.is_empty() {
                continue;
            }
            let draft = found.on(&item, "trail", arn, name);
            // Leaving out reads or the calls of KMS is what the console offers to save cost.
            let mild = management && kind != "ReadOnly";
            let draft = if mild {
                draft.misconfiguration(Severity::Medium)
            } else {
                draft.suspicious(Severity::High)
            };
            draft
                .fact("Missing Events", &words.join(", "))
                .part(&words.join(", "))
                .say(&format!("CloudTrail trail {name} records {}", words.join(", ")));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, asked, misconfigured, silent, suspicious};

    let trails = || {
        answer(
            "cloudtrail:DescribeTrails",
            json!({"trailList": [{"Name": "main", "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/main", "IsMultiRegionTrail": true}]}),
        )
    };
    let status = |logging: bool| {
        asked(
            "cloudtrail:GetTrailStatus",
            json!({"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/main"}),
            json!({"IsLogging": logging}),
        )
    };
    let selectors = |kind: &str| {
        answer(
            "cloudtrail:GetEventSelectors",
            json!({"TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/main",
            "EventSelectors": [{"ReadWriteType": kind, "IncludeManagementEvents": true, "ExcludeManagementEventSources": []}]}),
        )
    };
    vec![
        suspicious(vec![trails(), status(false)]),
        suspicious(vec![trails(), selectors("ReadOnly")]),
        misconfigured(vec![trails(), selectors("WriteOnly")]),
        misconfigured(vec![answer(
            "cloudtrail:DescribeTrails",
            json!({"trailList": []}),
        )]),
        silent(vec![trails(), status(true), selectors("All")]),
    ]
}
