//! CloudWatch alarms without actions, and metric streams to external accounts.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "alarms",
    purpose: "Alarms, dashboards and metric streams",
    steps: &["6"],
    service: "cloudwatch",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("DescribeAlarms").given(r#"{"AlarmTypes":["MetricAlarm","CompositeAlarm"]}"#),
        Ask::new("ListMetricStreams"),
        Ask::new("ListDashboards"),
        Ask::new("DescribeAnomalyDetectors"),
        Ask::new("ListSinks").of("oam"),
        Ask::new("ListLinks").of("oam"),
    ],
};
