//! EKS: IAM principals with access to Kubernetes, and the roles of pods.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "eks",
    purpose: "Clusters, access entries, pod identities, node groups and identity providers",
    steps: &["8", "12"],
    service: "eks",
    scope: Scope::EachRegion,
    asks: &[Ask::new("ListClusters").each(
        "clusters[]",
        &[
            with("DescribeCluster", &[("name", "@")]),
            with("ListAccessEntries", &[("clusterName", "@")]).each(
                "accessEntries[]",
                &[
                    with(
                        "DescribeAccessEntry",
                        &[("clusterName", "^clusterName"), ("principalArn", "@")],
                    ),
                    with(
                        "ListAssociatedAccessPolicies",
                        &[("clusterName", "^clusterName"), ("principalArn", "@")],
                    ),
                ],
            ),
            with("ListPodIdentityAssociations", &[("clusterName", "@")]).each(
                "associations[]",
                &[with(
                    "DescribePodIdentityAssociation",
                    &[("clusterName", "clusterName"), ("associationId", "associationId")],
                )],
            ),
            with("ListNodegroups", &[("clusterName", "@")]).each(
                "nodegroups[]",
                &[with(
                    "DescribeNodegroup",
                    &[("clusterName", "^clusterName"), ("nodegroupName", "@")],
                )],
            ),
            with("ListFargateProfiles", &[("clusterName", "@")]).each(
                "fargateProfileNames[]",
                &[with(
                    "DescribeFargateProfile",
                    &[("clusterName", "^clusterName"), ("fargateProfileName", "@")],
                )],
            ),
            with("ListIdentityProviderConfigs", &[("clusterName", "@")]),
            with("ListAddons", &[("clusterName", "@")]),
        ],
    )],
};
