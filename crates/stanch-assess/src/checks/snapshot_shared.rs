//! A disk snapshot is shared with strangers.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::json_path::text;
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("ec2", "DescribeSnapshotAttribute", "DescribeSnapshots")];

/// See the head of this file.
pub(super) struct SnapshotShared;

impl Check for SnapshotShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "snapshot-shared",
            title: "A disk snapshot is shared with strangers",
            why: "A copy of the data lies ready for another account: it reads it at leisure, and leaves no event here.",
            severity: Severity::High,
            tactics: &[Tactic::Exfiltration, Tactic::Persistence],
            techniques: &["T1537"],
            steps: &["10", "12"],
            next: "take the permission back: ec2 modify-snapshot-attribute; count its data as taken",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have it: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ec2", "DescribeSnapshotAttribute", "") {
            let names: Vec<&str> = item
                .list("CreateVolumePermissions")
                .into_iter()
                .flat_map(|entry| [text(entry, "UserId"), text(entry, "Group")])
                .filter(|name| !name.is_empty())
                .collect();
            let guests = account.guests_among(&names);
            shared(
                found,
                &item,
                ("snapshot", item.asked("SnapshotId"), ""),
                &guests,
                Severity::High,
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
            "ec2:DescribeSnapshotAttribute",
            json!({"SnapshotId": "snap-1", "Attribute": "createVolumePermission"}),
            body,
        )
    };
    vec![
        suspicious(vec![thing(
            json!({"SnapshotId": "snap-1", "CreateVolumePermissions": [{"UserId": STRANGER}]}),
        )]),
        silent(vec![thing(
            json!({"SnapshotId": "snap-1", "CreateVolumePermissions": []}),
        )]),
    ]
}
