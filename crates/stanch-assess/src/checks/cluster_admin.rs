//! EKS access entry makes a principal cluster administrator.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    each("eks", "DescribeAccessEntry", "ListAccessEntries"),
    each("eks", "ListAccessEntries", "ListClusters"),
    list("eks", "ListClusters"),
];

/// The check.
pub(super) struct ClusterAdmin;

impl Check for ClusterAdmin {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "cluster-admin",
            title: "EKS access entry makes a principal cluster administrator",
            why: "A cluster administrator runs any workload on the nodes with the roles of the nodes. The grant is in the EKS access entry, not in an IAM policy.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::PrivilegeEscalation],
            techniques: &["T1098.006"],
            steps: &["12"],
            next: "Delete the access entry, then review the workloads that were deployed",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["The principal that created the cluster, or a platform team"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("eks", "DescribeAccessEntry", "accessEntry") {
            let principal = item.text("principalArn");
            let masters = item
                .list("kubernetesGroups")
                .into_iter()
                .any(|group| group.as_str() == Some("system:masters"));
            if masters || principal.contains(":user/") {
                found
                    .on(&item, "access-entry", principal, principal)
                    .suspicious(Severity::Medium)
                    .fact("Cluster", item.text("clusterName"))
                    .say(&format!(
                        "{principal} has administrator access to EKS cluster {}",
                        item.text("clusterName")
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, silent, suspicious};

    let entry = |principal: &str, group: &str| {
        asked(
            "eks:DescribeAccessEntry",
            json!({"clusterName": "c"}),
            json!({"accessEntry": {"clusterName": "c", "principalArn": principal, "kubernetesGroups": [group]}}),
        )
    };
    vec![
        suspicious(vec![entry("arn:aws:iam::111122223333:user/u", "system:masters")]),
        silent(vec![entry(
            "arn:aws:iam::111122223333:role/nodes",
            "system:nodes",
        )]),
    ]
}
