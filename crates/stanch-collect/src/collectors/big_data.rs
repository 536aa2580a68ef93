//! Many hosts at once, a favourite of miners.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "big-data",
    purpose: "EMR clusters, studios, serverless applications and their public access guard",
    steps: &["8"],
    service: "emr",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListClusters")
            .given(r#"{"ClusterStates":["STARTING","BOOTSTRAPPING","RUNNING","WAITING","TERMINATING"]}"#)
            .each(
                "Clusters[]",
                &[
                    with("DescribeCluster", &[("ClusterId", "Id")]),
                    with("ListSteps", &[("ClusterId", "Id")]),
                    with("ListBootstrapActions", &[("ClusterId", "Id")]),
                ],
            ),
        Ask::new("GetBlockPublicAccessConfiguration"),
        Ask::new("ListStudios"),
        Ask::new("ListApplications").of("emr-serverless"),
        Ask::new("ListVirtualClusters").of("emr-containers"),
        Ask::new("ListEnvironments").of("mwaa"),
    ],
};
