//! Silent intervals of a region, judged by the region's own rhythm.
//!
//! A region that is used at night only is silent each day. So an interval counts only when, at its hours of the day,
//! events were recorded on nearly all other days, and when so many silent hours in a row are unlikely by chance.

use std::collections::BTreeSet;

/// Chance, over all hours of a region, at which silence is no longer taken for chance.
const CHANCE: f64 = 1e-4;
/// Share of days on which an hour of the day has events, from which on the hour is expected to have some.
const REGULAR: f64 = 0.9;
/// Hours with events below which a region has no rhythm yet.
const LEAST: usize = 12;
/// Days that are judged: a forged time must not cost hours of work.
const MOST: i64 = 24 * 3_660;

/// Returns runs of silent hours `[from, to)` as hours since 1970, from the hours with events and the last hour of the input.
pub(super) fn silent(active: &BTreeSet<i64>, end: i64) -> Vec<(i64, i64)> {
    let (Some(&first), Some(&last)) = (active.first(), active.last()) else {
        return Vec::new();
    };
    if active.len() < LEAST || end - first > MOST {
        return Vec::new();
    }
    let mut runs = Vec::new();
    let mut before = first;
    for &hour in active.iter().skip(1).chain((end > last).then_some(&end)) {
        if hour - before > 2 {
            runs.push((before + 1, hour));
        }
        before = hour;
    }
    runs.retain(|run| is_unlikely(active, (first, end), *run));
    runs
}

fn is_unlikely(active: &BTreeSet<i64>, (first, end): (i64, i64), (from, to): (i64, i64)) -> bool {
    let outside = (end - first - (to - from)).max(1);
    #[expect(clippy::cast_precision_loss, reason = "at most some ten thousand hours")]
    let (all, active_hours) = (outside as f64, active.len() as f64);
    let overall = (active_hours / all).min(1.0);
    let most = (all + 0.5) / (all + 1.0);
    let chance: f64 = (from..to)
        .map(|hour| {
            let mut days = 0.0;
            let mut with_events = 0.0;
            let mut other = first + (hour - first).rem_euclid(24);
            while other < end {
                if !(from..to).contains(&other) {
                    days += 1.0;
                    with_events += f64::from(u8::from(active.contains(&other)));
                }
                other += 24;
            }
            (with_events + 2.0 * overall) / (days + 2.0)
        })
        .filter(|expected| *expected >= REGULAR)
        .map(|expected| 1.0 - expected.min(most))
        .product();
    chance < CHANCE / all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_that_is_busy_all_day_is_not_silent_for_hours() {
        let active: BTreeSet<i64> = (0..240).filter(|hour| !(100..106).contains(hour)).collect();
        assert_eq!(silent(&active, 240), [(100, 106)]);
        let cut: BTreeSet<i64> = (0..200).collect();
        assert_eq!(silent(&cut, 240), [(200, 240)]);
    }

    #[test]
    fn nights_weekends_and_rare_use_are_no_gaps() {
        let office: BTreeSet<i64> = (0..24 * 28)
            .filter(|hour| (8..18).contains(&(hour % 24)) && hour / 24 % 7 < 5)
            .collect();
        assert_eq!(silent(&office, 24 * 26 - 6), []);
        let rare: BTreeSet<i64> = (0..24 * 28).filter(|hour| hour * 7919 % 11 == 0).collect();
        assert_eq!(silent(&rare, 24 * 28), []);
    }
}
