//! A bounded choice of events to cite: always the earliest ones, whatever the order they came in.
//!
//! Because "the earliest n" does not depend on order, samples made on several threads merge to the same result.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use stanch_core::{EventKey, EventRecord, Timestamp};

use crate::observation::Observation;

/// The earliest events of a group, by (time, key).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    records: BTreeMap<(Timestamp, EventKey), Arc<EventRecord>>,
}

impl Sample {
    /// Adds an event if it is among the earliest.
    pub fn add(&mut self, observation: &Observation<'_, '_>) {
        let key = (observation.event.time, observation.event.key);
        let full = self.records.len() >= observation.cited_limit;
        if full && self.records.last_key_value().is_none_or(|(last, _)| *last < key) {
            return;
        }
        self.records.insert(key, observation.record());
        self.cut(observation.cited_limit);
    }

    /// Adds an event that was kept before, if it is among the earliest.
    pub fn add_record(&mut self, record: &Arc<EventRecord>, limit: usize) {
        self.records.insert((record.time, record.key), Arc::clone(record));
        self.cut(limit);
    }

    /// The earliest of some records.
    #[must_use]
    pub fn of_records(records: impl IntoIterator<Item = Arc<EventRecord>>, limit: usize) -> Self {
        let mut sample = Self::default();
        for record in records {
            sample.records.insert((record.time, record.key), record);
            sample.cut(limit);
        }
        sample
    }

    /// Adds another sample's events.
    pub fn merge(&mut self, other: Self, limit: usize) {
        self.records.extend(other.records);
        self.cut(limit);
    }

    fn cut(&mut self, limit: usize) {
        while self.records.len() > limit {
            self.records.pop_last();
        }
    }

    /// The cited events, earliest first.
    pub fn records(&self) -> impl Iterator<Item = &Arc<EventRecord>> {
        self.records.values()
    }

    /// How many events are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether none is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}
