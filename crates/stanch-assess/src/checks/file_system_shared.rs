//! A file system lets strangers in.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("efs", "DescribeFileSystemPolicy", "DescribeFileSystems")];

/// See the head of this file.
pub(super) struct FileSystemShared;

impl Check for FileSystemShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "file-system-shared",
            title: "A file system lets strangers in",
            why: "A policy on a file system decides who may mount it: a stranger in it reads the files from a joined network.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1537", "T1098"],
            steps: &["10", "12"],
            next: "efs put-file-system-policy with the former one; look at mount targets and peerings",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("efs", "DescribeFileSystemPolicy", "") {
            let guests = account.guests(item.at("Policy"));
            shared(
                found,
                &item,
                ("file-system", item.text("FileSystemId"), ""),
                &guests,
                Severity::Medium,
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
            "efs:DescribeFileSystemPolicy",
            json!({"FileSystemId": "fs-1"}),
            json!({"FileSystemId": "fs-1", "Policy": policy.to_string()}),
        )
    };
    vec![
        suspicious(vec![thing(granting(&stranger(), "*"))]),
        suspicious(vec![thing(granting(&json!("*"), "*"))]),
        silent(vec![thing(granting(&json!({"AWS": OWN}), "*"))]),
    ]
}
