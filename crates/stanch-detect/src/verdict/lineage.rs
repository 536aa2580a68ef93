//! Exact links between principals, read from the cited events: who made which user, key or role, and who
//! assumed which role.
//!
//! Only links that a response element proves are drawn; likeness of names, addresses or times is none.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use stanch_core::{EventRecord, Timestamp};

use super::Evidence;

/// What came out of each principal, and when it last did.
#[derive(Debug, Default)]
pub(super) struct Lineage {
    children: BTreeMap<String, BTreeMap<String, Timestamp>>,
}

impl Lineage {
    pub(super) fn of(evidence: &Evidence<'_>) -> Self {
        let mut lineage = Self::default();
        for record in evidence
            .events
            .values()
            .filter(|record| record.outcome.succeeded())
        {
            for child in made_by(record) {
                if child != record.principal {
                    let children = lineage.children.entry(record.principal.clone()).or_default();
                    let when = children.entry(child).or_insert(record.time);
                    *when = record.time.max(*when);
                }
            }
        }
        lineage
    }

    /// A principal and everything that came out of it since a moment, itself first.
    pub(super) fn descendants(&self, seed: &str, since: Timestamp) -> Vec<String> {
        let mut found = vec![seed.to_owned()];
        let mut seen: BTreeSet<String> = found.iter().cloned().collect();
        let mut next = 0;
        while let Some(parent) = found.get(next).cloned() {
            next += 1;
            for (child, when) in self.children.get(&parent).into_iter().flatten() {
                if *when >= since && seen.insert(child.clone()) {
                    found.push(child.clone());
                }
            }
        }
        found
    }
}

/// The principal keys that a call made able to act.
fn made_by(record: &EventRecord) -> Vec<String> {
    let Ok(value) = serde_json::from_str::<Value>(&record.raw) else {
        return Vec::new();
    };
    let text = |path: &str| value.pointer(path).and_then(Value::as_str).map(str::to_owned);
    let user = |name: Option<String>| {
        let name = name?;
        (!record.account.is_empty()).then(|| format!("arn:aws:iam::{}:user/{name}", record.account))
    };
    let made = match stanch_core::event::base_name(&record.name) {
        "CreateUser" => [text("/responseElements/user/arn"), None],
        "CreateAccessKey" => [user(text("/responseElements/accessKey/userName")), None],
        "CreateLoginProfile" | "UpdateLoginProfile" => [user(text("/requestParameters/userName")), None],
        "CreateRole" => [text("/responseElements/role/arn"), None],
        "AssumeRole" | "AssumeRoleWithSAML" | "AssumeRoleWithWebIdentity" => [
            text("/requestParameters/roleArn"),
            text("/responseElements/assumedRoleUser/arn"),
        ],
        "GetFederationToken" => [text("/responseElements/federatedUser/arn"), None],
        _ => [None, None],
    };
    made.into_iter().flatten().filter(|key| !key.is_empty()).collect()
}
