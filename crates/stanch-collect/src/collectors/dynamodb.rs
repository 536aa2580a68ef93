//! Data in tables: exports to buckets, tables deleted, policies for external principals.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "dynamodb",
    purpose: "Tables, backups, exports and policies",
    steps: &["8", "10"],
    service: "dynamodb",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListTables").each(
            "TableNames[]",
            &[
                with("DescribeTable", &[("TableName", "@")])
                    .then(&[with("GetResourcePolicy", &[("ResourceArn", "Table.TableArn")])]),
                with("DescribeContinuousBackups", &[("TableName", "@")]),
            ],
        ),
        Ask::new("ListBackups"),
        Ask::new("ListExports").each(
            "ExportSummaries[]",
            &[with("DescribeExport", &[("ExportArn", "ExportArn")])],
        ),
        Ask::new("ListGlobalTables"),
        Ask::new("ListImports"),
    ],
};
