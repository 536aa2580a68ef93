//! Numbers and lists in plain words.

use stanch_core::Timestamp;
use stanch_core::text::bounded;

use super::{DAY, HOUR, MINUTE};

/// `3000` as `3,000`.
pub(crate) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 call`, `3,000 calls`.
pub(crate) fn count(value: usize, noun: &str) -> String {
    let value = value as u64;
    let plural = match noun {
        _ if value == 1 => noun.to_owned(),
        _ if noun.ends_with("ress") => format!("{noun}es"),
        _ => match noun.strip_suffix('y') {
            Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
            _ => format!("{noun}s"),
        },
    };
    format!("{} {plural}", number(value))
}

/// `2026-03-05 14:02:11 UTC`.
pub(crate) fn moment(time: Timestamp) -> String {
    let text = time.to_string();
    format!("{} UTC", text.trim_end_matches('Z').replacen('T', " ", 1))
}

/// `41.2 GB`, in powers of ten as AWS bills them.
pub(crate) fn bytes(value: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if value < 1_000 {
        return format!("{value} bytes");
    }
    let mut scaled = value as f64 / 1_000.0;
    let mut unit = 0;
    while scaled >= 999.95 && unit + 1 < UNITS.len() {
        scaled /= 1_000.0;
        unit += 1;
    }
    format!("{scaled:.1} {}", UNITS[unit])
}

/// The first few of a list, and how many there are next to: `a, b and 3 more`.
pub(crate) fn list<T: AsRef<str>>(items: &[T], shown: usize) -> String {
    let names: Vec<String> = items
        .iter()
        .take(shown)
        .map(|item| bounded(item.as_ref(), 80))
        .collect();
    let rest = items.len().saturating_sub(shown);
    match (names.as_slice(), rest) {
        ([], _) => String::new(),
        (names, rest) if rest > 0 => format!("{} and {} more", names.join(", "), number(rest as u64)),
        ([one], _) => one.clone(),
        ([start @ .., last], _) => format!("{} and {last}", start.join(", ")),
    }
}

/// A length of time in its largest unit: `40 seconds`, `4 minutes`, `3 hours`, `61 days`.
pub(crate) fn length(millis: i64) -> String {
    let millis = millis.max(0);
    let (amount, noun) = if millis < 2 * MINUTE {
        ((millis / 1_000).max(1), "second")
    } else if millis < 2 * HOUR {
        (millis / MINUTE, "minute")
    } else if millis < 2 * DAY {
        (millis / HOUR, "hour")
    } else {
        (millis / DAY, "day")
    };
    count(usize::try_from(amount).unwrap_or(usize::MAX), noun)
}

/// The length of time between two moments.
pub(crate) fn between(first: Timestamp, last: Timestamp) -> String {
    length(last.since(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_lists_read_well() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(count(1, "call"), "1 call");
        assert_eq!(count(3_000, "address"), "3,000 addresses");
        assert_eq!(count(2, "country"), "2 countries");
        assert_eq!(count(2, "day"), "2 days");
        assert_eq!(bytes(999), "999 bytes");
        assert_eq!(bytes(41_200_000_000), "41.2 GB");
        assert_eq!(bytes(999_999), "1.0 MB");
        assert_eq!(bytes(u64::MAX), "18446.7 PB");
        assert_eq!(list(&["a", "b", "c"], 5), "a, b and c");
        assert_eq!(list(&["a", "b", "c"], 2), "a, b and 1 more");
        assert_eq!(list(&["a"], 2), "a");
        assert_eq!(list::<&str>(&[], 2), "");
        assert_eq!(length(500), "1 second");
        assert_eq!(length(4 * MINUTE), "4 minutes");
        assert_eq!(length(61 * DAY), "61 days");
        assert_eq!(length(i64::MIN), "1 second");
    }
}
