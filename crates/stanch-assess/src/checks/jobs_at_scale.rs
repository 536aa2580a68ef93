//! AWS Batch compute environment can start many instances.
//!
//! It must not read other answers than those in its `needs`.

use super::support::costly;
use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use serde_json::Value;
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("batch", "DescribeComputeEnvironments")];

/// The check.
pub(super) struct JobsAtScale;

impl Check for JobsAtScale {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "jobs-at-scale",
            title: "AWS Batch compute environment can start many instances",
            why: "A Batch compute environment starts as many instances as its limit allows, for everyone who can submit a job.",
            severity: Severity::High,
            tactics: &[Tactic::Impact],
            techniques: &["T1496"],
            steps: &["8", "13"],
            next: "Disable the compute environment and its job queue, then review the jobs",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["Scientific computing and rendering"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("batch", "DescribeComputeEnvironments", "computeEnvironments") {
            let (arn, name) = (
                item.text("computeEnvironmentArn"),
                item.text("computeEnvironmentName"),
            );
            let most = item.at("computeResources.maxvCpus").as_u64().unwrap_or(0);
            let why = item
                .list("computeResources.instanceTypes")
                .into_iter()
                .filter_map(Value::as_str)
                .find_map(costly);
            if item.text("state") == "DISABLED" || (most < MANY && why.is_none()) {
                continue;
            }
            found
                .on(&item, "compute-environment", arn, name)
                .suspicious(Severity::High)
                .fact("Maximum vCPUs", &most.to_string())
                .fact("Instance Types", why.unwrap_or(""))
                .fact("Stack", &stack_of(item.at("tags")))
                .say(&format!(
                    "AWS Batch compute environment {name} can use {most} vCPUs"
                ));
        }
    }
}

/// vCPU limit above that of most compute environments.
const MANY: u64 = 1_000;

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, silent, suspicious};

    let environment = |most: u64| {
        answer(
            "batch:DescribeComputeEnvironments",
            json!({"computeEnvironments": [{"computeEnvironmentArn": "arn:c", "computeEnvironmentName": "c", "state": "ENABLED", "computeResources": {"maxvCpus": most, "instanceTypes": ["m5.large"]}}]}),
        )
    };
    vec![suspicious(vec![environment(4096)]), silent(vec![environment(64)])]
}
