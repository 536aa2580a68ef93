//! Exact links between principals, read from the cited events: who made which user, key or role, and who
//! assumed which role.
//!
//! Only links that a record proves are drawn; likeness of names, addresses or times is none. Users and roles are known
//! by account and name: paths and partitions differ between the call that makes them and the calls they make.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use stanch_aws_facts::{self as aws, Place};
use stanch_core::arn::{PrincipalArn, PrincipalKind};
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
    /// Returns the identity behind an ARN or principal key.
    fn of(key: &str) -> Self {
        match PrincipalArn::parse(key) {
            Some(arn) if arn.kind == PrincipalKind::User => {
                Self::User(arn.account.to_owned(), arn.name.to_owned())
            }
            Some(arn) if arn.kind == PrincipalKind::Role => {
                Self::Role(arn.account.to_owned(), arn.name.to_owned())
            }
            _ => Self::Other(key.to_owned()),
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
            if let Some(child) = made_by(record) {
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

/// Returns the identity that can act because of a call.
fn made_by(record: &EventRecord) -> Option<Identity> {
    let call = stanch_core::event::base_name(&record.name);
    let made = aws::named(call).find_map(|fact| fact.identity)?;
    let value: Value = serde_json::from_str(&record.raw).ok()?;
    let text = |place: Place| {
        let name = value.pointer(&place.pointer())?.as_str()?;
        (!name.is_empty()).then(|| name.to_owned())
    };
    let account = || record.account.clone();
    match made {
        aws::Identity::User(place) => Some(Identity::User(account(), text(place)?)),
        aws::Identity::Role(place) => Some(Identity::Role(account(), text(place)?)),
        aws::Identity::Arn(place) => Some(Identity::of(&text(place)?)),
    }
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
