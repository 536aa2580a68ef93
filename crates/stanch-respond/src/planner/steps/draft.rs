//! A step before it has a number: an action, its target, the reasons, and its order relative to other steps.
//!
//! It must not know its place in the plan.

use std::cmp::Reverse;

use stanch_core::assessment::Resource;
use stanch_core::plan::{Impact, Order, Reason};
use stanch_core::{RegionName, Timestamp};

use crate::action::ActionRequest;
use crate::planner::scope::CompromisedIdentity;
use crate::planner::scope::inventory::{Inventory, power};

/// The key of a draft: the action, the target's id, what else distinguishes two drafts, and the region.
pub(in crate::planner) type Key = (&'static str, String, String, RegionName);

/// The harm that an identity can do, the most harmful first.
///
/// While harm is continuing, an identity that called within the last hour comes first. Then the most powerful, the
/// most recently
/// active, the one with the most calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::planner) struct Harm {
    acts_now: Reverse<bool>,
    power: Reverse<u8>,
    last: Reverse<Option<Timestamp>>,
    calls: Reverse<u64>,
}

const HOUR_MILLIS: i64 = 3_600_000;

impl Harm {
    /// Returns the harm of an identity.
    pub(in crate::planner) fn of(
        id: &str,
        identity: &CompromisedIdentity,
        inventory: &Inventory<'_>,
        now: Timestamp,
        harm_now: bool,
    ) -> Self {
        let is_recent = identity.last.is_some_and(|last| now.since(last) <= HOUR_MILLIS);
        Self {
            acts_now: Reverse(harm_now && is_recent),
            power: Reverse(power(inventory, id)),
            last: Reverse(identity.last),
            calls: Reverse(identity.calls),
        }
    }

    /// Returns the harm of a resource, by when it was created or changed.
    pub(in crate::planner) const fn of_resource(last: Option<Timestamp>) -> Self {
        Self {
            acts_now: Reverse(false),
            power: Reverse(0),
            last: Reverse(last),
            calls: Reverse(0),
        }
    }
}

/// See the module.
#[derive(Debug, Clone)]
pub(in crate::planner) struct Draft {
    pub(in crate::planner) action: &'static str,
    pub(in crate::planner) request: ActionRequest,
    pub(in crate::planner) why: Vec<Reason>,
    pub(in crate::planner) harm: Harm,
    pub(in crate::planner) after: Vec<(Key, Order)>,
    /// Parameters whose values are the numbers of other steps.
    pub(in crate::planner) numbers: Vec<(&'static str, Key)>,
    /// The session, instance or variant that distinguishes it from other drafts of the same action and target.
    pub(in crate::planner) apart: String,
    /// True when it goes with the steps that deny although it changes a trust policy: roles that can assume each other.
    pub(in crate::planner) with_denies: bool,
}

impl Draft {
    pub(in crate::planner) fn new(
        action: &'static str,
        target: Resource,
        why: &[Reason],
        harm: Harm,
    ) -> Self {
        Self {
            action,
            request: ActionRequest::new(target),
            why: why.to_vec(),
            harm,
            after: Vec::new(),
            numbers: Vec::new(),
            apart: String::new(),
            with_denies: false,
        }
    }

    pub(in crate::planner) fn key(&self) -> Key {
        let target = &self.request.target;
        (
            self.action,
            target.id.clone(),
            self.apart.clone(),
            target.region.clone(),
        )
    }

    pub(in crate::planner) fn with(mut self, name: &str, words: impl IntoIterator<Item = String>) -> Self {
        self.request = self.request.with(name, words);
        self
    }

    /// Adds the impact of the step.
    pub(in crate::planner) fn affecting(mut self, impact: impl IntoIterator<Item = Impact>) -> Self {
        self.request = self.request.affecting(impact);
        self
    }

    /// Adds a parameter that also distinguishes the draft.
    pub(in crate::planner) fn apart(mut self, name: &str, word: &str) -> Self {
        word.clone_into(&mut self.apart);
        self.with(name, [word.to_owned()])
    }

    /// Adds a parameter that is the number of a step; that step must be done first.
    pub(in crate::planner) fn numbered(mut self, name: &'static str, key: Key, order: Order) -> Self {
        self.numbers.push((name, key.clone()));
        self.after(key, order)
    }

    pub(in crate::planner) fn after(mut self, key: Key, order: Order) -> Self {
        self.after.push((key, order));
        self
    }
}
