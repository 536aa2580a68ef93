//! An image registry lets strangers in.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("ecr", "GetRegistryPolicy")];

/// See the head of this file.
pub(super) struct RegistryShared;

impl Check for RegistryShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "registry-shared",
            title: "An image registry lets strangers in",
            why: "A registry policy lets another account replicate images into this one, or take them: what is deployed next may be theirs.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1537", "T1098"],
            steps: &["12"],
            next: "ecr delete-registry-policy; compare the images that are deployed",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ecr", "GetRegistryPolicy", "") {
            let guests = account.guests(item.at("policyText"));
            shared(
                found,
                &item,
                ("registry", item.text("registryId"), ""),
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
            "ecr:GetRegistryPolicy",
            json!({}),
            json!({"registryId": OWN, "policyText": policy.to_string()}),
        )
    };
    vec![
        suspicious(vec![thing(granting(&stranger(), "*"))]),
        suspicious(vec![thing(granting(&json!("*"), "*"))]),
        silent(vec![thing(granting(&json!({"AWS": OWN}), "*"))]),
    ]
}
