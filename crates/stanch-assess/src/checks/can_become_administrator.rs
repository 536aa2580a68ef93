//! IAM user or role can become an administrator.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use crate::principals::principals;
use stanch_core::{Severity, Tactic};
use stanch_iam::{Grade, Way};

/// Answers that the check reads. Of what runs as a role, those that show the role.
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

/// The check.
pub(super) struct CanBecomeAdministrator;

impl Check for CanBecomeAdministrator {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "can-become-administrator",
            title: "IAM user or role can become an administrator",
            why: "The credentials of this principal give control of the account, although none of its policies says so: with one or two calls it gets every permission, or the permissions of an administrator.",
            severity: Severity::Medium,
            tactics: &[Tactic::PrivilegeEscalation],
            techniques: &["T1098.003", "T1078.004"],
            steps: &["12"],
            next: "Treat its credentials as administrator credentials; remove the permission, or limit it by a condition or a permissions boundary",
            needs: NEEDS,
            made_by: &[
                "AddUserToGroup",
                "AttachRolePolicy",
                "AttachUserPolicy",
                "CreateRole",
                "PutRolePolicy",
                "PutUserPolicy",
                "UpdateAssumeRolePolicy",
            ],
            harmless_when: &[
                "Roles that deploy infrastructure need such permissions",
                "A service control policy that denies the calls, when the organization was not read",
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
                .part(&words(&way, "be"))
                .fact("Escalation Path", &words(&way, "become"))
                .fact(
                    "API Calls",
                    &first.map_or(String::new(), |step| step.calls.join(", ")),
                )
                .fact("Steps", &way.steps.len().to_string())
                .fact(
                    "Certainty",
                    if sure {
                        "certain"
                    } else {
                        "unless a condition or an unread policy denies it"
                    },
                )
                .say(&format!(
                    "IAM {} {} {} become an administrator: {}",
                    if principal.is_role { "role" } else { "user" },
                    principal.name,
                    if sure { "can" } else { "may" },
                    words(&way, "become")
                ));
        }
    }
}

/// Returns the escalation path as text: `iam:PassRole and lambda:CreateFunction on deploy`.
fn words(way: &Way<'_>, verb: &str) -> String {
    let steps = way.steps.iter().map(|step| {
        let calls = step.calls.join(" and ");
        let name = |arn: &str| arn.rsplit(['/', ':']).next().unwrap_or(arn).to_owned();
        match (&step.to, step.through.as_str()) {
            (Some(to), _) => format!("{calls} to {verb} {}", name(to)),
            (None, "") => calls,
            (None, on) => format!("{calls} on {}", name(on)),
        }
    });
    steps.collect::<Vec<_>>().join(", then ")
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::{Value, json};

    use crate::contract::{OWN, answer, misconfigured, silent};

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
        misconfigured(vec![details(
            json!([user(json!("iam:AttachUserPolicy"))]),
            json!([]),
        )]),
        misconfigured(vec![
            details(json!([user(json!("lambda:UpdateFunctionCode"))]), json!([boss])),
            function.clone(),
        ]),
        misconfigured(vec![details(
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
