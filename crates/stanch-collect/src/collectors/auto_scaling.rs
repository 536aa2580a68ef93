//! EC2 Auto Scaling groups, which replace an instance as soon as it is stopped.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "auto-scaling",
    purpose: "Auto Scaling groups, launch configurations and schedules",
    steps: &["8", "12", "13"],
    service: "autoscaling",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("DescribeAutoScalingGroups"),
        Ask::new("DescribeLaunchConfigurations"),
        Ask::new("DescribeScheduledActions"),
        Ask::new("DescribeScalingActivities"),
        Ask::new("DescribePolicies"),
    ],
};
