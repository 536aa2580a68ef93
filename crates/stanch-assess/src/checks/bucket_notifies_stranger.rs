//! What is written to a bucket is told to another account.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use serde_json::Value;
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("s3", "GetBucketNotificationConfiguration", "ListBuckets")];

/// See the head of this file.
pub(super) struct BucketNotifiesStranger;

impl Check for BucketNotifiesStranger {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "bucket-notifies-stranger",
            title: "What is written to a bucket is told to another account",
            why: "A notification tells another account of every new object, and what it may read there it fetches at once.",
            severity: Severity::High,
            tactics: &[Tactic::Exfiltration, Tactic::Persistence],
            techniques: &["T1537", "T1546"],
            steps: &["10"],
            next: "put the notification configuration back without that target",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("s3", "GetBucketNotificationConfiguration", "") {
            let bucket = item.asked("Bucket");
            let targets = TARGETS.iter().flat_map(|path| item.list(path));
            let targets: Vec<&str> = targets.filter_map(Value::as_str).collect();
            shared(
                found,
                &item,
                ("bucket", bucket, bucket),
                &account.guests_among(&targets),
                Severity::High,
            );
        }
    }
}

/// Members that hold a target.
const TARGETS: [&str; 3] = [
    "TopicConfigurations.TopicArn",
    "QueueConfigurations.QueueArn",
    "LambdaFunctionConfigurations.LambdaFunctionArn",
];

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, STRANGER, asked, silent, suspicious};

    let notification = |account: &str| {
        asked(
            "s3:GetBucketNotificationConfiguration",
            json!({"Bucket": "b"}),
            json!({"QueueConfigurations": [{"QueueArn": format!("arn:aws:sqs:us-east-1:{account}:q"), "Events": ["s3:ObjectCreated:*"]}]}),
        )
    };
    vec![
        suspicious(vec![notification(STRANGER)]),
        silent(vec![notification(OWN)]),
    ]
}
