//! A bounded choice of events to cite: the earliest and the latest, half and half, whatever the order they came in.
//!
//! Because "the earliest n and the latest m" does not depend on order, samples made on several threads merge to the same
//! result. Both ends are kept so that neither a long harmless past nor a flood afterwards can hide an act.

use serde::{Deserialize, Serialize};
use stanch_core::{EventKey, Timestamp};

use crate::cited::Cited;
use crate::observation::Observation;

/// The place of an event in the order of events.
type Moment = (Timestamp, EventKey);

/// The earliest and the latest events of a group, by (time, key).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// The earliest, in order.
    early: Vec<Cited>,
    /// The latest of the others, in order.
    late: Vec<Cited>,
}

impl Sample {
    /// Adds an event if it is among the earliest or latest.
    pub fn add(&mut self, observation: &Observation<'_, '_>) {
        self.put(observation.moment(), observation.cited_limit, || {
            observation.cited()
        });
    }

    /// Adds an event that was kept before, if it is among the earliest or latest.
    pub fn add_cited(&mut self, cited: &Cited, limit: usize) {
        self.put(cited.moment(), limit, || cited.clone());
    }

    /// The earliest and latest of some events.
    #[must_use]
    pub fn of<'c>(events: impl IntoIterator<Item = &'c Cited>, limit: usize) -> Self {
        let mut sample = Self::default();
        for cited in events {
            sample.add_cited(cited, limit);
        }
        sample
    }

    /// Adds another sample's events.
    pub fn merge(&mut self, other: Self, limit: usize) {
        for cited in other.early.into_iter().chain(other.late) {
            self.put(cited.moment(), limit, || cited);
        }
    }

    fn put(&mut self, moment: Moment, limit: usize, cited: impl FnOnce() -> Cited) {
        let early_limit = limit.div_ceil(2);
        let late_limit = limit - early_limit;
        let Err(place) = find(&self.early, moment) else {
            return;
        };
        if place < early_limit {
            self.early.insert(place, cited());
            if self.early.len() > early_limit
                && let Some(pushed_out) = self.early.pop()
            {
                self.put_late(pushed_out.moment(), late_limit, || pushed_out);
            }
        } else {
            self.put_late(moment, late_limit, cited);
        }
    }

    fn put_late(&mut self, moment: Moment, limit: usize, cited: impl FnOnce() -> Cited) {
        let Err(place) = find(&self.late, moment) else {
            return;
        };
        let full = self.late.len() >= limit;
        if limit == 0 || (full && place == 0) {
            return;
        }
        if full {
            // The oldest makes room: what lies before the new one moves down by one.
            self.late[..place].rotate_left(1);
            self.late[place - 1] = cited();
        } else {
            self.late.insert(place, cited());
        }
    }

    /// The cited events, earliest first.
    pub fn events(&self) -> impl Iterator<Item = &Cited> {
        self.early.iter().chain(&self.late)
    }

    /// As many of the cited events, from both ends, earliest first.
    pub fn ends(&self, limit: usize) -> impl Iterator<Item = &Cited> {
        let late = self.late.len().min(limit / 2);
        let early = self.early.len().min(limit - late);
        let late = self.late.len().min(limit - early);
        self.early[..early]
            .iter()
            .chain(&self.late[self.late.len() - late..])
    }

    /// Number of events that are held.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.early.len() + self.late.len()
    }

    /// Returns true when none is held.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.early.is_empty()
    }
}

/// Where a moment stands, or would stand. Most events come in order, so the end is tried first.
fn find(events: &[Cited], moment: Moment) -> Result<usize, usize> {
    match events.last() {
        None => Err(0),
        Some(last) if last.moment() < moment => Err(events.len()),
        Some(_) => events.binary_search_by(|cited| cited.moment().cmp(&moment)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use stanch_core::Location;

    use super::*;

    fn cited(second: i64) -> Cited {
        Cited {
            time: Timestamp::from_seconds(second),
            key: EventKey::of(&[&second.to_le_bytes()]),
            location: Location::default(),
            record: None,
        }
    }

    fn sample(seconds: &[i64], limit: usize) -> Sample {
        let events: Vec<Cited> = seconds.iter().map(|second| cited(*second)).collect();
        Sample::of(&events, limit)
    }

    proptest! {
        #[test]
        fn the_ends_are_kept_whatever_the_order(
            seconds in proptest::collection::vec(0_i64..500, 0..120),
            limit in 1_usize..20,
            cut in 0_usize..120,
        ) {
            let distinct: BTreeSet<i64> = seconds.iter().copied().collect();
            let all: Vec<i64> = distinct.iter().copied().collect();
            let early = limit.div_ceil(2).min(all.len());
            let late = (limit - limit.div_ceil(2)).min(all.len() - early);
            let expected: Vec<i64> = all[..early].iter().chain(&all[all.len() - late..]).copied().collect();
            let cut = cut.min(seconds.len());
            let mut both = sample(&seconds[..cut], limit);
            both.merge(sample(&seconds[cut..], limit), limit);
            let held: Vec<i64> = both.events().map(|cited| cited.time.seconds()).collect();
            prop_assert_eq!(held, expected);
        }
    }
}
