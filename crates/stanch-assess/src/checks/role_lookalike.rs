//! IAM role imitates the name of an AWS role.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("iam", "GetAccountAuthorizationDetails")];

/// The check.
pub(super) struct RoleLookalike;

impl Check for RoleLookalike {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "role-lookalike",
            title: "IAM role imitates the name of an AWS role",
            why: "Roles of IAM Identity Center and of AWS services have paths that only AWS can use. The same name under another path misleads reviewers.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::DefenseEvasion],
            techniques: &["T1036", "T1098"],
            steps: &["12"],
            next: "Revoke its sessions and remove the trusted principals; find out who created it",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A role that a script named this way"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("iam", "GetAccountAuthorizationDetails", "RoleDetailList") {
            let (arn, name) = (item.text("Arn"), item.text("RoleName"));
            let imitates = AWS_PATHS
                .iter()
                .any(|(start, path)| name.starts_with(start) && !arn.contains(path));
            let deceives = name.chars().any(stanch_core::text::is_deceptive) || name.trim() != name;
            if imitates || deceives {
                found
                    .on(&item, "iam-role", arn, name)
                    .suspicious(Severity::High)
                    .fact("Creation Time", item.text("CreateDate"))
                    .fact("Stack", &stack_of(item.at("Tags")))
                    .say(&format!(
                        "IAM role {name} has a name that AWS uses, but AWS did not create it"
                    ));
            }
        }
    }
}

/// Name prefixes that AWS uses, and the paths of its roles
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html>).
const AWS_PATHS: [(&str, &str); 2] = [
    ("AWSReservedSSO_", ":role/aws-reserved/"),
    ("AWSServiceRoleFor", ":role/aws-service-role/"),
];

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, silent, suspicious};

    let role = |path: &str| {
        answer(
            "iam:GetAccountAuthorizationDetails",
            json!({"RoleDetailList": [{"RoleName": "AWSReservedSSO_Admin_0123456789abcdef",
            "Arn": format!("arn:aws:iam::111122223333:role{path}AWSReservedSSO_Admin_0123456789abcdef")}]}),
        )
    };
    vec![
        suspicious(vec![role("/")]),
        silent(vec![role("/aws-reserved/sso.amazonaws.com/eu-west-1/")]),
    ]
}
