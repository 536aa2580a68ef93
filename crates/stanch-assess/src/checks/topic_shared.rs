//! A topic lets strangers in.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("sns", "GetTopicAttributes", "ListTopics")];

/// See the head of this file.
pub(super) struct TopicShared;

impl Check for TopicShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "topic-shared",
            title: "A topic lets strangers in",
            why: "Subscribers of a topic get every message: alarms of what a responder does among them.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1098", "T1537"],
            steps: &["12"],
            next: "set the policy back and remove foreign subscriptions",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("sns", "GetTopicAttributes", "Attributes") {
            let guests = account.guests(item.at("Policy"));
            shared(
                found,
                &item,
                ("topic", item.text("TopicArn"), ""),
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
            "sns:GetTopicAttributes",
            json!({"TopicArn": "t"}),
            json!({"Attributes": {"TopicArn": "arn:aws:sns:us-east-1:111122223333:t", "Policy": policy.to_string()}}),
        )
    };
    vec![
        suspicious(vec![thing(granting(&stranger(), "*"))]),
        suspicious(vec![thing(granting(&json!("*"), "*"))]),
        silent(vec![thing(granting(&json!({"AWS": OWN}), "*"))]),
    ]
}
