//! Logs led to external principals, groups deleted or kept for a day, metric filters behind alarms.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "logs",
    purpose: "Log groups, filters, subscriptions, destinations and policies",
    steps: &["6", "12"],
    service: "logs",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("DescribeLogGroups").each(
            "logGroups[]",
            &[with(
                "DescribeSubscriptionFilters",
                &[("logGroupName", "logGroupName")],
            )],
        ),
        Ask::new("DescribeMetricFilters"),
        Ask::new("DescribeDestinations"),
        Ask::new("DescribeResourcePolicies"),
        Ask::new("DescribeAccountPolicies").given(r#"{"policyType":"SUBSCRIPTION_FILTER_POLICY"}"#),
        Ask::new("DescribeAccountPolicies").given(r#"{"policyType":"DATA_PROTECTION_POLICY"}"#),
        Ask::new("DescribeDeliveries"),
        Ask::new("DescribeExportTasks"),
        Ask::new("DescribeQueryDefinitions"),
    ],
};
