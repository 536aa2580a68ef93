//! An event that may be cited: when it was, which it is and where it lies, so that it can be read again.
//!
//! Pass 1 keeps events by the million and reports cite few of them. So what is kept of one is its place, a few dozen
//! bytes; the record itself is read again at the end, and only where that can't be done (a pipe) kept. It must not
//! know why an event is kept.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use stanch_core::{EventKey, EventRecord, Location, Timestamp};

/// Whether the input of an event can be read a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// It can: a kept event is a place.
    Place,
    /// It can't: a kept event is held with its record.
    Record,
}

/// A kept event. Ordered by time, then key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cited {
    /// When it was.
    pub time: Timestamp,
    /// Which it is.
    pub key: EventKey,
    /// Where the copy lies that was judged.
    pub location: Location,
    /// The record itself, where it can't be read again.
    pub record: Option<Arc<EventRecord>>,
}

impl Cited {
    /// Its place in the order of events.
    #[must_use]
    pub const fn moment(&self) -> (Timestamp, EventKey) {
        (self.time, self.key)
    }
}
