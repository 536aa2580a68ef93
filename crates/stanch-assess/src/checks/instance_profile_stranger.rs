//! An instance profile holds a role that is not for instances.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::json_path::{at, text};
use stanch_core::{Severity, Tactic};
use stanch_iam::policy::Policy;

/// The answers it needs.
const NEEDS: &[Need] = &[list("iam", "ListInstanceProfiles")];

/// See the head of this file.
pub(super) struct InstanceProfileStranger;

impl Check for InstanceProfileStranger {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "instance-profile-stranger",
            title: "An instance profile holds a role that is not for instances",
            why: "A role with power that trusts somebody else, put into a profile, is ready to be given to a machine.",
            severity: Severity::Medium,
            tactics: &[Tactic::PrivilegeEscalation, Tactic::Persistence],
            techniques: &["T1098"],
            steps: &["12"],
            next: "remove-role-from-instance-profile, then look at machines that had it",
            needs: NEEDS,
            false_positives: &["A profile whose role is changed later on"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("iam", "ListInstanceProfiles", "InstanceProfiles") {
            let name = item.text("InstanceProfileName");
            for role in item.list("Roles") {
                let document = at(role, "AssumeRolePolicyDocument");
                if Policy::parse(document).is_some() && !document.to_string().contains("ec2.amazonaws.com") {
                    found
                        .on(&item, "instance-profile", item.text("Arn"), name)
                        .suspicious(Severity::Medium)
                        .fact("role", text(role, "RoleName"))
                        .say(&format!(
                            "instance profile {name} holds role {}, which no instance may assume",
                            text(role, "RoleName")
                        ));
                }
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, granting, silent, stranger, suspicious};

    let profile = |principal: serde_json::Value| {
        answer(
            "iam:ListInstanceProfiles",
            json!({"InstanceProfiles": [{"InstanceProfileName": "p", "Arn": "a", "Roles": [{"RoleName": "r", "AssumeRolePolicyDocument": granting(&principal, "sts:AssumeRole")}]}]}),
        )
    };
    vec![
        suspicious(vec![profile(stranger())]),
        silent(vec![profile(json!({"Service": "ec2.amazonaws.com"}))]),
    ]
}
