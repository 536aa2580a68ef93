//! ECS task definition uses an image of an external account.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use serde_json::Value;
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[each("ecs", "DescribeTaskDefinition", "ListTaskDefinitions")];

/// The check.
pub(super) struct TaskOfExternal;

impl Check for TaskOfExternal {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "task-of-external",
            title: "ECS task definition uses an image of an external account",
            why: "A task runs the code in its image. The owner of an image in an external registry can change that code at any time.",
            severity: Severity::High,
            tactics: &[Tactic::Execution, Tactic::Persistence],
            techniques: &["T1610", "T1204.003"],
            steps: &["8", "12"],
            next: "Set the desired count of the service to 0, save the image digest, then deregister the task definition",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A vendor that distributes images this way: list its account with --vendors"],
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
                let exposure = account.exposure_among(&[image.split('.').next().unwrap_or("")]);
                if !image.contains(".dkr.ecr.") || !exposure.is_external() {
                    continue;
                }
                found
                    .on(&item, "task-definition", arn, family)
                    .suspicious(Severity::High)
                    .exposure(&exposure)
                    .fact("Image", image)
                    .say(&format!("ECS task definition {family} uses image {image}"));
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
