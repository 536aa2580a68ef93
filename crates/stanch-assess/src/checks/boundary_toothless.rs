//! IAM permissions boundary allows everything.
//!
//! It must not read other answers than those in its `needs`.

use super::support::power;
use crate::account::{AccountState, Item, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use serde_json::Value;
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("iam", "GetAccountAuthorizationDetails")];

/// The check.
pub(super) struct BoundaryToothless;

impl Check for BoundaryToothless {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "boundary-toothless",
            title: "IAM permissions boundary allows everything",
            why: "A permissions boundary that allows everything limits nothing. Whoever may replace a boundary can remove the limit without changing any permissions policy.",
            severity: Severity::Medium,
            tactics: &[Tactic::PrivilegeEscalation, Tactic::DefenseEvasion],
            techniques: &["T1098.003"],
            steps: &["12"],
            next: "Restore the former permissions boundary",
            needs: NEEDS,
            made_by: &[
                "PutUserPermissionsBoundary",
                "PutRolePermissionsBoundary",
                "CreateUser",
                "CreateRole",
            ],
            harmless_when: &["A boundary that was set only to satisfy a policy that requires one"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let strong: BTreeSet<&str> = account
            .items("iam", "GetAccountAuthorizationDetails", "Policies")
            .iter()
            .filter(|item| in_force(item).any(|document| power(document) == Some("admin")))
            .map(|item| item.text("Arn"))
            .collect();
        for (kind, path, named) in [
            ("iam-user", "UserDetailList", "UserName"),
            ("iam-role", "RoleDetailList", "RoleName"),
        ] {
            for item in account.items("iam", "GetAccountAuthorizationDetails", path) {
                let boundary = item.text("PermissionsBoundary.PermissionsBoundaryArn");
                if boundary.ends_with(":aws:policy/AdministratorAccess") || strong.contains(boundary) {
                    let name = item.text(named);
                    found
                        .on(&item, kind, item.text("Arn"), name)
                        .misconfiguration(Severity::Medium)
                        .fact("Permissions Boundary", boundary)
                        .fact("Stack", &stack_of(item.at("Tags")))
                        .say(&format!("IAM permissions boundary of {name} allows everything"));
                }
            }
        }
    }
}

/// The documents of a policy that are in force.
fn in_force<'v>(item: &Item<'v>) -> impl Iterator<Item = &'v Value> + use<'v> {
    item.list("PolicyVersionList")
        .into_iter()
        .filter(|version| version.get("IsDefaultVersion") == Some(&Value::Bool(true)))
        .filter_map(|version| version.get("Document"))
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

    let user = |boundary: &str, action: &str| {
        answer(
            "iam:GetAccountAuthorizationDetails",
            json!({"UserDetailList": [{"UserName": "u", "Arn": "arn:aws:iam::111122223333:user/u", "PermissionsBoundary": {"PermissionsBoundaryArn": boundary}}],
            "Policies": [{"Arn": "arn:aws:iam::111122223333:policy/b", "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true,
                "Document": {"Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}}]}]}),
        )
    };
    vec![
        misconfigured(vec![user("arn:aws:iam::aws:policy/AdministratorAccess", "s3:*")]),
        misconfigured(vec![user("arn:aws:iam::111122223333:policy/b", "*")]),
        silent(vec![user("arn:aws:iam::111122223333:policy/b", "s3:*")]),
    ]
}
