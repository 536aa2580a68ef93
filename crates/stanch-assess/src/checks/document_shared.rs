//! A document of Systems Manager is shared with strangers.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("ssm", "DescribeDocumentPermission", "ListDocuments")];

/// See the head of this file.
pub(super) struct DocumentShared;

impl Check for DocumentShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "document-shared",
            title: "A document of Systems Manager is shared with strangers",
            why: "A shared document is run or read by others; one that is public tells them how machines here are managed.",
            severity: Severity::Medium,
            tactics: &[Tactic::Exfiltration, Tactic::Persistence],
            techniques: &["T1537"],
            steps: &["12"],
            next: "ssm modify-document-permission takes it back",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have it: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ssm", "DescribeDocumentPermission", "") {
            let names: Vec<&str> = item
                .list("AccountIds")
                .into_iter()
                .filter_map(serde_json::Value::as_str)
                .collect();
            let guests = account.guests_among(&names);
            shared(
                found,
                &item,
                ("document", item.asked("Name"), ""),
                &guests,
                Severity::Medium,
            );
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{STRANGER, asked, silent, suspicious};

    let thing = |body: serde_json::Value| {
        asked(
            "ssm:DescribeDocumentPermission",
            json!({"Name": "d", "PermissionType": "Share"}),
            body,
        )
    };
    vec![
        suspicious(vec![thing(json!({"AccountIds": [STRANGER]}))]),
        silent(vec![thing(json!({"AccountIds": []}))]),
    ]
}
