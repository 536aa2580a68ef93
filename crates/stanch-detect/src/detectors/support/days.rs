//! On which days somebody was active, and how much.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use stanch_core::Timestamp;

use super::DAY;

/// Days kept: the latest ones of two years.
const DAY_CAP: usize = 731;

/// Events per day.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Days {
    counts: BTreeMap<i32, u32>,
}

/// The number of a day since 1970.
pub(crate) fn day_of(time: Timestamp) -> i32 {
    i32::try_from(time.0.div_euclid(DAY)).unwrap_or(i32::MAX)
}

impl Days {
    /// Counts an event.
    pub(crate) fn add(&mut self, time: Timestamp) {
        let count = self.counts.entry(day_of(time)).or_default();
        *count = count.saturating_add(1);
        self.cut();
    }

    /// Folds another's days in.
    pub(crate) fn merge(&mut self, other: Self) {
        for (day, more) in other.counts {
            let count = self.counts.entry(day).or_default();
            *count = count.saturating_add(more);
        }
        self.cut();
    }

    fn cut(&mut self) {
        while self.counts.len() > DAY_CAP {
            self.counts.pop_first();
        }
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
