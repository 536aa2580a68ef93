//! A database snapshot is shared with strangers.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("rds", "DescribeDBSnapshotAttributes", "DescribeDBSnapshots")];

/// See the head of this file.
pub(super) struct DatabaseSnapshotShared;

impl Check for DatabaseSnapshotShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "database-snapshot-shared",
            title: "A database snapshot is shared with strangers",
            why: "A copy of the data lies ready for another account: it reads it at leisure, and leaves no event here.",
            severity: Severity::High,
            tactics: &[Tactic::Exfiltration, Tactic::Persistence],
            techniques: &["T1537"],
            steps: &["10", "12"],
            next: "take the permission back: rds modify-db-snapshot-attribute; count its data as taken",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have it: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items(
            "rds",
            "DescribeDBSnapshotAttributes",
            "DBSnapshotAttributesResult",
        ) {
            let names: Vec<&str> = item
                .list("DBSnapshotAttributes.AttributeValues")
                .into_iter()
                .filter_map(serde_json::Value::as_str)
                .collect();
            let guests = account.guests_among(&names);
            shared(
                found,
                &item,
                ("database-snapshot", item.text("DBSnapshotIdentifier"), ""),
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
            "rds:DescribeDBSnapshotAttributes",
            json!({"DBSnapshotIdentifier": "d"}),
            body,
        )
    };
    vec![
        suspicious(vec![thing(
            json!({"DBSnapshotAttributesResult": {"DBSnapshotIdentifier": "d", "DBSnapshotAttributes": [{"AttributeName": "restore", "AttributeValues": [STRANGER]}]}}),
        )]),
        silent(vec![thing(
            json!({"DBSnapshotAttributesResult": {"DBSnapshotIdentifier": "d", "DBSnapshotAttributes": [{"AttributeName": "restore", "AttributeValues": []}]}}),
        )]),
    ]
}
