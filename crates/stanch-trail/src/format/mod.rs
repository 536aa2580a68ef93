//! One file per log format: how its records become events.
//!
//! A format knows its own fields and nothing of containers, compression or places.

pub(crate) mod cloudtrail;
pub(crate) mod guardduty;
pub(crate) mod s3_server_access;
pub(crate) mod vpc_flow;

use std::ops::RangeInclusive;

use stanch_core::{Event, LogKind, Timestamp};

use crate::record::Shallow;

/// Makes an event of an object of a log other than CloudTrail. `None` when no format knows it, `Err` when one
/// does but finds no time in it.
pub(crate) fn object(text: &str) -> Option<Result<Event<'_>, LogKind>> {
    let members = Shallow::of(text);
    if guardduty::is_finding(&members) {
        Some(guardduty::event(text).ok_or(LogKind::GuardDuty))
    } else if vpc_flow::is_flow(&members) {
        Some(vpc_flow::object(text).ok_or(LogKind::VpcFlow))
    } else if s3_server_access::is_access(&members) {
        Some(s3_server_access::object(text).ok_or(LogKind::S3ServerAccess))
    } else {
        None
    }
}

/// The times that can be shown: years 1 to 9999, less the last hours, which are another year in some zone.
const SHOWN: RangeInclusive<Timestamp> =
    Timestamp::from_seconds(-62_135_596_800)..=Timestamp::from_seconds(253_402_207_200);

/// A time from whole seconds since 1970; `None` for one that can't be shown.
pub(crate) fn seconds_since_1970(seconds: i64) -> Option<Timestamp> {
    Some(Timestamp::from_seconds(seconds)).filter(|time| SHOWN.contains(time))
}

/// Reads a time in any form seen in logs and their exports, seconds and milliseconds since 1970 included.
/// `None` for one that can't be shown.
pub(crate) fn time(text: &str) -> Option<Timestamp> {
    any_time(text).filter(|time| SHOWN.contains(time))
}

fn any_time(text: &str) -> Option<Timestamp> {
    if let Some(time) = plain_utc(text) {
        return Some(time);
    }
    if let Some(time) = Timestamp::parse(text) {
        return Some(time);
    }
    let whole = text.split('.').next().unwrap_or(text);
    let number: i64 = whole.parse().ok()?;
    // Logs are younger than 2001, from where on milliseconds have 13 digits.
    match whole.len() {
        9..=10 => Some(Timestamp::from_seconds(number)),
        13 => Some(Timestamp(number)),
        _ => None,
    }
    .filter(|_| number > 0)
}

/// `2023-07-10T11:42:36Z`, which nearly all of CloudTrail's times are, without a parser.
fn plain_utc(text: &str) -> Option<Timestamp> {
    let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
    let frame = [bytes[4], bytes[7], bytes[10], bytes[13], bytes[16], bytes[19]];
    if frame != *b"--T::Z" {
        return None;
    }
    let pair = |at: usize| {
        let (tens, ones) = (bytes[at].wrapping_sub(b'0'), bytes[at + 1].wrapping_sub(b'0'));
        (tens < 10 && ones < 10).then(|| i64::from(tens) * 10 + i64::from(ones))
    };
    let (year, month, day) = (pair(0)? * 100 + pair(2)?, pair(5)?, pair(8)?);
    let (hour, minute, second) = (pair(11)?, pair(14)?, pair(17)?);
    // Days that not every month has, and leap seconds, are left to the real parser.
    if !(1..=12).contains(&month) || !(1..=28).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Some(Timestamp::from_seconds(seconds))
}

/// Counts from 1 March, so that the leap day comes last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let since_march = (month + 9) % 12;
    let day_of_year = (153 * since_march + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_every_form_are_read() {
        let expected = Some(Timestamp(1_688_989_356_000));
        for text in [
            "2023-07-10T11:42:36Z",
            "2023-07-10 11:42:36.000",
            "2023-07-10 13:42:36+02:00",
            "20230710T114236Z",
            "1688989356",
            "1688989356000",
            "1688989356.0",
        ] {
            assert_eq!(time(text), expected, "{text}");
        }
        for text in ["", "12", "now", "2023-13-10T11:42:36Z", "2023-02-31T11:42:36Z"] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    #[test]
    fn times_that_cannot_be_shown_are_none() {
        for text in [
            "0000-12-31T23:59:59Z",
            "-000001-01-01T00:00:00Z",
            "-009999-06-01T00:00:00Z",
            "9999-12-31T00:00:00Z",
            "99999999999999999999",
            "-62135596801",
            "-621355968010",
        ] {
            assert_eq!(time(text), None, "{text}");
        }
        for text in ["0001-01-01T00:00:00Z", "9999-12-28T23:59:59Z"] {
            assert_eq!(time(text).unwrap().to_string(), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn every_time_that_is_read_is_shown_as_itself(seconds in proptest::prelude::any::<i64>(), small in -70_000_000_000i64..270_000_000_000) {
            for seconds in [seconds, small] {
                if let Some(time) = seconds_since_1970(seconds) {
                    proptest::prop_assert_eq!(Timestamp::parse(&time.to_string()), Some(time));
                }
            }
        }

        #[test]
        fn the_short_way_agrees_with_the_parser(seconds in -62_000_000_000i64..250_000_000_000) {
            let expected = Timestamp::from_seconds(seconds);
            let text = expected.to_string();
            if let Some(read) = plain_utc(&text) {
                proptest::prop_assert_eq!(read, expected);
            }
        }
    }
}
