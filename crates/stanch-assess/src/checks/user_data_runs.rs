//! An instance runs a script at its start.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("ec2", "DescribeInstanceAttribute", "DescribeInstances")];

/// See the head of this file.
pub(super) struct UserDataRuns;

impl Check for UserDataRuns {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "user-data-runs",
            title: "An instance runs a script at its start",
            why: "User data runs as root at the first start, and with one line at every start. It can be changed while a machine is stopped.",
            severity: Severity::Informational,
            tactics: &[Tactic::Persistence, Tactic::Execution],
            techniques: &["T1059", "T1037"],
            steps: &["8", "12"],
            next: "compare it with what the template of its owner says: it is kept as a hash, so that equal scripts are seen to be equal",
            needs: NEEDS,
            false_positives: &["Most machines have one"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("ec2", "DescribeInstanceAttribute", "UserData") {
            let (id, script) = (item.asked("InstanceId"), item.text("Value"));
            if !script.is_empty() {
                // Says nothing alone; it stands here so that who made or changed it can speak against it.
                found
                    .on(&item, "instance", id, id)
                    .misconfiguration(Severity::Informational)
                    .fact("script", script)
                    .say(&format!("instance {id} runs a script at its start"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, misconfiguration, silent};

    let data = |value: serde_json::Value| {
        asked(
            "ec2:DescribeInstanceAttribute",
            json!({"InstanceId": "i-1", "Attribute": "userData"}),
            json!({"InstanceId": "i-1", "UserData": value}),
        )
    };
    vec![
        misconfiguration(vec![data(json!({"Value": "(redacted, 9 bytes, sha256 00)"}))]),
        silent(vec![data(json!({}))]),
    ]
}
