//! A container service runs very many tasks.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use serde_json::Value;
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    each("ecs", "DescribeServices", "ListServices"),
    each("ecs", "DescribeTaskDefinition", "ListTaskDefinitions"),
    list("ecs", "ListClusters"),
];

/// See the head of this file.
pub(super) struct ContainersMany;

impl Check for ContainersMany {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "containers-many",
            title: "A container service runs very many tasks",
            why: "Miners run on containers as well: one call, fifty tasks, an image from a public registry.",
            severity: Severity::High,
            tactics: &[Tactic::Impact, Tactic::Execution],
            techniques: &["T1496", "T1610"],
            steps: &["8"],
            next: "scale the service to 0, then look at its image; delete it after evidence",
            needs: NEEDS,
            false_positives: &["A large fleet of workers"],
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
                    .fact("tasks", &desired.to_string())
                    .fact("definition", item.text("taskDefinition"))
                    .say(&format!("service {name} is to run {desired} tasks"));
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
                        .fact("image", image)
                        .say(&format!("{arn} runs {image} from a public registry"));
                }
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, misconfiguration, silent, suspicious};

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
        misconfiguration(vec![definition("docker.io/x/y:latest")]),
        silent(vec![
            service(3),
            definition("checkout:1"),
            definition("111122223333.dkr.ecr.us-east-1.amazonaws.com/a:1"),
        ]),
    ]
}
