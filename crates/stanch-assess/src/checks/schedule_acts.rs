//! EventBridge schedule or pipe calls an AWS API or an external account.
//!
//! It must not read other answers than those in its `needs`.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::finding::Handle;
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    each("scheduler", "GetSchedule", "ListSchedules"),
    each("pipes", "DescribePipe", "ListPipes"),
];

/// The check.
pub(super) struct ScheduleActs;

impl Check for ScheduleActs {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "schedule-acts",
            title: "EventBridge schedule or pipe calls an AWS API or an external account",
            why: "A schedule can call any AWS API, such as CreateAccessKey, without any code that could be reviewed. A pipe can send events to another account.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1053", "T1546"],
            steps: &["12"],
            next: "Disable the schedule or stop the pipe before you change anything else",
            needs: NEEDS,
            made_by: &["CreateSchedule", "UpdateSchedule", "CreatePipe", "UpdatePipe"],
            harmless_when: &["A schedule that stops instances at night"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("scheduler", "GetSchedule", "") {
            let (arn, name, target) = (item.text("Arn"), item.text("Name"), item.text("Target.Arn"));
            let exposure = account.exposure_among(&[target]);
            shared(
                found,
                &item,
                ("schedule", arn, name),
                ("EventBridge schedule", "targets"),
                &exposure,
                Severity::High,
            );
            // arn:aws:scheduler:::aws-sdk:iam:createAccessKey, whatever the partition.
            let call = target
                .split_once(":aws-sdk:")
                .map_or("", |(_, call)| call)
                .to_ascii_lowercase();
            if SENSITIVE.iter().any(|service| call.starts_with(service)) {
                found
                    .on(&item, "schedule", arn, name)
                    .suspicious(Severity::High)
                    .fact("API Call", &call)
                    .handle(Handle::ScheduleGroup {
                        group: item.text("GroupName").to_owned(),
                    })
                    .fact("Schedule", item.text("ScheduleExpression"))
                    .fact("Role", item.text("Target.RoleArn"))
                    .say(&format!("EventBridge schedule {name} calls {call}"));
            } else if !exposure.is_external() {
                // No evidence by itself; reported so that its creator can be evidence against it.
                found
                    .on(&item, "schedule", arn, name)
                    .misconfiguration(Severity::Informational)
                    .fact("Target", target)
                    .fact("Role", item.text("Target.RoleArn"))
                    .say(&format!("EventBridge schedule {name} targets {target}"));
            }
        }
        for item in account.items("pipes", "DescribePipe", "") {
            let exposure =
                account.exposure_among(&[item.text("Source"), item.text("Target"), item.text("Enrichment")]);
            shared(
                found,
                &item,
                ("pipe", item.text("Arn"), item.text("Name")),
                ("EventBridge pipe", "is connected to"),
                &exposure,
                Severity::High,
            );
        }
    }
}

/// Services whose calls change permissions or logging.
const SENSITIVE: [&str; 8] = [
    "iam:",
    "sts:",
    "kms:",
    "organizations:",
    "cloudtrail:",
    "guardduty:",
    "secretsmanager:",
    "ssm:",
];

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, STRANGER, asked, misconfigured, silent, suspicious};

    let schedule = |target: &str| {
        asked(
            "scheduler:GetSchedule",
            json!({"Name": "s"}),
            json!({"Name": "s", "Arn": "arn:s", "Target": {"Arn": target, "RoleArn": "arn:aws:iam::111122223333:role/r"}}),
        )
    };
    let pipe = |account: &str| {
        asked(
            "pipes:DescribePipe",
            json!({"Name": "p"}),
            json!({"Name": "p", "Arn": "arn:p", "Target": format!("arn:aws:sqs:us-east-1:{account}:q")}),
        )
    };
    vec![
        suspicious(vec![schedule("arn:aws:scheduler:::aws-sdk:iam:createAccessKey")]),
        suspicious(vec![pipe(STRANGER)]),
        misconfigured(vec![schedule("arn:aws:lambda:us-east-1:111122223333:function:f")]),
        silent(vec![pipe(OWN)]),
    ]
}
