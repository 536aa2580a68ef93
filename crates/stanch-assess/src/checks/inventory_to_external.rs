//! S3 Inventory or analytics report goes to another account.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    each("s3", "ListBucketInventoryConfigurations", "ListBuckets"),
    each("s3", "ListBucketAnalyticsConfigurations", "ListBuckets"),
    list("s3", "ListBuckets"),
];

/// The check.
pub(super) struct InventoryToExternal;

impl Check for InventoryToExternal {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "inventory-to-external",
            title: "S3 Inventory or analytics report goes to another account",
            why: "An inventory report writes the names of all objects into another bucket every day: a list of the data worth stealing.",
            severity: Severity::High,
            tactics: &[Tactic::Exfiltration, Tactic::Discovery],
            techniques: &["T1619", "T1537"],
            steps: &["10"],
            next: "Delete the inventory or analytics configuration",
            needs: NEEDS,
            made_by: &[
                "PutBucketInventoryConfiguration",
                "PutBucketAnalyticsConfiguration",
            ],
            harmless_when: &["Partner account with intended access: list it with --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        let own: BTreeSet<&str> = account
            .items("s3", "ListBuckets", "Buckets")
            .iter()
            .map(|item| item.text("Name"))
            .collect();
        for (operation, path, destination) in LISTS {
            for item in account.items("s3", operation, path) {
                let (to, owner) = (
                    item.text(&format!("{destination}.Bucket")),
                    item.text(&format!(
                        "{destination}.{}",
                        if operation.contains("Inventory") {
                            "AccountId"
                        } else {
                            "BucketAccountId"
                        }
                    )),
                );
                let name = to.rsplit(':').next().unwrap_or(to);
                let exposure = account.exposure_among(&[owner]);
                // Without the list of buckets no bucket is known to be in another account.
                let elsewhere =
                    !name.is_empty() && !own.is_empty() && !own.contains(name) && !account.is_ours(owner);
                let bucket = item.asked("Bucket");
                if exposure.is_external() || elsewhere {
                    found
                        .on(&item, "bucket", bucket, bucket)
                        .suspicious(Severity::High)
                        .fact("Report", item.text("Id"))
                        .fact("Destination Bucket", name)
                        .exposure(&exposure)
                        .say(&format!("Object list of S3 bucket {bucket} is written to bucket {name}, which is not in this account"));
                }
            }
        }
    }
}

/// Operation, path of the configurations in the answer, member with the destination.
const LISTS: [(&str, &str, &str); 2] = [
    (
        "ListBucketInventoryConfigurations",
        "InventoryConfigurationList",
        "Destination.S3BucketDestination",
    ),
    (
        "ListBucketAnalyticsConfigurations",
        "AnalyticsConfigurationList",
        "StorageClassAnalysis.DataExport.Destination.S3BucketDestination",
    ),
];

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, asked, silent, suspicious};

    let buckets = || {
        answer(
            "s3:ListBuckets",
            json!({"Buckets": [{"Name": "b"}, {"Name": "lists"}]}),
        )
    };
    let inventory = |to: &str| {
        asked(
            "s3:ListBucketInventoryConfigurations",
            json!({"Bucket": "b"}),
            json!({"InventoryConfigurationList": [{"Id": "i", "Destination": {"S3BucketDestination": {"Bucket": format!("arn:aws:s3:::{to}")}}}]}),
        )
    };
    vec![
        suspicious(vec![buckets(), inventory("theirs")]),
        silent(vec![buckets(), inventory("lists")]),
    ]
}
