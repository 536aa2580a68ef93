//! AWS Config, CloudWatch alarm or CloudWatch Logs recording is impaired.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use serde_json::Value;
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("config", "DescribeConfigurationRecorderStatus"),
    list("cloudwatch", "DescribeAlarms"),
    list("logs", "DescribeLogGroups"),
    each("logs", "DescribeSubscriptionFilters", "DescribeLogGroups"),
];

/// The check.
pub(super) struct RecordingStopped;

impl Check for RecordingStopped {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "recording-stopped",
            title: "AWS Config, CloudWatch alarm or CloudWatch Logs recording is impaired",
            why: "A stopped configuration recorder, alarms without actions and logs that are kept for a day hide what happens next and what happened before.",
            severity: Severity::Medium,
            tactics: &[Tactic::DefenseEvasion],
            techniques: &["T1562.001", "T1562.008"],
            steps: &["6", "9"],
            next: "Start the recorder, enable the alarm actions, restore the log retention",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A test environment that saves cost"],
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
                    .fact("Stop Time", item.text("lastStopTime"))
                    .say(&format!("AWS Config recorder {name} is stopped"));
            }
        }
        for item in account.items("cloudwatch", "DescribeAlarms", "MetricAlarms") {
            let name = item.text("AlarmName");
            if item.at("ActionsEnabled") == &Value::Bool(false) {
                found
                    .on(&item, "alarm", name, item.text("AlarmArn"))
                    .misconfiguration(Severity::Medium)
                    .say(&format!("Actions of CloudWatch alarm {name} are disabled"));
            }
        }
        for item in account.items("logs", "DescribeLogGroups", "logGroups") {
            let name = item.text("logGroupName");
            if item.at("retentionInDays").as_u64().is_some_and(|days| days <= 1) {
                found
                    .on(&item, "log-group", name, name)
                    .misconfiguration(Severity::Medium)
                    .deadline("logs older than a day", None)
                    .say(&format!(
                        "CloudWatch log group {name} keeps logs for one day only"
                    ));
            }
        }
        for item in account.items("logs", "DescribeSubscriptionFilters", "subscriptionFilters") {
            let (name, to) = (item.text("filterName"), item.text("destinationArn"));
            let exposure = account.exposure_among(&[to]);
            let draft = found.on(&item, "subscription-filter", name, name);
            let draft = if exposure.is_external() {
                draft.suspicious(Severity::High).exposure(&exposure)
            } else {
                draft.misconfiguration(Severity::Low)
            };
            draft
                .fact("Log Group", item.text("logGroupName"))
                .fact("Destination", to)
                .say(&format!(
                    "CloudWatch log group {} sends its logs to {to}",
                    item.text("logGroupName")
                ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent, suspicious};

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
        misconfigured(vec![group(1)]),
        silent(vec![recorder(true), group(90)]),
    ]
}
