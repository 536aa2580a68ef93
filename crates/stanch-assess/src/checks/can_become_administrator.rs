//! A user or role that is no administrator can become one.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use crate::people::principals;
use stanch_core::{Severity, Tactic};
use stanch_iam::{Grade, Way};

/// The answers it needs. Of what runs as a role, those that show the role.
const NEEDS: &[Need] = &[
    list("iam", "GetAccountAuthorizationDetails"),
    each("iam", "GetPolicyVersion", "ListPolicies"),
    list("lambda", "ListFunctions"),
    list("ec2", "DescribeInstances"),
    each("codebuild", "BatchGetProjects", "ListProjects"),
    list("cloudformation", "DescribeStacks"),
    list("glue", "GetDevEndpoints"),
    list("glue", "GetJobs"),
    each("sagemaker", "DescribeNotebookInstance", "ListNotebookInstances"),
    each("apprunner", "DescribeService", "ListServices"),
];

/// See the head of this file.
pub(super) struct CanBecomeAdministrator;

impl Check for CanBecomeAdministrator {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "can-become-administrator",
            title: "A principal can become an administrator",
            why: "Whoever holds its credentials holds the account, though no policy of it says so: a call or two give it every permission, or the permissions of somebody who has them.",
            severity: Severity::Medium,
            tactics: &[Tactic::PrivilegeEscalation],
            techniques: &["T1098.003", "T1078.004"],
            steps: &["12"],
            next: "treat its credentials as those of an administrator; take the permission away, or bind it by a condition or a boundary",
            needs: NEEDS,
            false_positives: &[
                "Roles that deploy infrastructure must do so by design",
                "A service control policy that forbids the way, when the organization was not read",
            ],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let (principals, items) = principals(account);
        let escalations = principals.escalations();
        for (arn, item) in items {
            let Some(principal) = principals.get(arn) else {
                continue;
            };
            let Some(way) = escalations.way_up(arn) else {
                continue;
            };
            let sure = way.grade == Grade::Certain;
            let kind = if principal.is_role { "iam-role" } else { "iam-user" };
            let first = way.steps.first();
            found
                .on(&item, kind, arn, &principal.name)
                .misconfiguration(if sure { Severity::Medium } else { Severity::Low })
                .fact("way", &words(&way))
                .fact(
                    "calls",
                    &first.map_or(String::new(), |step| step.calls.join(", ")),
                )
                .fact("steps", &way.steps.len().to_string())
                .fact(
                    "sure",
                    if sure {
                        "yes"
                    } else {
                        "unless a condition or a policy that is not known forbids it"
                    },
                )
                .say(&format!(
                    "{} {} become an administrator: {}",
                    principal.name,
                    if sure { "can" } else { "may" },
                    words(&way)
                ));
        }
    }
}

/// The way in words: `iam:PassRole and lambda:CreateFunction as role deploy`.
fn words(way: &Way<'_>) -> String {
    let steps = way.steps.iter().map(|step| {
        let calls = step.calls.join(" and ");
        let name = |arn: &str| arn.rsplit(['/', ':']).next().unwrap_or(arn).to_owned();
        match (&step.to, step.through.as_str()) {
            (Some(to), _) => format!("{calls} to be {}", name(to)),
            (None, "") => calls,
            (None, on) => format!("{calls} on {}", name(on)),
        }
    });
    steps.collect::<Vec<_>>().join(", then ")
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::{Value, json};

    use crate::contract::{OWN, answer, misconfiguration, silent};

    let details = |users: Value, roles: Value| {
        answer(
            "iam:GetAccountAuthorizationDetails",
            json!({"UserDetailList": users, "RoleDetailList": roles}),
        )
    };
    let user = |actions: Value| {
        json!({"UserName": "u", "Arn": format!("arn:aws:iam::{OWN}:user/u"), "UserPolicyList": [{"PolicyName": "p",
            "PolicyDocument": {"Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}}}]})
    };
    let boss = json!({"RoleName": "boss", "Arn": format!("arn:aws:iam::{OWN}:role/boss"),
        "AssumeRolePolicyDocument": {"Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}},
        "AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]});
    let function = answer(
        "lambda:ListFunctions",
        json!({"Functions": [{"FunctionArn": format!("arn:aws:lambda:us-east-1:{OWN}:function:f"), "Role": format!("arn:aws:iam::{OWN}:role/boss")}]}),
    );
    vec![
        misconfiguration(vec![details(
            json!([user(json!("iam:AttachUserPolicy"))]),
            json!([]),
        )]),
        misconfiguration(vec![
            details(json!([user(json!("lambda:UpdateFunctionCode"))]), json!([boss])),
            function.clone(),
        ]),
        misconfiguration(vec![details(
            json!([user(json!(["iam:PassRole", "lambda:*"]))]),
            json!([boss]),
        )]),
        // An administrator has no need to; who may only read cannot.
        silent(vec![
            details(json!([user(json!("*"))]), json!([boss])),
            function.clone(),
        ]),
        silent(vec![
            details(json!([user(json!(["iam:Get*", "s3:*"]))]), json!([boss])),
            function,
        ]),
    ]
}
