//! Times as logs and their exports write them.
//!
//! It must not know what the times are of.

use std::ops::RangeInclusive;

use stanch_core::Timestamp;

/// The times that can be shown: years 1 to 9999, less the last hours, which are another year in some zone.
const SHOWN: RangeInclusive<Timestamp> =
    Timestamp::from_seconds(-62_135_596_800)..=Timestamp::from_seconds(253_402_207_200);

/// A time from whole seconds since 1970; `None` for one that can't be shown.
pub(crate) fn seconds_since_1970(seconds: i64) -> Option<Timestamp> {
    Some(Timestamp::from_seconds(seconds)).filter(|time| SHOWN.contains(time))
}

/// Reads a time in any form seen in logs and their exports, numbers since 1970 included. `None` for one that can't be
/// shown or is ambiguous.
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
    let text = text.trim();
    let text = text
        .strip_prefix("/Date(")
        .and_then(|text| text.strip_suffix(")/"))
        .unwrap_or(text);
    since_1970(text)
        .or_else(|| spreadsheet_days(text))
        .or_else(|| with_plain_zone(text))
        .or_else(|| named_month(text))
        .or_else(|| day_first(text))
        .or_else(|| month_first(text))
}

/// No log is of a later time: what looks like one is another number.
const FAR: Timestamp = Timestamp::from_seconds(4_102_444_800);

/// Seconds with or without a fraction, milliseconds, microseconds and nanoseconds since 1970.
fn since_1970(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty()
        || !whole
            .bytes()
            .chain(fraction.bytes())
            .all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let number: i64 = whole.parse().ok().filter(|number| *number > 0)?;
    // Logs are younger than 2001, from where on milliseconds have 13 digits.
    match whole.len() {
        9..=10 => {
            let millis: i64 = format!("{fraction:0<3.3}").parse().ok()?;
            Some(Timestamp(number.checked_mul(1000)? + millis))
        }
        13 => Some(Timestamp(number)),
        16 => Some(Timestamp(number / 1000)).filter(|time| *time < FAR),
        19 => Some(Timestamp(number / 1_000_000)).filter(|time| *time < FAR),
        _ => None,
    }
}

/// Days since 1899-12-30, as spreadsheets count: those of the years 2001 to 2099 have five digits.
fn spreadsheet_days(text: &str) -> Option<Timestamp> {
    let whole = text.split('.').next().filter(|whole| whole.len() == 5)?;
    let days: f64 = text
        .parse()
        .ok()
        .filter(|_| whole.bytes().all(|byte| byte.is_ascii_digit()))?;
    let seconds = ((days - 25_569.0) * 86_400.0).round() as i64;
    (36_892.0..73_051.0)
        .contains(&days)
        .then(|| Timestamp::from_seconds(seconds))
}

/// `2026-03-06 13:41:01.000 UTC` and `2026-03-06T13:41:02+0000`.
fn with_plain_zone(text: &str) -> Option<Timestamp> {
    if let Some(time) = text.strip_suffix(" UTC").or_else(|| text.strip_suffix(" GMT")) {
        return Timestamp::parse(&format!("{}Z", time.trim_end()));
    }
    let sign = text.len().checked_sub(5).filter(|_| text.is_ascii())?;
    let (time, zone) = text.split_at(sign);
    let is_zone = zone.starts_with(['+', '-']) && zone[1..].bytes().all(|byte| byte.is_ascii_digit());
    is_zone
        .then(|| Timestamp::parse(&format!("{}{}:{}", time.trim_end(), &zone[..3], &zone[3..])))
        .flatten()
}

/// `Mar 6, 2026 @ 13:41:06.000`, as Kibana shows times.
fn named_month(text: &str) -> Option<Timestamp> {
    let (date, clock) = text.split_once(" @ ")?;
    let (day, year) = date.split_once(", ")?;
    let (month, day) = day.split_once(' ')?;
    let month = month_of(month)?;
    at(year, month, day.parse().ok()?, clock)
}

/// `06.03.2026 15:04`, as spreadsheets of many countries write times: with dots, the day comes first.
fn day_first(text: &str) -> Option<Timestamp> {
    let (date, clock) = text.split_once(' ')?;
    let mut parts = date.split('.');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    at(year, month.parse().ok()?, day.parse().ok()?, clock)
}

/// `3/6/2026 3:04:05 PM`: with slashes, only AM or PM says that the month comes first.
fn month_first(text: &str) -> Option<Timestamp> {
    let (date, clock) = text.split_once(' ')?;
    let (clock, half) = clock.rsplit_once(' ')?;
    let (hour, rest) = clock.split_once(':')?;
    let hour: u32 = hour.parse().ok().filter(|hour| (1..=12).contains(hour))?;
    let hour = match half {
        "AM" => hour % 12,
        "PM" => hour % 12 + 12,
        _ => return None,
    };
    let mut parts = date.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    at(
        year,
        month.parse().ok()?,
        day.parse().ok()?,
        &format!("{hour:02}:{rest}"),
    )
}

/// Returns the number of a month by its first three letters.
pub(crate) fn month_of(name: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let place = MONTHS.iter().position(|month| *month == name)?;
    u32::try_from(place + 1).ok()
}

fn at(year: &str, month: u32, day: u32, clock: &str) -> Option<Timestamp> {
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let clock = match clock.matches(':').count() {
        1 => format!("{clock}:00"),
        _ => clock.to_owned(),
    };
    let clock = if clock.find(':') == Some(1) {
        format!("0{clock}")
    } else {
        clock
    };
    is_year
        .then(|| Timestamp::parse(&format!("{year}-{month:02}-{day:02}T{clock}Z")))
        .flatten()
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
            "1688989356000000",
            "1688989356000000000",
            "2023-07-10 11:42:36.000 UTC",
            "2023-07-10T11:42:36+0000",
            "2023-07-10T13:42:36.000+0200",
            "Jul 10, 2023 @ 11:42:36.000",
            "/Date(1688989356000)/",
            "10.07.2023 11:42:36",
            "7/10/2023 11:42:36 AM",
            "45117.48791666667",
        ] {
            assert_eq!(time(text), expected, "{text}");
        }
        assert_eq!(time("1688989356.5"), Some(Timestamp(1_688_989_356_500)));
        assert_eq!(time("10.07.2023 9:42"), Some(Timestamp(1_688_982_120_000)));
        for text in [
            "7/10/2023 11:42",
            "13/13/2023 1:00 PM",
            "Foo 1, 2023 @ 1:00",
            "",
            "2023-13-10T11:42:36Z",
            "2023-02-31T11:42:36Z",
        ] {
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
