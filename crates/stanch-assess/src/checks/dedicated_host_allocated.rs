//! EC2 Dedicated Host is allocated and billed by the hour.
//!
//! It must not read other answers than those in its `needs`.

use super::support::days_ago;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("ec2", "DescribeHosts")];
/// Days within which a host counts as new.
const NEW_DAYS: i64 = 30;

/// The check.
pub(super) struct DedicatedHostAllocated;

impl Check for DedicatedHostAllocated {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "dedicated-host-allocated",
            title: "EC2 Dedicated Host is allocated and billed by the hour",
            why: "A Dedicated Host is billed while it is allocated, with or without instances. Attackers allocate hosts of large instance families to mine or to cause cost.",
            severity: Severity::High,
            tactics: &[Tactic::Impact],
            techniques: &["T1496"],
            steps: &["8", "15"],
            next: "Stop the instances on the host, then release it (ec2 release-hosts)",
            needs: NEEDS,
            made_by: &["AllocateHosts"],
            harmless_when: &["A team whose licences are bound to a physical server"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ec2", "DescribeHosts", "Hosts") {
            if !matches!(item.text("State"), "available" | "under-assessment" | "pending") {
                continue;
            }
            let (id, since) = (item.text("HostId"), item.text("AllocationTime"));
            let family = [
                item.text("HostProperties.InstanceType"),
                item.text("HostProperties.InstanceFamily"),
            ];
            let kind = family
                .into_iter()
                .find(|kind| !kind.is_empty())
                .unwrap_or("unknown");
            let is_new = days_ago(&item, since).is_some_and(|days| days <= NEW_DAYS);
            let draft = found.on(&item, "dedicated-host", id, id);
            let draft = if is_new {
                draft.suspicious(Severity::High)
            } else {
                draft.misconfiguration(Severity::Informational)
            };
            draft
                .fact("Instance Type", kind)
                .fact("Allocated At", since)
                .fact("Instances", &item.list("Instances").len().to_string())
                .say(&format!(
                    "EC2 Dedicated Host {id} for {kind} is allocated and billed by the hour"
                ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent, suspicious};

    let host = |since: &str, state: &str| {
        answer(
            "ec2:DescribeHosts",
            json!({"Hosts": [{"HostId": "h-1", "State": state, "AllocationTime": since,
        "HostProperties": {"InstanceFamily": "p4d"}, "Instances": []}]}),
        )
    };
    vec![
        suspicious(vec![host("2026-03-05T00:00:00Z", "available")]),
        misconfigured(vec![host("2025-03-05T00:00:00Z", "available")]),
        silent(vec![host("2026-03-05T00:00:00Z", "released")]),
    ]
}
