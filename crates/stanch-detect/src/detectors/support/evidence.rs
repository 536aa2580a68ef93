//! Events kept to be cited, bounded for a whole detector.
//!
//! A slot stands for something that may be cited (a principal's first use of a call, say). A slot keeps a few
//! events; the store keeps the slots with the smallest numbers. Slot numbers are hashes, so when a huge input
//! holds more slots than fit, every finding loses some of its citations and none all of them, as a rule.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use stanch_core::{EventKey, Timestamp};

use super::Bounded;
use crate::cited::Cited;
use crate::observation::Observation;
use crate::sample::Sample;

/// Which events of a slot are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The earliest ones.
    Earliest(usize),
    /// An even choice over all of them, by their keys (which are hashes).
    Spread(usize),
}

impl Choice {
    const fn limit(self) -> usize {
        match self {
            Self::Earliest(limit) | Self::Spread(limit) => limit,
        }
    }

    const fn slots(self) -> usize {
        RECORD_CAP / self.limit()
    }

    const fn rank(self, time: Timestamp, key: EventKey) -> (i64, EventKey) {
        match self {
            Self::Earliest(_) => (time.0, key),
            Self::Spread(_) => (0, key),
        }
    }

    /// Puts an event into a slot if that has use for it, and makes it only then.
    fn put(self, events: &mut Slot, rank: (i64, EventKey), cited: impl FnOnce() -> Cited) {
        let place = events.binary_search_by(|known| self.rank(known.time, known.key).cmp(&rank));
        let Err(place) = place else { return };
        if place < self.limit() {
            events.insert(place, cited());
            events.truncate(self.limit());
        }
    }
}

/// Remembers what the slot of an even choice last asked for, so that most events need not knock. Slots only ever ask
/// for more, so what it turns away the slot would turn away too.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Gate(Option<(i64, EventKey)>);

impl Gate {
    /// Returns true when an event of this slot must be offered.
    pub(crate) fn lets_in(&self, slot: i64, key: EventKey) -> bool {
        self.0.is_none_or(|(known, worst)| known != slot || key < worst)
    }

    /// Notes what the slot asks for now.
    pub(crate) fn close(&mut self, slot: i64, worst: Option<EventKey>) {
        self.0 = worst.map(|worst| (slot, worst));
    }
}

/// Number of events one detector holds: at some 100 bytes each, a megabyte or two.
const RECORD_CAP: usize = 16_384;

/// The events of a slot, in the order of their ranks. Mostly one to three: a tree for each would take a kilobyte.
type Slot = Vec<Cited>;

/// Events kept to be cited. One store takes one [`Choice`] throughout.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Evidence {
    slots: BTreeMap<u64, Slot>,
}

/// A dropped slot costs citations and no finding: what is counted is counted elsewhere.
impl Bounded for Evidence {}

/// The number of a slot.
pub(crate) fn slot_of(parts: &[&str]) -> u64 {
    let mut bytes: [&[u8]; 6] = [&[]; 6];
    for (place, part) in bytes.iter_mut().zip(parts) {
        *place = part.as_bytes();
    }
    (EventKey::of(&bytes).0 >> 64) as u64
}

impl Evidence {
    /// Keeps an event if its slot has use for it. Gives the key of the event that the next would have to come before,
    /// in a slot of an even choice that is full.
    pub(crate) fn add(
        &mut self,
        slot: u64,
        choice: Choice,
        observation: &Observation<'_, '_>,
    ) -> Option<EventKey> {
        let full = self.slots.len() >= choice.slots();
        if full && self.slots.last_key_value().is_some_and(|(last, _)| *last < slot) {
            return None;
        }
        let events = self.slots.entry(slot).or_default();
        let rank = choice.rank(observation.event.time, observation.event.key);
        choice.put(events, rank, || observation.cited());
        let worst = events.get(choice.limit() - 1).map(|last| last.key);
        self.cut(choice);
        worst
    }

    /// Folds another's events in; `choice` must be the one they were added with.
    pub(crate) fn merge(&mut self, other: Self, choice: Choice) {
        for (slot, records) in other.slots {
            let events = self.slots.entry(slot).or_default();
            for cited in records {
                choice.put(events, choice.rank(cited.time, cited.key), || cited);
            }
        }
        self.cut(choice);
    }

    fn cut(&mut self, choice: Choice) {
        while self.slots.len() > choice.slots() {
            self.slots.pop_last();
        }
    }

    /// The events of these slots that lie between two moments, both included.
    pub(crate) fn sample(
        &self,
        slots: impl IntoIterator<Item = u64>,
        (first, last): (Timestamp, Timestamp),
        limit: usize,
    ) -> Sample {
        let within = |cited: &Cited| first <= cited.time && cited.time <= last;
        self.chosen(slots, within, limit)
    }

    /// Those events of these slots that are named.
    pub(crate) fn exactly(
        &self,
        slots: impl IntoIterator<Item = u64>,
        named: &BTreeSet<EventKey>,
        limit: usize,
    ) -> Sample {
        self.chosen(slots, |cited| named.contains(&cited.key), limit)
    }

    fn chosen(
        &self,
        slots: impl IntoIterator<Item = u64>,
        wanted: impl Fn(&Cited) -> bool,
        limit: usize,
    ) -> Sample {
        let events = slots
            .into_iter()
            .filter_map(|slot| self.slots.get(&slot))
            .flatten()
            .filter(|cited| wanted(cited));
        Sample::of(events, limit)
    }
}
