//! AWS Health and Trusted Advisor: notices of leaked credentials among the events.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "security-services",
    purpose: "Notices of AWS: health events, Shield, Trusted Advisor, Firewall Manager",
    steps: &["9", "11"],
    service: "shield",
    scope: Scope::Only("us-east-1"),
    asks: &[
        Ask::new("DescribeSubscription"),
        Ask::new("DescribeEvents").of("health").each(
            "events[]",
            &[
                with("DescribeEventDetails", &[("eventArns", "[]arn")]).batch(10),
                with("DescribeAffectedEntities", &[("filter.eventArns", "[]arn")]).batch(10),
            ],
        ),
        Ask::new("ListRecommendations").of("trustedadvisor"),
        Ask::new("ListPolicies").of("fms"),
        Ask::new("ListCases").of("security-ir"),
    ],
};
