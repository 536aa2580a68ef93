//! The way from a repository into the account: connections to external repositories, pipelines changed.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "pipelines",
    purpose: "Pipelines, connections, repositories and deployments",
    steps: &["8", "12"],
    service: "codepipeline",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListPipelines").each("pipelines[]", &[with("GetPipeline", &[("name", "name")])]),
        Ask::new("ListWebhooks"),
        Ask::new("ListConnections").of("codestar-connections"),
        Ask::new("ListConnections").of("codeconnections"),
        Ask::new("ListRepositories").of("codecommit"),
        Ask::new("ListApplications").of("codedeploy"),
        Ask::new("ListDomains").of("codeartifact").each(
            "domains[]",
            &[with("GetDomainPermissionsPolicy", &[("domain", "name")])],
        ),
        Ask::new("ListRepositories").of("codeartifact"),
    ],
};
