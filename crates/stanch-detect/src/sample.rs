//! A bounded choice of events to cite: the earliest and the latest, half and half, whatever the order they came in.
//!
//! Because "the earliest n and the latest m" does not depend on order, samples made on several threads merge to the same
//! result. Both ends are kept so that neither a long harmless past nor a flood afterwards can hide an act.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use stanch_core::{EventKey, EventRecord, Timestamp};

use crate::observation::Observation;

type Place = (Timestamp, EventKey);

/// The earliest and the latest events of a group, by (time, key).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// The earliest.
    early: BTreeMap<Place, Arc<EventRecord>>,
    /// The latest of the others.
    late: BTreeMap<Place, Arc<EventRecord>>,
}

impl Sample {
    /// Adds an event if it is among the earliest or latest.
    pub fn add(&mut self, observation: &Observation<'_, '_>) {
        let place = (observation.event.time, observation.event.key);
        self.put(place, observation.cited_limit, || observation.record());
    }

    /// Adds an event that was kept before, if it is among the earliest or latest.
    pub fn add_record(&mut self, record: &Arc<EventRecord>, limit: usize) {
        self.put((record.time, record.key), limit, || Arc::clone(record));
    }

    /// The earliest and latest of some records.
    #[must_use]
    pub fn of_records(records: impl IntoIterator<Item = Arc<EventRecord>>, limit: usize) -> Self {
        let mut sample = Self::default();
        for record in records {
            sample.add_record(&record, limit);
        }
        sample
    }

    /// Adds another sample's events.
    pub fn merge(&mut self, other: Self, limit: usize) {
        for (place, record) in other.early.into_iter().chain(other.late) {
            self.put(place, limit, || record);
        }
    }

    fn put(&mut self, place: Place, limit: usize, record: impl FnOnce() -> Arc<EventRecord>) {
        let early_limit = limit.div_ceil(2);
        let late_limit = limit - early_limit;
        if self.early.contains_key(&place) || self.late.contains_key(&place) {
            return;
        }
        let is_early = self.early.len() < early_limit
            || self.early.last_key_value().is_some_and(|(last, _)| place < *last);
        let (place, record) = if is_early {
            self.early.insert(place, record());
            if self.early.len() <= early_limit {
                return;
            }
            let Some(pushed_out) = self.early.pop_last() else {
                return;
            };
            pushed_out
        } else {
            let too_old = self
                .late
                .first_key_value()
                .is_some_and(|(first, _)| place < *first);
            if late_limit == 0 || (self.late.len() >= late_limit && too_old) {
                return;
            }
            (place, record())
        };
        self.late.insert(place, record);
        while self.late.len() > late_limit {
            self.late.pop_first();
        }
    }

    /// The cited events, earliest first.
    pub fn records(&self) -> impl Iterator<Item = &Arc<EventRecord>> {
        self.early.values().chain(self.late.values())
    }

    /// How many events are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.early.len() + self.late.len()
    }

    /// Whether none is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.early.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use stanch_core::Event;

    use super::*;

    fn record(second: i64) -> Arc<EventRecord> {
        let key = EventKey::of(&[&second.to_le_bytes()]);
        Arc::new(
            Event {
                key,
                time: Timestamp::from_seconds(second),
                ..Event::default()
            }
            .to_record(),
        )
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
            let mut sample = Sample::of_records(seconds[..cut].iter().map(|second| record(*second)), limit);
            sample.merge(Sample::of_records(seconds[cut..].iter().map(|second| record(*second)), limit), limit);
            let held: Vec<i64> = sample.records().map(|record| record.time.seconds()).collect();
            prop_assert_eq!(held, expected);
        }
    }
}
