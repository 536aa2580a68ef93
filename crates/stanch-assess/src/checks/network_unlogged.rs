//! A network in use has no flow logs.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// The answers it needs.
const NEEDS: &[Need] = &[list("ec2", "DescribeInstances"), list("ec2", "DescribeFlowLogs")];

/// See the head of this file.
pub(super) struct NetworkUnlogged;

impl Check for NetworkUnlogged {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "network-unlogged",
            title: "A network in use has no flow logs",
            why: "Without flow logs nobody can tell which machines talked to whom. They are not made up later.",
            severity: Severity::Low,
            tactics: &[Tactic::DefenseEvasion],
            techniques: &["T1562.008"],
            steps: &["9", "14"],
            next: "create flow logs for the network, of all traffic",
            needs: NEEDS,
            false_positives: &["A network of tests"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let answered = account.answered("ec2", "DescribeFlowLogs");
        let logged: BTreeSet<&str> = account
            .items("ec2", "DescribeFlowLogs", "FlowLogs")
            .iter()
            .map(|item| item.text("ResourceId"))
            .collect();
        let mut told = BTreeSet::new();
        for item in account.items("ec2", "DescribeInstances", "Reservations.Instances") {
            let (network, subnet) = (item.text("VpcId"), item.text("SubnetId"));
            let runs = item.text("State.Name") == "running" && answered.contains(item.region());
            if !runs
                || network.is_empty()
                || logged.contains(network)
                || logged.contains(subnet)
                || !told.insert(network)
            {
                continue;
            }
            found
                .on(&item, "network", network, network)
                .misconfiguration(Severity::Low)
                .say(&format!(
                    "machines run in network {network}, which has no flow logs"
                ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent};

    let instance = || {
        answer(
            "ec2:DescribeInstances",
            json!({"Reservations": [{"Instances": [{"InstanceId": "i-1", "VpcId": "vpc-1", "SubnetId": "subnet-1", "State": {"Name": "running"}}]}]}),
        )
    };
    let logs = |resource: &str| {
        answer(
            "ec2:DescribeFlowLogs",
            json!({"FlowLogs": [{"ResourceId": resource}]}),
        )
    };
    vec![
        misconfiguration(vec![instance(), logs("vpc-2")]),
        silent(vec![instance(), logs("vpc-1")]),
        silent(vec![instance()]),
    ]
}
