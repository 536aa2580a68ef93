//! The list of objects of a bucket goes to another account.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};
use std::collections::BTreeSet;

/// The answers it needs.
const NEEDS: &[Need] = &[
    each("s3", "ListBucketInventoryConfigurations", "ListBuckets"),
    each("s3", "ListBucketAnalyticsConfigurations", "ListBuckets"),
    list("s3", "ListBuckets"),
];

/// See the head of this file.
pub(super) struct InventoryToStranger;

impl Check for InventoryToStranger {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "inventory-to-stranger",
            title: "The list of objects of a bucket goes to another account",
            why: "An inventory writes the names of all objects into another bucket each day: the list of what is worth taking.",
            severity: Severity::High,
            tactics: &[Tactic::Exfiltration, Tactic::Discovery],
            techniques: &["T1619", "T1537"],
            steps: &["10"],
            next: "delete the inventory configuration",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
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
                let guests = account.guests_among(&[owner]);
                // Without the list of buckets nothing is known to be elsewhere.
                let elsewhere =
                    !name.is_empty() && !own.is_empty() && !own.contains(name) && !account.is_ours(owner);
                let bucket = item.asked("Bucket");
                if guests.any() || elsewhere {
                    found
                        .on(&item, "bucket", bucket, bucket)
                        .suspicious(Severity::High)
                        .fact("list", item.text("Id"))
                        .fact("to", name)
                        .foreign(&guests.foreign)
                        .say(&format!("the list of objects of {bucket} is written to {name}, which is not of this account"));
                }
            }
        }
    }
}

/// A call, the path of the things in its answer, and the member that holds where they are written.
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
