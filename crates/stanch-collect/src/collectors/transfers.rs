//! Quiet ways out for much data: tasks that copy every night, servers with users that nobody knows.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "transfers",
    purpose: "Tasks and servers that move data: DataSync, Transfer Family, Storage Gateway, Snow",
    steps: &["8", "10"],
    service: "datasync",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListTasks").each("Tasks[]", &[with("DescribeTask", &[("TaskArn", "TaskArn")])]),
        Ask::new("ListLocations"),
        Ask::new("ListAgents"),
        Ask::new("ListServers").of("transfer").each(
            "Servers[]",
            &[
                with("DescribeServer", &[("ServerId", "ServerId")]),
                with("ListUsers", &[("ServerId", "ServerId")]).each(
                    "Users[]",
                    &[with(
                        "DescribeUser",
                        &[("ServerId", "^ServerId"), ("UserName", "UserName")],
                    )],
                ),
            ],
        ),
        Ask::new("ListConnectors").of("transfer"),
        Ask::new("ListGateways").of("storagegateway"),
        Ask::new("ListFileShares").of("storagegateway"),
    ],
};
