//! A bucket lets callers bring their own key.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("s3", "GetBucketEncryption", "ListBuckets")];

/// See the head of this file.
pub(super) struct BucketTakesStrangeKeys;

impl Check for BucketTakesStrangeKeys {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "bucket-takes-strange-keys",
            title: "A bucket lets callers bring their own key",
            why: "Objects that are written anew with a key of the caller (SSE-C) can be read by nobody else: this is how buckets are held to ransom. AWS blocks it unless somebody unblocked it.",
            severity: Severity::High,
            tactics: &[Tactic::Impact],
            techniques: &["T1486"],
            steps: &["10"],
            next: "block SSE-C again (BlockedEncryptionTypes); look for copies of objects onto themselves",
            needs: NEEDS,
            false_positives: &["A product that encrypts with keys of its customers"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items(
            "s3",
            "GetBucketEncryption",
            "ServerSideEncryptionConfiguration.Rules",
        ) {
            let blocked = item.list("BlockedEncryptionTypes.EncryptionType");
            if blocked.iter().any(|word| word.as_str() == Some("NONE")) {
                let bucket = item.asked("Bucket");
                found
                    .on(&item, "bucket", bucket, bucket)
                    .suspicious(Severity::High)
                    .deadline("objects that are encrypted anew, as soon as somebody does", None)
                    .say(&format!(
                        "bucket {bucket} was told to take keys of callers (SSE-C)"
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{asked, silent, suspicious};

    let rule = |word: &str| {
        asked(
            "s3:GetBucketEncryption",
            json!({"Bucket": "b"}),
            json!({"ServerSideEncryptionConfiguration": {"Rules": [{"BlockedEncryptionTypes": {"EncryptionType": [word]}}]}}),
        )
    };
    vec![suspicious(vec![rule("NONE")]), silent(vec![rule("SSE-C")])]
}
