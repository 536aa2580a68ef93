//! Containers that mine or call home: services with external images, task definitions with secrets in their
//! environment (values are kept as hashes).
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "ecs",
    purpose: "Clusters, services, tasks and task definitions",
    steps: &["8", "12"],
    service: "ecs",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListClusters").each(
            "clusterArns[]",
            &[
                with("DescribeClusters", &[("clusters", "[]@")])
                    .given(r#"{"include":["SETTINGS","CONFIGURATIONS","TAGS","STATISTICS"]}"#)
                    .batch(100),
                with("ListServices", &[("cluster", "@")]).each(
                    "serviceArns[]",
                    &[with(
                        "DescribeServices",
                        &[("cluster", "^cluster"), ("services", "[]@")],
                    )
                    .batch(10)],
                ),
                with("ListTasks", &[("cluster", "@")])
                    .given(r#"{"desiredStatus":"RUNNING"}"#)
                    .each(
                        "taskArns[]",
                        &[with("DescribeTasks", &[("cluster", "^cluster"), ("tasks", "[]@")]).batch(100)],
                    ),
                with("ListTasks", &[("cluster", "@")])
                    .given(r#"{"desiredStatus":"STOPPED"}"#)
                    .each(
                        "taskArns[]",
                        &[with("DescribeTasks", &[("cluster", "^cluster"), ("tasks", "[]@")]).batch(100)],
                    ),
                with("ListContainerInstances", &[("cluster", "@")]).each(
                    "containerInstanceArns[]",
                    &[with(
                        "DescribeContainerInstances",
                        &[("cluster", "^cluster"), ("containerInstances", "[]@")],
                    )
                    .batch(100)],
                ),
            ],
        ),
        Ask::new("ListTaskDefinitions").each(
            "taskDefinitionArns[]",
            &[with("DescribeTaskDefinition", &[("taskDefinition", "@")])],
        ),
        Ask::new("DescribeCapacityProviders"),
        Ask::new("ListAccountSettings").given(r#"{"effectiveSettings":true}"#),
    ],
};
