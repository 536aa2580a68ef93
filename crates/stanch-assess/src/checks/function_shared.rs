//! A function may be called from outside.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("lambda", "GetPolicy", "ListFunctions")];

/// See the head of this file.
pub(super) struct FunctionShared;

impl Check for FunctionShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "function-shared",
            title: "A function may be called from outside",
            why: "Code that strangers may call is a way back in that needs no key: it acts with the role of the function.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1098", "T1537"],
            steps: &["12"],
            next: "remove-permission on function, version and alias",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("lambda", "GetPolicy", "") {
            let guests = account.guests(item.at("Policy"));
            shared(
                found,
                &item,
                ("function", item.asked("FunctionName"), ""),
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
            "lambda:GetPolicy",
            json!({"FunctionName": "f"}),
            json!({"Policy": policy.to_string()}),
        )
    };
    vec![
        suspicious(vec![thing(granting(&stranger(), "*"))]),
        suspicious(vec![thing(granting(&json!("*"), "*"))]),
        silent(vec![thing(granting(&json!({"AWS": OWN}), "*"))]),
    ]
}
