//! A role lets in another account.
//!
//! It must not look at anything but the answers it names.

use super::support::is_administrator;
use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};
use stanch_iam::policy::Policy;

/// The answers it needs.
const NEEDS: &[Need] = &[list("iam", "GetAccountAuthorizationDetails")];

/// See the head of this file.
pub(super) struct RoleTrustsStranger;

impl Check for RoleTrustsStranger {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "role-trusts-stranger",
            title: "A role lets in another account",
            why: "Whoever may assume a role has its permissions, and no key of this account shows it. Foreign accounts in trust policies are the most common way back in.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::PrivilegeEscalation],
            techniques: &["T1098", "T1199"],
            steps: &["12"],
            next: "take the foreign principal out of the trust policy, then revoke the sessions of the role",
            needs: NEEDS,
            false_positives: &[
                "A vendor that was set up without an external id: name its account in --vendors",
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
            let guests = account.guests_among(&trust.accounts);
            let (arn, name) = (item.text("Arn"), item.text("RoleName"));
            let anyone = trust.words.contains(&"anyone");
            if !anyone && guests.foreign.is_empty() {
                continue;
            }
            let with_id = document
                .to_string()
                .to_ascii_lowercase()
                .contains("sts:externalid");
            let powerful = is_administrator(&item, "RolePolicyList");
            let words = if anyone {
                "everybody".to_owned()
            } else {
                guests.words()
            };
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
                .fact("trusts", &words)
                .fact("external id", if with_id { "required" } else { "not required" })
                .fact("power", if powerful { "administrator" } else { "" })
                .fact("sessions", if sessions.is_some() { "12 hours" } else { "" })
                .fact(
                    "also trusts",
                    if trust.words.contains(&"service") {
                        "an AWS service: a role that was widened"
                    } else {
                        ""
                    },
                )
                .fact("stack", &stack_of(item.at("Tags")))
                .foreign(if with_id { &[] } else { &guests.foreign })
                .say(&format!("role {name} may be assumed by {words}"));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, answer, granting, malicious, misconfiguration, silent, stranger, suspicious};

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
        misconfiguration(vec![role(with_id)]),
        silent(vec![role(granting(
            &json!({"Service": "ec2.amazonaws.com", "AWS": OWN}),
            "sts:AssumeRole",
        ))]),
    ]
}
