//! S3 buckets of an account with the settings that decide who gets access.
//!
//! A setting that was denied or not asked is unknown. It must not judge.

use stanch_core::json_path::text;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::account::{AccountState, Item, Reply};
use super::check::Need;
use super::check::{each, list};
use stanch_iam::Policy;
use stanch_iam::bucket::{AccessPoint, Block, BucketFacts, Seen};

/// Answers from which a bucket is assembled.
pub(super) const NEEDS: [Need; 9] = [
    each("s3", "GetBucketPolicy", "ListBuckets"),
    each("s3", "GetBucketAcl", "ListBuckets"),
    each("s3", "GetPublicAccessBlock", "ListBuckets"),
    each("s3", "GetBucketOwnershipControls", "ListBuckets"),
    each("s3", "GetBucketWebsite", "ListBuckets"),
    list("s3control", "GetPublicAccessBlock"),
    list("s3control", "ListAccessPoints"),
    each("s3control", "GetAccessPoint", "ListAccessPoints"),
    each("s3control", "GetAccessPointPolicy", "ListAccessPoints"),
];

/// Bucket, and the answers in which it was read.
pub(super) struct Bucket<'s> {
    pub(super) facts: BucketFacts,
    pub(super) policy: Option<Item<'s>>,
    pub(super) list: Option<Item<'s>>,
    /// Item of `ListBuckets`.
    pub(super) listed: Option<Item<'s>>,
    /// True where the policy or the ACL was denied.
    pub(super) is_refused: bool,
    /// Policies of its access points, by name: a bucket and its access points are in one region.
    pub(super) points: BTreeMap<&'s str, Item<'s>>,
    pub(super) is_website: bool,
    /// External accounts that its policies name, without vendors.
    pub(super) external: Vec<String>,
}

/// Replies about each bucket.
struct Replies<'s> {
    policies: BTreeMap<&'s str, Reply<'s>>,
    lists: BTreeMap<&'s str, Reply<'s>>,
    blocks: BTreeMap<&'s str, Reply<'s>>,
    ownerships: BTreeMap<&'s str, Reply<'s>>,
    websites: BTreeMap<&'s str, Reply<'s>>,
}

/// Returns every bucket that was listed or asked about, by name.
pub(super) fn buckets<'s>(account: &AccountState<'s>) -> Vec<Bucket<'s>> {
    let of = |operation: &str| account.replies("s3", operation, "Bucket");
    let replies = Replies {
        policies: of("GetBucketPolicy"),
        lists: of("GetBucketAcl"),
        blocks: of("GetPublicAccessBlock"),
        ownerships: of("GetBucketOwnershipControls"),
        websites: of("GetBucketWebsite"),
    };
    let asked = replies.policies.keys().chain(replies.lists.keys());
    let mut names: BTreeMap<&str, Option<Item<'s>>> = asked.map(|name| (*name, None)).collect();
    for item in account.items("s3", "ListBuckets", "Buckets") {
        names.insert(text(item.value, "Name"), Some(item));
    }
    names.remove("");
    let account_block = account_block(account);
    let points = access_points(account);
    names
        .into_iter()
        .map(|(name, listed)| Bucket {
            listed,
            ..bucket(account, name, &replies, &account_block, points.as_ref())
        })
        .collect()
}

fn bucket<'s>(
    account: &AccountState<'s>,
    name: &'s str,
    replies: &Replies<'s>,
    account_block: &Seen<Block>,
    points: Option<&BTreeMap<&'s str, Vec<Point<'s>>>>,
) -> Bucket<'s> {
    let policy = seen(replies.policies.get(name), |item| Policy::read(item.at("Policy")));
    let own_points = points.map(|points| points.get(name).map_or(&[][..], Vec::as_slice));
    let mut external: BTreeSet<String> = BTreeSet::new();
    let documents = item_of(replies.policies.get(name)).into_iter();
    let of_points = own_points.into_iter().flatten().filter_map(|point| point.policy);
    for item in documents.chain(of_points) {
        let exposure = account.exposure(item.at("Policy"));
        external.extend(exposure.accounts.into_iter().map(|account| account.0));
    }
    Bucket {
        facts: BucketFacts {
            name: name.to_owned(),
            account: account.id().as_str().to_owned(),
            policy,
            list: seen(replies.lists.get(name), |item| item.value.clone()),
            ownership: seen(replies.ownerships.get(name), ownership),
            account_block: account_block.clone(),
            block: seen(replies.blocks.get(name), |item| {
                Block::read(item.at("PublicAccessBlockConfiguration"))
            }),
            access_points: own_points.map_or(Seen::Unknown, |points| {
                Seen::Is(points.iter().map(|point| point.facts.clone()).collect())
            }),
        },
        listed: None,
        is_refused: [replies.policies.get(name), replies.lists.get(name)]
            .into_iter()
            .any(|reply| matches!(reply, Some(Reply::Unknown))),
        policy: item_of(replies.policies.get(name)),
        list: item_of(replies.lists.get(name)),
        points: own_points
            .into_iter()
            .flatten()
            .filter_map(|point| Some((point.name, point.policy?)))
            .collect(),
        is_website: item_of(replies.websites.get(name)).is_some(),
        external: external.into_iter().collect(),
    }
}

fn seen<'s, T>(reply: Option<&Reply<'s>>, read: impl Fn(&Item<'s>) -> T) -> Seen<T> {
    match reply {
        Some(Reply::Answer(item)) => Seen::Is(read(item)),
        Some(Reply::Nothing) => Seen::None,
        Some(Reply::Unknown) | None => Seen::Unknown,
    }
}

const fn item_of<'s>(reply: Option<&Reply<'s>>) -> Option<Item<'s>> {
    match reply {
        Some(Reply::Answer(item)) => Some(*item),
        _ => None,
    }
}

fn ownership(item: &Item<'_>) -> String {
    let rules = item.list("OwnershipControls.Rules.ObjectOwnership");
    rules
        .first()
        .and_then(|rule| rule.as_str())
        .unwrap_or("")
        .to_owned()
}

/// Returns Block Public Access of the account: one setting, the same in every region.
fn account_block(account: &AccountState<'_>) -> Seen<Block> {
    let replies = account.replies("s3control", "GetPublicAccessBlock", "AccountId");
    seen(replies.values().next(), |item| {
        Block::read(item.at("PublicAccessBlockConfiguration"))
    })
}

#[derive(Clone)]
struct Point<'s> {
    name: &'s str,
    facts: AccessPoint,
    policy: Option<Item<'s>>,
}

/// Returns the access points by bucket; `None` when no region listed them.
fn access_points<'s>(account: &AccountState<'s>) -> Option<BTreeMap<&'s str, Vec<Point<'s>>>> {
    if account.answered("s3control", "ListAccessPoints").is_empty() {
        return None;
    }
    let policies = account.replies_in_regions("s3control", "GetAccessPointPolicy", "Name");
    let details = account.replies_in_regions("s3control", "GetAccessPoint", "Name");
    let mut points: BTreeMap<&str, Vec<Point<'s>>> = BTreeMap::new();
    for item in account.items("s3control", "ListAccessPoints", "AccessPointList") {
        let name = text(item.value, "Name");
        let place = (item.region(), name);
        let facts = AccessPoint {
            name: name.to_owned(),
            is_within_network: text(item.value, "NetworkOrigin") == "VPC",
            policy: seen(policies.get(&place), |item| Policy::read(item.at("Policy"))),
            block: seen(details.get(&place), |item| {
                Block::read(
                    item.value
                        .get("PublicAccessBlockConfiguration")
                        .unwrap_or(&Value::Null),
                )
            }),
        };
        let policy = item_of(policies.get(&place));
        points
            .entry(text(item.value, "Bucket"))
            .or_default()
            .push(Point { name, facts, policy });
    }
    Some(points)
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;
    use stanch_core::{CallOutcome, Reading};

    use crate::contract::{OWN, answer, asked};

    use super::*;

    /// The readings of a bucket `b` about which everything was asked. `given`: `policy`, `list`, `block`, `account_block` as
    /// S3 gives them, `ownership` as a word; null or missing for none, `"denied"` for a refusal.
    pub(crate) fn bucket_with(given: &Value) -> Vec<Reading> {
        let own = json!({"Owner": {"ID": "own"}, "Grants": []});
        let list = given.get("list").cloned().unwrap_or(own);
        let about = |call: &str, part: &Value, body: &dyn Fn(&Value) -> Value| {
            let outcome = match part {
                Value::Null => CallOutcome::DoesNotExist,
                Value::String(word) if word == "denied" => CallOutcome::Denied,
                _ => CallOutcome::Ok,
            };
            let body = if outcome == CallOutcome::Ok {
                body(part)
            } else {
                Value::Null
            };
            Reading {
                outcome,
                ..asked(call, json!({"Bucket": "b", "AccountId": OWN}), body)
            }
        };
        let block = |block: &Value| json!({"PublicAccessBlockConfiguration": block});
        vec![
            answer("s3:ListBuckets", json!({"Buckets": [{"Name": "b"}]})),
            about(
                "s3:GetBucketPolicy",
                given.get("policy").unwrap_or(&Value::Null),
                &|policy| json!({"Policy": policy.to_string()}),
            ),
            about("s3:GetBucketAcl", &list, &Value::clone),
            about(
                "s3:GetPublicAccessBlock",
                given.get("block").unwrap_or(&Value::Null),
                &block,
            ),
            about(
                "s3:GetBucketOwnershipControls",
                given.get("ownership").unwrap_or(&Value::Null),
                &|word| json!({"OwnershipControls": {"Rules": [{"ObjectOwnership": word}]}}),
            ),
            about(
                "s3:GetBucketWebsite",
                given.get("website").unwrap_or(&Value::Null),
                &Value::clone,
            ),
            about(
                "s3control:GetPublicAccessBlock",
                given.get("account_block").unwrap_or(&Value::Null),
                &block,
            ),
            answer("s3control:ListAccessPoints", json!({"AccessPointList": []})),
        ]
    }
}
