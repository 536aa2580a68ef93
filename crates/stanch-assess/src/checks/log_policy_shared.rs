//! A resource policy of the logs lets strangers in.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("logs", "DescribeResourcePolicies")];

/// See the head of this file.
pub(super) struct LogPolicyShared;

impl Check for LogPolicyShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "log-policy-shared",
            title: "A resource policy of the logs lets strangers in",
            why: "Logs hold what applications print, secrets among it, and are evidence; a policy on them lets another account read or change them.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1098", "T1537"],
            steps: &["12"],
            next: "logs delete-resource-policy",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("logs", "DescribeResourcePolicies", "resourcePolicies") {
            let guests = account.guests(item.at("policyDocument"));
            shared(
                found,
                &item,
                ("log-policy", item.text("policyName"), ""),
                &guests,
                Severity::High,
            );
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, asked, granting, silent, stranger, suspicious};

    let thing = |policy: serde_json::Value| {
        asked(
            "logs:DescribeResourcePolicies",
            serde_json::Value::Null,
            json!({"resourcePolicies": [{"policyName": "p", "policyDocument": policy.to_string()}]}),
        )
    };
    vec![
        suspicious(vec![thing(granting(&stranger(), "*"))]),
        suspicious(vec![thing(granting(&json!("*"), "*"))]),
        silent(vec![thing(granting(&json!({"AWS": OWN}), "*"))]),
    ]
}
