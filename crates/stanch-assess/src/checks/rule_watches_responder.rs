//! A rule reacts to what a responder does.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("events", "ListRules"),
    each("events", "ListTargetsByRule", "ListRules"),
];

/// See the head of this file.
pub(super) struct RuleWatchesResponder;

impl Check for RuleWatchesResponder {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "rule-watches-responder",
            title: "A rule reacts to what a responder does",
            why: "A rule on the deletion of keys, users or trails that runs code makes them anew, or tells the intruder.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::DefenseEvasion],
            techniques: &["T1546"],
            steps: &["12"],
            next: "disable the rule before anything else is changed, then look at its target",
            needs: NEEDS,
            false_positives: &["An alarm of a security team that only notifies"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let targets = account.items("events", "ListTargetsByRule", "Targets");
        for item in account.items("events", "ListRules", "Rules") {
            let name = item.text("Name");
            let pattern = item.text("EventPattern");
            let watched: Vec<&str> = WATCHED
                .into_iter()
                .filter(|name| pattern.contains(name))
                .collect();
            let runs: Vec<&str> = targets
                .iter()
                .filter(|target| target.asked("Rule") == name && target.region() == item.region())
                .map(|target| target.text("Arn"))
                .collect();
            let acts = runs.iter().any(|arn| {
                [":lambda:", ":states:", ":ssm:", ":codebuild:", ":ecs:"]
                    .iter()
                    .any(|service| arn.contains(service))
            });
            let guests = account.guests_among(&runs);
            if !watched.is_empty() && acts {
                found
                    .on(&item, "rule", item.text("Arn"), name)
                    .suspicious(Severity::High)
                    .fact("watches", &watched.join(", "))
                    .fact("runs", runs[0])
                    .say(&format!(
                        "rule {name} runs {} when somebody calls {}",
                        runs[0],
                        watched.join(", ")
                    ));
            }
            shared(
                found,
                &item,
                ("rule", item.text("Arn"), name),
                &guests,
                Severity::High,
            );
        }
    }
}

/// Calls by which a responder puts an intruder out.
const WATCHED: [&str; 9] = [
    "DeleteAccessKey",
    "UpdateAccessKey",
    "DeleteUser",
    "DeleteLoginProfile",
    "PutUserPolicy",
    "DetachUserPolicy",
    "UpdateAssumeRolePolicy",
    "DeleteRole",
    "StartLogging",
];

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, asked, silent, suspicious};

    let rule = |pattern: &str| {
        answer(
            "events:ListRules",
            json!({"Rules": [{"Name": "r", "Arn": "arn:rule", "EventPattern": pattern}]}),
        )
    };
    let target = |arn: &str| {
        asked(
            "events:ListTargetsByRule",
            json!({"Rule": "r"}),
            json!({"Targets": [{"Id": "1", "Arn": arn}]}),
        )
    };
    vec![
        suspicious(vec![
            rule("{\"detail\":{\"eventName\":[\"DeleteAccessKey\"]}}"),
            target("arn:aws:lambda:us-east-1:111122223333:function:f"),
        ]),
        silent(vec![
            rule("{\"detail\":{\"eventName\":[\"DeleteAccessKey\"]}}"),
            target("arn:aws:sns:us-east-1:111122223333:alarm"),
        ]),
    ]
}
