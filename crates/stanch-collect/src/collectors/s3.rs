//! Where data leaves from: policies, access lists, replication to external principals, notifications, inventories, life
//! cycles of one day, encryption with the caller's own keys.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "s3",
    purpose: "Buckets with everything that grants, copies, tells or deletes",
    steps: &["8", "10", "12"],
    service: "s3",
    scope: Scope::Global,
    asks: &[Ask::new("ListBuckets").given(r#"{"MaxBuckets":1000}"#).each(
        "Buckets[]",
        &[
            with("GetBucketLocation", &[("Bucket", "Name")]).region("BucketRegion"),
            with("GetBucketPolicy", &[("Bucket", "Name")]).region("BucketRegion"),
            with("GetBucketPolicyStatus", &[("Bucket", "Name")]).region("BucketRegion"),
            with("GetBucketAcl", &[("Bucket", "Name")]).region("BucketRegion"),
            with("GetBucketOwnershipControls", &[("Bucket", "Name")]).region("BucketRegion"),
            with("GetPublicAccessBlock", &[("Bucket", "Name")]).region("BucketRegion"),
            with("GetBucketVersioning", &[("Bucket", "Name")]).region("BucketRegion"),
            with("GetBucketEncryption", &[("Bucket", "Name")]).region("BucketRegion"),
            with("GetBucketLifecycleConfiguration", &[("Bucket", "Name")]).region("BucketRegion"),
            with("GetBucketReplication", &[("Bucket", "Name")]).region("BucketRegion"),
            with("GetBucketNotificationConfiguration", &[("Bucket", "Name")]).region("BucketRegion"),
            with("GetBucketLogging", &[("Bucket", "Name")]).region("BucketRegion"),
            with("GetBucketWebsite", &[("Bucket", "Name")]).region("BucketRegion"),
            with("GetBucketCors", &[("Bucket", "Name")]).region("BucketRegion"),
            with("GetBucketTagging", &[("Bucket", "Name")]).region("BucketRegion"),
            with("GetBucketRequestPayment", &[("Bucket", "Name")]).region("BucketRegion"),
            with("GetBucketAccelerateConfiguration", &[("Bucket", "Name")]).region("BucketRegion"),
            with("GetObjectLockConfiguration", &[("Bucket", "Name")]).region("BucketRegion"),
            with("ListBucketInventoryConfigurations", &[("Bucket", "Name")]).region("BucketRegion"),
            with("ListBucketAnalyticsConfigurations", &[("Bucket", "Name")]).region("BucketRegion"),
            with("ListBucketMetricsConfigurations", &[("Bucket", "Name")]).region("BucketRegion"),
            with(
                "ListBucketIntelligentTieringConfigurations",
                &[("Bucket", "Name")],
            )
            .region("BucketRegion"),
        ],
    )],
};
