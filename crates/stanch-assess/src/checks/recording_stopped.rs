//! Configuration, alarms or logs were made blind.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use serde_json::Value;
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("config", "DescribeConfigurationRecorderStatus"),
    list("cloudwatch", "DescribeAlarms"),
    list("logs", "DescribeLogGroups"),
    each("logs", "DescribeSubscriptionFilters", "DescribeLogGroups"),
];

/// See the head of this file.
pub(super) struct RecordingStopped;

impl Check for RecordingStopped {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "recording-stopped",
            title: "Configuration, alarms or logs were made blind",
            why: "A recorder that stands still, alarms that no longer act and logs that are kept a day hide what comes next, and what was.",
            severity: Severity::Medium,
            tactics: &[Tactic::DefenseEvasion],
            techniques: &["T1562.001", "T1562.008"],
            steps: &["6", "9"],
            next: "start the recorder, enable the actions, set the retention back",
            needs: NEEDS,
            false_positives: &["A test environment that saves cost"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items(
            "config",
            "DescribeConfigurationRecorderStatus",
            "ConfigurationRecordersStatus",
        ) {
            let name = item.text("name");
            if item.at("recording") == &Value::Bool(false) {
                found
                    .on(&item, "recorder", name, name)
                    .suspicious(Severity::High)
                    .fact("stopped", item.text("lastStopTime"))
                    .say(&format!("configuration recorder {name} stands still"));
            }
        }
        for item in account.items("cloudwatch", "DescribeAlarms", "MetricAlarms") {
            let name = item.text("AlarmName");
            if item.at("ActionsEnabled") == &Value::Bool(false) {
                found
                    .on(&item, "alarm", name, item.text("AlarmArn"))
                    .misconfiguration(Severity::Medium)
                    .say(&format!("alarm {name} does nothing when it goes off"));
            }
        }
        for item in account.items("logs", "DescribeLogGroups", "logGroups") {
            let name = item.text("logGroupName");
            if item.at("retentionInDays").as_u64().is_some_and(|days| days <= 1) {
                found
                    .on(&item, "log-group", name, name)
                    .misconfiguration(Severity::Medium)
                    .deadline("logs older than a day", None)
                    .say(&format!("log group {name} keeps a day only"));
            }
        }
        for item in account.items("logs", "DescribeSubscriptionFilters", "subscriptionFilters") {
            let (name, to) = (item.text("filterName"), item.text("destinationArn"));
            let guests = account.guests_among(&[to]);
            let draft = found.on(&item, "subscription-filter", name, name);
            let draft = if guests.any() {
                draft.suspicious(Severity::High).foreign(&guests.foreign)
            } else {
                draft.misconfiguration(Severity::Low)
            };
            draft
                .fact("log group", item.text("logGroupName"))
                .fact("to", to)
                .say(&format!(
                    "what {} logs is sent to {to}",
                    item.text("logGroupName")
                ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent, suspicious};

    let recorder = |on: bool| {
        answer(
            "config:DescribeConfigurationRecorderStatus",
            json!({"ConfigurationRecordersStatus": [{"name": "default", "recording": on}]}),
        )
    };
    let group = |days: u64| {
        answer(
            "logs:DescribeLogGroups",
            json!({"logGroups": [{"logGroupName": "g", "retentionInDays": days}]}),
        )
    };
    vec![
        suspicious(vec![recorder(false)]),
        misconfiguration(vec![group(1)]),
        silent(vec![recorder(true), group(90)]),
    ]
}
