//! The same as for relational databases, for documents and graphs.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "document-databases",
    purpose: "DocumentDB and Neptune clusters and their shared snapshots",
    steps: &["8", "10"],
    service: "docdb",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("DescribeDBClusters"),
        Ask::new("DescribeDBClusterSnapshots")
            .given(r#"{"SnapshotType":"manual"}"#)
            .each(
                "DBClusterSnapshots[]",
                &[with(
                    "DescribeDBClusterSnapshotAttributes",
                    &[("DBClusterSnapshotIdentifier", "DBClusterSnapshotIdentifier")],
                )],
            ),
        Ask::new("ListClusters").of("docdb-elastic"),
        Ask::new("ListClusterSnapshots").of("docdb-elastic"),
        Ask::new("DescribeDBClusters").of("neptune"),
        Ask::new("DescribeDBClusterSnapshots")
            .of("neptune")
            .given(r#"{"SnapshotType":"manual"}"#)
            .each(
                "DBClusterSnapshots[]",
                &[with(
                    "DescribeDBClusterSnapshotAttributes",
                    &[("DBClusterSnapshotIdentifier", "DBClusterSnapshotIdentifier")],
                )],
            ),
        Ask::new("ListGraphs").of("neptune-graph"),
    ],
};
