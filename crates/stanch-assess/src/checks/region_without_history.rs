//! Machines run in a region where nothing ran before.
//!
//! It must not look at anything but the answers it names.

use super::support::days_ago;
use crate::account::{AccountState, Item};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("ec2", "DescribeInstances"),
    list("ec2", "DescribeVolumes"),
    list("ec2", "DescribeSnapshots"),
];

/// See the head of this file.
pub(super) struct RegionWithoutHistory;

impl Check for RegionWithoutHistory {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "region-without-history",
            title: "Machines run in a region where nothing ran before",
            why: "Intruders start machines where nobody looks. A region whose every machine and disk is days old, in an account with older things elsewhere, has no other history.",
            severity: Severity::Medium,
            tactics: &[Tactic::Impact, Tactic::DefenseEvasion],
            techniques: &["T1535", "T1496"],
            steps: &["8"],
            next: "ask who uses the region; stop what starts the machines, then the machines",
            needs: NEEDS,
            false_positives: &["The first days in a new region"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let mut youngest: BTreeMap<&str, i64> = BTreeMap::new();
        let mut running: BTreeMap<&str, Vec<Item<'_>>> = BTreeMap::new();
        for (operation, path, made) in MADE {
            for item in account.items("ec2", operation, path) {
                let Some(days) = days_ago(&item, item.text(made)) else {
                    continue;
                };
                let oldest = youngest.entry(item.region().as_str()).or_insert(days);
                *oldest = (*oldest).max(days);
                if operation == "DescribeInstances"
                    && !matches!(item.text("State.Name"), "terminated" | "shutting-down")
                {
                    running.entry(item.region().as_str()).or_default().push(item);
                }
            }
        }
        if !youngest.values().any(|days| *days >= OLD_DAYS) {
            return;
        }
        for (region, machines) in running {
            let days = youngest.get(region).copied().unwrap_or(0);
            let Some(first) = machines.first().filter(|_| days < NEW_DAYS) else {
                continue;
            };
            let types: BTreeSet<&str> = machines
                .iter()
                .map(|item| item.text("InstanceType"))
                .take(5)
                .collect();
            found
                .on(first, "region", region, "")
                .suspicious(Severity::Medium)
                .fact("types", &types.into_iter().collect::<Vec<_>>().join(", "))
                .fact("oldest thing", &format!("{days} days"))
                .say(&format!(
                    "{} machines run in {region}, where nothing is older than {days} days",
                    machines.len()
                ));
        }
    }
}

/// Answers that say how long things exist: the call, the path and the member with the time.
const MADE: [(&str, &str, &str); 3] = [
    ("DescribeInstances", "Reservations.Instances", "LaunchTime"),
    ("DescribeVolumes", "Volumes", "CreateTime"),
    ("DescribeSnapshots", "Snapshots", "StartTime"),
];
/// Only an account with things of this age has a history to compare with.
const OLD_DAYS: i64 = 60;
/// A region whose oldest thing is younger has none.
const NEW_DAYS: i64 = 14;

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, silent, suspicious};

    let instance = |region: &str, launched: &str| stanch_core::Reading {
        region: region.into(),
        ..answer(
            "ec2:DescribeInstances",
            json!({"Reservations": [{"Instances": [{"InstanceId": "i-1", "LaunchTime": launched, "State": {"Name": "running"}}]}]}),
        )
    };
    let old = "2025-01-01T00:00:00Z";
    vec![
        suspicious(vec![
            instance("us-east-1", old),
            instance("ap-southeast-2", "2026-03-05T00:00:00Z"),
        ]),
        silent(vec![instance("us-east-1", old), instance("eu-west-1", old)]),
        silent(vec![instance("us-east-1", "2026-03-05T00:00:00Z")]),
    ]
}
