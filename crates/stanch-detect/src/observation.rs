//! An event under observation, with what several detections need of it computed at most once.
//!
//! It must not decide anything: it only answers questions about one event.

use std::cell::OnceCell;
use std::sync::Arc;

use stanch_core::principal::Principal;
use stanch_core::{Event, EventKey, Outcome, Timestamp};

use crate::cited::{Cited, Keep};
use crate::derived::Derived;
use crate::network::Networks;

/// One event as the detections see it in pass 1.
pub struct Observation<'o, 'e> {
    /// The event.
    pub event: &'o Event<'e>,
    /// Address tables.
    pub networks: &'o Networks,
    /// How many events a finding may cite.
    pub cited_limit: usize,
    keep: Keep,
    outcome: Outcome,
    cited: OnceCell<Cited>,
    principal: OnceCell<Principal>,
    derived: OnceCell<Derived>,
}

impl<'o, 'e> Observation<'o, 'e> {
    /// Puts an event under observation.
    #[must_use]
    pub fn new(event: &'o Event<'e>, networks: &'o Networks, cited_limit: usize, keep: Keep) -> Self {
        Self {
            event,
            networks,
            cited_limit,
            keep,
            outcome: event.outcome(),
            cited: OnceCell::new(),
            principal: OnceCell::new(),
            derived: OnceCell::new(),
        }
    }

    /// What became of the call.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Its place in the order of events.
    #[must_use]
    pub const fn moment(&self) -> (Timestamp, EventKey) {
        (self.event.time, self.event.key)
    }

    /// What is kept of it for citing; a record is shared by all findings that cite it.
    #[must_use]
    pub fn cited(&self) -> Cited {
        let cited = self.cited.get_or_init(|| Cited {
            time: self.event.time,
            key: self.event.key,
            location: self.event.location,
            record: (self.keep == Keep::Record).then(|| Arc::new(self.event.to_record())),
        });
        cited.clone()
    }

    /// Who did it.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        self.principal
            .get_or_init(|| Principal::of(&self.event.identity, &self.event.source_address))
    }

    /// The `stanch.*` fields.
    #[must_use]
    pub fn derived(&self) -> &Derived {
        self.derived.get_or_init(Derived::default)
    }
}
