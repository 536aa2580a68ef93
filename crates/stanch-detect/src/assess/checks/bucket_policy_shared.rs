//! A bucket policy lets strangers in.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::assess::account::AccountState;
use crate::assess::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("s3", "GetBucketPolicy", "ListBuckets")];

/// See the head of this file.
pub(super) struct BucketPolicyShared;

impl Check for BucketPolicyShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "bucket-policy-shared",
            title: "A bucket policy lets strangers in",
            why: "Whoever the policy names reads or writes the bucket with credentials of their own. What the blocks of public access catch is told.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1098", "T1537"],
            steps: &["10"],
            next: "put the policy back, block public access; see what was read since",
            needs: NEEDS,
            false_positives: &["A public site whose bucket is read without CloudFront"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("s3", "GetBucketPolicy", "") {
            let guests = account.guests(item.at("Policy"));
            shared(
                found,
                &item,
                ("bucket", item.asked("Bucket"), ""),
                &guests,
                Severity::High,
            );
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::assess::contract::Example> {
    use serde_json::json;

    use crate::assess::contract::{OWN, asked, granting, silent, stranger, suspicious};

    let thing = |policy: serde_json::Value| {
        asked(
            "s3:GetBucketPolicy",
            json!({"Bucket": "b"}),
            json!({"Policy": policy.to_string()}),
        )
    };
    vec![
        suspicious(vec![thing(granting(&stranger(), "*"))]),
        suspicious(vec![thing(granting(&json!("*"), "*"))]),
        silent(vec![thing(granting(&json!({"AWS": OWN}), "*"))]),
    ]
}
