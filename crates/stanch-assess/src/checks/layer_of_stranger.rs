//! A function runs a layer of another account.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("lambda", "ListFunctions")];

/// See the head of this file.
pub(super) struct LayerOfStranger;

impl Check for LayerOfStranger {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "layer-of-stranger",
            title: "A function runs a layer of another account",
            why: "A layer is code that runs before the function, with its role: whoever owns the layer decides what runs.",
            severity: Severity::High,
            tactics: &[Tactic::Exfiltration, Tactic::Persistence],
            techniques: &["T1537"],
            steps: &["12"],
            next: "take the layer off the function; compare its code",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have it: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("lambda", "ListFunctions", "Functions") {
            let names: Vec<&str> = item
                .list("Layers.Arn")
                .into_iter()
                .filter_map(serde_json::Value::as_str)
                .collect();
            let guests = account.guests_among(&names);
            shared(
                found,
                &item,
                ("function", item.text("FunctionArn"), ""),
                &guests,
                Severity::High,
            );
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, STRANGER, asked, silent, suspicious};

    let thing = |body: serde_json::Value| asked("lambda:ListFunctions", serde_json::Value::Null, body);
    vec![
        suspicious(vec![thing(
            json!({"Functions": [{"FunctionArn": "f", "Layers": [{"Arn": format!("arn:aws:lambda:us-east-1:{STRANGER}:layer:x:1")}]}]}),
        )]),
        silent(vec![thing(
            json!({"Functions": [{"FunctionArn": "f", "Layers": [{"Arn": format!("arn:aws:lambda:us-east-1:{OWN}:layer:x:1")}]}]}),
        )]),
    ]
}
