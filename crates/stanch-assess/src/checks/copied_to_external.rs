//! AWS Backup, DynamoDB, EC2 or RDS data is exported to another account.
//!
//! It must not read other answers than those in its `needs`.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("backup", "ListCopyJobs"),
    each("dynamodb", "DescribeExport", "ListExports"),
    list("ec2", "DescribeStoreImageTasks"),
    list("ec2", "DescribeExportImageTasks"),
    list("rds", "DescribeExportTasks"),
    list("s3", "ListBuckets"),
];

/// The check.
pub(super) struct CopiedToExternal;

impl Check for CopiedToExternal {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "copied-to-external",
            title: "AWS Backup, DynamoDB, EC2 or RDS data is exported to another account",
            why: "A copy job or an export carries whole backups, tables and disk images into another account within minutes.",
            severity: Severity::High,
            tactics: &[Tactic::Exfiltration],
            techniques: &["T1537", "T1530"],
            steps: &["10", "12"],
            next: "Stop the jobs that still run; treat the copied data as stolen",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["Backups in a backup account of your own: list it with --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("backup", "ListCopyJobs", "CopyJobs") {
            let exposure = account.exposure_among(&[item.text("DestinationBackupVaultArn")]);
            shared(
                found,
                &item,
                ("copy-job", item.text("CopyJobId"), item.text("ResourceArn")),
                ("AWS Backup copy job of", "copies to"),
                &exposure,
                Severity::High,
            );
        }
        for item in account.items("dynamodb", "DescribeExport", "ExportDescription") {
            let exposure = account.exposure_among(&[item.text("S3BucketOwner")]);
            shared(
                found,
                &item,
                ("table-export", item.text("ExportArn"), item.text("TableArn")),
                ("DynamoDB export of", "writes to a bucket of"),
                &exposure,
                Severity::High,
            );
        }
        let buckets: BTreeSet<&str> = account
            .items("s3", "ListBuckets", "Buckets")
            .iter()
            .map(|item| item.text("Name"))
            .collect();
        // Without the list of buckets no bucket is known to be in another account.
        if buckets.is_empty() {
            return;
        }
        for (noun, service, operation, path, id, bucket) in EXPORTS {
            for item in account.items(service, operation, path) {
                let (id, bucket) = (item.text(id), item.text(bucket));
                let draft = found.on(&item, "export", id, "");
                let draft = if buckets.contains(bucket) {
                    draft.misconfiguration(Severity::Low)
                } else {
                    draft.suspicious(Severity::High)
                };
                draft.fact("Destination Bucket", bucket).say(&format!(
                    "{noun} {id} writes to S3 bucket {bucket}{}",
                    if buckets.contains(bucket) {
                        ""
                    } else {
                        ", which is not in this account"
                    }
                ));
            }
        }
    }
}

/// Noun, service, operation, path of the exports in the answer, members with id and bucket.
const EXPORTS: [(&str, &str, &str, &str, &str, &str); 3] = [
    (
        "EC2 image export",
        "ec2",
        "DescribeStoreImageTasks",
        "StoreImageTaskResults",
        "AmiId",
        "Bucket",
    ),
    (
        "EC2 image export",
        "ec2",
        "DescribeExportImageTasks",
        "ExportImageTasks",
        "ExportImageTaskId",
        "S3ExportLocation.S3Bucket",
    ),
    (
        "RDS snapshot export",
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

    use crate::contract::{OWN, STRANGER, answer, misconfigured, silent, suspicious};

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
        misconfigured(vec![buckets(), export("own")]),
        suspicious(vec![copy(STRANGER)]),
        silent(vec![copy(OWN), export("theirs")]),
    ]
}
