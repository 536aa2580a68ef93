//! EC2 instances run in a Region without earlier resources.
//!
//! It must not read other answers than those in its `needs`.

use super::support::days_ago;
use crate::account::{AccountState, Item};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("ec2", "DescribeInstances"),
    list("ec2", "DescribeVolumes"),
    list("ec2", "DescribeSnapshots"),
];

/// The check.
pub(super) struct RegionWithoutHistory;

impl Check for RegionWithoutHistory {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "region-without-history",
            title: "EC2 instances run in a Region without earlier resources",
            why: "Attackers start instances where nobody looks. A Region whose instances, volumes and snapshots are all days old, in an account with older resources elsewhere, has no other history.",
            severity: Severity::Medium,
            tactics: &[Tactic::Impact, Tactic::DefenseEvasion],
            techniques: &["T1535", "T1496"],
            steps: &["8"],
            next: "Ask who uses the Region; stop what starts the instances, then the instances",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["The first days in a new Region"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let mut youngest: BTreeMap<&str, i64> = BTreeMap::new();
        let mut running: BTreeMap<&str, Vec<Item<'_>>> = BTreeMap::new();
        for (operation, path, created) in CREATED {
            for item in account.items("ec2", operation, path) {
                let Some(days) = days_ago(&item, item.text(created)) else {
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
        for (region, instances) in running {
            let days = youngest.get(region).copied().unwrap_or(0);
            let Some(first) = instances.first().filter(|_| days < NEW_DAYS) else {
                continue;
            };
            let types: BTreeSet<&str> = instances
                .iter()
                .map(|item| item.text("InstanceType"))
                .take(5)
                .collect();
            found
                .on(first, "region", region, "")
                .suspicious(Severity::Medium)
                .fact(
                    "Instance Types",
                    &types.into_iter().collect::<Vec<_>>().join(", "),
                )
                .fact("Oldest Resource", &format!("{days} days"))
                .say(&format!(
                    "{} EC2 instances run in {region}, where no resource is older than {days} days",
                    instances.len()
                ));
        }
    }
}

/// Operation, path of the resources in the answer, member with the creation time.
const CREATED: [(&str, &str, &str); 3] = [
    ("DescribeInstances", "Reservations.Instances", "LaunchTime"),
    ("DescribeVolumes", "Volumes", "CreateTime"),
    ("DescribeSnapshots", "Snapshots", "StartTime"),
];
/// Age of a resource from which an account has a history to compare with.
const OLD_DAYS: i64 = 60;
/// Age below which the oldest resource of a Region is no history.
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
