//! S3 lifecycle rule deletes all objects within days.
//!
//! It must not read other answers than those in its `needs`.

use super::support::days_of;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::finding::Handle;
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[each("s3", "GetBucketLifecycleConfiguration", "ListBuckets")];

/// The check.
pub(super) struct LifecycleDeletesSoon;

impl Check for LifecycleDeletesSoon {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "lifecycle-deletes-soon",
            title: "S3 lifecycle rule deletes all objects within days",
            why: "A lifecycle rule that expires objects after a day empties the bucket without a single delete event. Attackers use it to destroy data and to demand a ransom.",
            severity: Severity::Critical,
            tactics: &[Tactic::Impact, Tactic::DefenseEvasion],
            techniques: &["T1485.001", "T1070"],
            steps: &["10", "12"],
            next: "Disable the lifecycle rule at once (s3api put-bucket-lifecycle-configuration)",
            needs: NEEDS,
            made_by: &["PutBucketLifecycle", "PutBucketLifecycleConfiguration"],
            harmless_when: &["A bucket of temporary files, or a rule with a narrow prefix"],
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
                draft.deadline("every object in the bucket", None)
            } else {
                draft
            };
            draft
                .fact("Rule", item.text("ID"))
                .handle(Handle::LifecycleRule {
                    rule: item.text("ID").to_owned(),
                })
                .fact("Prefix", &prefix)
                .say(&format!(
                    "Lifecycle rule of S3 bucket {bucket} deletes objects after {}",
                    days_of(days)
                ));
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, misconfigured, silent, suspicious};

    let rule = |days: u64, prefix: &str| {
        asked(
            "s3:GetBucketLifecycleConfiguration",
            json!({"Bucket": "b"}),
            json!({"Rules": [{"ID": "r", "Status": "Enabled", "Filter": {"Prefix": prefix}, "Expiration": {"Days": days}}]}),
        )
    };
    vec![
        suspicious(vec![rule(1, "")]),
        misconfigured(vec![rule(1, "tmp/")]),
        silent(vec![rule(90, "")]),
    ]
}
