//! EventBridge rule reacts to the actions of a responder.
//!
//! It must not read other answers than those in its `needs`.

use super::support::shared;
use crate::account::{AccountState, Item};
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::finding::Handle;
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("events", "ListRules"),
    each("events", "ListTargetsByRule", "ListRules"),
];

/// The check.
pub(super) struct RuleWatchesResponder;

impl Check for RuleWatchesResponder {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "rule-watches-responder",
            title: "EventBridge rule reacts to the actions of a responder",
            why: "A rule that runs code when keys, users or trails are deleted creates them again, or informs the attacker.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::DefenseEvasion],
            techniques: &["T1546"],
            steps: &["12"],
            next: "Disable the rule before you change anything else, then review its target",
            needs: NEEDS,
            made_by: &["PutRule", "PutTargets"],
            harmless_when: &["An alarm of a security team that only notifies"],
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
                .filter(|target| target.asked("Rule") == name && is_of_bus(target, &item))
                .map(|target| target.text("Arn"))
                .collect();
            let acts = runs.iter().any(|arn| {
                [":lambda:", ":states:", ":ssm:", ":codebuild:", ":ecs:"]
                    .iter()
                    .any(|service| arn.contains(service))
            });
            let exposure = account.exposure_among(&runs);
            if !watched.is_empty() && acts {
                found
                    .on(&item, "rule", item.text("Arn"), name)
                    .suspicious(Severity::High)
                    .fact("Watched Calls", &watched.join(", "))
                    .fact("Target", runs[0])
                    .handle(Handle::EventBus {
                        bus: item.text("EventBusName").to_owned(),
                    })
                    .say(&format!(
                        "EventBridge rule {name} invokes {} when someone calls {}",
                        runs[0],
                        watched.join(", ")
                    ));
            }
            shared(
                found,
                &item,
                ("rule", item.text("Arn"), name),
                ("EventBridge rule", "sends events to"),
                &exposure,
                Severity::High,
            );
        }
    }
}

/// Returns true if targets were asked on the event bus and in the region of a rule: rules elsewhere may have its name.
fn is_of_bus(target: &Item<'_>, rule: &Item<'_>) -> bool {
    let (asked, own) = (target.asked("EventBusName"), rule.text("EventBusName"));
    let is_bus = asked == own || (asked.is_empty() && matches!(own, "" | "default")) || own.is_empty();
    target.region() == rule.region() && is_bus
}

/// API calls with which a responder removes an attacker's access.
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
