//! Costly hosts and scripts that run at each start of a notebook (kept as hashes).
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "machine-learning",
    purpose: "Notebooks, life cycles, training, processing and endpoints of SageMaker",
    steps: &["8", "12"],
    service: "sagemaker",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListNotebookInstances").each(
            "NotebookInstances[]",
            &[with(
                "DescribeNotebookInstance",
                &[("NotebookInstanceName", "NotebookInstanceName")],
            )],
        ),
        Ask::new("ListNotebookInstanceLifecycleConfigs").each(
            "NotebookInstanceLifecycleConfigs[]",
            &[with(
                "DescribeNotebookInstanceLifecycleConfig",
                &[(
                    "NotebookInstanceLifecycleConfigName",
                    "NotebookInstanceLifecycleConfigName",
                )],
            )],
        ),
        Ask::new("ListStudioLifecycleConfigs"),
        Ask::new("ListDomains").each(
            "Domains[]",
            &[with("DescribeDomain", &[("DomainId", "DomainId")])],
        ),
        Ask::new("ListUserProfiles"),
        Ask::new("ListApps"),
        Ask::new("ListTrainingJobs").each(
            "TrainingJobSummaries[]",
            &[with(
                "DescribeTrainingJob",
                &[("TrainingJobName", "TrainingJobName")],
            )],
        ),
        Ask::new("ListProcessingJobs").each(
            "ProcessingJobSummaries[]",
            &[with(
                "DescribeProcessingJob",
                &[("ProcessingJobName", "ProcessingJobName")],
            )],
        ),
        Ask::new("ListTransformJobs"),
        Ask::new("ListEndpoints"),
        Ask::new("ListEndpointConfigs"),
        Ask::new("ListModels"),
        Ask::new("ListPipelines"),
        Ask::new("ListClusters"),
        Ask::new("ListSpaces"),
    ],
};
