//! A cluster answers the whole world.
//!
//! It must not look at anything but the answers it names.

use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("eks", "DescribeCluster", "ListClusters")];

/// See the head of this file.
pub(super) struct ClusterOpen;

impl Check for ClusterOpen {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "cluster-open",
            title: "A cluster answers the whole world",
            why: "The interface of a Kubernetes cluster that everybody can reach is guarded by its credentials alone: whoever steals a token gets in from anywhere.",
            severity: Severity::Low,
            tactics: &[Tactic::InitialAccess],
            techniques: &["T1190", "T1133"],
            steps: &["8", "14"],
            next: "limit the addresses that reach it, or make it private",
            needs: NEEDS,
            false_positives: &["The default of a new cluster"],
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
                    .fact("stack", &stack_of(item.at("tags")))
                    .say(&format!("cluster {name} answers the whole world"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, misconfiguration, silent};

    let cluster = |range: &str| {
        asked(
            "eks:DescribeCluster",
            json!({"name": "c"}),
            json!({"cluster": {"name": "c", "arn": "arn:c", "resourcesVpcConfig": {"endpointPublicAccess": true, "publicAccessCidrs": [range]}}}),
        )
    };
    vec![
        misconfiguration(vec![cluster("0.0.0.0/0")]),
        silent(vec![cluster("198.51.100.0/24")]),
    ]
}
