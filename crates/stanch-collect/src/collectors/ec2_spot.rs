//! EC2 Spot requests and fleets, which start an instance again after each is stopped: cancel the parent before the
//! child.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "ec2-spot",
    purpose: "Spot requests, spot fleets and fleets",
    steps: &["8", "12"],
    service: "ec2",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("DescribeSpotInstanceRequests"),
        Ask::new("DescribeSpotFleetRequests").each(
            "SpotFleetRequestConfigs[]",
            &[with(
                "DescribeSpotFleetInstances",
                &[("SpotFleetRequestId", "SpotFleetRequestId")],
            )],
        ),
        Ask::new("DescribeFleets").each(
            "Fleets[]",
            &[with("DescribeFleetInstances", &[("FleetId", "FleetId")])],
        ),
        Ask::new("DescribeSpotDatafeedSubscription"),
        Ask::new("DescribeCapacityReservationFleets"),
        Ask::new("DescribeScheduledInstances"),
    ],
};
