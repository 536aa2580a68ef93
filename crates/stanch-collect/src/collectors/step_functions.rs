//! Work that continues in steps, and calls other services with its role.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "step-functions",
    purpose: "State machines and their runs",
    steps: &["8", "12"],
    service: "stepfunctions",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListStateMachines").each(
            "stateMachines[]",
            &[
                with("DescribeStateMachine", &[("stateMachineArn", "stateMachineArn")]),
                with("ListExecutions", &[("stateMachineArn", "stateMachineArn")])
                    .given(r#"{"statusFilter":"RUNNING"}"#),
            ],
        ),
        Ask::new("ListActivities"),
    ],
};
