//! Copies of events: overlapping trails deliver the same event more than once; it is judged once.
//!
//! Which copy comes first depends on the threads. That does not matter for judging, because copies are equal
//! in all that is judged; for citing, the copy that lies first in the order of inputs is remembered.
//!
//! Copies have the same time, so the events seen are kept hour by hour, and the hours that were not met lately go to a
//! temporary file: memory stays bounded however many events there are. It must not know what events are about.

use std::collections::hash_map::Entry;
use std::sync::Mutex;

use rustc_hash::FxHashMap;
use stanch_core::{EventKey, Location, SourceId, Timestamp};

use crate::locked;
use crate::spill::{Spill, Stretch};

/// Number of parts the set is split into, so that threads seldom wait for each other.
const SHARDS: usize = 64;
/// Number of events are held in memory; each takes some 30 bytes.
const HELD: usize = 2 << 20;

/// Every event seen, and where earlier copies of it lie.
pub(crate) struct Copies {
    shards: Vec<Mutex<Shard>>,
    spill: Spill,
    earlier: Mutex<FxHashMap<EventKey, Location>>,
    held_per_shard: usize,
}

/// The events of some keys, by hour.
#[derive(Default)]
struct Shard {
    hours: FxHashMap<i64, Hour>,
    held: usize,
    turn: u64,
}

/// The events of an hour by the upper half of their keys, which all forms of an event share: a part of its content, and
/// the input in which it was seen first. The hour tells events apart as well, so 96 bits are enough. Events that share an
/// id but differ are under the lower half of their keys, all but one.
#[derive(Default)]
struct Hour {
    seen: Seen,
    /// Those that lie in the file instead; then none is held.
    spilled: Option<Stretch>,
    /// The turn in which it was met last.
    met: u64,
}

/// Content and first input of events by a half of their keys.
pub(super) type Seen = FxHashMap<u64, (u32, u32)>;

/// Content of an extract: it is a copy of any event of the same name.
const EXTRACT: u32 = 0;

impl Default for Copies {
    fn default() -> Self {
        Self::holding(HELD)
    }
}

/// Kind of one copy of an event.
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
    /// A set that holds about this many events in memory.
    fn holding(held: usize) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            spill: Spill::default(),
            earlier: Mutex::default(),
            held_per_shard: held / SHARDS,
        }
    }

    /// Notes one copy. An extract is a copy of every record of the same name, whichever came first.
    pub(crate) fn note(&self, key: EventKey, time: Timestamp, location: Location, is_extract: bool) -> Copy {
        let content = if is_extract { EXTRACT } else { content_of(key) };
        let first = {
            let mut shard = locked(&self.shards[(key.name_half() % SHARDS as u64) as usize]);
            shard.turn += 1;
            let hour = shard.hour(hour_of(time), &self.spill);
            let is_other = hour
                .get(&key.name_half())
                .is_some_and(|(held, _)| *held != content && *held != EXTRACT && content != EXTRACT);
            let half = if is_other {
                key.content_half()
            } else {
                key.name_half()
            };
            match hour.entry(half) {
                Entry::Occupied(entry) => Some(*entry.get()),
                Entry::Vacant(entry) => {
                    entry.insert((content, location.source.0));
                    shard.held += 1;
                    if shard.held > self.held_per_shard {
                        shard.spill(&self.spill, self.held_per_shard / 2);
                    }
                    None
                }
            }
        };
        match first {
            None => Copy::First,
            Some((held, first)) if held == content && location.source < SourceId(first) => {
                self.remember(key, location);
                Copy::Earlier
            }
            Some(_) => Copy::Later,
        }
    }

    /// Returns whether the event of this name was judged by an extract in this input.
    pub(crate) fn holds_extract(&self, key: EventKey, time: Timestamp, location: Location) -> bool {
        let mut shard = locked(&self.shards[(key.name_half() % SHARDS as u64) as usize]);
        shard.turn += 1;
        let held = shard.hour(hour_of(time), &self.spill).get(&key.name_half());
        held == Some(&(EXTRACT, location.source.0))
    }

    /// Notes where an earlier copy lies.
    pub(crate) fn remember(&self, key: EventKey, location: Location) {
        let mut earlier = locked(&self.earlier);
        let known = earlier.entry(key).or_insert(location);
        *known = location.min(*known);
    }

    /// Returns the place of the earliest copy of an event, one copy of which lies at `location`.
    pub(crate) fn earliest(&self, key: EventKey, location: Location) -> Location {
        let earlier = locked(&self.earlier).get(&key).copied();
        earlier.map_or(location, |earlier| earlier.min(location))
    }
}

impl Copies {
    /// Returns whether something could not be read back: then copies may have been taken for new events.
    pub(crate) fn lost_some(&self) -> bool {
        self.spill.lost_some()
    }
}

impl Shard {
    fn hour(&mut self, number: i64, spill: &Spill) -> &mut Seen {
        let hour = self.hours.entry(number).or_default();
        hour.met = self.turn;
        if let Some(stretch) = hour.spilled.take() {
            hour.seen = spill.load(&stretch);
            self.held += hour.seen.len();
        }
        &mut hour.seen
    }

    /// Sends the hours that were not met for longest to the file, until this many events are held; all but the one met
    /// last. What can't be written stays.
    fn spill(&mut self, spill: &Spill, most: usize) {
        let mut hours: Vec<&mut Hour> = self.hours.values_mut().collect();
        hours.sort_by_key(|hour| hour.met);
        hours.pop();
        for hour in hours {
            if self.held <= most {
                break;
            }
            if !hour.seen.is_empty()
                && let Some(stretch) = spill.save(&hour.seen)
            {
                self.held -= hour.seen.len();
                hour.seen = Seen::default();
                hour.spilled = Some(stretch);
            }
        }
    }
}

const fn hour_of(time: Timestamp) -> i64 {
    time.seconds().div_euclid(3600)
}

/// A part of the content that is never that of an extract.
const fn content_of(key: EventKey) -> u32 {
    let content = key.content_half() as u32;
    if content == EXTRACT { 1 } else { content }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

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
        let (key, time) = (EventKey(5), Timestamp(0));
        assert_eq!(copies.note(key, time, at(3), false), Copy::First);
        assert_eq!(copies.note(key, time, at(4), false), Copy::Later);
        assert_eq!(copies.note(key, time, at(1), false), Copy::Earlier);
        assert_eq!(copies.note(key, time, at(2), false), Copy::Earlier);
        assert_eq!(copies.earliest(key, at(3)), at(1));
        assert_eq!(copies.earliest(EventKey(6), at(3)), at(3));
    }

    #[test]
    fn an_extract_is_a_copy_of_every_record_of_its_name() {
        let named = |content: u128| EventKey::named(b"e", EventKey(content));
        let time = Timestamp(0);
        let copies = Copies::default();
        assert_eq!(copies.note(named(1), time, at(0), false), Copy::First);
        assert_eq!(copies.note(named(2), time, at(1), true), Copy::Later);
        // Records that share a name and differ are two.
        assert_eq!(copies.note(named(3), time, at(2), false), Copy::First);
        assert_eq!(copies.note(named(3), time, at(3), false), Copy::Later);
        let other = Copies::default();
        assert_eq!(other.note(named(2), time, at(1), true), Copy::First);
        assert_eq!(other.note(named(1), time, at(0), false), Copy::Later);
        assert_eq!(other.note(named(4), time, at(2), true), Copy::Later);
    }

    proptest! {
        #[test]
        fn what_was_spilled_is_still_known(
            events in proptest::collection::vec((0_u8..40, 0_i64..9, 0_u32..30), 1..400),
        ) {
            // One event a shard is all that is held.
            let copies = Copies::holding(SHARDS);
            let mut first_of = BTreeMap::new();
            let mut judged = BTreeSet::new();
            for (number, hour, source) in events {
                let key = EventKey::of(&[&[number], &hour.to_le_bytes()]);
                let is_first = copies.note(key, Timestamp::from_seconds(hour * 3600 + 5), at(source), false) == Copy::First;
                prop_assert_eq!(is_first, judged.insert(key));
                let known = first_of.entry(key).or_insert((source, source));
                known.1 = known.1.min(source);
            }
            for (key, (first, earliest)) in first_of {
                prop_assert_eq!(copies.earliest(key, at(first)), at(earliest));
            }
        }
    }
}
