//! A bucket is copied to another account.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("s3", "GetBucketReplication", "ListBuckets")];

/// See the head of this file.
pub(super) struct ReplicationToStranger;

impl Check for ReplicationToStranger {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "replication-to-stranger",
            title: "A bucket is copied to another account",
            why: "Replication carries every new object away by itself, and no read shows it.",
            severity: Severity::High,
            tactics: &[Tactic::Exfiltration, Tactic::Persistence],
            techniques: &["T1537"],
            steps: &["10"],
            next: "delete-bucket-replication, then count the objects written since as taken",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have it: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("s3", "GetBucketReplication", "ReplicationConfiguration.Rules") {
            let names: Vec<&str> = item
                .list("Destination.Account")
                .into_iter()
                .filter_map(serde_json::Value::as_str)
                .collect();
            let guests = account.guests_among(&names);
            shared(
                found,
                &item,
                ("bucket", item.asked("Bucket"), ""),
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

    let thing = |body: serde_json::Value| asked("s3:GetBucketReplication", json!({"Bucket": "b"}), body);
    vec![
        suspicious(vec![thing(
            json!({"ReplicationConfiguration": {"Rules": [{"ID": "m", "Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::x", "Account": STRANGER}}]}}),
        )]),
        silent(vec![thing(
            json!({"ReplicationConfiguration": {"Rules": [{"ID": "m", "Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::x", "Account": OWN}}]}}),
        )]),
    ]
}
