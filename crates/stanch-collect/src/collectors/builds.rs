//! Builds run code with a role and know the way into repositories. Environments are kept by name and hash
//! only.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "builds",
    purpose: "Build projects, runners, source credentials and fleets",
    steps: &["8", "12"],
    service: "codebuild",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListProjects").each(
            "projects[]",
            &[
                with("BatchGetProjects", &[("names", "[]@")]).batch(100),
                with("ListBuildsForProject", &[("projectName", "@")]),
            ],
        ),
        Ask::new("ListSourceCredentials"),
        Ask::new("ListFleets"),
        Ask::new("ListReportGroups"),
        Ask::new("ListSharedProjects"),
    ],
};
