//! Stays on an account after containment: what was burned and is used again, what was denied and is freed, what suspects make.
//!
//! Events go in, sightings come out; each event counts once, however often it is delivered. It must not fetch events or read a
//! clock.

mod burned;
mod sighting;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use stanch_core::text::bounded;
use stanch_core::{Event, EventKey, Timestamp};

pub use burned::{Burned, lag_seconds};
pub use sighting::{Sighting, SightingKind};

/// The most events that are remembered as told, so that a flood of them takes no more memory: beyond it, the lowest keys stay.
const REMEMBERED: usize = 1_000_000;

/// See the module.
#[derive(Debug)]
pub struct Watch {
    burned: Burned,
    /// From when on events matter: when the containment held.
    since: Timestamp,
    told: BTreeSet<EventKey>,
    latest: Option<Timestamp>,
}

impl Watch {
    /// Watches for what was burned, in events from a moment on.
    #[must_use]
    pub const fn new(burned: Burned, since: Timestamp) -> Self {
        Self {
            burned,
            since,
            told: BTreeSet::new(),
            latest: None,
        }
    }

    /// What is watched for.
    #[must_use]
    pub const fn burned(&self) -> &Burned {
        &self.burned
    }

    /// From when on events matter.
    #[must_use]
    pub const fn since(&self) -> Timestamp {
        self.since
    }

    /// The time of the latest event so far: how far behind the logs are is told against it.
    #[must_use]
    pub const fn latest(&self) -> Option<Timestamp> {
        self.latest
    }

    /// Takes an event; a sighting if it is one.
    pub fn observe(&mut self, event: &Event<'_>) -> Option<Sighting> {
        if event.time < self.since {
            return None;
        }
        self.latest = self.latest.max(Some(event.time));
        let (kind, why) = self.burned.judge(event)?;
        if !self.told.insert(event.key) {
            return None;
        }
        if self.told.len() > REMEMBERED {
            self.told.pop_last();
        }
        if let SightingKind::NewCredential = kind {
            self.burned.learn(event);
        }
        Some(Sighting {
            event: event.key,
            time: event.time,
            kind,
            who: bounded(event.principal_key(), 300),
            key: bounded(&event.identity.access_key_id, 40),
            address: bounded(&event.source_address, 100),
            region: bounded(&event.region, 40),
            call: format!(
                "{}:{}",
                bounded(event.service(), 60),
                bounded(event.base_name(), 100)
            ),
            why,
        })
    }
}
