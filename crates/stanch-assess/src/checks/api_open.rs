//! An API may be called by everybody.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("apigateway", "GetRestApis")];

/// See the head of this file.
pub(super) struct ApiOpen;

impl Check for ApiOpen {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "api-open",
            title: "An API may be called by everybody",
            why: "An API that anybody may call runs what is behind it with the rights of this account.",
            severity: Severity::Low,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1098", "T1537"],
            steps: &["12"],
            next: "name who may call it in the policy, or delete an API that nobody owns",
            needs: NEEDS,
            false_positives: &["A public API: most are"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("apigateway", "GetRestApis", "items") {
            let guests = account.guests(item.at("policy"));
            shared(
                found,
                &item,
                ("rest-api", item.text("id"), item.text("name")),
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
            "apigateway:GetRestApis",
            serde_json::Value::Null,
            json!({"items": [{"id": "a", "name": "n", "policy": policy.to_string()}]}),
        )
    };
    vec![
        suspicious(vec![thing(granting(&stranger(), "*"))]),
        suspicious(vec![thing(granting(&json!("*"), "*"))]),
        silent(vec![thing(granting(&json!({"AWS": OWN}), "*"))]),
    ]
}
