//! Data in file systems: mount targets, policies, backups, replication.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "files",
    purpose: "File systems of EFS and FSx, their policies and backups",
    steps: &["8", "10"],
    service: "efs",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("DescribeFileSystems").each(
            "FileSystems[]",
            &[
                with("DescribeFileSystemPolicy", &[("FileSystemId", "FileSystemId")]),
                with("DescribeMountTargets", &[("FileSystemId", "FileSystemId")]),
            ],
        ),
        Ask::new("DescribeAccessPoints"),
        Ask::new("DescribeReplicationConfigurations"),
        Ask::new("DescribeFileSystems").of("fsx"),
        Ask::new("DescribeBackups").of("fsx"),
        Ask::new("DescribeVolumes").of("fsx"),
        Ask::new("DescribeSnapshots").of("fsx"),
    ],
};
