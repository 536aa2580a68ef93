//! A lifecycle rule deletes everything within days.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("s3", "GetBucketLifecycleConfiguration", "ListBuckets")];

/// See the head of this file.
pub(super) struct LifecycleDeletesSoon;

impl Check for LifecycleDeletesSoon {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "lifecycle-deletes-soon",
            title: "A lifecycle rule deletes everything within days",
            why: "A rule that ends objects after a day empties the bucket by itself, without one delete event: the cheapest way to destroy, and to ransom.",
            severity: Severity::Critical,
            tactics: &[Tactic::Impact, Tactic::DefenseEvasion],
            techniques: &["T1485.001", "T1070"],
            steps: &["10", "12"],
            next: "suspend the rule at once: s3api put-bucket-lifecycle-configuration",
            needs: NEEDS,
            false_positives: &["A bucket of temporary files, or a rule on a narrow prefix"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("s3", "GetBucketLifecycleConfiguration", "Rules") {
            let days = item
                .at("Expiration.Days")
                .as_u64()
                .or_else(|| item.at("NoncurrentVersionExpiration.NoncurrentDays").as_u64());
            let prefix = [
                item.text("Filter.Prefix"),
                item.text("Prefix"),
                item.text("Filter.And.Prefix"),
            ]
            .concat();
            let bucket = item.asked("Bucket");
            let Some(days) = days.filter(|days| *days <= 7 && item.text("Status") == "Enabled") else {
                continue;
            };
            let draft = found.on(&item, "bucket", bucket, bucket);
            let whole =
                prefix.is_empty() && item.at("Filter.Tag").is_null() && item.at("Filter.And.Tags").is_null();
            let draft = if whole && days <= 3 {
                draft.suspicious(Severity::Critical)
            } else {
                draft.misconfiguration(Severity::Medium)
            };
            let draft = if whole {
                draft.deadline("every object of the bucket", None)
            } else {
                draft
            };
            draft
                .fact("rule", item.text("ID"))
                .fact("prefix", &prefix)
                .say(&format!(
                    "objects in {bucket} are deleted {days} days after they were written"
                ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, misconfiguration, silent, suspicious};

    let rule = |days: u64, prefix: &str| {
        asked(
            "s3:GetBucketLifecycleConfiguration",
            json!({"Bucket": "b"}),
            json!({"Rules": [{"ID": "r", "Status": "Enabled", "Filter": {"Prefix": prefix}, "Expiration": {"Days": days}}]}),
        )
    };
    vec![
        suspicious(vec![rule(1, "")]),
        misconfiguration(vec![rule(1, "tmp/")]),
        silent(vec![rule(90, "")]),
    ]
}
