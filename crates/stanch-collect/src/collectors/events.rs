//! EventBridge rules and schedules that start things again, and event buses open to external accounts.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "events",
    purpose: "Rules and targets, buses with their policies, connections, archives",
    steps: &["8", "12"],
    service: "events",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListEventBuses").each(
            "EventBuses[]",
            &[
                with("DescribeEventBus", &[("Name", "Name")]),
                with("ListRules", &[("EventBusName", "Name")]).each(
                    "Rules[]",
                    &[with(
                        "ListTargetsByRule",
                        &[("Rule", "Name"), ("EventBusName", "EventBusName")],
                    )],
                ),
            ],
        ),
        Ask::new("ListConnections"),
        Ask::new("ListApiDestinations"),
        Ask::new("ListArchives"),
        Ask::new("ListReplays"),
        Ask::new("ListEndpoints"),
    ],
};
