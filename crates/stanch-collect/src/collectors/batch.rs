//! Machines that come by the hundred when a job is put in. Commands and environments are kept as hashes.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "batch",
    purpose: "Batch environments, queues, definitions and running jobs",
    steps: &["8", "12"],
    service: "batch",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("DescribeComputeEnvironments"),
        Ask::new("DescribeJobQueues").each(
            "jobQueues[]",
            &[
                with("ListJobs", &[("jobQueue", "jobQueueArn")]).given(r#"{"jobStatus":"RUNNING"}"#),
                with("ListJobs", &[("jobQueue", "jobQueueArn")]).given(r#"{"jobStatus":"RUNNABLE"}"#),
            ],
        ),
        Ask::new("DescribeJobDefinitions").given(r#"{"status":"ACTIVE"}"#),
    ],
};
