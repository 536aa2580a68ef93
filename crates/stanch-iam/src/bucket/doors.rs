//! Questions about external access to a bucket, and their answers.
//!
//! It must not know what was read of the bucket.

use stanch_core::Arn;
use std::collections::BTreeSet;

use super::{Block, Door, Outsider, Seen, Through};
use crate::access::Grade;
use crate::context::{Caller, Context, Request, Target};
use crate::document::{Policy, Scope};
use crate::evaluate::{Decision, OnResource, Policies, evaluate};
use crate::stranger::{foreigner, foreigners_of, graded, nobody};
use crate::truth::Truth;

/// Actions that external access is tested for: reading, listing, writing, deleting, taking over.
const ACTIONS: [&str; 7] = [
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:GetBucketAcl",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
];
/// Number of patterns of one policy that are tried.
const PATTERNS_LIMIT: usize = 200;
/// An account that is nobody's: it stands for a canonical user.
const ELSEWHERE: &str = "000000000000";

pub(super) fn flag(block: &Seen<Block>, is_set: fn(&Block) -> bool) -> Truth {
    match block {
        Seen::Is(block) => Truth::of(is_set(block)),
        Seen::None => Truth::No,
        Seen::Unknown => Truth::maybe("public access block"),
    }
}

/// Everybody, and the accounts to ask about, each with those who may be meant and how they ask.
pub(super) fn outsiders(policy: &Policy, accounts: &[String]) -> Vec<(Outsider, Vec<(Caller, Context)>)> {
    let mut found = vec![(Outsider::Everybody, vec![nobody()])];
    for account in accounts {
        let callers = foreigners_of(policy, account).into_iter().map(foreigner);
        found.push((Outsider::Account(account.clone()), callers.collect()));
    }
    found
}

/// On what an action is asked about: the bucket, or objects of it: any, and those that the policy speaks of, wildcards filled.
fn targets(action: &str, bucket: &str, policy: &Policy) -> Vec<Target> {
    let patterns = policy
        .statements
        .iter()
        .flat_map(|statement| match &statement.resources {
            Scope::Only(patterns) | Scope::AllBut(patterns) => patterns.as_slice(),
            Scope::Unsaid => &[],
        });
    let filled: BTreeSet<String> = patterns
        .take(PATTERNS_LIMIT)
        .map(|pattern| pattern.replace(['*', '?'], "x"))
        .collect();
    let partition = filled
        .iter()
        .find_map(|pattern| Some(Arn::parse(pattern)?.partition));
    let own = format!("arn:{}:s3:::{bucket}", partition.unwrap_or("aws"));
    if !action.ends_with("Object") {
        return vec![Target::This(own)];
    }
    let start = format!("{own}/");
    let objects = filled.iter().filter(|pattern| pattern.starts_with(&start));
    let any = std::iter::once(format!("{start}any-key"));
    any.chain(objects.cloned()).map(Target::This).collect()
}

fn request(caller: Caller, (action, target): (&str, &Target), account: &str, context: Context) -> Request {
    Request {
        caller,
        action: action.to_owned(),
        target: target.clone(),
        resource_account: account.to_owned(),
        context,
    }
}

fn under(policy: &Policy) -> Policies {
    let everything = serde_json::json!({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    Policies {
        identity: vec![Policy::read(&everything)],
        resource: OnResource::Policy(policy.clone()),
        ..Policies::default()
    }
}

/// A policy on a bucket or an access point, ready to be asked about those who have every permission of their own.
pub(super) struct Gate<'p> {
    policy: &'p Policy,
    policies: Policies,
}

impl<'p> Gate<'p> {
    pub(super) fn of(policy: &'p Policy) -> Self {
        Self {
            policy,
            policies: under(policy),
        }
    }

    /// Access that an access list grants and the policy does not deny.
    pub(super) fn undenied(&self, bucket: &str, action: &str) -> Decision {
        let (_, context) = nobody();
        let root = Caller::root(ELSEWHERE, "aws");
        let targets = targets(action, bucket, self.policy);
        self.best(&[(root, context)], (action, &targets), ELSEWHERE)
    }

    /// Decision of a bucket's policy for the best of the callers.
    pub(super) fn by_bucket(
        &self,
        who: &[(Caller, Context)],
        (bucket, action): (&str, &str),
        account: &str,
    ) -> Decision {
        let targets = targets(action, bucket, self.policy);
        self.best(who, (action, &targets), account)
    }

    /// Decision of an access point's policy for the best of the callers. Its statements name ARNs of their own.
    pub(super) fn by_point(&self, who: &[(Caller, Context)], action: &str, account: &str) -> Decision {
        self.best(who, (action, &[Target::AnyOf("s3".to_owned())]), account)
    }

    fn best(
        &self,
        who: &[(Caller, Context)],
        (action, targets): (&str, &[Target]),
        account: &str,
    ) -> Decision {
        let decisions = who.iter().flat_map(|(caller, context)| {
            targets.iter().map(move |target| {
                let request = request(caller.clone(), (action, target), account, context.clone());
                evaluate(&request, &self.policies)
            })
        });
        decisions
            .max_by_key(|decision| Grade::from(decision))
            .unwrap_or(Decision::ImplicitlyDenied)
    }
}

pub(super) fn both(one: Decision, other: Decision) -> Decision {
    match (one, other) {
        (Decision::Allowed, decision) | (decision, Decision::Allowed) => decision,
        (Decision::Unknown { mut why }, Decision::Unknown { why: more }) => {
            why.extend(more);
            why.sort();
            why.dedup();
            Decision::Unknown { why }
        }
        (Decision::Unknown { .. }, denied) | (denied, _) => denied,
    }
}

/// A way in with all that may be done by it; none of it leaves a door that is closed.
pub(super) fn door(
    who: Outsider,
    through: Through,
    decided: impl Fn(&str) -> Decision,
    closed: &Truth,
) -> Door {
    let mut found = Door {
        who,
        through,
        actions: Vec::new(),
        grade: Grade::No,
        hangs_on: Vec::new(),
    };
    if closed.is_yes() {
        return found;
    }
    for action in ACTIONS {
        let (grade, mut hangs_on) = graded(decided(action));
        let grade = if closed.is_no() {
            grade
        } else {
            grade.min(Grade::Possible)
        };
        hangs_on.extend(closed.reasons());
        if grade == Grade::No || grade < found.grade {
            continue;
        }
        if grade > found.grade {
            found.actions.clear();
            found.hangs_on.clear();
        }
        found.grade = grade;
        found.actions.push(action.to_owned());
        found.hangs_on.extend(hangs_on);
    }
    found.hangs_on.sort();
    found.hangs_on.dedup();
    found
}

/// Actions that a permission in an access list of a bucket stands for
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html>).
pub(super) fn permitted(permission: &str) -> &'static [&'static str] {
    match permission {
        "READ" => &["s3:ListBucket"],
        "WRITE" => &["s3:PutObject"],
        "READ_ACP" => &["s3:GetBucketAcl"],
        "WRITE_ACP" => &["s3:PutBucketAcl"],
        "FULL_CONTROL" => &[
            "s3:ListBucket",
            "s3:PutObject",
            "s3:GetBucketAcl",
            "s3:PutBucketAcl",
        ],
        _ => &[],
    }
}
