//! Policies let outsiders into a bucket: its own, or that of an access point, as far as blocks of public access leave them.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::buckets::{Bucket, NEEDS, buckets};
use crate::check::{Check, CheckAbout, Findings};
use stanch_core::{Severity, Tactic};
use stanch_iam::Grade;
use stanch_iam::bucket::{Door, Outsider, Through};

/// See the head of this file.
pub(super) struct BucketPolicyShared;

impl Check for BucketPolicyShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "bucket-policy-shared",
            title: "A policy lets outsiders into a bucket",
            why: "Whoever the policy names reads or writes the bucket with credentials of their own. Policies are judged with their conditions, and with what the public access blocks of bucket and account leave of them.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::Exfiltration],
            techniques: &["T1098", "T1537"],
            steps: &["10"],
            next: "put the policy back, block public access; see what was read since",
            needs: &NEEDS,
            false_positives: &["A public site whose bucket is read without CloudFront"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for bucket in buckets(account) {
            let access = bucket.facts.access(&bucket.foreign);
            for door in access.doors.iter().filter(|door| door.through != Through::List) {
                tell(found, &bucket, door);
            }
            unread(found, &bucket, &access.unread);
        }
    }
}

fn tell(found: &mut Findings, bucket: &Bucket<'_>, door: &Door) {
    let name = bucket.facts.name.as_str();
    let (item, by) = match &door.through {
        Through::AccessPoint(point) => (
            bucket.points.get(point.as_str()).copied(),
            format!("access point {point}"),
        ),
        Through::Policy | Through::List => (bucket.policy, "policy".to_owned()),
    };
    let Some(item) = item else { return };
    let (who, access) = match &door.who {
        Outsider::Everybody => ("everybody".to_owned(), "public"),
        Outsider::Account(id) | Outsider::CanonicalUser(id) => (format!("account {id}"), "cross-account"),
    };
    let sure = door.grade == Grade::Certain;
    let draft = found.on(&item, "bucket", name, name);
    let draft = if sure {
        draft.suspicious(Severity::High)
    } else {
        draft.misconfiguration(Severity::Medium)
    };
    let foreign = match &door.who {
        Outsider::Account(id) if sure => vec![id.clone()],
        _ => Vec::new(),
    };
    let is_website = bucket.is_website && door.who == Outsider::Everybody;
    let (verb, access) = if sure {
        ("lets in", access)
    } else {
        ("may let in", "unknown")
    };
    draft
        .fact("lets in", &format!("{who} by {by}"))
        .fact("access", access)
        .fact("may", &door.actions.join(", "))
        .fact("hangs on", &door.hangs_on.join(", "))
        .fact("website", if is_website { "yes" } else { "" })
        .foreign(&foreign)
        .say(&format!("the {by} of bucket {name} {verb} {who}"));
}

/// A bucket of which not everything could be read. What was never asked for is told for all buckets together.
fn unread(found: &mut Findings, bucket: &Bucket<'_>, unread: &[&str]) {
    let (name, parts) = (bucket.facts.name.as_str(), unread.join(" and "));
    let item = bucket.list.or(bucket.policy).or(bucket.listed);
    let Some(item) = item.filter(|_| bucket.is_refused && !unread.is_empty()) else {
        return;
    };
    found
        .on(&item, "bucket", name, name)
        .misconfiguration(Severity::Low)
        .fact("not read", &parts)
        .fact("access", "unknown")
        .say(&format!(
            "who gets into bucket {name} is not known in full: its {parts} could not be read"
        ));
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::{Value, json};

    use crate::buckets::tests::bucket_with;
    use crate::contract::{OWN, STRANGER, granting, misconfiguration, silent, stranger, suspicious};

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
        misconfiguration(unread),
        misconfiguration(bucket_with(&json!({"policy": "denied"}))),
        silent(with(&open, restricted)),
        silent(with(&limited, json!(null))),
        silent(with(&granting(&json!({"AWS": OWN}), "*"), json!(null))),
        silent(bucket_with(
            &json!({"policy": open, "account_block": {"RestrictPublicBuckets": true}}),
        )),
    ]
}
