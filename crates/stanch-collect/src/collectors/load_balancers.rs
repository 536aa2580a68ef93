//! Load balancers: listeners reachable from outside, and their targets.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "load-balancers",
    purpose: "Load balancers, listeners, rules and targets",
    steps: &["8", "13"],
    service: "elbv2",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("DescribeLoadBalancers").each(
            "LoadBalancers[]",
            &[
                with("DescribeListeners", &[("LoadBalancerArn", "LoadBalancerArn")]).each(
                    "Listeners[]",
                    &[with("DescribeRules", &[("ListenerArn", "ListenerArn")])],
                ),
                with(
                    "DescribeLoadBalancerAttributes",
                    &[("LoadBalancerArn", "LoadBalancerArn")],
                ),
            ],
        ),
        Ask::new("DescribeTargetGroups").each(
            "TargetGroups[]",
            &[with(
                "DescribeTargetHealth",
                &[("TargetGroupArn", "TargetGroupArn")],
            )],
        ),
        Ask::new("DescribeTrustStores"),
        Ask::new("DescribeLoadBalancers").of("elb").each(
            "LoadBalancerDescriptions[]",
            &[with(
                "DescribeLoadBalancerAttributes",
                &[("LoadBalancerName", "LoadBalancerName")],
            )],
        ),
    ],
};
