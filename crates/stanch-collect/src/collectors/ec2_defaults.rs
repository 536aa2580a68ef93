//! Guards of a whole region that an attacker lowers once and for all.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "ec2-defaults",
    purpose: "Region-wide settings of EC2: metadata, encryption, public sharing, serial console",
    steps: &["8", "12"],
    service: "ec2",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("DescribeRegions").given(r#"{"AllRegions":true}"#),
        Ask::new("DescribeAccountAttributes"),
        Ask::new("GetInstanceMetadataDefaults"),
        Ask::new("GetEbsEncryptionByDefault"),
        Ask::new("GetEbsDefaultKmsKeyId"),
        Ask::new("GetSnapshotBlockPublicAccessState"),
        Ask::new("GetImageBlockPublicAccessState"),
        Ask::new("GetSerialConsoleAccessStatus"),
        Ask::new("GetAllowedImagesSettings"),
        Ask::new("DescribeVpcBlockPublicAccessOptions"),
        Ask::new("DescribeAggregateIdFormat"),
    ],
};
