//! Disks that leave the account: images and snapshots shared with external principals or all, stored to buckets,
//! exported.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "ec2-images",
    purpose: "Own images and snapshots and the accounts they are shared with",
    steps: &["8", "10", "12"],
    service: "ec2",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("DescribeImages").given(r#"{"Owners":["self"]}"#).each(
            "Images[]",
            &[with("DescribeImageAttribute", &[("ImageId", "ImageId")])
                .given(r#"{"Attribute":"launchPermission"}"#)],
        ),
        Ask::new("DescribeSnapshots")
            .given(r#"{"OwnerIds":["self"]}"#)
            .each(
                "Snapshots[]",
                &[with("DescribeSnapshotAttribute", &[("SnapshotId", "SnapshotId")])
                    .given(r#"{"Attribute":"createVolumePermission"}"#)],
            ),
        Ask::new("DescribeLockedSnapshots"),
        Ask::new("DescribeStoreImageTasks"),
        Ask::new("DescribeExportTasks"),
        Ask::new("DescribeExportImageTasks"),
        Ask::new("DescribeImportImageTasks"),
        Ask::new("DescribeImportSnapshotTasks"),
        Ask::new("DescribeFastSnapshotRestores"),
        Ask::new("DescribeFpgaImages").given(r#"{"Owners":["self"]}"#),
        Ask::new("ListSnapshotsInRecycleBin"),
        Ask::new("ListImagesInRecycleBin"),
    ],
};
