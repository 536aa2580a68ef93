//! Copies of events: overlapping trails deliver the same event more than once; it is judged once.
//!
//! Which copy comes first depends on the threads. That does not matter for judging, because copies are equal
//! in all that is judged; for citing, the copy that lies first in the order of inputs is remembered.

use std::sync::Mutex;

use rustc_hash::FxHashMap;
use stanch_core::{EventKey, Location, SourceId};

use super::locked;

/// How many parts the set is split into, so that threads seldom wait for each other.
const SHARDS: usize = 64;

/// Every event seen, and where earlier copies of it lie.
pub(crate) struct Copies {
    shards: Vec<Mutex<FxHashMap<(u64, u64), SourceId>>>,
    earlier: Mutex<FxHashMap<EventKey, Location>>,
}

impl Default for Copies {
    fn default() -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self {
            shards,
            earlier: Mutex::default(),
        }
    }
}

/// What is new about one copy of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Copy {
    /// The first copy seen: judge it.
    First,
    /// Another copy, which lies in an earlier input than the first one seen.
    Earlier,
    /// Another copy.
    Later,
}

impl Copies {
    /// Notes one copy.
    pub(crate) fn note(&self, key: EventKey, location: Location) -> Copy {
        let (high, low) = halves(key);
        // The low bits choose the shard, the table inside hashes all of it.
        let shard = &self.shards[(low % SHARDS as u64) as usize];
        let first = match locked(shard).entry((high, low)) {
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(location.source);
                return Copy::First;
            }
            std::collections::hash_map::Entry::Occupied(entry) => *entry.get(),
        };
        if location.source >= first {
            return Copy::Later;
        }
        self.remember(key, location);
        Copy::Earlier
    }

    /// Notes where an earlier copy lies.
    pub(crate) fn remember(&self, key: EventKey, location: Location) {
        let mut earlier = locked(&self.earlier);
        let known = earlier.entry(key).or_insert(location);
        *known = location.min(*known);
    }

    /// Where the earliest copy of an event lies, one copy of which lies at `location`.
    pub(crate) fn earliest(&self, key: EventKey, location: Location) -> Location {
        let earlier = locked(&self.earlier).get(&key).copied();
        earlier.map_or(location, |earlier| earlier.min(location))
    }
}

const fn halves(key: EventKey) -> (u64, u64) {
    ((key.0 >> 64) as u64, key.0 as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(source: u32) -> Location {
        Location {
            source: SourceId(source),
            member: 0,
            offset: 7,
        }
    }

    #[test]
    fn an_event_is_judged_once_and_cited_where_it_lies_first() {
        let copies = Copies::default();
        let key = EventKey(5);
        assert_eq!(copies.note(key, at(3)), Copy::First);
        assert_eq!(copies.note(key, at(4)), Copy::Later);
        assert_eq!(copies.note(key, at(1)), Copy::Earlier);
        assert_eq!(copies.note(key, at(2)), Copy::Earlier);
        assert_eq!(copies.earliest(key, at(3)), at(1));
        assert_eq!(copies.earliest(EventKey(6), at(3)), at(3));
    }
}
