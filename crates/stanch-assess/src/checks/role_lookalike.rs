//! A role looks like one of AWS, and is none.
//!
//! It must not look at anything but the answers it names.

use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("iam", "GetAccountAuthorizationDetails")];

/// See the head of this file.
pub(super) struct RoleLookalike;

impl Check for RoleLookalike {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "role-lookalike",
            title: "A role looks like one of AWS, and is none",
            why: "Roles of Identity Center and of services lie under paths that only AWS can use. The same name elsewhere deceives whoever reads the list.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::DefenseEvasion],
            techniques: &["T1036", "T1098"],
            steps: &["12"],
            next: "revoke its sessions and take out who is trusted; see who made it",
            needs: NEEDS,
            false_positives: &["A role that a script gave such a name"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("iam", "GetAccountAuthorizationDetails", "RoleDetailList") {
            let (arn, name) = (item.text("Arn"), item.text("RoleName"));
            let own = OWN_PATHS
                .iter()
                .any(|(start, path)| name.starts_with(start) && !arn.contains(path));
            let deceives = name.chars().any(stanch_core::text::is_deceptive) || name.trim() != name;
            if own || deceives {
                found
                    .on(&item, "iam-role", arn, name)
                    .suspicious(Severity::High)
                    .fact("made", item.text("CreateDate"))
                    .fact("stack", &stack_of(item.at("Tags")))
                    .say(&format!(
                        "role {name} bears a name that AWS gives, and AWS did not make it"
                    ));
            }
        }
    }
}

/// Names that AWS gives, and the paths below which it does
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html>).
const OWN_PATHS: [(&str, &str); 2] = [
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
