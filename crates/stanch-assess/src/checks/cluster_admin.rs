//! A principal was made administrator of a cluster.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    each("eks", "DescribeAccessEntry", "ListAccessEntries"),
    each("eks", "ListAccessEntries", "ListClusters"),
    list("eks", "ListClusters"),
];

/// See the head of this file.
pub(super) struct ClusterAdmin;

impl Check for ClusterAdmin {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "cluster-admin",
            title: "A principal was made administrator of a cluster",
            why: "Who administers a Kubernetes cluster runs anything on its nodes, with their roles; the grant lies outside IAM policies.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::PrivilegeEscalation],
            techniques: &["T1098.006"],
            steps: &["12"],
            next: "eks delete-access-entry, then look at what was deployed",
            needs: NEEDS,
            false_positives: &["The principal that made the cluster, or a platform team"],
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
                    .fact("cluster", item.text("clusterName"))
                    .say(&format!(
                        "{principal} may administer cluster {}",
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
