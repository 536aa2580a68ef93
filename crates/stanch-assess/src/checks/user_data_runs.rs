//! EC2 instance has a user data script.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[each("ec2", "DescribeInstanceAttribute", "DescribeInstances")];

/// The check.
pub(super) struct UserDataRuns;

impl Check for UserDataRuns {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "user-data-runs",
            title: "EC2 instance has a user data script",
            why: "User data runs as root at the first start and, with one line, at every start. It can be changed while the instance is stopped.",
            severity: Severity::Informational,
            tactics: &[Tactic::Persistence, Tactic::Execution],
            techniques: &["T1059", "T1037"],
            steps: &["8", "12"],
            next: "Compare the script with the launch template of its owner; snapshots keep its hash only, so equal scripts can be recognized",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["Most instances have one"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ec2", "DescribeInstanceAttribute", "UserData") {
            let (id, script) = (item.asked("InstanceId"), item.text("Value"));
            if !script.is_empty() {
                // No evidence by itself; reported so that its creator can be evidence against it.
                found
                    .on(&item, "instance", id, id)
                    .misconfiguration(Severity::Informational)
                    .fact("Script Hash", script)
                    .say(&format!("EC2 instance {id} has a user data script"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, misconfigured, silent};

    let data = |value: serde_json::Value| {
        asked(
            "ec2:DescribeInstanceAttribute",
            json!({"InstanceId": "i-1", "Attribute": "userData"}),
            json!({"InstanceId": "i-1", "UserData": value}),
        )
    };
    vec![
        misconfigured(vec![data(json!({"Value": "(redacted, 9 bytes, sha256 00)"}))]),
        silent(vec![data(json!({}))]),
    ]
}
