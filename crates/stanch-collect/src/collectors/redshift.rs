//! Data in warehouses: snapshots with restore rights for others, data shares, logging off.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "redshift",
    purpose: "Warehouses, their snapshots, shares and logging",
    steps: &["8", "10"],
    service: "redshift",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("DescribeClusters").each(
            "Clusters[]",
            &[with(
                "DescribeLoggingStatus",
                &[("ClusterIdentifier", "ClusterIdentifier")],
            )],
        ),
        Ask::new("DescribeClusterSnapshots"),
        Ask::new("DescribeDataShares"),
        Ask::new("DescribeEndpointAccess"),
        Ask::new("DescribeEndpointAuthorization"),
        Ask::new("DescribeReservedNodes"),
        Ask::new("DescribeSnapshotCopyGrants"),
        Ask::new("ListNamespaces").of("redshift-serverless"),
        Ask::new("ListWorkgroups").of("redshift-serverless"),
        Ask::new("ListSnapshots").of("redshift-serverless"),
    ],
};
