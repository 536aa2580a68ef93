//! The organization delegates to a stranger.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("organizations", "DescribeResourcePolicy")];

/// See the head of this file.
pub(super) struct OrganizationPolicyShared;

impl Check for OrganizationPolicyShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "organization-policy-shared",
            title: "The organization delegates to a stranger",
            why: "A resource policy on the organization lets another account change its policies without being its management account.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1537", "T1098"],
            steps: &["5", "12"],
            next: "organizations delete-resource-policy",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("organizations", "DescribeResourcePolicy", "") {
            let guests = account.guests(item.at("ResourcePolicy.Content"));
            shared(
                found,
                &item,
                ("organization", account.id().as_str(), ""),
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
            "organizations:DescribeResourcePolicy",
            json!({}),
            json!({"ResourcePolicy": {"Content": policy.to_string()}}),
        )
    };
    vec![
        suspicious(vec![thing(granting(&stranger(), "*"))]),
        suspicious(vec![thing(granting(&json!("*"), "*"))]),
        silent(vec![thing(granting(&json!({"AWS": OWN}), "*"))]),
    ]
}
