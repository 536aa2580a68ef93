//! On which days somebody was active, and how much.

use serde::{Deserialize, Serialize};
use stanch_core::Timestamp;

use super::{Bounded, DAY, Latest};

/// Days kept: the latest ones of two years.
const DAY_CAP: usize = 731;

/// Events per day.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Days {
    counts: Latest<i32, u32, DAY_CAP>,
}

impl Bounded for Days {
    fn overflowed(&self) -> bool {
        self.counts.overflowed()
    }
}

/// The number of a day since 1970.
pub(crate) fn day_of(time: Timestamp) -> i32 {
    i32::try_from(time.0.div_euclid(DAY)).unwrap_or(i32::MAX)
}

impl Days {
    /// Counts an event.
    pub(crate) fn add(&mut self, time: Timestamp) {
        self.counts
            .change(day_of(time), |count| *count = count.saturating_add(1));
    }

    /// Folds another's days in.
    pub(crate) fn merge(&mut self, other: Self) {
        self.counts
            .merge(other.counts, |count, more| *count = count.saturating_add(more));
    }

    /// How many whole days before this moment saw activity.
    pub(crate) fn active_before(&self, time: Timestamp) -> usize {
        self.counts.range(..day_of(time)).count()
    }

    /// How many events the days before this moment's day had.
    pub(crate) fn events_before(&self, time: Timestamp) -> u64 {
        self.counts
            .range(..day_of(time))
            .map(|(_, count)| u64::from(*count))
            .sum()
    }

    /// How many days passed from the first active day to this moment's.
    pub(crate) fn span_before(&self, time: Timestamp) -> i32 {
        self.counts
            .first_key_value()
            .map_or(0, |(first, _)| day_of(time).saturating_sub(*first).max(0))
    }

    /// How many days saw activity.
    pub(crate) fn len(&self) -> usize {
        self.counts.len()
    }
}
