//! The addresses one credential was used from, with the times and clients needed to say whether they fit together.

use serde::{Deserialize, Serialize};

use super::{Bounded, FirstUse, HOUR, Latest, caller, window};
use crate::observation::Observation;

/// Two uses in the same or neighbouring stretches are at most an hour apart.
pub(crate) const STRETCH: i64 = HOUR / 2;
/// Stretches remembered per address: the latest ones.
const STRETCH_CAP: usize = 1_024;

/// One address of a credential.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) seen: FirstUse,
    /// Client of the first event.
    pub(crate) agent: Box<str>,
    /// Half hours with activity.
    pub(crate) stretches: Latest<i32, (), STRETCH_CAP>,
}

/// Weeks of half hours are kept, the latest: older ones fall out of a long log by design.
impl Bounded for Place {}

impl Place {
    /// Counts a use; says whether it is worth keeping as evidence.
    pub(crate) fn add(&mut self, observation: &Observation<'_, '_>) -> bool {
        let event = observation.event;
        if self.seen.is_first(observation) {
            let family = caller::agent_family(&event.user_agent);
            if &*self.agent != family {
                self.agent = family.into();
            }
        }
        self.stretches.insert(window::bucket(event.time, STRETCH), ());
        self.seen.add(observation)
    }

    /// Folds another's uses in.
    pub(crate) fn merge(&mut self, other: Self) {
        if other.seen.first_moment() < self.seen.first_moment() {
            self.agent = other.agent;
        }
        self.seen.merge(other.seen);
        self.stretches.extend(other.stretches);
    }

    /// The half hours of this place in which, or next to which, the other was active too.
    pub(crate) fn together<'p>(&'p self, other: &'p Self) -> impl Iterator<Item = i32> + 'p {
        self.stretches.keys().copied().filter(|stretch| {
            other
                .stretches
                .range(stretch.saturating_sub(1)..=stretch.saturating_add(1))
                .next()
                .is_some()
        })
    }
}
