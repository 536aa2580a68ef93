//! Doors to buckets next to their policies: access points, grants, jobs over millions of objects.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "s3-control",
    purpose: "Account-wide public access, access points, grants, batch jobs",
    steps: &["10"],
    service: "s3control",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("GetPublicAccessBlock").given(r#"{"AccountId":"{account}"}"#),
        Ask::new("ListAccessPoints")
            .given(r#"{"AccountId":"{account}"}"#)
            .each(
                "AccessPointList[]",
                &[
                    with("GetAccessPoint", &[("Name", "Name")]).given(r#"{"AccountId":"{account}"}"#),
                    with("GetAccessPointPolicy", &[("Name", "Name")]).given(r#"{"AccountId":"{account}"}"#),
                    with("GetAccessPointPolicyStatus", &[("Name", "Name")])
                        .given(r#"{"AccountId":"{account}"}"#),
                ],
            ),
        Ask::new("ListAccessGrantsInstances").given(r#"{"AccountId":"{account}"}"#),
        Ask::new("ListAccessGrants").given(r#"{"AccountId":"{account}"}"#),
        Ask::new("ListAccessGrantsLocations").given(r#"{"AccountId":"{account}"}"#),
        Ask::new("ListJobs").given(r#"{"AccountId":"{account}"}"#).each(
            "Jobs[]",
            &[with("DescribeJob", &[("JobId", "JobId")]).given(r#"{"AccountId":"{account}"}"#)],
        ),
        Ask::new("ListStorageLensConfigurations").given(r#"{"AccountId":"{account}"}"#),
        Ask::new("ListAccessPointsForObjectLambda").given(r#"{"AccountId":"{account}"}"#),
    ],
};
