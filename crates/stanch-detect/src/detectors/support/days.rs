//! On which days somebody was active, and how much.

use serde::{Deserialize, Serialize};
use stanch_core::Timestamp;

use super::{Bounded, DAY};

/// Days kept: the latest ones of two years.
const DAY_CAP: usize = 731;

/// Events per day.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Days {
    /// In the order of days. Most events are of the last one.
    counts: Vec<(i32, u32)>,
    overflowed: bool,
}

impl Bounded for Days {
    fn overflowed(&self) -> bool {
        self.overflowed
    }
}

/// The number of a day since 1970.
pub(crate) fn day_of(time: Timestamp) -> i32 {
    i32::try_from(time.0.div_euclid(DAY)).unwrap_or(i32::MAX)
}

impl Days {
    /// Counts an event.
    pub(crate) fn add(&mut self, time: Timestamp) {
        self.add_to(day_of(time), 1);
    }

    fn add_to(&mut self, day: i32, more: u32) {
        let place = match self.counts.last_mut() {
            Some((last, count)) if *last == day => {
                *count = count.saturating_add(more);
                return;
            }
            _ => self.counts.binary_search_by_key(&day, |(known, _)| *known),
        };
        match place {
            Ok(place) => self.counts[place].1 = self.counts[place].1.saturating_add(more),
            Err(place) => {
                self.counts.insert(place, (day, more));
                if self.counts.len() > DAY_CAP {
                    self.counts.remove(0);
                    self.overflowed = true;
                }
            }
        }
    }

    fn before(&self, time: Timestamp) -> &[(i32, u32)] {
        let day = day_of(time);
        &self.counts[..self.counts.partition_point(|(known, _)| *known < day)]
    }

    /// Folds another's days in.
    pub(crate) fn merge(&mut self, other: Self) {
        self.overflowed |= other.overflowed;
        for (day, count) in other.counts {
            self.add_to(day, count);
        }
    }

    /// Number of whole days before this moment that saw activity.
    pub(crate) fn active_before(&self, time: Timestamp) -> usize {
        self.before(time).len()
    }

    /// Number of events the days before this moment's day had.
    pub(crate) fn events_before(&self, time: Timestamp) -> u64 {
        self.before(time).iter().map(|(_, count)| u64::from(*count)).sum()
    }

    /// Number of days that passed from the first active day to this moment's.
    pub(crate) fn span_before(&self, time: Timestamp) -> i32 {
        self.counts
            .first()
            .map_or(0, |(first, _)| day_of(time).saturating_sub(*first).max(0))
    }

    /// Number of days that saw activity.
    pub(crate) const fn len(&self) -> usize {
        self.counts.len()
    }
}
