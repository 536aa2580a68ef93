//! A queue lets strangers in.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("sqs", "GetQueueAttributes", "ListQueues")];

/// See the head of this file.
pub(super) struct QueueShared;

impl Check for QueueShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "queue-shared",
            title: "A queue lets strangers in",
            why: "Who may receive from a queue takes messages away; who may send commands what reads it.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1098", "T1537"],
            steps: &["12"],
            next: "set the policy back: sqs set-queue-attributes",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("sqs", "GetQueueAttributes", "Attributes") {
            let guests = account.guests(item.at("Policy"));
            shared(
                found,
                &item,
                ("queue", item.text("QueueArn"), ""),
                &guests,
                Severity::Medium,
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
            "sqs:GetQueueAttributes",
            json!({"QueueUrl": "q"}),
            json!({"Attributes": {"QueueArn": "arn:aws:sqs:us-east-1:111122223333:q", "Policy": policy.to_string()}}),
        )
    };
    vec![
        suspicious(vec![thing(granting(&stranger(), "*"))]),
        suspicious(vec![thing(granting(&json!("*"), "*"))]),
        silent(vec![thing(granting(&json!({"AWS": OWN}), "*"))]),
    ]
}
