//! A schedule or pipe acts on the account by itself.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    each("scheduler", "GetSchedule", "ListSchedules"),
    each("pipes", "DescribePipe", "ListPipes"),
];

/// See the head of this file.
pub(super) struct ScheduleActs;

impl Check for ScheduleActs {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "schedule-acts",
            title: "A schedule or pipe acts on the account by itself",
            why: "A schedule can call any operation of AWS, such as making an access key, without code that anybody could read. A pipe carries what happens to another account.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1053", "T1546"],
            steps: &["12"],
            next: "disable the schedule or stop the pipe before anything else is changed",
            needs: NEEDS,
            false_positives: &["A schedule that stops machines at night"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("scheduler", "GetSchedule", "") {
            let (arn, name, target) = (item.text("Arn"), item.text("Name"), item.text("Target.Arn"));
            let guests = account.guests_among(&[target]);
            shared(found, &item, ("schedule", arn, name), &guests, Severity::High);
            // arn:aws:scheduler:::aws-sdk:iam:createAccessKey, whatever the partition.
            let call = target
                .split_once(":aws-sdk:")
                .map_or("", |(_, call)| call)
                .to_ascii_lowercase();
            if GRAVE.iter().any(|service| call.starts_with(service)) {
                found
                    .on(&item, "schedule", arn, name)
                    .suspicious(Severity::High)
                    .fact("calls", &call)
                    .fact("when", item.text("ScheduleExpression"))
                    .fact("role", item.text("Target.RoleArn"))
                    .say(&format!("schedule {name} calls {call} by itself"));
            } else if !guests.any() {
                // Says nothing alone; it stands here so that who made it can speak against it.
                found
                    .on(&item, "schedule", arn, name)
                    .misconfiguration(Severity::Informational)
                    .fact("target", target)
                    .fact("role", item.text("Target.RoleArn"))
                    .say(&format!("schedule {name} runs {target}"));
            }
        }
        for item in account.items("pipes", "DescribePipe", "") {
            let guests =
                account.guests_among(&[item.text("Source"), item.text("Target"), item.text("Enrichment")]);
            shared(
                found,
                &item,
                ("pipe", item.text("Arn"), item.text("Name")),
                &guests,
                Severity::High,
            );
        }
    }
}

/// Services whose calls change who may do what, or what is recorded.
const GRAVE: [&str; 8] = [
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

    use crate::contract::{OWN, STRANGER, asked, misconfiguration, silent, suspicious};

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
        misconfiguration(vec![schedule("arn:aws:lambda:us-east-1:111122223333:function:f")]),
        silent(vec![pipe(OWN)]),
    ]
}
