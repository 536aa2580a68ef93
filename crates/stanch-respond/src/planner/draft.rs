//! A step before it has a number: an action, what it is done to, why, and what it has to do with others.
//!
//! It must not know the order it will stand in.

use std::cmp::Reverse;

use stanch_core::Timestamp;
use stanch_core::assessment::Resource;
use stanch_core::plan::{Order, Reason};

use super::reach::Held;
use super::state::{State, power};
use crate::action::Wish;

/// What tells a draft from every other: the action, the target's id, and what else sets two apart.
pub(super) type Key = (&'static str, String, String);

/// How harmful somebody is, the most harmful first.
///
/// While harm is going on, whoever called within the last hour comes first; otherwise whoever can do most does. Then the most
/// powerful, the last active, the busiest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Harm {
    acts_now: Reverse<bool>,
    power: Reverse<u8>,
    last: Reverse<Option<Timestamp>>,
    calls: Reverse<u64>,
}

const HOUR_MILLIS: i64 = 3_600_000;

impl Harm {
    /// Somebody's harm.
    pub(super) fn of(id: &str, held: &Held, state: &State<'_>, now: Timestamp, harm_now: bool) -> Self {
        let is_recent = held.last.is_some_and(|last| now.since(last) <= HOUR_MILLIS);
        Self {
            acts_now: Reverse(harm_now && is_recent),
            power: Reverse(power(state, id)),
            last: Reverse(held.last),
            calls: Reverse(held.calls),
        }
    }

    /// Of a thing, by when it was made.
    pub(super) const fn of_thing(last: Option<Timestamp>) -> Self {
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
pub(super) struct Draft {
    pub(super) action: &'static str,
    pub(super) wish: Wish,
    pub(super) why: Vec<Reason>,
    pub(super) harm: Harm,
    pub(super) after: Vec<(Key, Order)>,
    /// Words whose values are the numbers of other steps.
    pub(super) numbers: Vec<(&'static str, Key)>,
    /// The session, machine or variant that sets it apart from others of the same action and target.
    pub(super) apart: String,
    /// It goes with those that deny although it closes a way back: roles in a circle.
    pub(super) with_denies: bool,
}

impl Draft {
    pub(super) fn new(action: &'static str, target: Resource, why: &[Reason], harm: Harm) -> Self {
        Self {
            action,
            wish: Wish::new(target),
            why: why.to_vec(),
            harm,
            after: Vec::new(),
            numbers: Vec::new(),
            apart: String::new(),
            with_denies: false,
        }
    }

    pub(super) fn key(&self) -> Key {
        (self.action, self.wish.target.id.clone(), self.apart.clone())
    }

    pub(super) fn with(mut self, name: &str, words: impl IntoIterator<Item = String>) -> Self {
        self.wish = self.wish.with(name, words);
        self
    }

    /// The same, with a word that also sets it apart.
    pub(super) fn apart(mut self, name: &str, word: &str) -> Self {
        word.clone_into(&mut self.apart);
        self.with(name, [word.to_owned()])
    }

    /// The same, with a word that is the number of a step; that step must be done first.
    pub(super) fn numbered(mut self, name: &'static str, key: Key, order: Order) -> Self {
        self.numbers.push((name, key.clone()));
        self.after(key, order)
    }

    pub(super) fn after(mut self, key: Key, order: Order) -> Self {
        self.after.push((key, order));
        self
    }
}
