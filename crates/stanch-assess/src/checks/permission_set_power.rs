//! IAM Identity Center permission set grants administrator access.
//!
//! It must not read other answers than those in its `needs`.

use super::support::power;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("sso-admin", "ListInstances"),
    each(
        "sso-admin",
        "ListManagedPoliciesInPermissionSet",
        "ListPermissionSets",
    ),
    each(
        "sso-admin",
        "GetInlinePolicyForPermissionSet",
        "ListPermissionSets",
    ),
    each(
        "sso-admin",
        "ListAccountAssignments",
        "ListAccountsForProvisionedPermissionSet",
    ),
];

/// The check.
pub(super) struct PermissionSetPower;

impl Check for PermissionSetPower {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "permission-set-power",
            title: "IAM Identity Center permission set grants administrator access",
            why: "A principal with this permission set is administrator of the assigned accounts, and no IAM user shows it. An assignment to a single user instead of a group is easily overlooked.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::PrivilegeEscalation],
            techniques: &["T1098.003", "T1136.003"],
            steps: &["3", "12"],
            next: "Remove the assignment and provision the permission set again; end the user's active sessions",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A platform team, and the person who set it up"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let mut strong: BTreeSet<&str> = BTreeSet::new();
        for item in account.items(
            "sso-admin",
            "ListManagedPoliciesInPermissionSet",
            "AttachedManagedPolicies",
        ) {
            if item.text("Arn").ends_with("policy/AdministratorAccess") {
                strong.insert(item.asked("PermissionSetArn"));
            }
        }
        for item in account.items("sso-admin", "GetInlinePolicyForPermissionSet", "") {
            if power(item.at("InlinePolicy")).is_some() {
                strong.insert(item.asked("PermissionSetArn"));
            }
        }
        for item in account.items("sso-admin", "ListAccountAssignments", "AccountAssignments") {
            let (set, target) = (item.text("PermissionSetArn"), item.text("AccountId"));
            if !strong.contains(set) {
                continue;
            }
            let is_user = item.text("PrincipalType") == "USER";
            let who = format!(
                "{} {}",
                if is_user { "user" } else { "group" },
                item.text("PrincipalId")
            );
            found
                .on(&item, "permission-set", set, "")
                .misconfiguration(if is_user { Severity::Medium } else { Severity::Low })
                .fact("Assignment", &format!("{who} in {target}"))
                .say(&format!(
                    "IAM Identity Center {who} is administrator of account {target}"
                ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, asked, misconfigured, silent};

    let assignment = |kind: &str| {
        asked(
            "sso-admin:ListAccountAssignments",
            json!({"PermissionSetArn": "arn:ps"}),
            json!({"AccountAssignments": [{"AccountId": OWN, "PermissionSetArn": "arn:ps", "PrincipalType": kind, "PrincipalId": "1"}]}),
        )
    };
    let policy = |name: &str| {
        asked(
            "sso-admin:ListManagedPoliciesInPermissionSet",
            json!({"PermissionSetArn": "arn:ps"}),
            json!({"AttachedManagedPolicies": [{"Arn": format!("arn:aws:iam::aws:policy/{name}")}]}),
        )
    };
    vec![
        misconfigured(vec![policy("AdministratorAccess"), assignment("USER")]),
        silent(vec![policy("ReadOnlyAccess"), assignment("USER")]),
    ]
}
