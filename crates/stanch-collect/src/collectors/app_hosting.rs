//! Places to run code that need no host of one's own. Environments are kept by name and hash only.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "app-hosting",
    purpose: "Applications of App Runner, Amplify, Elastic Beanstalk, AppStream, WorkSpaces",
    steps: &["8", "12"],
    service: "apprunner",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListServices").each(
            "ServiceSummaryList[]",
            &[with("DescribeService", &[("ServiceArn", "ServiceArn")])],
        ),
        Ask::new("ListConnections"),
        Ask::new("ListVpcConnectors"),
        Ask::new("ListApps").of("amplify").each(
            "apps[]",
            &[
                with("ListBranches", &[("appId", "appId")]),
                with("ListWebhooks", &[("appId", "appId")]),
            ],
        ),
        Ask::new("DescribeEnvironments").of("elasticbeanstalk"),
        Ask::new("DescribeApplications").of("elasticbeanstalk"),
        Ask::new("DescribeFleets").of("appstream"),
        Ask::new("DescribeWorkspaces").of("workspaces"),
        Ask::new("DescribeWorkspaceDirectories").of("workspaces"),
    ],
};
