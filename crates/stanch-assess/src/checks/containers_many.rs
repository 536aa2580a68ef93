//! ECS service runs many tasks, or an image from a public registry.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use serde_json::Value;
use stanch_core::finding::Handle;
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    each("ecs", "DescribeServices", "ListServices"),
    each("ecs", "DescribeTaskDefinition", "ListTaskDefinitions"),
    list("ecs", "ListClusters"),
];

/// The check.
pub(super) struct ContainersMany;

impl Check for ContainersMany {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "containers-many",
            title: "ECS service runs many tasks, or an image from a public registry",
            why: "Crypto-mining also runs in containers: one call starts fifty tasks of an image from a public registry.",
            severity: Severity::High,
            tactics: &[Tactic::Impact, Tactic::Execution],
            techniques: &["T1496", "T1610"],
            steps: &["8"],
            next: "Set the desired count of the service to 0, then review its image; delete the service after evidence is saved",
            needs: NEEDS,
            made_by: &["CreateService", "UpdateService"],
            harmless_when: &["A large fleet of workers"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ecs", "DescribeServices", "services") {
            let desired = item.at("desiredCount").as_u64().unwrap_or(0);
            if desired >= 20 {
                let name = item.text("serviceName");
                found
                    .on(&item, "ecs-service", item.text("serviceArn"), name)
                    .suspicious(Severity::Medium)
                    .fact("Desired Tasks", &desired.to_string())
                    .handle(Handle::EcsCluster {
                        cluster: item.text("clusterArn").to_owned(),
                    })
                    .fact("Task Definition", item.text("taskDefinition"))
                    .say(&format!(
                        "ECS service {name} has a desired count of {desired} tasks"
                    ));
            }
        }
        for item in account.items("ecs", "DescribeTaskDefinition", "taskDefinition") {
            let arn = item.text("taskDefinitionArn");
            for image in item
                .list("containerDefinitions.image")
                .into_iter()
                .filter_map(Value::as_str)
            {
                let host = image.split('/').next().unwrap_or("");
                let elsewhere =
                    host.contains('.') && !host.ends_with(".amazonaws.com") && host != "public.ecr.aws";
                if elsewhere || image.matches('/').count() == 1 && !host.contains('.') {
                    found
                        .on(&item, "task-definition", arn, arn)
                        .misconfiguration(Severity::Low)
                        .fact("Image", image)
                        .say(&format!(
                            "ECS task definition {arn} uses image {image} from a public registry"
                        ));
                }
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, misconfigured, silent, suspicious};

    let service = |count: u64| {
        asked(
            "ecs:DescribeServices",
            json!({"cluster": "c"}),
            json!({"services": [{"serviceName": "s", "serviceArn": "a", "desiredCount": count}]}),
        )
    };
    let definition = |image: &str| {
        asked(
            "ecs:DescribeTaskDefinition",
            json!({"taskDefinition": "t"}),
            json!({"taskDefinition": {"taskDefinitionArn": "t", "containerDefinitions": [{"image": image}]}}),
        )
    };
    vec![
        suspicious(vec![service(50)]),
        misconfigured(vec![definition("docker.io/x/y:latest")]),
        silent(vec![
            service(3),
            definition("checkout:1"),
            definition("111122223333.dkr.ecr.us-east-1.amazonaws.com/a:1"),
        ]),
    ]
}
