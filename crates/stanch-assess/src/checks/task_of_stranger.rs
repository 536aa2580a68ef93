//! A container runs an image of a stranger.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use serde_json::Value;
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("ecs", "DescribeTaskDefinition", "ListTaskDefinitions")];

/// See the head of this file.
pub(super) struct TaskOfStranger;

impl Check for TaskOfStranger {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "task-of-stranger",
            title: "A container runs an image of a stranger",
            why: "A task runs whatever its image holds. One from the registry of an unknown account can be changed by that account at any time.",
            severity: Severity::High,
            tactics: &[Tactic::Execution, Tactic::Persistence],
            techniques: &["T1610", "T1204.003"],
            steps: &["8", "12"],
            next: "scale the service to 0, keep the digest of the image, deregister the task definition",
            needs: NEEDS,
            false_positives: &["A vendor that hands out images like that: name its account in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ecs", "DescribeTaskDefinition", "taskDefinition") {
            let (arn, family) = (item.text("taskDefinitionArn"), item.text("family"));
            for image in item
                .list("containerDefinitions.image")
                .into_iter()
                .filter_map(Value::as_str)
            {
                let guests = account.guests_among(&[image.split('.').next().unwrap_or("")]);
                if !image.contains(".dkr.ecr.") || !guests.any() {
                    continue;
                }
                found
                    .on(&item, "task-definition", arn, family)
                    .suspicious(Severity::High)
                    .foreign(&guests.foreign)
                    .fact("image", image)
                    .say(&format!("task {family} runs image {image}"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, STRANGER, asked, silent, suspicious};

    let task = |image: &str| {
        asked(
            "ecs:DescribeTaskDefinition",
            json!({"taskDefinition": "t"}),
            json!({"taskDefinition": {"taskDefinitionArn": "arn:t", "family": "t", "containerDefinitions": [{"image": image}]}}),
        )
    };
    vec![
        suspicious(vec![task(&format!(
            "{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/x:1"
        ))]),
        silent(vec![task(&format!("{OWN}.dkr.ecr.us-east-1.amazonaws.com/x:1"))]),
    ]
}
