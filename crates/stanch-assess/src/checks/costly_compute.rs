//! EC2, Auto Scaling or SageMaker uses instance types that suit crypto-mining.
//!
//! It must not read other answers than those in its `needs`.

use super::support::costly;
use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("ec2", "DescribeInstances"),
    each("ec2", "DescribeLaunchTemplateVersions", "DescribeLaunchTemplates"),
    list("ec2", "DescribeSpotInstanceRequests"),
    list("autoscaling", "DescribeAutoScalingGroups"),
    list("ec2", "DescribeLaunchTemplates"),
    list("sagemaker", "ListNotebookInstances"),
];

/// The check.
pub(super) struct CostlyCompute;

impl Check for CostlyCompute {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "costly-compute",
            title: "EC2, Auto Scaling or SageMaker uses instance types that suit crypto-mining",
            why: "GPU and very large instance types cost tens of dollars an hour. Attackers start them in many regions at once, and a template or an Auto Scaling group starts them again.",
            severity: Severity::High,
            tactics: &[Tactic::Impact],
            techniques: &["T1496"],
            steps: &["8", "13"],
            next: "Stop the source first (Auto Scaling group, fleet, launch template), then the instances; keep a snapshot of one",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A team that trains models"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let mut templates = std::collections::BTreeSet::new();
        instances(account, found);
        for item in account.items("ec2", "DescribeLaunchTemplateVersions", "LaunchTemplateVersions") {
            let kind = item.text("LaunchTemplateData.InstanceType");
            let Some(why) = costly(kind) else { continue };
            let (id, name) = (item.text("LaunchTemplateId"), item.text("LaunchTemplateName"));
            templates.extend([(item.region(), id), (item.region(), name)]);
            found
                .on(&item, "launch-template", id, name)
                .suspicious(Severity::High)
                .fact("Instance Type", kind)
                .fact(
                    "User Data",
                    if item.at("LaunchTemplateData.UserData").is_null() {
                        ""
                    } else {
                        "runs a script at start"
                    },
                )
                .say(&format!("EC2 launch template {name} uses {why} ({kind})"));
        }
        for item in account.items("autoscaling", "DescribeAutoScalingGroups", "AutoScalingGroups") {
            let name = item.text("AutoScalingGroupName");
            let from = [
                item.text("LaunchTemplate.LaunchTemplateId"),
                item.text("LaunchTemplate.LaunchTemplateName"),
            ];
            if from
                .iter()
                .any(|template| templates.contains(&(item.region(), *template)))
            {
                let id = item.text("AutoScalingGroupARN");
                found
                    .on(
                        &item,
                        "auto-scaling-group",
                        if id.is_empty() { name } else { id },
                        name,
                    )
                    .suspicious(Severity::High)
                    .fact("Launch Template", from[0])
                    .say(&format!(
                        "Auto Scaling group {name} replaces such instances whenever one is stopped"
                    ));
            }
        }
        spot_requests(account, found);
        notebooks(account, found);
    }
}

/// Reports instances that run or can be started again.
fn instances(account: &AccountState<'_>, found: &mut Findings) {
    for item in account.items("ec2", "DescribeInstances", "Reservations.Instances") {
        let state = item.text("State.Name");
        let kind = item.text("InstanceType");
        let Some(why) = costly(kind).filter(|_| !matches!(state, "terminated" | "shutting-down")) else {
            continue;
        };
        let id = item.text("InstanceId");
        found
            .on(&item, "instance", id, id)
            .suspicious(Severity::High)
            .fact("Instance Type", kind)
            .fact("State", state)
            .fact("Launch Time", item.text("LaunchTime"))
            .fact("Key Pair", item.text("KeyName"))
            .fact("Stack", &stack_of(item.at("Tags")))
            .say(&format!("EC2 instance {id} has {why} ({kind})"));
    }
}

/// Reports notebook instances.
fn notebooks(account: &AccountState<'_>, found: &mut Findings) {
    for item in account.items("sagemaker", "ListNotebookInstances", "NotebookInstances") {
        let (kind, name) = (item.text("InstanceType"), item.text("NotebookInstanceName"));
        if let Some(why) = costly(kind) {
            found
                .on(&item, "notebook", item.text("NotebookInstanceArn"), name)
                .suspicious(Severity::High)
                .fact("Instance Type", kind)
                .say(&format!("SageMaker notebook instance {name} has {why} ({kind})"));
        }
    }
}

/// Reports Spot requests that are open or active.
fn spot_requests(account: &AccountState<'_>, found: &mut Findings) {
    for item in account.items("ec2", "DescribeSpotInstanceRequests", "SpotInstanceRequests") {
        let kind = item.text("LaunchSpecification.InstanceType");
        if let (Some(why), "open" | "active") = (costly(kind), item.text("State")) {
            let id = item.text("SpotInstanceRequestId");
            found
                .on(&item, "spot-request", id, id)
                .suspicious(Severity::High)
                .fact("Instance Type", kind)
                .say(&format!("EC2 Spot request {id} requests {why} ({kind})"));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, asked, silent, suspicious};

    let instance = |kind: &str| {
        answer(
            "ec2:DescribeInstances",
            json!({"Reservations": [{"Instances": [{"InstanceId": "i-1", "InstanceType": kind, "State": {"Name": "running"}}]}]}),
        )
    };
    let template = || {
        asked(
            "ec2:DescribeLaunchTemplateVersions",
            json!({"LaunchTemplateId": "lt-1"}),
            json!({"LaunchTemplateVersions": [{"LaunchTemplateId": "lt-1", "LaunchTemplateName": "w", "LaunchTemplateData": {"InstanceType": "g5.xlarge"}}]}),
        )
    };
    // A namesake in another region is another launch template.
    let elsewhere = || stanch_core::Reading {
        region: "eu-west-1".into(),
        ..answer(
            "autoscaling:DescribeAutoScalingGroups",
            json!({"AutoScalingGroups": [{"AutoScalingGroupName": "a", "LaunchTemplate": {"LaunchTemplateName": "w"}}]}),
        )
    };
    vec![
        suspicious(vec![instance("p4d.24xlarge")]),
        suspicious(vec![template()]),
        silent(vec![elsewhere()]),
        silent(vec![instance("t3.medium")]),
    ]
}
