//! Exact links between principals, read from the cited events: who made which user, key or role, and who
//! assumed which role.
//!
//! Only links that a record proves are drawn; likeness of names, addresses or times is none. Users and roles are known
//! by account and name: paths and partitions differ between the call that makes them and the calls they make.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use stanch_core::{EventRecord, Timestamp};

use super::Evidence;

/// How long before the first grave act a link still counts: as long as a role's session can live.
const LOOK_BACK: i64 = 12 * 3_600_000;

/// A user, a role or another identity, whatever its path, partition or session.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Identity {
    User(String, String),
    Role(String, String),
    Other(String),
}

impl Identity {
    /// The identity behind an ARN or principal key.
    fn of(key: &str) -> Self {
        let parts: Vec<&str> = key.splitn(6, ':').collect();
        let (Some(account), Some(resource)) = (parts.get(4), parts.get(5)) else {
            return Self::Other(key.to_owned());
        };
        let account = (*account).to_owned();
        let last = |text: &str| text.rsplit('/').next().unwrap_or(text).to_owned();
        if resource.starts_with("user/") {
            Self::User(account, last(resource))
        } else if resource.starts_with("role/") {
            Self::Role(account, last(resource))
        } else if let Some(session) = resource.strip_prefix("assumed-role/") {
            Self::Role(account, session.split('/').next().unwrap_or(session).to_owned())
        } else {
            Self::Other(key.to_owned())
        }
    }
}

/// What came out of each principal, and when it last did.
#[derive(Debug, Default)]
pub(super) struct Lineage {
    children: BTreeMap<String, BTreeMap<Identity, Timestamp>>,
    known: BTreeMap<Identity, BTreeSet<String>>,
}

impl Lineage {
    /// Links among principals with findings.
    pub(super) fn of<'k>(evidence: &Evidence<'_>, keys: impl Iterator<Item = &'k str>) -> Self {
        let mut lineage = Self::default();
        for key in keys {
            lineage
                .known
                .entry(Identity::of(key))
                .or_default()
                .insert(key.to_owned());
        }
        for record in evidence
            .events
            .values()
            .filter(|record| record.outcome.succeeded())
        {
            for child in made_by(record) {
                let children = lineage.children.entry(record.principal.clone()).or_default();
                let when = children.entry(child).or_insert(record.time);
                *when = record.time.max(*when);
            }
        }
        lineage
    }

    /// A principal and everything that came out of it since a moment, itself first.
    pub(super) fn descendants(&self, seed: &str, since: Timestamp) -> Vec<String> {
        let since = since.plus_millis(-LOOK_BACK);
        let mut found = vec![seed.to_owned()];
        let mut seen: BTreeSet<String> = found.iter().cloned().collect();
        let mut next = 0;
        while let Some(parent) = found.get(next).cloned() {
            next += 1;
            let children = self.children.get(&parent).into_iter().flatten();
            for (child, _) in children.filter(|(_, when)| **when >= since) {
                for key in self.known.get(child).into_iter().flatten() {
                    if seen.insert(key.clone()) {
                        found.push(key.clone());
                    }
                }
            }
        }
        found
    }
}

/// The identities that a call made able to act.
fn made_by(record: &EventRecord) -> Vec<Identity> {
    let call = stanch_core::event::base_name(&record.name);
    let path = match call {
        "CreateUser" | "CreateLoginProfile" | "UpdateLoginProfile" => "/requestParameters/userName",
        "CreateAccessKey" => "/responseElements/accessKey/userName",
        "CreateRole" | "UpdateAssumeRolePolicy" => "/requestParameters/roleName",
        "AssumeRole" | "AssumeRoleWithSAML" | "AssumeRoleWithWebIdentity" => "/requestParameters/roleArn",
        "GetFederationToken" => "/responseElements/federatedUser/arn",
        _ => return Vec::new(),
    };
    let Ok(value) = serde_json::from_str::<Value>(&record.raw) else {
        return Vec::new();
    };
    let Some(name) = value
        .pointer(path)
        .and_then(Value::as_str)
        .filter(|name| !name.is_empty())
    else {
        return Vec::new();
    };
    let account = record.account.clone();
    vec![match call {
        "CreateUser" | "CreateLoginProfile" | "UpdateLoginProfile" | "CreateAccessKey" => {
            Identity::User(account, name.to_owned())
        }
        "CreateRole" | "UpdateAssumeRolePolicy" => Identity::Role(account, name.to_owned()),
        _ => Identity::of(name),
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_partitions_and_sessions_do_not_matter() {
        let user = Identity::User("111122223333".to_owned(), "ann".to_owned());
        assert_eq!(Identity::of("arn:aws:iam::111122223333:user/ann"), user);
        assert_eq!(
            Identity::of("arn:aws-us-gov:iam::111122223333:user/team/x/ann"),
            user
        );
        let role = Identity::Role("111122223333".to_owned(), "ops".to_owned());
        assert_eq!(Identity::of("arn:aws:iam::111122223333:role/service/ops"), role);
        assert_eq!(
            Identity::of("arn:aws:sts::111122223333:assumed-role/ops/i-0123456789abcdef0"),
            role
        );
    }
}
