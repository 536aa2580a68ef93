//! A role trusts every certificate of Roles Anywhere.
//!
//! It must not look at anything but the answers it names.

use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("iam", "GetAccountAuthorizationDetails"),
    list("rolesanywhere", "ListTrustAnchors"),
];

/// See the head of this file.
pub(super) struct RoleTrustsAnyCertificate;

impl Check for RoleTrustsAnyCertificate {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "role-trusts-any-certificate",
            title: "A role trusts every certificate of Roles Anywhere",
            why: "A trust policy for IAM Roles Anywhere that names no trust anchor lets in the holder of a certificate of any anchor, also of one that is made later.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::InitialAccess],
            techniques: &["T1098", "T1199"],
            steps: &["12"],
            next: "name the trust anchor in the trust policy (aws:SourceArn)",
            needs: NEEDS,
            false_positives: &["The policy as the console writes it, while there is one anchor only"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let anchors = account.items("rolesanywhere", "ListTrustAnchors", "trustAnchors");
        for item in account.items("iam", "GetAccountAuthorizationDetails", "RoleDetailList") {
            let document = item
                .at("AssumeRolePolicyDocument")
                .to_string()
                .to_ascii_lowercase();
            if !document.contains("rolesanywhere.amazonaws.com") || document.contains("aws:sourcearn") {
                continue;
            }
            let name = item.text("RoleName");
            let draft = found
                .on(&item, "iam-role", item.text("Arn"), name)
                .misconfiguration(Severity::Medium);
            let draft = anchors.iter().take(3).fold(draft, |draft, anchor| {
                draft.fact("trust anchor", anchor.text("name")).also(anchor)
            });
            draft.fact("stack", &stack_of(item.at("Tags"))).say(&format!(
                "role {name} may be assumed with a certificate of any trust anchor"
            ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, granting, misconfiguration, silent};

    let role = |condition: serde_json::Value| {
        let mut trust = granting(
            &json!({"Service": "rolesanywhere.amazonaws.com"}),
            "sts:AssumeRole",
        );
        trust["Statement"][0]["Condition"] = condition;
        answer(
            "iam:GetAccountAuthorizationDetails",
            json!({"RoleDetailList": [{"RoleName": "r", "Arn": "arn:aws:iam::111122223333:role/r", "AssumeRolePolicyDocument": trust}]}),
        )
    };
    vec![
        misconfiguration(vec![role(json!({}))]),
        silent(vec![role(
            json!({"ArnEquals": {"aws:SourceArn": "arn:aws:rolesanywhere:us-east-1:111122223333:trust-anchor/1"}}),
        )]),
    ]
}
