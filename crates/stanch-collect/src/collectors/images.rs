//! Images pushed over good ones, repositories open to external principals, copies sent elsewhere.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "images",
    purpose: "Container repositories with policies, images, scans and replication",
    steps: &["8", "12"],
    service: "ecr",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("DescribeRepositories").each(
            "repositories[]",
            &[
                with("GetRepositoryPolicy", &[("repositoryName", "repositoryName")]),
                with("DescribeImages", &[("repositoryName", "repositoryName")]),
                with("GetLifecyclePolicy", &[("repositoryName", "repositoryName")]),
            ],
        ),
        Ask::new("GetRegistryPolicy"),
        Ask::new("DescribeRegistry"),
        Ask::new("DescribePullThroughCacheRules"),
        Ask::new("DescribeRepositoryCreationTemplates"),
        Ask::new("GetRegistryScanningConfiguration"),
    ],
};
