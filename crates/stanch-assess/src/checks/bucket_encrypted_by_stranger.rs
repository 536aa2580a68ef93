//! A bucket is encrypted with a key of another account.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("s3", "GetBucketEncryption", "ListBuckets")];

/// See the head of this file.
pub(super) struct BucketEncryptedByStranger;

impl Check for BucketEncryptedByStranger {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "bucket-encrypted-by-stranger",
            title: "A bucket is encrypted with a key of another account",
            why: "Objects that are encrypted with a foreign key are readable as long as its owner wants: the lever of a ransom.",
            severity: Severity::Critical,
            tactics: &[Tactic::Impact],
            techniques: &["T1486"],
            steps: &["10", "12"],
            next: "set the encryption back; copy what can still be read",
            needs: NEEDS,
            false_positives: &["A shared key of the organization"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items(
            "s3",
            "GetBucketEncryption",
            "ServerSideEncryptionConfiguration.Rules",
        ) {
            let key = item.text("ApplyServerSideEncryptionByDefault.KMSMasterKeyID");
            let guests = account.guests_among(&[key]);
            let bucket = item.asked("Bucket");
            if guests.any() {
                found
                    .on(&item, "bucket", bucket, bucket)
                    .suspicious(Severity::Critical)
                    .fact("key", key)
                    .foreign(&guests.foreign)
                    .deadline(
                        "what is written from now on, when the owner of the key wants",
                        None,
                    )
                    .say(&format!(
                        "what is written to {bucket} is encrypted with a key of {}",
                        guests.words()
                    ));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, STRANGER, asked, silent, suspicious};

    let key = |account: &str| {
        asked(
            "s3:GetBucketEncryption",
            json!({"Bucket": "b"}),
            json!({"ServerSideEncryptionConfiguration": {"Rules": [
        {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": format!("arn:aws:kms:us-east-1:{account}:key/1")}}]}}),
        )
    };
    vec![suspicious(vec![key(STRANGER)]), silent(vec![key(OWN)])]
}
