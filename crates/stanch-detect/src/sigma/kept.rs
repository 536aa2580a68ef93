//! Hits of the base rules of correlations, kept for the replay in pass 2.
//!
//! Bounded: the earliest hits of a rule are kept, the very earliest with their raw records. Which these are does
//! not depend on the order in which they came. It must not know what a correlation is.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use stanch_core::principal::Principal;
use stanch_core::{EventKey, EventRecord, Timestamp};

use crate::observation::Observation;

/// Hits of one rule that are kept with their raw records.
const WITH_RAW_LIMIT: usize = 2_000;
/// Further hits of one rule that are kept without.
const WITHOUT_RAW_LIMIT: usize = 50_000;

/// When a hit was, and which event it was.
pub(super) type Moment = (Timestamp, EventKey);

/// One hit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) principal: Principal,
    pub(super) record: Arc<EventRecord>,
    /// The fields that correlations ask for.
    pub(super) values: BTreeMap<String, String>,
}

impl Kept {
    /// What is kept of an event.
    pub(super) fn new(observation: &Observation<'_, '_>, values: BTreeMap<String, String>) -> Self {
        Self {
            principal: observation.principal().clone(),
            record: observation.record(),
            values,
        }
    }

    fn moment(&self) -> Moment {
        (self.record.time, self.record.key)
    }

    fn without_raw(mut self) -> Self {
        if !self.record.raw.is_empty() {
            let mut record = EventRecord::clone(&self.record);
            record.raw = String::new();
            self.record = Arc::new(record);
        }
        self
    }
}

/// The hits of all base rules, by the rule's id.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct CorrelationState {
    hits: BTreeMap<String, Hits>,
}

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Hits {
    with_raw: BTreeMap<Moment, Kept>,
    without_raw: BTreeMap<Moment, Kept>,
    overflowed: bool,
}

impl Hits {
    fn add(&mut self, kept: Kept) {
        let moment = kept.moment();
        if self.with_raw.len() < WITH_RAW_LIMIT
            || self
                .with_raw
                .last_key_value()
                .is_some_and(|(last, _)| moment <= *last)
        {
            self.with_raw.insert(moment, kept);
            if self.with_raw.len() > WITH_RAW_LIMIT
                && let Some((moment, last)) = self.with_raw.pop_last()
            {
                self.without_raw.insert(moment, last.without_raw());
            }
        } else {
            self.without_raw.insert(moment, kept.without_raw());
        }
        if self.without_raw.len() > WITHOUT_RAW_LIMIT {
            self.without_raw.pop_last();
            self.overflowed = true;
        }
    }
}

impl CorrelationState {
    /// Keeps a hit of a rule.
    pub(super) fn add(&mut self, id: &str, kept: Kept) {
        match self.hits.get_mut(id) {
            Some(hits) => hits.add(kept),
            None => self.hits.entry(id.to_owned()).or_default().add(kept),
        }
    }

    /// Folds another thread's or run's hits in.
    pub(super) fn merge(&mut self, other: Self) {
        for (id, hits) in other.hits {
            let own = self.hits.entry(id).or_default();
            own.overflowed |= hits.overflowed;
            for kept in hits.with_raw.into_values().chain(hits.without_raw.into_values()) {
                own.add(kept);
            }
        }
    }

    /// Rules with more hits than were kept.
    pub(super) fn overflowed(&self) -> impl Iterator<Item = String> {
        self.hits
            .iter()
            .filter(|(_, hits)| hits.overflowed)
            .map(|(id, _)| id.clone())
    }

    /// The hits of one rule, earliest first.
    pub(super) fn of(&self, id: &str) -> impl Iterator<Item = (&Moment, &Kept)> {
        self.hits
            .get(id)
            .into_iter()
            .flat_map(|hits| hits.with_raw.iter().chain(hits.without_raw.iter()))
    }
}
