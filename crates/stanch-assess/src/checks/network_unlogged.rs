//! VPC with running instances has no flow logs.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("ec2", "DescribeInstances"), list("ec2", "DescribeFlowLogs")];

/// The check.
pub(super) struct NetworkUnlogged;

impl Check for NetworkUnlogged {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "network-unlogged",
            title: "VPC with running instances has no flow logs",
            why: "Without VPC Flow Logs nobody can tell which instances communicated with which addresses. The records can't be created afterwards.",
            severity: Severity::Low,
            tactics: &[Tactic::DefenseEvasion],
            techniques: &["T1562.008"],
            steps: &["9", "14"],
            next: "Create flow logs for the VPC, for all traffic",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A VPC for tests"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let answered = account.answered("ec2", "DescribeFlowLogs");
        let logged: BTreeSet<&str> = account
            .items("ec2", "DescribeFlowLogs", "FlowLogs")
            .iter()
            .map(|item| item.text("ResourceId"))
            .collect();
        let mut reported = BTreeSet::new();
        for item in account.items("ec2", "DescribeInstances", "Reservations.Instances") {
            let (network, subnet) = (item.text("VpcId"), item.text("SubnetId"));
            let runs = item.text("State.Name") == "running" && answered.contains(item.region());
            if !runs
                || network.is_empty()
                || logged.contains(network)
                || logged.contains(subnet)
                || !reported.insert(network)
            {
                continue;
            }
            found
                .on(&item, "network", network, network)
                .misconfiguration(Severity::Low)
                .say(&format!("Instances run in VPC {network}, which has no flow logs"));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

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
        misconfigured(vec![instance(), logs("vpc-2")]),
        silent(vec![instance(), logs("vpc-1")]),
        silent(vec![instance()]),
    ]
}
