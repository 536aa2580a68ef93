//! An image repository lets strangers in.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("ecr", "GetRepositoryPolicy", "DescribeRepositories")];

/// See the head of this file.
pub(super) struct RepositoryShared;

impl Check for RepositoryShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "repository-shared",
            title: "An image repository lets strangers in",
            why: "Who may push to a repository runs code wherever its images are pulled; who may pull reads what is in them.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1098", "T1537"],
            steps: &["12"],
            next: "delete-repository-policy; check images pushed since",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ecr", "GetRepositoryPolicy", "") {
            let guests = account.guests(item.at("policyText"));
            shared(
                found,
                &item,
                ("repository", item.text("repositoryName"), ""),
                &guests,
                Severity::High,
            );
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, asked, granting, silent, stranger, suspicious};

    let thing = |policy: serde_json::Value| {
        asked(
            "ecr:GetRepositoryPolicy",
            json!({"repositoryName": "r"}),
            json!({"repositoryName": "r", "policyText": policy.to_string()}),
        )
    };
    vec![
        suspicious(vec![thing(granting(&stranger(), "*"))]),
        suspicious(vec![thing(granting(&json!("*"), "*"))]),
        silent(vec![thing(granting(&json!({"AWS": OWN}), "*"))]),
    ]
}
