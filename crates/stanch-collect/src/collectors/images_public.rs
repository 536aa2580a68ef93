//! Images given to the world in the account's name.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "images-public",
    purpose: "Public container repositories",
    steps: &["8", "12"],
    service: "ecr-public",
    scope: Scope::Only("us-east-1"),
    asks: &[Ask::new("DescribeRepositories").each(
        "repositories[]",
        &[
            with("GetRepositoryPolicy", &[("repositoryName", "repositoryName")]),
            with("DescribeImages", &[("repositoryName", "repositoryName")]),
        ],
    )],
};
