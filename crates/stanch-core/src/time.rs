//! Points in time as the logs give them.
//!
//! One type, milliseconds since 1970 in UTC, cheap to copy, compare and bucket. It must not read a clock.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z. CloudTrail's own resolution is one second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Reads every form of time seen in AWS logs: RFC 3339, `20131102T010628Z`, and
    /// `2025-01-21 17:39:10.000000000` (taken as UTC). Returns `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
            return Some(Self(stamp.as_millisecond()));
        }
        let civil = text.trim_end_matches('Z').parse::<jiff::civil::DateTime>().ok()?;
        let stamp = jiff::tz::TimeZone::UTC.to_timestamp(civil).ok()?;
        Some(Self(stamp.as_millisecond()))
    }

    /// From whole seconds since 1970.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Whole seconds since 1970, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Milliseconds from `earlier` to this, negative when `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This moment shifted by some milliseconds, held at the ends of the range.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// The hour of the day in UTC, 0 to 23.
    #[must_use]
    pub const fn hour_of_day(self) -> u8 {
        (self.seconds().div_euclid(3600).rem_euclid(24)) as u8
    }

    fn jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC; fractions of a second only when there are any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.jiff())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return i64::deserialize(deserializer).map(Self);
        }
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a time"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_seen_in_logs_is_read() {
        let expected = Some(Timestamp(1_383_354_388_000));
        assert_eq!(Timestamp::parse("2013-11-02T01:06:28Z"), expected);
        assert_eq!(Timestamp::parse("20131102T010628Z"), expected);
        assert_eq!(Timestamp::parse("2013-11-02 01:06:28.000000000"), expected);
        assert_eq!(Timestamp::parse("2013-11-02T02:06:28+01:00"), expected);
        assert_eq!(Timestamp::parse("yesterday"), None);
        assert_eq!(Timestamp::parse(""), None);
    }

    #[test]
    fn it_is_shown_as_rfc_3339() {
        assert_eq!(Timestamp(1_383_354_388_000).to_string(), "2013-11-02T01:06:28Z");
        assert_eq!(Timestamp(1_383_354_388_000).hour_of_day(), 1);
    }
}
