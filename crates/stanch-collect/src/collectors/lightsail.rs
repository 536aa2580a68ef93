//! A small cloud within the cloud, with hosts that EC2 does not list.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "lightsail",
    purpose: "Lightsail instances, containers, databases, disks, buckets",
    steps: &["8"],
    service: "lightsail",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("GetInstances"),
        Ask::new("GetContainerServices"),
        Ask::new("GetRelationalDatabases"),
        Ask::new("GetDisks"),
        Ask::new("GetInstanceSnapshots"),
        Ask::new("GetBuckets").each(
            "buckets[]",
            &[with("GetBucketAccessKeys", &[("bucketName", "name")])],
        ),
        Ask::new("GetLoadBalancers"),
        Ask::new("GetKeyPairs"),
        Ask::new("GetStaticIps"),
        Ask::new("GetDistributions"),
        Ask::new("GetDomains"),
    ],
};
