//! A topic sends to another account.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("sns", "ListSubscriptions")];

/// See the head of this file.
pub(super) struct SubscriptionToStranger;

impl Check for SubscriptionToStranger {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "subscription-to-stranger",
            title: "A topic sends to another account",
            why: "Every message of the topic goes to a stranger, alarms of a responder among them.",
            severity: Severity::Medium,
            tactics: &[Tactic::Exfiltration, Tactic::Persistence],
            techniques: &["T1537"],
            steps: &["12"],
            next: "sns unsubscribe",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have it: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("sns", "ListSubscriptions", "Subscriptions") {
            let names: Vec<&str> = vec![item.text("Endpoint")];
            let guests = account.guests_among(&names);
            shared(
                found,
                &item,
                ("subscription", item.text("SubscriptionArn"), ""),
                &guests,
                Severity::Medium,
            );
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, STRANGER, asked, silent, suspicious};

    let thing = |body: serde_json::Value| asked("sns:ListSubscriptions", serde_json::Value::Null, body);
    vec![
        suspicious(vec![thing(
            json!({"Subscriptions": [{"SubscriptionArn": "arn:aws:sns:us-east-1:111122223333:t:1", "Endpoint": format!("arn:aws:sqs:us-east-1:{STRANGER}:q")}]}),
        )]),
        silent(vec![thing(
            json!({"Subscriptions": [{"SubscriptionArn": "arn:aws:sns:us-east-1:111122223333:t:1", "Endpoint": format!("arn:aws:sqs:us-east-1:{OWN}:q")}]}),
        )]),
    ]
}
