//! An event under observation, with what several detections need of it computed at most once.
//!
//! It must not decide anything: it only answers questions about one event.

use std::cell::OnceCell;
use std::sync::Arc;

use stanch_core::principal::Principal;
use stanch_core::{Event, EventKey, LogKind, Outcome, Timestamp};

use crate::cited::{Cited, Keep};
use crate::derived::Derived;

use crate::network::{AddressKind, Networks};
use crate::numbers::Numbers;

/// One event as the detections see it in pass 1.
pub struct Observation<'o, 'e> {
    /// The event.
    pub event: &'o Event<'e>,
    /// Address tables.
    pub networks: &'o Networks,
    /// Number of events that a finding may cite.
    pub cited_limit: usize,
    pub(crate) numbers: Numbers,
    keep: Keep,
    outcome: Outcome,
    principal_key: &'o str,
    by_aws: OnceCell<bool>,
    address_kind: OnceCell<AddressKind>,
    sensitive: OnceCell<bool>,
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
            numbers: Numbers::default(),
            keep,
            outcome: event.outcome(),
            principal_key: event.principal_key(),
            by_aws: OnceCell::new(),
            address_kind: OnceCell::new(),
            sensitive: OnceCell::new(),
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

    /// The key by which its caller's acts are grouped, as logged.
    #[must_use]
    pub const fn principal_key(&self) -> &'o str {
        self.principal_key
    }

    /// Returns true when AWS itself made the call: a service, a service-linked role, or a call on the caller's behalf.
    #[must_use]
    pub fn is_by_aws(&self) -> bool {
        *self
            .by_aws
            .get_or_init(|| stanch_core::caller::is_aws_itself(self.event))
    }

    /// Returns true when it is a CloudTrail record of a call that somebody other than AWS made.
    #[must_use]
    pub fn is_call_by_someone(&self) -> bool {
        self.event.log == LogKind::CloudTrail && !self.is_by_aws()
    }

    /// What kind of address it came from.
    #[must_use]
    pub fn address_kind(&self) -> AddressKind {
        let kind = || AddressKind::of(&self.event.source_address);
        *self.address_kind.get_or_init(kind)
    }

    /// Returns true when its name is one of those that make something new worth a look; `ask` is asked once.
    pub(crate) fn is_sensitive(&self, ask: impl FnOnce() -> bool) -> bool {
        *self.sensitive.get_or_init(ask)
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
            .get_or_init(|| Principal::from_key(self.principal_key))
    }

    /// The `stanch.*` fields.
    #[must_use]
    pub fn derived(&self) -> &Derived {
        self.derived.get_or_init(Derived::default)
    }
}
