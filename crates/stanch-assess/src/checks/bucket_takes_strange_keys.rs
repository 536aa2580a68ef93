//! S3 bucket accepts encryption with customer-provided keys (SSE-C).
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[each("s3", "GetBucketEncryption", "ListBuckets")];

/// The check.
pub(super) struct BucketTakesStrangeKeys;

impl Check for BucketTakesStrangeKeys {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "bucket-takes-strange-keys",
            title: "S3 bucket accepts encryption with customer-provided keys (SSE-C)",
            why: "Objects that an attacker rewrites with an own key (SSE-C) can be read by nobody else. S3 ransomware works this way. S3 blocks SSE-C unless someone allowed it for the bucket.",
            severity: Severity::High,
            tactics: &[Tactic::Impact],
            techniques: &["T1486"],
            steps: &["10"],
            next: "Block SSE-C again (BlockedEncryptionTypes), then look for objects that were copied onto themselves",
            needs: NEEDS,
            made_by: &["PutBucketEncryption"],
            harmless_when: &["A product that encrypts with its customers' keys"],
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
                    .deadline(
                        "every object that is rewritten with a customer-provided key",
                        None,
                    )
                    .say(&format!(
                        "S3 bucket {bucket} was configured to accept customer-provided keys (SSE-C)"
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
