//! Images are replicated to another account.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use serde_json::Value;
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("ecr", "DescribeRegistry")];

/// See the head of this file.
pub(super) struct ImagesReplicatedToStranger;

impl Check for ImagesReplicatedToStranger {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "images-replicated-to-stranger",
            title: "Images are replicated to another account",
            why: "Replication of a registry sends every image that is pushed to another account: its code and what was built into it.",
            severity: Severity::High,
            tactics: &[Tactic::Exfiltration],
            techniques: &["T1537"],
            steps: &["12"],
            next: "ecr put-replication-configuration without that destination",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ecr", "DescribeRegistry", "") {
            let ids: Vec<&str> = item
                .list("replicationConfiguration.rules.destinations.registryId")
                .into_iter()
                .filter_map(Value::as_str)
                .collect();
            shared(
                found,
                &item,
                ("registry", item.text("registryId"), ""),
                &account.guests_among(&ids),
                Severity::High,
            );
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, STRANGER, answer, silent, suspicious};

    let registry = |to: &str| {
        answer(
            "ecr:DescribeRegistry",
            json!({"registryId": OWN, "replicationConfiguration": {"rules": [{"destinations": [{"registryId": to}]}]}}),
        )
    };
    vec![suspicious(vec![registry(STRANGER)]), silent(vec![registry(OWN)])]
}
