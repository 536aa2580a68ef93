//! When something was first done, last done, and how often: all that can be kept of a habit at constant cost.

use serde::{Deserialize, Serialize};
use stanch_core::{EventKey, Timestamp};

use super::DAY;
use super::evidence::Choice;
use crate::observation::Observation;

/// A moment and the event that marks it; the key decides between events of one moment.
pub(crate) type Moment = (Timestamp, EventKey);

const NEVER: Moment = (Timestamp(i64::MAX), EventKey(u128::MAX));

/// First and last time of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FirstUse {
    /// The first few times.
    early: [Moment; 3],
    /// The last time.
    pub(crate) last: Timestamp,
    /// How often.
    pub(crate) count: u32,
    /// Number of times with success.
    pub(crate) succeeded: u32,
}

impl super::Bounded for FirstUse {}

impl Default for FirstUse {
    fn default() -> Self {
        Self {
            early: [NEVER; 3],
            last: Timestamp(i64::MIN),
            count: 0,
            succeeded: 0,
        }
    }
}

impl FirstUse {
    /// The evidence that goes with it: exactly the events for which [`Self::add`] says so.
    pub(crate) const CITED: Choice = Choice::Earliest(3);

    /// The evidence of the first time alone: the events that [`Self::is_first`] says so of.
    pub(crate) const FIRST: Choice = Choice::Earliest(1);

    /// Returns true when this event, not counted yet, is earlier than all before.
    pub(crate) fn is_first(&self, observation: &Observation<'_, '_>) -> bool {
        (observation.event.time, observation.event.key) < self.first_moment()
    }

    /// Counts an event; says whether it is among the earliest so far and so worth keeping as evidence.
    pub(crate) fn add(&mut self, observation: &Observation<'_, '_>) -> bool {
        let event = observation.event;
        self.last = self.last.max(event.time);
        self.count = self.count.saturating_add(1);
        self.succeeded = self
            .succeeded
            .saturating_add(u32::from(observation.outcome().succeeded()));
        self.insert((event.time, event.key))
    }

    fn insert(&mut self, moment: Moment) -> bool {
        let Some(place) = self.early.iter().position(|known| moment < *known) else {
            return false;
        };
        self.early[place..].rotate_right(1);
        self.early[place] = moment;
        true
    }

    /// The first event.
    pub(crate) const fn first_moment(&self) -> Moment {
        self.early[0]
    }

    /// The first time.
    pub(crate) const fn first(&self) -> Timestamp {
        self.early[0].0
    }

    /// Folds another's in.
    pub(crate) fn merge(&mut self, other: Self) {
        for moment in other.early {
            self.insert(moment);
        }
        self.last = self.last.max(other.last);
        self.count = self.count.saturating_add(other.count);
        self.succeeded = self.succeeded.saturating_add(other.succeeded);
    }

    /// Returns true when it was done again on a later day: a habit rather than a single visit.
    pub(crate) const fn came_back(&self) -> bool {
        self.last.since(self.early[0].0) >= DAY
    }
}
