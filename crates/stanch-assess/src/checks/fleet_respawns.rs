//! A fleet starts machines again.
//!
//! It must not look at anything but the answers it names.

use super::support::costly;
use crate::account::{AccountState, Item, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use serde_json::Value;
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("ec2", "DescribeSpotFleetRequests"),
    list("ec2", "DescribeFleets"),
];

/// See the head of this file.
pub(super) struct FleetRespawns;

impl Check for FleetRespawns {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "fleet-respawns",
            title: "A fleet starts machines again",
            why: "A fleet that maintains its size starts a machine for every one that is stopped, in spare capacity that nobody budgets.",
            severity: Severity::High,
            tactics: &[Tactic::Impact, Tactic::Persistence],
            techniques: &["T1496", "T1578.002"],
            steps: &["8", "13"],
            next: "cancel the fleet with its machines, before the machines are stopped one by one",
            needs: NEEDS,
            false_positives: &["A team that computes on spare machines"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ec2", "DescribeSpotFleetRequests", "SpotFleetRequestConfigs") {
            let kinds = [
                item.list("SpotFleetRequestConfig.LaunchSpecifications.InstanceType"),
                item.list("SpotFleetRequestConfig.LaunchTemplateConfigs.Overrides.InstanceType"),
            ];
            let size = item
                .at("SpotFleetRequestConfig.TargetCapacity")
                .as_u64()
                .unwrap_or(0);
            let runs = !item.text("SpotFleetRequestState").starts_with("cancelled");
            told(
                found,
                &item,
                ("spot-fleet", item.text("SpotFleetRequestId")),
                &kinds.concat(),
                (size, runs),
            );
        }
        for item in account.items("ec2", "DescribeFleets", "Fleets") {
            let kinds = item.list("LaunchTemplateConfigs.Overrides.InstanceType");
            let size = item
                .at("TargetCapacitySpecification.TotalTargetCapacity")
                .as_u64()
                .unwrap_or(0);
            let runs = !item.text("FleetState").starts_with("deleted");
            told(
                found,
                &item,
                ("fleet", item.text("FleetId")),
                &kinds,
                (size, runs),
            );
        }
    }
}

/// So many machines at once are more than most fleets.
const MANY: u64 = 20;

fn told(
    found: &mut Findings,
    item: &Item<'_>,
    (kind, id): (&str, &str),
    types: &[&Value],
    (size, runs): (u64, bool),
) {
    if !runs {
        return;
    }
    let types: BTreeSet<&str> = types.iter().filter_map(|name| name.as_str()).collect();
    let why = types.iter().find_map(|name| costly(name));
    let draft = found.on(item, kind, id, id);
    let draft = if why.is_some() || size >= MANY {
        draft.suspicious(Severity::High)
    } else {
        draft.misconfiguration(Severity::Low)
    };
    let named: Vec<&str> = types.into_iter().take(5).collect();
    draft
        .fact("types", &named.join(", "))
        .fact("size", &size.to_string())
        .fact("stack", &stack_of(item.at("Tags")))
        .say(&format!("{kind} {id} keeps {size} machines running"));
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent, suspicious};

    let fleet = |kind: &str, size: u64, state: &str| {
        answer(
            "ec2:DescribeSpotFleetRequests",
            json!({"SpotFleetRequestConfigs": [{"SpotFleetRequestId": "sfr-1", "SpotFleetRequestState": state,
                "SpotFleetRequestConfig": {"TargetCapacity": size, "LaunchSpecifications": [{"InstanceType": kind}]}}]}),
        )
    };
    vec![
        suspicious(vec![fleet("g5.xlarge", 1, "active")]),
        suspicious(vec![fleet("c6i.large", 80, "active")]),
        misconfiguration(vec![fleet("c6i.large", 2, "active")]),
        silent(vec![fleet("g5.xlarge", 80, "cancelled_terminating")]),
    ]
}
