//! Permissions that a policy grants to the identity it is attached to.

use super::document::{Policy, Scope, Statement};
use super::pattern::{is_every_action, is_every_action_of, is_every_resource, is_wide_resource, matches};

/// Actions by which an identity can get more rights than it has. Background:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_actions-resources-contextkeys.html>
const ESCALATIONS: &[&str] = &[
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
    "sts:AssumeRole",
    "ssm:SendCommand",
    "ssm:StartSession",
    "ec2-instance-connect:SendSSHPublicKey",
    "glue:UpdateDevEndpoint",
    "codestar:CreateProject",
    "sso:CreateAccountAssignment",
    "sso:AttachManagedPolicyToPermissionSet",
    "sso:PutInlinePolicyToPermissionSet",
];

const PASS_ROLE: &str = "iam:PassRole";

/// In this order they are told.
const WORDS: [&str; 7] = [
    "admin",
    "all-actions",
    "iam-all",
    "sts-all",
    "pass-role-any",
    "escalation",
    "deny",
];

impl Policy {
    /// Permissions that it grants, in the words of `stanch.grants`. Of one statement only the strongest is named: `admin`
    /// implies all others, `iam-all` those of IAM.
    #[must_use]
    pub fn grants(&self) -> Vec<&'static str> {
        let mut found = [false; WORDS.len()];
        for statement in &self.statements {
            for word in granted(statement) {
                if let Some(place) = WORDS.iter().position(|known| *known == word) {
                    found[place] = true;
                }
            }
        }
        WORDS
            .into_iter()
            .zip(found)
            .filter(|(_, found)| *found)
            .map(|(word, _)| word)
            .collect()
    }
}

fn granted(statement: &Statement) -> Vec<&'static str> {
    if !statement.allows {
        return vec!["deny"];
    }
    let everything = on(&statement.resources, is_every_resource);
    let wide = on(&statement.resources, is_wide_resource);
    match &statement.actions {
        Scope::Unsaid => Vec::new(),
        Scope::AllBut(excluded) => {
            let leads_up = ESCALATIONS
                .iter()
                .filter(|action| action.starts_with("iam:"))
                .any(|action| !excluded.iter().any(|pattern| matches(pattern, action)));
            vec![if leads_up && everything {
                "admin"
            } else {
                "all-actions"
            }]
        }
        Scope::Only(patterns) if patterns.iter().any(|pattern| is_every_action(pattern)) => {
            vec![if everything { "admin" } else { "all-actions" }]
        }
        Scope::Only(patterns) => of_patterns(patterns, everything, wide),
    }
}

fn of_patterns(patterns: &[String], everything: bool, wide: bool) -> Vec<&'static str> {
    let mut found = Vec::new();
    for pattern in patterns {
        if is_every_action_of("iam", pattern) {
            found.push("iam-all");
        } else if is_every_action_of("sts", pattern) {
            found.push("sts-all");
        } else {
            if matches(pattern, PASS_ROLE) && (everything || wide) {
                found.push("pass-role-any");
            }
            if wide && ESCALATIONS.iter().any(|action| matches(pattern, action)) {
                found.push("escalation");
            }
        }
    }
    found
}

/// Returns true when a statement speaks of resources of that breadth. All but some counts as all.
fn on(resources: &Scope, broad: impl Fn(&str) -> bool) -> bool {
    match resources {
        Scope::Only(patterns) => patterns.iter().any(|pattern| broad(pattern)),
        Scope::AllBut(_) => true,
        Scope::Unsaid => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn grants(statement: &Value) -> Vec<&'static str> {
        Policy::parse(&json!({ "Statement": statement }))
            .unwrap()
            .grants()
    }

    #[test]
    fn each_word_has_its_policies() {
        for (actions, resource, expected) in [
            (json!("*"), "*", vec!["admin"]),
            (json!(["s3:Get*", "*:*"]), "*", vec!["admin"]),
            (json!("*"), "arn:aws:s3:::logs/*", vec!["all-actions"]),
            (json!("iam:*"), "*", vec!["iam-all"]),
            (
                json!("IAM:*"),
                "arn:aws:iam::111122223333:user/x",
                vec!["iam-all"],
            ),
            (json!("sts:*"), "*", vec!["sts-all"]),
            (json!("iam:PassRole"), "*", vec!["pass-role-any"]),
            (
                json!("iam:passrole"),
                "arn:aws:iam::111122223333:role/*",
                vec!["pass-role-any"],
            ),
            (
                json!("iam:PassRole"),
                "arn:aws:iam::111122223333:role/app",
                vec![],
            ),
            (json!("iam:CreateAccessKey"), "*", vec!["escalation"]),
            (json!("iam:Put*"), "*", vec!["escalation"]),
            (
                json!("iam:CreateAccessKey"),
                "arn:aws:iam::111122223333:user/${aws:username}",
                vec![],
            ),
            (json!("lambda:*"), "*", vec!["escalation"]),
            (json!(["iam:Get*", "iam:List*"]), "*", vec![]),
            (json!("s3:*"), "*", vec![]),
        ] {
            let statement = json!({"Effect": "Allow", "Action": actions, "Resource": resource});
            assert_eq!(grants(&statement), expected, "{statement}");
        }
    }

    #[test]
    fn a_denial_grants_nothing() {
        assert_eq!(
            grants(&json!({"Effect": "Deny", "Action": "*", "Resource": "*"})),
            ["deny"]
        );
    }

    #[test]
    fn all_actions_but_some_are_measured_by_what_is_left() {
        let all_but =
            |action: &str| grants(&json!({"Effect": "Allow", "NotAction": action, "Resource": "*"}));
        assert_eq!(all_but("s3:DeleteBucket"), ["admin"]);
        assert_eq!(all_but("iam:*"), ["all-actions"]);
        let all_resources_but = json!({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::a"});
        assert_eq!(grants(&all_resources_but), ["admin"]);
    }
}
