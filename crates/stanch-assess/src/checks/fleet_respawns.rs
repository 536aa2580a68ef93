//! EC2 Fleet or Spot Fleet keeps instances running.
//!
//! It must not read other answers than those in its `needs`.

use super::support::costly;
use crate::account::{AccountState, Item, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, list};
use serde_json::Value;
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("ec2", "DescribeSpotFleetRequests"),
    list("ec2", "DescribeFleets"),
];

/// The check.
pub(super) struct FleetRespawns;

impl Check for FleetRespawns {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "fleet-respawns",
            title: "EC2 Fleet or Spot Fleet keeps instances running",
            why: "A fleet that maintains its target capacity starts a new instance for each one that is stopped.",
            severity: Severity::High,
            tactics: &[Tactic::Impact, Tactic::Persistence],
            techniques: &["T1496", "T1578.002"],
            steps: &["8", "13"],
            next: "Cancel the fleet together with its instances, before you stop instances one by one",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A team that computes on Spot Instances"],
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
            report(
                found,
                &item,
                ("spot-fleet", "EC2 Spot Fleet", item.text("SpotFleetRequestId")),
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
            report(
                found,
                &item,
                ("fleet", "EC2 Fleet", item.text("FleetId")),
                &kinds,
                (size, runs),
            );
        }
    }
}

/// Target capacity above that of most fleets.
const MANY: u64 = 20;

fn report(
    found: &mut Findings,
    item: &Item<'_>,
    (kind, noun, id): (&str, &str, &str),
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
        .fact("Instance Types", &named.join(", "))
        .fact("Target Capacity", &size.to_string())
        .fact("Stack", &stack_of(item.at("Tags")))
        .say(&format!("{noun} {id} keeps {size} instances running"));
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent, suspicious};

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
        misconfigured(vec![fleet("c6i.large", 2, "active")]),
        silent(vec![fleet("g5.xlarge", 80, "cancelled_terminating")]),
    ]
}
