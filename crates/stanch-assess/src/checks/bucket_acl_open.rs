//! S3 bucket ACL grants access to external principals.
//!
//! It must not read other answers than those in its `needs`.

use super::bucket_policy_shared::conditions;
use crate::account::AccountState;
use crate::buckets::{Bucket, NEEDS, buckets};
use crate::check::{Check, CheckAbout, Findings};
use stanch_core::finding::Exposure;
use stanch_core::{Severity, Tactic};
use stanch_iam::Grade;
use stanch_iam::bucket::{Door, Outsider, Through};

/// The check.
pub(super) struct BucketAclOpen;

impl Check for BucketAclOpen {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "bucket-acl-open",
            title: "S3 bucket ACL grants access to external principals",
            why: "A bucket ACL grants access without any bucket policy, also to accounts that are known only by a canonical user ID. Grants that Object Ownership or Block Public Access disable are not reported.",
            severity: Severity::High,
            tactics: &[Tactic::Exfiltration, Tactic::Persistence],
            techniques: &["T1530", "T1537"],
            steps: &["10"],
            next: "Set the ACL to private and disable ACLs (Object Ownership: BucketOwnerEnforced)",
            needs: &NEEDS,
            made_by: &["PutBucketAcl", "CreateBucket"],
            harmless_when: &["A public bucket by design. The S3 log delivery group is never reported"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for bucket in buckets(account) {
            let access = bucket.facts.access(&bucket.external);
            for door in access.doors.iter().filter(|door| door.through == Through::List) {
                report(found, &bucket, door);
            }
        }
    }
}

fn report(found: &mut Findings, bucket: &Bucket<'_>, door: &Door) {
    let Some(item) = bucket.list else { return };
    let name = bucket.facts.name.as_str();
    let (who, access, id, old) = match &door.who {
        Outsider::Everybody => ("everyone", "public", "", "everybody"),
        Outsider::Account(id) | Outsider::CanonicalUser(id) => (
            "an external canonical user",
            "cross-account",
            id.as_str(),
            "an external canonical user",
        ),
    };
    let exposure = Exposure {
        public: door.who == Outsider::Everybody,
        unknown_account: door.who != Outsider::Everybody,
        conditions: conditions(door),
        ..Exposure::default()
    };
    let sure = door.grade == Grade::Certain;
    let draft = found.on(&item, "bucket", name, name);
    let draft = if sure {
        draft.suspicious(Severity::High)
    } else {
        draft.misconfiguration(Severity::Medium)
    };
    let (verb, access) = if sure {
        ("grants access to", access)
    } else {
        ("may grant access to", "unknown")
    };
    let is_website = bucket.is_website && door.who == Outsider::Everybody;
    draft
        // Ids of findings are compared between versions: their part keeps the words of the first.
        .part(&format!("{} to {old} {id}", door.actions.join(", ")))
        .exposure(&exposure)
        .fact("Grant", &format!("{} to {who} {id}", door.actions.join(", ")))
        .fact("Access", access)
        .fact("Canonical ID", id)
        .fact("Conditions", &door.hangs_on.join(", "))
        .fact("Static Website", if is_website { "yes" } else { "" })
        .say(&format!("ACL of S3 bucket {name} {verb} {who}"));
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::buckets::tests::bucket_with;
    use crate::contract::{misconfigured, silent, suspicious};

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
        misconfigured(with(everybody.clone(), json!({"block": "denied"}))),
        misconfigured(with(everybody.clone(), json!({"ownership": "denied"}))),
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
