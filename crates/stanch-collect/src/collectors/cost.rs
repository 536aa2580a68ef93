//! The bill tells of what nobody has found yet, also in regions that can't be read. Every call costs one US
//! cent.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "cost",
    purpose: "What was spent, by service, region and usage type per day; forecasts of trouble",
    steps: &["5", "8", "15"],
    service: "ce",
    scope: Scope::Only("us-east-1"),
    asks: &[
Ask::new("GetCostAndUsage").given(r#"{"TimePeriod":{"Start":"{days-ago:90}","End":"{days-ago:-1}"},"Granularity":"DAILY","Metrics":["UnblendedCost","UsageQuantity"],"GroupBy":[{"Type":"DIMENSION","Key":"SERVICE"},{"Type":"DIMENSION","Key":"REGION"}]}"#),
Ask::new("GetCostAndUsage").given(r#"{"TimePeriod":{"Start":"{days-ago:90}","End":"{days-ago:-1}"},"Granularity":"DAILY","Metrics":["UnblendedCost"],"GroupBy":[{"Type":"DIMENSION","Key":"LINKED_ACCOUNT"},{"Type":"DIMENSION","Key":"SERVICE"}]}"#),
Ask::new("GetDimensionValues").given(r#"{"TimePeriod":{"Start":"{days-ago:90}","End":"{days-ago:-1}"},"Dimension":"REGION"}"#).each("DimensionValues[]", &[with("GetCostAndUsage", &[("Filter.Dimensions.Values", "[]Value")]).given(r#"{"TimePeriod":{"Start":"{days-ago:30}","End":"{days-ago:-1}"},"Granularity":"DAILY","Metrics":["UnblendedCost","UsageQuantity"],"Filter":{"Dimensions":{"Key":"REGION"}},"GroupBy":[{"Type":"DIMENSION","Key":"SERVICE"},{"Type":"DIMENSION","Key":"USAGE_TYPE"}]}"#)]),
Ask::new("GetAnomalies").given(r#"{"DateInterval":{"StartDate":"{days-ago:90}"}}"#),
Ask::new("GetAnomalyMonitors"),
Ask::new("GetAnomalySubscriptions"),
],
};
