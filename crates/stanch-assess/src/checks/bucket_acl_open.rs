//! The access list of a bucket lets outsiders in, as far as ownership controls and blocks of public access leave it.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::buckets::{Bucket, NEEDS, buckets};
use crate::check::{Check, CheckAbout, Findings};
use stanch_core::{Severity, Tactic};
use stanch_iam::Grade;
use stanch_iam::bucket::{Door, Outsider, Through};

/// See the head of this file.
pub(super) struct BucketAclOpen;

impl Check for BucketAclOpen {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "bucket-acl-open",
            title: "The access list of a bucket lets outsiders in",
            why: "Grants in an access list need no policy, and hold for accounts that have no number here, only a canonical id. What ownership controls and public access blocks switch off is not told.",
            severity: Severity::High,
            tactics: &[Tactic::Exfiltration, Tactic::Persistence],
            techniques: &["T1530", "T1537"],
            steps: &["10"],
            next: "set the access list to private and disable access lists (BucketOwnerEnforced)",
            needs: &NEEDS,
            false_positives: &[
                "The log delivery group, on a bucket for access logs, is no stranger and not told",
            ],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for bucket in buckets(account) {
            let access = bucket.facts.access(&bucket.foreign);
            for door in access.doors.iter().filter(|door| door.through == Through::List) {
                tell(found, &bucket, door);
            }
        }
    }
}

fn tell(found: &mut Findings, bucket: &Bucket<'_>, door: &Door) {
    let Some(item) = bucket.list else { return };
    let name = bucket.facts.name.as_str();
    let (who, access, id) = match &door.who {
        Outsider::Everybody => ("everybody", "public", ""),
        Outsider::Account(id) | Outsider::CanonicalUser(id) => {
            ("a foreign canonical user", "cross-account", id.as_str())
        }
    };
    let sure = door.grade == Grade::Certain;
    let draft = found.on(&item, "bucket", name, name);
    let draft = if sure {
        draft.suspicious(Severity::High)
    } else {
        draft.misconfiguration(Severity::Medium)
    };
    let (verb, access) = if sure {
        ("lets in", access)
    } else {
        ("may let in", "unknown")
    };
    let is_website = bucket.is_website && door.who == Outsider::Everybody;
    draft
        .fact("grant", &format!("{} to {who} {id}", door.actions.join(", ")))
        .fact("access", access)
        .fact("canonical id", id)
        .fact("hangs on", &door.hangs_on.join(", "))
        .fact("website", if is_website { "yes" } else { "" })
        .say(&format!("the access list of {name} {verb} {who}"));
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::buckets::tests::bucket_with;
    use crate::contract::{misconfiguration, silent, suspicious};

    let everybody = json!({"URI": "http://acs.amazonaws.com/groups/global/AllUsers"});
    let acl = |grantee: serde_json::Value| json!({"Owner": {"ID": "own"}, "Grants": [{"Grantee": grantee, "Permission": "READ"}]});
    let with = |grantee: serde_json::Value, more: serde_json::Value| {
        let mut given = json!({"list": acl(grantee)});
        given
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().cloned().unwrap());
        bucket_with(&given)
    };
    let enforced = json!({"ownership": "BucketOwnerEnforced"});
    vec![
        suspicious(with(everybody.clone(), json!({}))),
        suspicious(with(json!({"ID": "other"}), json!({}))),
        // Blocks of public access leave grants to single accounts.
        suspicious(with(
            json!({"ID": "other"}),
            json!({"block": {"IgnorePublicAcls": true}}),
        )),
        misconfiguration(with(everybody.clone(), json!({"block": "denied"}))),
        misconfiguration(with(everybody.clone(), json!({"ownership": "denied"}))),
        silent(with(
            everybody.clone(),
            json!({"block": {"IgnorePublicAcls": true}}),
        )),
        silent(with(
            everybody.clone(),
            json!({"account_block": {"IgnorePublicAcls": true}}),
        )),
        silent(with(everybody, enforced.clone())),
        silent(with(json!({"ID": "other"}), enforced)),
        silent(with(json!({"ID": "own"}), json!({}))),
        silent(with(
            json!({"URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}),
            json!({}),
        )),
    ]
}
