//! IAM role trust policy grants access to an external account.
//!
//! It must not read other answers than those in its `needs`.

use super::support::{is_administrator, part_of, words};
use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};
use stanch_iam::policy::Policy;

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("iam", "GetAccountAuthorizationDetails")];

/// The check.
pub(super) struct RoleTrustsExternal;

/// True when a trust policy asks for an external id.
fn requires_external_id(document: &serde_json::Value) -> bool {
    document
        .to_string()
        .to_ascii_lowercase()
        .contains("sts:externalid")
}

impl Check for RoleTrustsExternal {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "role-trusts-external",
            title: "IAM role trust policy grants access to an external account",
            why: "Whoever can assume a role has its permissions, and no access key of this account shows it. External accounts in trust policies are the most common way for attackers to return.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::PrivilegeEscalation],
            techniques: &["T1098", "T1199"],
            steps: &["12"],
            next: "Remove the external principal from the trust policy, then revoke the sessions of the role",
            needs: NEEDS,
            made_by: &["CreateRole", "UpdateAssumeRolePolicy"],
            harmless_when: &[
                "A vendor that was set up without an external ID: list its account with --vendors",
            ],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("iam", "GetAccountAuthorizationDetails", "RoleDetailList") {
            let document = item.at("AssumeRolePolicyDocument");
            let Some(policy) = Policy::parse(document) else {
                continue;
            };
            let trust = policy.trusts(account.id().as_str());
            let mut exposure = account.exposure_among(&trust.accounts);
            let (arn, name) = (item.text("Arn"), item.text("RoleName"));
            let anyone = trust.words.contains(&"anyone");
            if !anyone && exposure.accounts.is_empty() {
                continue;
            }
            let with_id = requires_external_id(document);
            let powerful = is_administrator(&item, "RolePolicyList");
            let (words, part) = if anyone {
                ("everyone".to_owned(), "everybody".to_owned())
            } else {
                (words(&exposure), part_of(&exposure))
            };
            exposure.public = anyone;
            if with_id {
                exposure.conditions.push("sts:ExternalId".to_owned());
            }
            let draft = found.on(&item, "iam-role", arn, name);
            let draft = match (anyone, with_id) {
                (true, false) => draft.malicious(Severity::Critical),
                (false, true) => draft.misconfiguration(Severity::Medium),
                _ => draft.suspicious(if powerful {
                    Severity::Critical
                } else {
                    Severity::High
                }),
            };
            let sessions = item
                .at("MaxSessionDuration")
                .as_u64()
                .filter(|seconds| *seconds >= 43_200);
            draft
                .part(&part)
                .fact("Trusted Principal", &words)
                .fact("External ID", if with_id { "required" } else { "not required" })
                .fact("Permissions", if powerful { "administrator" } else { "" })
                .fact(
                    "Session Duration",
                    if sessions.is_some() { "12 hours" } else { "" },
                )
                .fact(
                    "Other Principals",
                    if trust.words.contains(&"service") {
                        "an AWS service, so the role was probably changed"
                    } else {
                        ""
                    },
                )
                .fact("Stack", &stack_of(item.at("Tags")))
                .exposure(&exposure)
                .say(&format!("IAM role {name} can be assumed by {words}"));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, answer, granting, malicious, misconfigured, silent, stranger, suspicious};

    let role = |trust: serde_json::Value| {
        answer(
            "iam:GetAccountAuthorizationDetails",
            json!({"RoleDetailList": [{"RoleName": "r", "Arn": "arn:aws:iam::111122223333:role/r",
            "AssumeRolePolicyDocument": trust}]}),
        )
    };
    let mut with_id = granting(&stranger(), "sts:AssumeRole");
    with_id["Statement"][0]["Condition"] = json!({"StringEquals": {"sts:ExternalId": "x"}});
    vec![
        malicious(vec![role(granting(&json!("*"), "sts:AssumeRole"))]),
        suspicious(vec![role(granting(&stranger(), "sts:AssumeRole"))]),
        misconfigured(vec![role(with_id)]),
        silent(vec![role(granting(
            &json!({"Service": "ec2.amazonaws.com", "AWS": OWN}),
            "sts:AssumeRole",
        ))]),
    ]
}
