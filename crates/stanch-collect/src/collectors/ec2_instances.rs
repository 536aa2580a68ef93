//! What runs, what it may do, whether it gives its credentials to anybody who asks (IMDSv1). User data is
//! kept by name and hash only.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "ec2-instances",
    purpose: "Instances with metadata options, volumes, attributes and user data",
    steps: &["8", "11", "13"],
    service: "ec2",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("DescribeInstances").each(
            "Reservations[].Instances[]",
            &[
                with("DescribeInstanceAttribute", &[("InstanceId", "InstanceId")])
                    .given(r#"{"Attribute":"userData"}"#),
                with("DescribeInstanceAttribute", &[("InstanceId", "InstanceId")])
                    .given(r#"{"Attribute":"disableApiTermination"}"#),
                with("DescribeInstanceAttribute", &[("InstanceId", "InstanceId")])
                    .given(r#"{"Attribute":"instanceInitiatedShutdownBehavior"}"#),
            ],
        ),
        Ask::new("DescribeInstanceStatus").given(r#"{"IncludeAllInstances":true}"#),
        Ask::new("DescribeIamInstanceProfileAssociations"),
        Ask::new("DescribeVolumes"),
        Ask::new("DescribeKeyPairs"),
        Ask::new("DescribeReservedInstances"),
        Ask::new("DescribeHosts"),
        Ask::new("DescribeCapacityReservations"),
        Ask::new("DescribeInstanceEventWindows"),
    ],
};
