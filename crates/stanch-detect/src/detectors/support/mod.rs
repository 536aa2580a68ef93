//! What several detectors need: bounded memory that does not depend on the order of events, evidence, words.
//!
//! Nothing here may judge. All memory follows one rule, so that the result is the same whatever the order of
//! events and however they were spread over threads: a place is kept or dropped by its key alone, never by when
//! it came.

pub(crate) mod about;
pub(crate) mod bounded;
pub(crate) mod caller;
pub(crate) mod capped;
pub(crate) mod days;
pub(crate) mod evidence;
pub(crate) mod first_seen;
pub(crate) mod first_use;
pub(crate) mod latest;
pub(crate) mod places;
pub(crate) mod principals;
pub(crate) mod selectors;
pub(crate) mod window;
pub(crate) mod words;

pub(crate) use about::About;
pub(crate) use bounded::Bounded;
pub(crate) use capped::Capped;
pub(crate) use days::Days;
pub(crate) use evidence::{Evidence, slot_of};
pub(crate) use first_use::FirstUse;
pub(crate) use latest::Latest;
pub(crate) use principals::Principals;

/// Milliseconds in a minute.
pub(crate) const MINUTE: i64 = 60_000;
/// Milliseconds in an hour.
pub(crate) const HOUR: i64 = 60 * MINUTE;
/// Milliseconds in a day.
pub(crate) const DAY: i64 = 24 * HOUR;
