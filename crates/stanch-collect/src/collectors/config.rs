//! AWS Config: recorders stopped, delivery channels deleted, rules that invoke Lambda functions.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "config",
    purpose: "Recorders, delivery channels and rules of AWS Config",
    steps: &["6", "12"],
    service: "config",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("DescribeConfigurationRecorders"),
        Ask::new("DescribeConfigurationRecorderStatus"),
        Ask::new("DescribeDeliveryChannels"),
        Ask::new("DescribeDeliveryChannelStatus"),
        Ask::new("DescribeConfigRules"),
        Ask::new("DescribeConfigurationAggregators"),
        Ask::new("DescribeConformancePacks"),
        Ask::new("DescribeAggregationAuthorizations"),
        Ask::new("DescribeRetentionConfigurations"),
    ],
};
