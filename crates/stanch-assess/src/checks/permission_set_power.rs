//! A permission set makes administrators.
//!
//! It must not look at anything but the answers it names.

use super::support::power;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// The answers it needs.
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

/// See the head of this file.
pub(super) struct PermissionSetPower;

impl Check for PermissionSetPower {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "permission-set-power",
            title: "A permission set makes administrators",
            why: "Whoever is assigned such a set in Identity Center is an administrator of the accounts behind it, and no user of IAM shows it. Given to one person instead of a group, it is easily overlooked.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::PrivilegeEscalation],
            techniques: &["T1098.003", "T1136.003"],
            steps: &["3", "12"],
            next: "take the assignment away and provision the set again; end the sessions in the portal",
            needs: NEEDS,
            false_positives: &["A platform team, and the one who set it up"],
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
                .fact("assigned", &format!("{who} in {target}"))
                .say(&format!(
                    "{who} of Identity Center is administrator of account {target}"
                ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, asked, misconfiguration, silent};

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
        misconfiguration(vec![policy("AdministratorAccess"), assignment("USER")]),
        silent(vec![policy("ReadOnlyAccess"), assignment("USER")]),
    ]
}
