//! Moments and spans of time as people read them, in UTC, the same in every format.
//!
//! It must not know the present: nothing here says `today` or `ago`.

use stanch_core::Timestamp;

/// The parts of a moment, in UTC.
struct Parts {
    year: String,
    month: &'static str,
    day: String,
    clock: String,
}

fn parts(time: Timestamp) -> Parts {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let text = Timestamp::from_seconds(time.seconds()).to_string();
    let (date, clock) = text.split_once('T').unwrap_or((&text, ""));
    let mut fields = date.rsplitn(3, '-');
    let day = fields
        .next()
        .unwrap_or_default()
        .trim_start_matches('0')
        .to_owned();
    let month = fields.next().and_then(|month| month.parse::<usize>().ok());
    let month = month.and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    Parts {
        year: fields.next().unwrap_or_default().to_owned(),
        month: month.copied().unwrap_or_default(),
        day,
        clock: clock.trim_end_matches('Z').to_owned(),
    }
}

/// `5 Mar 2026`.
pub(crate) fn date(time: Timestamp) -> String {
    let Parts { year, month, day, .. } = parts(time);
    format!("{day} {month} {year}")
}

/// `14:02:11`.
pub(crate) fn clock(time: Timestamp) -> String {
    parts(time).clock
}

/// `14:02`.
pub(crate) fn minute(time: Timestamp) -> String {
    let mut clock = parts(time).clock;
    clock.truncate(5);
    clock
}

/// A time span in milliseconds as one figure: `40 seconds`, `3 minutes`, `5 hours`, `12 days`.
pub(crate) fn age(millis: i64) -> String {
    let seconds = u64::try_from(millis / 1000).unwrap_or_default();
    let (number, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    crate::words::count(number, unit)
}

/// `2026-03-05 14:02:11`, for tables.
pub(crate) fn table_time(time: Timestamp) -> String {
    let text = Timestamp::from_seconds(time.seconds()).to_string();
    text.trim_end_matches('Z').replacen('T', " ", 1)
}

/// A moment held within the years 1 to 9999, beyond which other programs can't read times (and the last day of 9999 is
/// beyond what our own library writes).
pub(crate) fn exportable(time: Timestamp) -> Timestamp {
    const YEAR_1: i64 = -62_135_596_800_000;
    const YEAR_9999: i64 = 253_402_207_200_999;
    Timestamp(time.0.clamp(YEAR_1, YEAR_9999))
}

/// `2026-03-05T14:02:11Z`, for programs; fractions of a second only when there are any.
pub(crate) fn rfc3339(time: Timestamp) -> String {
    exportable(time).to_string()
}

/// `2026-03-05T14:02:11.000Z`: always three digits of a second, as STIX wants them.
pub(crate) fn rfc3339_millis(time: Timestamp) -> String {
    let time = exportable(time);
    let text = Timestamp::from_seconds(time.seconds()).to_string();
    let millis = time.0.rem_euclid(1000);
    format!("{}.{millis:03}Z", text.trim_end_matches('Z'))
}

/// From one moment to another, without repeating what they share: `5 Mar 2026 14:02:11 – 14:05:00`,
/// `5 Mar 14:02:11 – 6 Mar 2026 09:00:00`.
pub(crate) fn span(first: Timestamp, last: Timestamp) -> String {
    span_with(first, last, clock)
}

/// As [`span`], to the minute.
pub(crate) fn span_minutes(first: Timestamp, last: Timestamp) -> String {
    span_with(first, last, minute)
}

fn span_with(first: Timestamp, last: Timestamp, clock: impl Fn(Timestamp) -> String) -> String {
    let (from, to) = (parts(first), parts(last));
    let (from_date, to_date) = (date(first), date(last));
    match (
        from_date == to_date,
        clock(first) == clock(last),
        from.year == to.year,
    ) {
        (true, true, _) => format!("{from_date} {}", clock(first)),
        (true, false, _) => format!("{from_date} {} – {}", clock(first), clock(last)),
        (false, _, true) => {
            format!(
                "{} {} {} – {to_date} {}",
                from.day,
                from.month,
                clock(first),
                clock(last)
            )
        }
        (false, _, false) => format!("{from_date} {} – {to_date} {}", clock(first), clock(last)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn spans_do_not_repeat_what_their_ends_share() {
        let (one, two) = (at("2026-03-05T14:02:11Z"), at("2026-03-05T14:40:00.5Z"));
        assert_eq!(span(one, one), "5 Mar 2026 14:02:11");
        assert_eq!(span(one, two), "5 Mar 2026 14:02:11 – 14:40:00");
        assert_eq!(span_minutes(one, two), "5 Mar 2026 14:02 – 14:40");
        assert_eq!(
            span_minutes(one, at("2027-01-01T00:00:00Z")),
            "5 Mar 2026 14:02 – 1 Jan 2027 00:00"
        );
        assert_eq!(
            span(one, at("2026-03-06T09:00:00Z")),
            "5 Mar 14:02:11 – 6 Mar 2026 09:00:00"
        );
        assert_eq!(table_time(two), "2026-03-05 14:40:00");
    }

    #[test]
    fn programs_read_times_of_four_digit_years() {
        assert_eq!(
            rfc3339_millis(at("2026-03-05T14:02:11.05Z")),
            "2026-03-05T14:02:11.050Z"
        );
        assert_eq!(rfc3339(Timestamp(i64::MIN)), "0001-01-01T00:00:00Z");
        assert_eq!(rfc3339_millis(Timestamp(i64::MAX)), "9999-12-30T22:00:00.999Z");
    }

    #[test]
    fn no_time_is_too_strange_to_write() {
        for millis in [i64::MIN, -62_135_596_800_001, 0, i64::MAX] {
            assert!(!span(Timestamp(millis), Timestamp(0)).is_empty());
        }
    }
}
