//! S3 bucket policy or access point grants access to external principals.
//!
//! It must not read other answers than those in its `needs`.

use super::support::{part_of, words};
use crate::account::AccountState;
use crate::buckets::{Bucket, NEEDS, buckets};
use crate::check::{Check, CheckAbout, Findings};
use stanch_core::finding::Exposure;
use stanch_core::{Severity, Tactic};
use stanch_iam::Grade;
use stanch_iam::bucket::{Door, Outsider, Through};

/// The check.
pub(super) struct BucketPolicyShared;

impl Check for BucketPolicyShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "bucket-policy-shared",
            title: "S3 bucket policy or access point grants access to external principals",
            why: "The principals that the policy names read or write the bucket with their own credentials. Policies are evaluated with their conditions and with Block Public Access of bucket and account.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1098", "T1537"],
            steps: &["10"],
            next: "Restore the bucket policy, enable Block Public Access, then review which objects were read",
            needs: &NEEDS,
            made_by: &["PutBucketPolicy", "PutAccessPointPolicy"],
            harmless_when: &["A public website whose bucket is read without CloudFront"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for bucket in buckets(account) {
            let access = bucket.facts.access(&bucket.external);
            for door in access.doors.iter().filter(|door| door.through != Through::List) {
                report(found, &bucket, door);
            }
            unread(found, &bucket, &access.unread);
        }
    }
}

fn report(found: &mut Findings, bucket: &Bucket<'_>, door: &Door) {
    let name = bucket.facts.name.as_str();
    let (item, place, by) = match &door.through {
        Through::AccessPoint(point) => (
            bucket.points.get(point.as_str()).copied(),
            format!("Access point {point}"),
            format!("access point {point}"),
        ),
        Through::Policy | Through::List => (bucket.policy, "Bucket policy".to_owned(), "policy".to_owned()),
    };
    let Some(item) = item else { return };
    let exposure = exposure(door);
    let who = match &door.who {
        Outsider::CanonicalUser(id) => format!("canonical user {id}"),
        _ => words(&exposure),
    };
    let access = if exposure.public {
        "public"
    } else {
        "cross-account"
    };
    let sure = door.grade == Grade::Certain;
    let draft = found.on(&item, "bucket", name, name);
    let draft = if sure {
        draft.suspicious(Severity::High)
    } else {
        draft.misconfiguration(Severity::Medium)
    };
    let is_website = bucket.is_website && door.who == Outsider::Everybody;
    let (verb, access) = if sure {
        ("grants access to", access)
    } else {
        ("may grant access to", "unknown")
    };
    draft
        .part(&format!("{} by {by}", part_of(&exposure)))
        .fact("External Access", &who)
        .fact("Access", access)
        .fact("Actions", &door.actions.join(", "))
        .fact("Conditions", &door.hangs_on.join(", "))
        .fact("Static Website", if is_website { "yes" } else { "" })
        .exposure(&exposure)
        .say(&format!("{place} of S3 bucket {name} {verb} {who}"));
}

/// Returns the external principals of a door; access that depends on a condition or an unread setting is conditional.
pub(super) fn exposure(door: &Door) -> Exposure {
    let mut exposure = Exposure {
        conditions: conditions(door),
        ..Exposure::default()
    };
    match &door.who {
        Outsider::Everybody => exposure.public = true,
        Outsider::Account(id) => exposure.add_account(id),
        Outsider::CanonicalUser(_) => exposure.unknown_account = true,
    }
    exposure
}

/// Returns what uncertain access depends on: conditions, and settings that were not read.
pub(super) fn conditions(door: &Door) -> Vec<String> {
    match (door.grade, door.hangs_on.is_empty()) {
        (Grade::Certain, _) => Vec::new(),
        (_, false) => door.hangs_on.clone(),
        (_, true) => vec!["unknown".to_owned()],
    }
}

/// Reports a bucket whose access settings could not all be read. Settings that were never requested are reported once for
/// all buckets.
fn unread(found: &mut Findings, bucket: &Bucket<'_>, unread: &[&str]) {
    let (name, parts) = (bucket.facts.name.as_str(), unread.join(" and "));
    let item = bucket.list.or(bucket.policy).or(bucket.listed);
    let Some(item) = item.filter(|_| bucket.is_refused && !unread.is_empty()) else {
        return;
    };
    found
        .on(&item, "bucket", name, name)
        .misconfiguration(Severity::Low)
        .fact("Unread Settings", &parts)
        .fact("Access", "unknown")
        .say(&format!(
            "Access to S3 bucket {name} is not fully known: its {parts} could not be read"
        ));
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::{Value, json};

    use crate::buckets::tests::bucket_with;
    use crate::contract::{OWN, STRANGER, granting, misconfigured, silent, stranger, suspicious};

    let with = |policy: &Value, block: Value| bucket_with(&json!({"policy": policy, "block": block}));
    let open = granting(&json!("*"), "*");
    let mut limited = granting(&json!("*"), "s3:GetObject");
    limited["Statement"][0]["Condition"] = json!({"StringEquals": {"aws:PrincipalOrgID": "o-example"}});
    let mut of_stranger = granting(&json!("*"), "s3:GetObject");
    of_stranger["Statement"][0]["Condition"] = json!({"StringEquals": {"aws:PrincipalAccount": STRANGER}});
    let restricted = json!({"RestrictPublicBuckets": true});
    let unread = bucket_with(&json!({"policy": open, "block": "denied"}));
    vec![
        suspicious(with(&granting(&stranger(), "*"), json!(null))),
        suspicious(with(&open, json!(null))),
        suspicious(with(&of_stranger, json!(null))),
        // Its block restricts public policies; this one is not public.
        suspicious(with(&granting(&stranger(), "*"), restricted.clone())),
        misconfigured(unread),
        misconfigured(bucket_with(&json!({"policy": "denied"}))),
        silent(with(&open, restricted)),
        silent(with(&limited, json!(null))),
        silent(with(&granting(&json!({"AWS": OWN}), "*"), json!(null))),
        silent(bucket_with(
            &json!({"policy": open, "account_block": {"RestrictPublicBuckets": true}}),
        )),
    ]
}
