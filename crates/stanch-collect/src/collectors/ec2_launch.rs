//! EC2 launch templates: a new default version with other user data, another image, another role.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "ec2-launch",
    purpose: "Launch templates in all their versions",
    steps: &["8", "12"],
    service: "ec2",
    scope: Scope::EachRegion,
    asks: &[Ask::new("DescribeLaunchTemplates").each(
        "LaunchTemplates[]",
        &[with(
            "DescribeLaunchTemplateVersions",
            &[("LaunchTemplateId", "LaunchTemplateId")],
        )],
    )],
};
