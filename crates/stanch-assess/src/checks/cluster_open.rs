//! EKS cluster API endpoint is reachable from the internet.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[each("eks", "DescribeCluster", "ListClusters")];

/// The check.
pub(super) struct ClusterOpen;

impl Check for ClusterOpen {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "cluster-open",
            title: "EKS cluster API endpoint is reachable from the internet",
            why: "A Kubernetes API endpoint that everyone can reach is protected by credentials only: a stolen token works from anywhere.",
            severity: Severity::Low,
            tactics: &[Tactic::InitialAccess],
            techniques: &["T1190", "T1133"],
            steps: &["8", "14"],
            next: "Limit the CIDR blocks that reach the endpoint, or make it private",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["The default of a new cluster"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("eks", "DescribeCluster", "cluster") {
            let name = item.text("name");
            let open = item
                .list("resourcesVpcConfig.publicAccessCidrs")
                .into_iter()
                .any(|range| matches!(range.as_str(), Some("0.0.0.0/0" | "::/0")));
            if item.is("resourcesVpcConfig.endpointPublicAccess") && open {
                found
                    .on(&item, "cluster", item.text("arn"), name)
                    .misconfiguration(Severity::Low)
                    .fact("Stack", &stack_of(item.at("tags")))
                    .say(&format!(
                        "API endpoint of EKS cluster {name} is reachable from the internet"
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, misconfigured, silent};

    let cluster = |range: &str| {
        asked(
            "eks:DescribeCluster",
            json!({"name": "c"}),
            json!({"cluster": {"name": "c", "arn": "arn:c", "resourcesVpcConfig": {"endpointPublicAccess": true, "publicAccessCidrs": [range]}}}),
        )
    };
    vec![
        misconfigured(vec![cluster("0.0.0.0/0")]),
        silent(vec![cluster("198.51.100.0/24")]),
    ]
}
