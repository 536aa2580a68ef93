//! A layer of functions may be used from outside.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("lambda", "GetLayerVersionPolicy", "ListLayerVersions")];

/// See the head of this file.
pub(super) struct LayerShared;

impl Check for LayerShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "layer-shared",
            title: "A layer of functions may be used from outside",
            why: "A layer that strangers may use shows them its code; a layer that the world uses is a way into other accounts.",
            severity: Severity::Low,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1537", "T1098"],
            steps: &["12"],
            next: "lambda remove-layer-version-permission",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("lambda", "GetLayerVersionPolicy", "") {
            let guests = account.guests(item.at("Policy"));
            shared(
                found,
                &item,
                ("layer", item.asked("LayerName"), ""),
                &guests,
                Severity::Low,
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
            "lambda:GetLayerVersionPolicy",
            json!({"LayerName": "l", "VersionNumber": 1}),
            json!({"Policy": policy.to_string()}),
        )
    };
    vec![
        suspicious(vec![thing(granting(&stranger(), "*"))]),
        suspicious(vec![thing(granting(&json!("*"), "*"))]),
        silent(vec![thing(granting(&json!({"AWS": OWN}), "*"))]),
    ]
}
