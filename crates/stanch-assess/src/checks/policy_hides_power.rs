//! IAM policy grants more than its name says.
//!
//! It must not read other answers than those in its `needs`.

use super::support::{claims_little, power, power_words};
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use serde_json::Value;
use stanch_core::finding::Handle;
use stanch_core::json_path::text;
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("iam", "GetAccountAuthorizationDetails"),
    each("iam", "GetPolicyVersion", "ListPolicies"),
];

/// The check.
pub(super) struct PolicyHidesPower;

impl Check for PolicyHidesPower {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "policy-hides-power",
            title: "IAM policy grants more than its name says",
            why: "A policy named read-only that grants everything misleads reviewers. An old policy version with more permissions can be made the default with one call.",
            severity: Severity::High,
            tactics: &[
                Tactic::PrivilegeEscalation,
                Tactic::Persistence,
                Tactic::DefenseEvasion,
            ],
            techniques: &["T1098.003", "T1036"],
            steps: &["12"],
            next: "Delete the policy or the version; review the principals it is attached to",
            needs: NEEDS,
            made_by: &[
                "PutUserPolicy",
                "PutRolePolicy",
                "PutGroupPolicy",
                "CreatePolicy",
                "CreatePolicyVersion",
                "SetDefaultPolicyVersion",
            ],
            harmless_when: &["A policy that its owner narrowed without deleting the old version"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for (kind, path, list) in [
            ("iam-user", "UserDetailList", "UserPolicyList"),
            ("iam-role", "RoleDetailList", "RolePolicyList"),
            ("iam-group", "GroupDetailList", "GroupPolicyList"),
        ] {
            for item in account.items("iam", "GetAccountAuthorizationDetails", path) {
                for policy in item.list(list) {
                    let policy_name = text(policy, "PolicyName");
                    let Some(power) = policy.get("PolicyDocument").and_then(power) else {
                        continue;
                    };
                    let owner = [
                        item.text("UserName"),
                        item.text("RoleName"),
                        item.text("GroupName"),
                    ]
                    .concat();
                    let draft = found.on(&item, kind, item.text("Arn"), &owner);
                    let hides = claims_little(policy_name);
                    let draft = if hides {
                        draft.suspicious(Severity::High)
                    } else {
                        draft.misconfiguration(Severity::Medium)
                    };
                    draft
                        .fact("Policy", policy_name)
                        .handle(Handle::InlinePolicy {
                            policy: policy_name.to_owned(),
                        })
                        .say(&format!(
                            "IAM inline policy {policy_name} of {owner} grants {}{}",
                            power_words(power),
                            if hides { ", contrary to its name" } else { "" }
                        ));
                }
            }
        }
        managed(account, found);
        old_versions(account, found);
    }
}

/// Reports customer managed policies, with all their versions.
fn managed(account: &AccountState<'_>, found: &mut Findings) {
    for item in account.items("iam", "GetAccountAuthorizationDetails", "Policies") {
        let arn = item.text("Arn");
        if arn.starts_with("arn:aws:iam::aws:") {
            continue;
        }
        let versions = item.list("PolicyVersionList");
        let granting: Vec<_> = versions
            .iter()
            .filter(|version| version.get("Document").and_then(power).is_some())
            .collect();
        let Some(strong) = granting.first() else { continue };
        let is_default = |version: &Value| version.get("IsDefaultVersion") == Some(&Value::Bool(true));
        let is_current = granting.iter().any(|version| is_default(version));
        let name = item.text("PolicyName");
        let draft = found.on(&item, "policy", arn, name);
        let draft = if is_current && !claims_little(name) {
            draft.misconfiguration(Severity::Medium)
        } else {
            draft.suspicious(Severity::High)
        };
        draft
            .fact("Version", text(strong, "VersionId"))
            .handle(Handle::PolicyVersion {
                version: text(strong, "VersionId").to_owned(),
            })
            .say(&if is_current {
                format!("IAM policy {name} grants all permissions")
            } else {
                format!(
                    "Old version of IAM policy {name} grants all permissions: one call makes it the default"
                )
            });
    }
}

/// Reports policy versions that were read one by one.
fn old_versions(account: &AccountState<'_>, found: &mut Findings) {
    for item in account.items("iam", "GetPolicyVersion", "PolicyVersion") {
        let arn = item.asked("PolicyArn");
        if !item.is("IsDefaultVersion") && power(item.at("Document")).is_some() {
            found.on(&item, "policy", arn, arn).suspicious(Severity::High).fact("Version", item.text("VersionId")).handle(Handle::PolicyVersion { version: item.text("VersionId").to_owned() })
                .say(&format!("Version {} of IAM policy {arn} is not the default and grants all permissions: one call makes it the default", item.text("VersionId")));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, asked, misconfigured, silent, suspicious};

    let user = |policy: &str, action: &str| {
        answer(
            "iam:GetAccountAuthorizationDetails",
            json!({"UserDetailList": [{"UserName": "u", "Arn": "arn:aws:iam::111122223333:user/u",
        "UserPolicyList": [{"PolicyName": policy, "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}}]}]}),
        )
    };
    let version = |is_default: bool| {
        asked(
            "iam:GetPolicyVersion",
            json!({"PolicyArn": "arn:aws:iam::111122223333:policy/p", "VersionId": "v1"}),
            json!({"PolicyVersion":
        {"VersionId": "v1", "IsDefaultVersion": is_default, "Document": {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}}),
        )
    };
    vec![
        suspicious(vec![user("s3-readonly", "*")]),
        suspicious(vec![version(false)]),
        misconfigured(vec![user("work", "*")]),
        silent(vec![user("s3-readonly", "s3:Get*"), version(true)]),
    ]
}
