//! Backups, tables or disks are copied to another account.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("backup", "ListCopyJobs"),
    each("dynamodb", "DescribeExport", "ListExports"),
    list("ec2", "DescribeStoreImageTasks"),
    list("ec2", "DescribeExportImageTasks"),
    list("rds", "DescribeExportTasks"),
    list("s3", "ListBuckets"),
];

/// See the head of this file.
pub(super) struct CopiedToStranger;

impl Check for CopiedToStranger {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "copied-to-stranger",
            title: "Backups, tables or disks are copied to another account",
            why: "A copy job or an export carries whole backups, tables and disk images into another account, and is done before anybody looks.",
            severity: Severity::High,
            tactics: &[Tactic::Exfiltration],
            techniques: &["T1537", "T1530"],
            steps: &["10", "12"],
            next: "stop what still runs; count what was copied as taken",
            needs: NEEDS,
            false_positives: &["Backups that lie in an account of their own: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("backup", "ListCopyJobs", "CopyJobs") {
            let guests = account.guests_among(&[item.text("DestinationBackupVaultArn")]);
            shared(
                found,
                &item,
                ("copy-job", item.text("CopyJobId"), item.text("ResourceArn")),
                &guests,
                Severity::High,
            );
        }
        for item in account.items("dynamodb", "DescribeExport", "ExportDescription") {
            let guests = account.guests_among(&[item.text("S3BucketOwner")]);
            shared(
                found,
                &item,
                ("table-export", item.text("ExportArn"), item.text("TableArn")),
                &guests,
                Severity::High,
            );
        }
        let buckets: BTreeSet<&str> = account
            .items("s3", "ListBuckets", "Buckets")
            .iter()
            .map(|item| item.text("Name"))
            .collect();
        // Without the list of buckets nothing is known to be elsewhere.
        if buckets.is_empty() {
            return;
        }
        for (service, operation, path, id, bucket) in EXPORTS {
            for item in account.items(service, operation, path) {
                let (id, bucket) = (item.text(id), item.text(bucket));
                let draft = found.on(&item, "export", id, "");
                let draft = if buckets.contains(bucket) {
                    draft.misconfiguration(Severity::Low)
                } else {
                    draft.suspicious(Severity::High)
                };
                draft.fact("to bucket", bucket).say(&format!(
                    "{id} was exported to bucket {bucket}{}",
                    if buckets.contains(bucket) {
                        ""
                    } else {
                        ", which is not of this account"
                    }
                ));
            }
        }
    }
}

/// A service, a call, the path of the things in its answer, and the members that hold id and bucket.
const EXPORTS: [(&str, &str, &str, &str, &str); 3] = [
    (
        "ec2",
        "DescribeStoreImageTasks",
        "StoreImageTaskResults",
        "AmiId",
        "Bucket",
    ),
    (
        "ec2",
        "DescribeExportImageTasks",
        "ExportImageTasks",
        "ExportImageTaskId",
        "S3ExportLocation.S3Bucket",
    ),
    (
        "rds",
        "DescribeExportTasks",
        "ExportTasks",
        "ExportTaskIdentifier",
        "S3Bucket",
    ),
];

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, STRANGER, answer, misconfiguration, silent, suspicious};

    let buckets = || answer("s3:ListBuckets", json!({"Buckets": [{"Name": "own"}]}));
    let export = |bucket: &str| {
        answer(
            "rds:DescribeExportTasks",
            json!({"ExportTasks": [{"ExportTaskIdentifier": "e", "S3Bucket": bucket}]}),
        )
    };
    let copy = |to: &str| {
        answer(
            "backup:ListCopyJobs",
            json!({"CopyJobs": [{"CopyJobId": "c", "DestinationBackupVaultArn": format!("arn:aws:backup:us-east-1:{to}:backup-vault:v")}]}),
        )
    };
    vec![
        suspicious(vec![buckets(), export("theirs")]),
        misconfiguration(vec![buckets(), export("own")]),
        suspicious(vec![copy(STRANGER)]),
        silent(vec![copy(OWN), export("theirs")]),
    ]
}
