//! All calls, and looking for them.
//!
//! It must not know what a fact is for.

mod data;
mod ec2;
mod iam;
mod lambda;
mod logging;
mod sts;
mod workloads;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::fact::CallFact;
use crate::services;

const TABLES: [&[CallFact]; 7] = [
    data::CALLS,
    ec2::CALLS,
    iam::CALLS,
    lambda::CALLS,
    logging::CALLS,
    sts::CALLS,
    workloads::CALLS,
];

static BY_CALL: LazyLock<BTreeMap<&'static str, Vec<&'static CallFact>>> = LazyLock::new(|| {
    let mut by_call: BTreeMap<&'static str, Vec<&'static CallFact>> = BTreeMap::new();
    for fact in all() {
        by_call.entry(fact.call).or_default().push(fact);
    }
    by_call
});

static UNDONE: LazyLock<BTreeMap<&'static str, Vec<&'static CallFact>>> = LazyLock::new(|| {
    let mut undone: BTreeMap<&'static str, Vec<&'static CallFact>> = BTreeMap::new();
    for fact in all() {
        for call in fact.undone_by {
            undone.entry(call).or_default().push(fact);
        }
    }
    undone
});

/// Returns every fact, service by service.
pub fn all() -> impl Iterator<Item = &'static CallFact> {
    TABLES.into_iter().flatten()
}

/// Returns the fact about a call of a service, whichever of its names the service is given by.
#[must_use]
pub fn fact(service: &str, call: &str) -> Option<&'static CallFact> {
    named(call).find(|fact| services::is_same(fact.service, service))
}

/// Returns the facts about calls of this name, of any service. Most names are of one service alone.
pub fn named(call: &str) -> impl Iterator<Item = &'static CallFact> {
    BY_CALL.get(call).into_iter().flatten().copied()
}

/// Returns the facts about calls that a call of this name undoes.
pub fn undone_by(call: &str) -> impl Iterator<Item = &'static CallFact> {
    UNDONE.get(call).into_iter().flatten().copied()
}

/// Returns the names of the calls whose success links one identity to another, sorted.
#[must_use]
pub fn linking() -> Vec<&'static str> {
    let mut calls: Vec<&str> = all().filter(|fact| fact.links).map(|fact| fact.call).collect();
    calls.sort_unstable();
    calls
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::fact::Effect;

    #[test]
    fn each_table_is_sorted_and_no_call_stands_twice() {
        let mut seen = BTreeSet::new();
        for table in TABLES {
            assert!(table.is_sorted_by_key(|fact| (fact.service, fact.call)));
            for fact in table {
                assert!(
                    seen.insert((services::canonical(fact.service), fact.call)),
                    "{fact:?}"
                );
            }
        }
        assert!(seen.len() > 140, "{}", seen.len());
    }

    #[test]
    fn calls_that_share_a_name_agree() {
        for (name, facts) in &*BY_CALL {
            let losses: BTreeSet<_> = facts.iter().map(|fact| (fact.loss, fact.effect)).collect();
            assert_eq!(losses.len(), 1, "{name}");
        }
    }

    #[test]
    fn a_loss_or_an_end_of_logging_is_no_creation() {
        for fact in all().filter(|fact| fact.loss.is_some()) {
            assert_eq!(fact.effect, Effect::Deletes, "{}", fact.call);
        }
        for fact in all().filter(|fact| fact.makes_credential) {
            assert_ne!(fact.effect, Effect::Deletes, "{}", fact.call);
        }
    }

    #[test]
    fn facts_are_found_by_service_name_and_undo() {
        assert!(fact("iam", "CreateUser").is_some_and(|fact| fact.makes_credential && fact.links));
        assert!(fact("cloudwatch", "DeleteAlarms").is_some() && fact("ec2", "CreateUser").is_none());
        assert_eq!(named("DeleteCluster").count(), 2);
        let made: Vec<&str> = undone_by("DeregisterImage").map(|fact| fact.call).collect();
        assert_eq!(made, ["CopyImage", "CreateImage"]);
    }

    #[test]
    fn the_linking_calls_are_those_of_iam_sts_ec2_and_lambda() {
        let calls = linking();
        assert_eq!(calls.len(), 22, "{calls:?}");
        assert!(calls.contains(&"GetSigninToken") && !calls.contains(&"CreateSecurityGroup"));
    }
}
