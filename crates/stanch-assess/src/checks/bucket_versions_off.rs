//! S3 bucket versioning is suspended.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[each("s3", "GetBucketVersioning", "ListBuckets")];

/// The check.
pub(super) struct BucketVersionsOff;

impl Check for BucketVersionsOff {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "bucket-versions-off",
            title: "S3 bucket versioning is suspended",
            why: "A bucket with suspended versioning keeps no copy of an object that is overwritten or deleted from then on. Attackers suspend versioning before they destroy data or demand a ransom.",
            severity: Severity::Medium,
            tactics: &[Tactic::Impact, Tactic::DefenseEvasion],
            techniques: &["T1490", "T1485"],
            steps: &["10"],
            next: "Enable versioning again, then look for delete markers",
            needs: NEEDS,
            made_by: &["PutBucketVersioning"],
            harmless_when: &["A bucket whose old versions cost too much"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("s3", "GetBucketVersioning", "") {
            if item.text("Status") == "Suspended" {
                let bucket = item.asked("Bucket");
                found
                    .on(&item, "bucket", bucket, bucket)
                    .misconfiguration(Severity::Medium)
                    .deadline("every object that is overwritten or deleted from now on", None)
                    .say(&format!("Versioning of S3 bucket {bucket} is suspended"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, misconfigured, silent};

    let status = |word: &str| {
        asked(
            "s3:GetBucketVersioning",
            json!({"Bucket": "b"}),
            json!({"Status": word}),
        )
    };
    vec![
        misconfigured(vec![status("Suspended")]),
        silent(vec![status("Enabled")]),
    ]
}
