//! A table lets strangers in.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("dynamodb", "GetResourcePolicy", "ListTables")];

/// See the head of this file.
pub(super) struct TableShared;

impl Check for TableShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "table-shared",
            title: "A table lets strangers in",
            why: "A resource policy on a DynamoDB table lets another account read or change it without any role in this one.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1537", "T1098"],
            steps: &["10", "12"],
            next: "dynamodb delete-resource-policy; see what was read since",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("dynamodb", "GetResourcePolicy", "") {
            let guests = account.guests(item.at("Policy"));
            shared(
                found,
                &item,
                ("table", item.asked("ResourceArn"), ""),
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
            "dynamodb:GetResourcePolicy",
            json!({"ResourceArn": "arn:aws:dynamodb:us-east-1:111122223333:table/t"}),
            json!({"Policy": policy.to_string()}),
        )
    };
    vec![
        suspicious(vec![thing(granting(&stranger(), "*"))]),
        suspicious(vec![thing(granting(&json!("*"), "*"))]),
        silent(vec![thing(granting(&json!({"AWS": OWN}), "*"))]),
    ]
}
