//! Moments: read in whatever form a service or a caller writes them, written in the form a model asks for.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::model::shape::TimestampFormat;

/// Reads seconds since 1970 or a date in one of the forms in use; the zone is UTC where none is given.
#[must_use]
pub fn read(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(seconds) => Timestamp::from_second(seconds).ok(),
            None => from_seconds(number.as_f64()?),
        },
        Value::String(text) => read_text(text),
        _ => None,
    }
}

/// Reads a text.
#[must_use]
pub fn read_text(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<i64>() {
        return Timestamp::from_second(seconds).ok();
    }
    if text.starts_with(|first: char| first.is_ascii_digit() || first == '-')
        && let Ok(seconds) = text.parse::<f64>()
    {
        return from_seconds(seconds);
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    if let Ok(moment) = text.parse::<DateTime>() {
        return in_utc(moment);
    }
    if let Ok(day) = text.parse::<Date>() {
        return in_utc(day.to_datetime(jiff::civil::Time::midnight()));
    }
    read_http_date(text)
}

/// Seconds as a service writes them, to the microsecond: further digits are rounding errors of its own.
#[must_use]
pub fn from_seconds(seconds: f64) -> Option<Timestamp> {
    let micros = (seconds * 1e6).round();
    // Beyond this a number has no whole microseconds any more, and no date either.
    (micros.abs() < 9.0e17).then(|| Timestamp::from_microsecond(micros as i64).ok())?
}

fn in_utc(moment: DateTime) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(moment).ok()
}

/// `Sun, 25 Jan 2015 08:00:00.123 GMT`, with or without the fraction.
fn read_http_date(text: &str) -> Option<Timestamp> {
    let Some((before, after)) = text.split_once('.') else {
        return rfc2822::parse(text).ok().map(|zoned| zoned.timestamp());
    };
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    let (fraction, rest) = after.split_at(digits);
    let whole = rfc2822::parse(&format!("{before}{rest}")).ok()?.timestamp();
    let nanos: String = fraction.chars().chain(std::iter::repeat('0')).take(9).collect();
    whole
        .checked_add(jiff::SignedDuration::from_nanos(nanos.parse().ok()?))
        .ok()
}

/// As replies show it: `2015-01-25T08:00:00+00:00`, with microseconds if it has some.
#[must_use]
pub fn shown(moment: Timestamp) -> String {
    format!(
        "{}{}+00:00",
        moment.strftime("%Y-%m-%dT%H:%M:%S"),
        fraction(moment)
    )
}

fn fraction(moment: Timestamp) -> String {
    match moment.subsec_microsecond() {
        0 => String::new(),
        _ => moment.strftime(".%6f").to_string(),
    }
}

/// As text in the form that a model asks for.
#[must_use]
pub fn written(moment: Timestamp, format: TimestampFormat) -> String {
    match format {
        TimestampFormat::Iso8601 => {
            format!("{}{}Z", moment.strftime("%Y-%m-%dT%H:%M:%S"), fraction(moment))
        }
        TimestampFormat::Rfc822 => moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
        TimestampFormat::UnixTimestamp => seconds(moment).to_string(),
    }
}

/// Seconds since 1970 as a JSON number: whole where there is no fraction.
#[must_use]
pub fn seconds(moment: Timestamp) -> Value {
    let micros = moment.as_microsecond();
    if micros % 1_000_000 == 0 {
        Value::from(micros / 1_000_000)
    } else {
        Value::from(micros as f64 / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_form_in_use_is_read() {
        for value in [
            json!(1_422_172_800),
            json!(1_422_172_800.0),
            json!("1422172800"),
            json!("2015-01-25T08:00:00Z"),
            json!("2015-01-25T09:00:00+01:00"),
            json!("2015-01-25T08:00:00.000Z"),
            json!("2015-01-25T08:00:00"),
            json!("Sun, 25 Jan 2015 08:00:00 GMT"),
        ] {
            assert_eq!(
                shown(read(&value).unwrap()),
                "2015-01-25T08:00:00+00:00",
                "{value}"
            );
        }
        assert_eq!(
            shown(read(&json!("2015-01-25")).unwrap()),
            "2015-01-25T00:00:00+00:00"
        );
        assert_eq!(
            shown(read(&json!("Sun, 25 Jan 2015 08:00:00.456 GMT")).unwrap()),
            "2015-01-25T08:00:00.456000+00:00"
        );
        for value in [json!("soon"), json!(true), json!(1e300), json!("")] {
            assert_eq!(read(&value), None, "{value}");
        }
    }

    #[test]
    fn every_form_is_written() {
        let moment = read(&json!(1_422_172_800.5)).unwrap();
        assert_eq!(
            written(moment, TimestampFormat::Iso8601),
            "2015-01-25T08:00:00.500000Z"
        );
        assert_eq!(
            written(moment, TimestampFormat::Rfc822),
            "Sun, 25 Jan 2015 08:00:00 GMT"
        );
        assert_eq!(written(moment, TimestampFormat::UnixTimestamp), "1422172800.5");
    }

    proptest::proptest! {
        #[test]
        fn no_number_breaks_it(number: f64, text in "\\PC{0,30}") {
            drop(from_seconds(number).map(shown));
            drop(read_text(&text).map(shown));
        }
    }
}
