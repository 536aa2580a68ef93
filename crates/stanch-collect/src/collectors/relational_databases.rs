//! Data in databases: reachable from outside, snapshots shared, exports to buckets.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "relational-databases",
    purpose: "Databases, clusters, snapshots and the accounts they are shared with, exports",
    steps: &["8", "10", "14"],
    service: "rds",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("DescribeDBInstances"),
        Ask::new("DescribeDBClusters"),
        Ask::new("DescribeDBSnapshots")
            .given(r#"{"SnapshotType":"manual"}"#)
            .each(
                "DBSnapshots[]",
                &[with(
                    "DescribeDBSnapshotAttributes",
                    &[("DBSnapshotIdentifier", "DBSnapshotIdentifier")],
                )],
            ),
        Ask::new("DescribeDBClusterSnapshots")
            .given(r#"{"SnapshotType":"manual"}"#)
            .each(
                "DBClusterSnapshots[]",
                &[with(
                    "DescribeDBClusterSnapshotAttributes",
                    &[("DBClusterSnapshotIdentifier", "DBClusterSnapshotIdentifier")],
                )],
            ),
        Ask::new("DescribeDBSnapshots").given(r#"{"SnapshotType":"automated"}"#),
        Ask::new("DescribeExportTasks"),
        Ask::new("DescribeDBProxies"),
        Ask::new("DescribeDBSubnetGroups"),
        Ask::new("DescribeDBSecurityGroups"),
        Ask::new("DescribeEventSubscriptions"),
        Ask::new("DescribeReservedDBInstances"),
        Ask::new("DescribeGlobalClusters"),
        Ask::new("DescribeDBInstanceAutomatedBackups"),
        Ask::new("DescribeIntegrations"),
    ],
};
