//! Lambda, CodeBuild or other workload runs with an administrator role.
//!
//! It must not read other answers than those in its `needs`.

use super::support::is_administrator;
use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// Answers that the check reads.
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

/// The check.
pub(super) struct RunsWithFullPower;

impl Check for RunsWithFullPower {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "runs-with-full-power",
            title: "Lambda, CodeBuild or other workload runs with an administrator role",
            why: "A function, build, schedule or stack with an administrator role gives that access to everyone who can change its code or input.",
            severity: Severity::Medium,
            tactics: &[Tactic::PrivilegeEscalation, Tactic::Persistence],
            techniques: &["T1098.003", "T1648"],
            steps: &["12"],
            next: "Give it a role with the permissions it needs; revoke the sessions of the role",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A build that deploys the infrastructure"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let strong: BTreeSet<&str> = account
            .items("iam", "GetAccountAuthorizationDetails", "RoleDetailList")
            .iter()
            .filter(|item| is_administrator(item, "RolePolicyList"))
            .map(|item| item.text("Arn"))
            .collect();
        for (call, path, (kind, noun), id, role) in WORKLOADS {
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
                    .fact("Role", role)
                    .fact("Stack", &stack_of(item.at("Tags")))
                    .say(&format!("{noun} {name} runs with an administrator role"));
            }
        }
    }
}

/// Operation, path of the workloads in the answer, kind and noun, members with id and role.
type Workload = (
    (&'static str, &'static str),
    &'static str,
    (&'static str, &'static str),
    &'static str,
    &'static str,
);

/// Workload types that have a role.
const WORKLOADS: [Workload; 7] = [
    (
        ("lambda", "ListFunctions"),
        "Functions",
        ("function", "Lambda function"),
        "FunctionArn",
        "Role",
    ),
    (
        ("scheduler", "GetSchedule"),
        "",
        ("schedule", "EventBridge schedule"),
        "Arn",
        "Target.RoleArn",
    ),
    (
        ("stepfunctions", "DescribeStateMachine"),
        "",
        ("state-machine", "Step Functions state machine"),
        "stateMachineArn",
        "roleArn",
    ),
    (
        ("codebuild", "BatchGetProjects"),
        "projects",
        ("build-project", "CodeBuild project"),
        "arn",
        "serviceRole",
    ),
    (
        ("cloudformation", "DescribeStacks"),
        "Stacks",
        ("stack", "CloudFormation stack"),
        "StackId",
        "RoleARN",
    ),
    (("glue", "GetJobs"), "Jobs", ("job", "Glue job"), "Name", "Role"),
    (
        ("sagemaker", "DescribeNotebookInstance"),
        "",
        ("notebook", "SageMaker notebook instance"),
        "NotebookInstanceArn",
        "RoleArn",
    ),
];

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

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
        misconfigured(vec![role("*"), function()]),
        silent(vec![role("s3:Get*"), function()]),
    ]
}
