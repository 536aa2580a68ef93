//! A bucket no longer keeps versions.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("s3", "GetBucketVersioning", "ListBuckets")];

/// See the head of this file.
pub(super) struct BucketVersionsOff;

impl Check for BucketVersionsOff {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "bucket-versions-off",
            title: "A bucket no longer keeps versions",
            why: "A bucket whose versioning was suspended loses what is overwritten or deleted from then on. Who wants a ransom does this first.",
            severity: Severity::Medium,
            tactics: &[Tactic::Impact, Tactic::DefenseEvasion],
            techniques: &["T1490", "T1485"],
            steps: &["10"],
            next: "enable versioning again; look for delete markers",
            needs: NEEDS,
            false_positives: &["A bucket whose old versions cost too much"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("s3", "GetBucketVersioning", "") {
            if item.text("Status") == "Suspended" {
                let bucket = item.asked("Bucket");
                found
                    .on(&item, "bucket", bucket, bucket)
                    .misconfiguration(Severity::Medium)
                    .deadline("what is overwritten or deleted from now on", None)
                    .say(&format!("bucket {bucket} kept versions and no longer does"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, misconfiguration, silent};

    let status = |word: &str| {
        asked(
            "s3:GetBucketVersioning",
            json!({"Bucket": "b"}),
            json!({"Status": word}),
        )
    };
    vec![
        misconfiguration(vec![status("Suspended")]),
        silent(vec![status("Enabled")]),
    ]
}
