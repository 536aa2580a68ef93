//! Batch may start very many machines.
//!
//! It must not look at anything but the answers it names.

use super::support::costly;
use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use serde_json::Value;
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("batch", "DescribeComputeEnvironments")];

/// See the head of this file.
pub(super) struct JobsAtScale;

impl Check for JobsAtScale {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "jobs-at-scale",
            title: "Batch may start very many machines",
            why: "A compute environment of Batch starts as many machines as its limit allows, for whoever can submit a job.",
            severity: Severity::High,
            tactics: &[Tactic::Impact],
            techniques: &["T1496"],
            steps: &["8", "13"],
            next: "disable the environment and its queue, then look at the jobs",
            needs: NEEDS,
            false_positives: &["Science and rendering"],
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
                .fact("processors", &most.to_string())
                .fact("types", why.unwrap_or(""))
                .fact("stack", &stack_of(item.at("tags")))
                .say(&format!("compute environment {name} may run {most} processors"));
        }
    }
}

/// So many processors are more than most environments may run.
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
