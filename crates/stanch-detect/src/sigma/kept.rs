//! Hits of the base rules of correlations, kept for the replay in pass 2.
//!
//! Bounded: the earliest hits of a rule are kept. Which these are does not depend on the order in which they came. It
//! must not know what a correlation is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use stanch_core::text::bounded;
use stanch_core::{EventKey, Timestamp};

use crate::cited::Cited;
use crate::observation::Observation;

/// Hits of one rule that are kept.
const HITS_LIMIT: usize = 50_000;

/// When a hit was, and which event it was.
pub(super) type Moment = (Timestamp, EventKey);

/// One hit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The principal's key.
    pub(super) principal: Box<str>,
    pub(super) cited: Cited,
    pub(super) succeeded: bool,
    pub(super) call: Box<str>,
    pub(super) region: Box<str>,
    pub(super) address: Box<str>,
    pub(super) error: Box<str>,
    /// The fields that correlations ask for.
    pub(super) values: BTreeMap<String, String>,
}

impl Kept {
    /// What is kept of an event.
    pub(super) fn new(observation: &Observation<'_, '_>, values: BTreeMap<String, String>) -> Self {
        let event = observation.event;
        let kept = |text: &str, limit| bounded(text, limit).into_boxed_str();
        Self {
            principal: kept(&observation.principal().key, 512),
            cited: observation.cited(),
            succeeded: observation.outcome().succeeded(),
            call: kept(event.base_name(), 128),
            region: kept(&event.region, 64),
            address: kept(&event.source_address, 256),
            error: kept(&event.error_code, 128),
            values,
        }
    }
}

/// The hits of all base rules, by the rule's id.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct CorrelationState {
    hits: BTreeMap<String, Hits>,
}

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Hits {
    kept: BTreeMap<Moment, Kept>,
    overflowed: bool,
}

impl Hits {
    fn wants(&self, moment: Moment) -> bool {
        self.kept.len() < HITS_LIMIT
            || self
                .kept
                .last_key_value()
                .is_some_and(|(last, _)| moment <= *last)
    }

    fn add(&mut self, moment: Moment, kept: impl FnOnce() -> Kept) {
        if !self.wants(moment) {
            self.overflowed = true;
            return;
        }
        self.kept.insert(moment, kept());
        if self.kept.len() > HITS_LIMIT {
            self.kept.pop_last();
            self.overflowed = true;
        }
    }
}

impl CorrelationState {
    /// Keeps a hit of a rule, made only if it is wanted.
    pub(super) fn add(&mut self, id: &str, moment: Moment, kept: impl FnOnce() -> Kept) {
        match self.hits.get_mut(id) {
            Some(hits) => hits.add(moment, kept),
            None => self.hits.entry(id.to_owned()).or_default().add(moment, kept),
        }
    }

    /// Folds another thread's or run's hits in.
    pub(super) fn merge(&mut self, other: Self) {
        for (id, hits) in other.hits {
            let own = self.hits.entry(id).or_default();
            own.overflowed |= hits.overflowed;
            for (moment, kept) in hits.kept {
                own.add(moment, || kept);
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
        self.hits.get(id).into_iter().flat_map(|hits| &hits.kept)
    }
}
