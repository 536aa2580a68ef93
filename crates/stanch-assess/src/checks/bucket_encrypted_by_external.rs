//! S3 bucket encrypts with a KMS key of an external account.
//!
//! It must not read other answers than those in its `needs`.

use super::support::words;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[each("s3", "GetBucketEncryption", "ListBuckets")];

/// The check.
pub(super) struct BucketEncryptedByExternal;

impl Check for BucketEncryptedByExternal {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "bucket-encrypted-by-external",
            title: "S3 bucket encrypts with a KMS key of an external account",
            why: "Objects encrypted with a KMS key of an external account are readable only as long as the owner of that key allows it. Attackers use this for ransom.",
            severity: Severity::Critical,
            tactics: &[Tactic::Impact],
            techniques: &["T1486"],
            steps: &["10", "12"],
            next: "Restore the default encryption of the bucket, then copy the objects that can still be read",
            needs: NEEDS,
            made_by: &["PutBucketEncryption"],
            harmless_when: &["A KMS key that is shared within your organization"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items(
            "s3",
            "GetBucketEncryption",
            "ServerSideEncryptionConfiguration.Rules",
        ) {
            let key = item.text("ApplyServerSideEncryptionByDefault.KMSMasterKeyID");
            let exposure = account.exposure_among(&[key]);
            let bucket = item.asked("Bucket");
            if exposure.is_external() {
                found
                    .on(&item, "bucket", bucket, bucket)
                    .suspicious(Severity::Critical)
                    .fact("KMS Key", key)
                    .exposure(&exposure)
                    .deadline(
                        "new objects, as soon as the owner of the KMS key revokes access",
                        None,
                    )
                    .say(&format!(
                        "S3 bucket {bucket} encrypts new objects with a KMS key of {}",
                        words(&exposure)
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
