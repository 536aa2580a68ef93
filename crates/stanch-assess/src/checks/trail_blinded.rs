//! A trail records nothing, or not everything.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use serde_json::Value;
use stanch_core::json_path::text;
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("cloudtrail", "DescribeTrails"),
    each("cloudtrail", "GetTrailStatus", "DescribeTrails"),
    each("cloudtrail", "GetEventSelectors", "DescribeTrails"),
];

/// See the head of this file.
pub(super) struct TrailBlinded;

impl Check for TrailBlinded {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "trail-blinded",
            title: "A trail records nothing, or not everything",
            why: "What a trail does not record can not be told afterwards. Intruders stop it, narrow it, or let its files be deleted.",
            severity: Severity::High,
            tactics: &[Tactic::DefenseEvasion],
            techniques: &["T1562.008"],
            steps: &["6"],
            next: "start logging again and put the event selectors back; keep the old trail as evidence",
            needs: NEEDS,
            false_positives: &["A second trail that an owner switched off to save its cost"],
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
            recording.is_empty(),
            account.items("cloudtrail", "DescribeTrails", "").first(),
        ) {
            found
                .on(item, "account", account.id().as_str(), "")
                .misconfiguration(Severity::High)
                .say("no trail records all regions: only the 90 days of event history remain");
        }
    }
}

/// The name in an ARN.
fn name_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// Whether trails record and deliver.
fn status(account: &AccountState<'_>, found: &mut Findings) {
    for item in account.items("cloudtrail", "GetTrailStatus", "") {
        let arn = item.asked("Name");
        let name = name_of(arn);
        if item.at("IsLogging") == &Value::Bool(false) {
            found
                .on(&item, "trail", arn, name)
                .suspicious(Severity::Critical)
                .fact("stopped", item.text("StopLoggingTime"))
                .deadline("the record of all that happens meanwhile", None)
                .say(&format!("trail {name} does not record"));
        }
        let error = item.text("LatestDeliveryError");
        if !error.is_empty() {
            found
                .on(&item, "trail", arn, name)
                .suspicious(Severity::High)
                .fact("error", error)
                .say(&format!("trail {name} can't deliver what it records"));
        }
    }
}

/// What trails leave out.
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
                .fact("not recorded", &words.join(", "))
                .say(&format!("trail {name} records {}", words.join(", ")));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, asked, misconfiguration, silent, suspicious};

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
        misconfiguration(vec![trails(), selectors("WriteOnly")]),
        misconfiguration(vec![answer(
            "cloudtrail:DescribeTrails",
            json!({"trailList": []}),
        )]),
        silent(vec![trails(), status(true), selectors("All")]),
    ]
}
