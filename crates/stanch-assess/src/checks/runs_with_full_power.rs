//! Something that runs by itself is an administrator.
//!
//! It must not look at anything but the answers it names.

use super::support::is_administrator;
use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("iam", "GetAccountAuthorizationDetails"),
    list("lambda", "ListFunctions"),
    each("scheduler", "GetSchedule", "ListSchedules"),
    each("stepfunctions", "DescribeStateMachine", "ListStateMachines"),
    each("codebuild", "BatchGetProjects", "ListProjects"),
    list("cloudformation", "DescribeStacks"),
    list("glue", "GetJobs"),
    each("sagemaker", "DescribeNotebookInstance", "ListNotebookInstances"),
];

/// See the head of this file.
pub(super) struct RunsWithFullPower;

impl Check for RunsWithFullPower {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "runs-with-full-power",
            title: "Something that runs by itself is an administrator",
            why: "A function, build, schedule or stack with an administrator role hands that power to whoever can change its code or input, and to whoever left it there.",
            severity: Severity::Medium,
            tactics: &[Tactic::PrivilegeEscalation, Tactic::Persistence],
            techniques: &["T1098.003", "T1648"],
            steps: &["12"],
            next: "give it a role with what it needs; revoke the sessions of the role",
            needs: NEEDS,
            false_positives: &["A build that deploys the infrastructure"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let strong: BTreeSet<&str> = account
            .items("iam", "GetAccountAuthorizationDetails", "RoleDetailList")
            .iter()
            .filter(|item| is_administrator(item, "RolePolicyList"))
            .map(|item| item.text("Arn"))
            .collect();
        for (call, path, kind, id, role) in RUNNING {
            let (service, operation) = call;
            for item in account.items(service, operation, path) {
                let (id, role) = (item.text(id), item.text(role));
                if !strong.contains(role) {
                    continue;
                }
                let name = id.rsplit(['/', ':']).next().unwrap_or(id);
                found
                    .on(&item, kind, id, name)
                    .misconfiguration(Severity::Medium)
                    .fact("role", role)
                    .fact("stack", &stack_of(item.at("Tags")))
                    .say(&format!("{kind} {name} runs with an administrator role"));
            }
        }
    }
}

/// A call, the path of the things in its answer, their kind, and the members that hold id and role.
type Runs = (
    (&'static str, &'static str),
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// Where a role is named.
const RUNNING: [Runs; 7] = [
    (
        ("lambda", "ListFunctions"),
        "Functions",
        "function",
        "FunctionArn",
        "Role",
    ),
    (
        ("scheduler", "GetSchedule"),
        "",
        "schedule",
        "Arn",
        "Target.RoleArn",
    ),
    (
        ("stepfunctions", "DescribeStateMachine"),
        "",
        "state-machine",
        "stateMachineArn",
        "roleArn",
    ),
    (
        ("codebuild", "BatchGetProjects"),
        "projects",
        "build-project",
        "arn",
        "serviceRole",
    ),
    (
        ("cloudformation", "DescribeStacks"),
        "Stacks",
        "stack",
        "StackId",
        "RoleARN",
    ),
    (("glue", "GetJobs"), "Jobs", "job", "Name", "Role"),
    (
        ("sagemaker", "DescribeNotebookInstance"),
        "",
        "notebook",
        "NotebookInstanceArn",
        "RoleArn",
    ),
];

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent};

    let role = |action: &str| {
        answer(
            "iam:GetAccountAuthorizationDetails",
            json!({"RoleDetailList": [{"RoleName": "r", "Arn": "arn:aws:iam::111122223333:role/r",
            "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}}]}]}),
        )
    };
    let function = || {
        answer(
            "lambda:ListFunctions",
            json!({"Functions": [{"FunctionArn": "arn:f", "Role": "arn:aws:iam::111122223333:role/r"}]}),
        )
    };
    vec![
        misconfiguration(vec![role("*"), function()]),
        silent(vec![role("s3:Get*"), function()]),
    ]
}
