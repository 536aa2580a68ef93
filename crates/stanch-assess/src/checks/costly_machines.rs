//! Machines that miners take.
//!
//! It must not look at anything but the answers it names.

use super::support::costly;
use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("ec2", "DescribeInstances"),
    each("ec2", "DescribeLaunchTemplateVersions", "DescribeLaunchTemplates"),
    list("ec2", "DescribeSpotInstanceRequests"),
    list("autoscaling", "DescribeAutoScalingGroups"),
    list("ec2", "DescribeLaunchTemplates"),
    list("sagemaker", "ListNotebookInstances"),
];

/// See the head of this file.
pub(super) struct CostlyMachines;

impl Check for CostlyMachines {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "costly-machines",
            title: "Machines that miners take",
            why: "Accelerators and very large types cost tens of dollars an hour, and intruders start them in many regions at once; a template or group starts them again.",
            severity: Severity::High,
            tactics: &[Tactic::Impact],
            techniques: &["T1496"],
            steps: &["8", "13"],
            next: "stop what starts them first (group, fleet, template), then the machines; keep a snapshot of one",
            needs: NEEDS,
            false_positives: &["A team that trains models"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let mut templates = std::collections::BTreeSet::new();
        instances(account, found);
        for item in account.items("ec2", "DescribeLaunchTemplateVersions", "LaunchTemplateVersions") {
            let kind = item.text("LaunchTemplateData.InstanceType");
            let Some(why) = costly(kind) else { continue };
            let (id, name) = (item.text("LaunchTemplateId"), item.text("LaunchTemplateName"));
            templates.extend([id, name]);
            found
                .on(&item, "launch-template", id, name)
                .suspicious(Severity::High)
                .fact("type", kind)
                .fact(
                    "user data",
                    if item.at("LaunchTemplateData.UserData").is_null() {
                        ""
                    } else {
                        "runs a script at the start"
                    },
                )
                .say(&format!("launch template {name} starts {why} ({kind})"));
        }
        for item in account.items("autoscaling", "DescribeAutoScalingGroups", "AutoScalingGroups") {
            let name = item.text("AutoScalingGroupName");
            let from = [
                item.text("LaunchTemplate.LaunchTemplateId"),
                item.text("LaunchTemplate.LaunchTemplateName"),
            ];
            if from.iter().any(|template| templates.contains(template)) {
                let id = item.text("AutoScalingGroupARN");
                found
                    .on(
                        &item,
                        "auto-scaling-group",
                        if id.is_empty() { name } else { id },
                        name,
                    )
                    .suspicious(Severity::High)
                    .fact("template", from[0])
                    .say(&format!(
                        "group {name} starts such machines again whenever one is stopped"
                    ));
            }
        }
        spot_requests(account, found);
        notebooks(account, found);
    }
}

/// Machines that run or can be started again.
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
            .fact("type", kind)
            .fact("state", state)
            .fact("since", item.text("LaunchTime"))
            .fact("key pair", item.text("KeyName"))
            .fact("stack", &stack_of(item.at("Tags")))
            .say(&format!("instance {id} is {why} ({kind})"));
    }
}

/// Machines behind notebooks.
fn notebooks(account: &AccountState<'_>, found: &mut Findings) {
    for item in account.items("sagemaker", "ListNotebookInstances", "NotebookInstances") {
        let (kind, name) = (item.text("InstanceType"), item.text("NotebookInstanceName"));
        if let Some(why) = costly(kind) {
            found
                .on(&item, "notebook", item.text("NotebookInstanceArn"), name)
                .suspicious(Severity::High)
                .fact("type", kind)
                .say(&format!("notebook {name} is {why} ({kind})"));
        }
    }
}

/// Requests for spare machines.
fn spot_requests(account: &AccountState<'_>, found: &mut Findings) {
    for item in account.items("ec2", "DescribeSpotInstanceRequests", "SpotInstanceRequests") {
        let kind = item.text("LaunchSpecification.InstanceType");
        if let (Some(why), "open" | "active") = (costly(kind), item.text("State")) {
            let id = item.text("SpotInstanceRequestId");
            found
                .on(&item, "spot-request", id, id)
                .suspicious(Severity::High)
                .fact("type", kind)
                .say(&format!("spot request {id} asks for {why} ({kind})"));
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
    vec![
        suspicious(vec![instance("p4d.24xlarge")]),
        suspicious(vec![template()]),
        silent(vec![instance("t3.medium")]),
    ]
}
