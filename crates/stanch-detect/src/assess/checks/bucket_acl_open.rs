//! An access list of a bucket lets strangers in.
//!
//! It must not look at anything but the answers it names.

use crate::assess::account::{AccountState, text};
use crate::assess::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("s3", "GetBucketAcl", "ListBuckets")];

/// See the head of this file.
pub(super) struct BucketAclOpen;

impl Check for BucketAclOpen {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "bucket-acl-open",
            title: "An access list of a bucket lets strangers in",
            why: "Grants in an access list need no policy, and hold for accounts that have no number here, only a canonical id.",
            severity: Severity::High,
            tactics: &[Tactic::Exfiltration, Tactic::Persistence],
            techniques: &["T1530", "T1537"],
            steps: &["10"],
            next: "set the access list to private and disable access lists (BucketOwnerEnforced)",
            needs: NEEDS,
            false_positives: &[
                "The log delivery group, on a bucket for access logs, is no stranger and not told",
            ],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("s3", "GetBucketAcl", "") {
            let owner = item.text("Owner.ID");
            let bucket = item.asked("Bucket");
            for grant in item.list("Grants") {
                let (uri, id) = (text(grant, "Grantee.URI"), text(grant, "Grantee.ID"));
                let who = if uri.ends_with("/AllUsers") {
                    "everybody"
                } else if uri.ends_with("/AuthenticatedUsers") {
                    "everybody with an AWS account"
                } else if !id.is_empty() && id != owner {
                    "a foreign canonical user"
                } else {
                    continue;
                };
                found
                    .on(&item, "bucket", bucket, bucket)
                    .suspicious(Severity::High)
                    .fact("grant", &format!("{} to {who}", text(grant, "Permission")))
                    .fact("canonical id", id)
                    .say(&format!("the access list of {bucket} lets in {who}"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::assess::contract::Example> {
    use serde_json::json;

    use crate::assess::contract::{asked, silent, suspicious};

    let acl = |grantee: serde_json::Value| {
        asked(
            "s3:GetBucketAcl",
            json!({"Bucket": "b"}),
            json!({"Owner": {"ID": "own"}, "Grants": [{"Grantee": grantee, "Permission": "READ"}]}),
        )
    };
    vec![
        suspicious(vec![acl(
            json!({"URI": "http://acs.amazonaws.com/groups/global/AllUsers"}),
        )]),
        suspicious(vec![acl(json!({"ID": "other"}))]),
        silent(vec![
            acl(json!({"ID": "own"})),
            acl(json!({"URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"})),
        ]),
    ]
}
