//! IAM instance profile contains a role that does not trust EC2.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::json_path::{at, text};
use stanch_core::{Severity, Tactic};
use stanch_iam::policy::Policy;

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("iam", "ListInstanceProfiles")];

/// The check.
pub(super) struct InstanceProfileExternal;

impl Check for InstanceProfileExternal {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "instance-profile-external",
            title: "IAM instance profile contains a role that does not trust EC2",
            why: "A role that trusts other principals, added to an instance profile, is prepared to be attached to an instance.",
            severity: Severity::Medium,
            tactics: &[Tactic::PrivilegeEscalation, Tactic::Persistence],
            techniques: &["T1098"],
            steps: &["12"],
            next: "Remove the role from the instance profile, then review the instances that used the profile",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A profile whose role is changed later"],
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
                        .fact("Role", text(role, "RoleName"))
                        .say(&format!(
                            "IAM instance profile {name} contains role {}, which EC2 can't assume",
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
