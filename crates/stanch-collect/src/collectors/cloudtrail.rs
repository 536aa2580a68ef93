//! CloudTrail trails in each region: stopped, narrowed or redirected.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "cloudtrail",
    purpose: "Trails, what they record, whether they deliver",
    steps: &["6"],
    service: "cloudtrail",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("DescribeTrails")
            .given(r#"{"includeShadowTrails":true}"#)
            .each(
                "trailList[]",
                &[
                    with("GetTrailStatus", &[("Name", "TrailARN")]).only("HomeRegion", "{region}"),
                    with("GetEventSelectors", &[("TrailName", "TrailARN")]).only("HomeRegion", "{region}"),
                    with("GetInsightSelectors", &[("TrailName", "TrailARN")]).only("HomeRegion", "{region}"),
                ],
            ),
        Ask::new("ListChannels"),
        Ask::new("ListEventDataStores").each(
            "EventDataStores[]",
            &[with(
                "GetEventDataStore",
                &[("EventDataStore", "EventDataStoreArn")],
            )],
        ),
        Ask::new("ListImports"),
    ],
};
