//! IAM role trusts every trust anchor of IAM Roles Anywhere.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("iam", "GetAccountAuthorizationDetails"),
    list("rolesanywhere", "ListTrustAnchors"),
];

/// The check.
pub(super) struct RoleTrustsAnyCertificate;

impl Check for RoleTrustsAnyCertificate {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "role-trusts-any-certificate",
            title: "IAM role trusts every trust anchor of IAM Roles Anywhere",
            why: "A trust policy for IAM Roles Anywhere that names no trust anchor accepts certificates of any trust anchor, also of one that is created later.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::InitialAccess],
            techniques: &["T1098", "T1199"],
            steps: &["12"],
            next: "Name the trust anchor in the trust policy (aws:SourceArn)",
            needs: NEEDS,
            made_by: &["CreateRole", "UpdateAssumeRolePolicy"],
            harmless_when: &["The policy that the console creates, while there is one trust anchor only"],
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
                draft.fact("Trust Anchor", anchor.text("name")).also(anchor)
            });
            draft.fact("Stack", &stack_of(item.at("Tags"))).say(&format!(
                "IAM role {name} can be assumed with a certificate of any trust anchor"
            ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, granting, misconfigured, silent};

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
        misconfigured(vec![role(json!({}))]),
        silent(vec![role(
            json!({"ArnEquals": {"aws:SourceArn": "arn:aws:rolesanywhere:us-east-1:111122223333:trust-anchor/1"}}),
        )]),
    ]
}
