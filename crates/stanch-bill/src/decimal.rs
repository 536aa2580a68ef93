//! Exact decimal numbers for money and quantities: fixed point, 24 digits after the point, no floating point sums.
//!
//! It must not know what a number counts.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// Digits after the point.
const SCALE: u32 = 24;
/// One, in the unit of the last digit.
const ONE: i128 = 10_i128.pow(SCALE);

/// Decimal number with 24 digits after the point and a range of ±170 trillion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(i128);

/// A text that is no decimal number, or that has more digits than fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number of at most 15 digits before and 24 after the point")]
pub struct NotADecimal;

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self(0);

    /// Returns a whole number.
    #[must_use]
    pub const fn whole(number: u32) -> Self {
        Self(number as i128 * ONE)
    }

    /// Returns the number that the shortest text of a double stands for: the digits that were written to a Parquet file.
    ///
    /// # Errors
    /// When it is infinite, not a number, or out of range.
    pub fn of_double(value: f64) -> Result<Self, NotADecimal> {
        if !value.is_finite() {
            return Err(NotADecimal);
        }
        // Digits after the 24th are below any price.
        let text = format!("{value}");
        let cut = text
            .find('.')
            .map_or(text.len(), |point| (point + 1 + SCALE as usize).min(text.len()));
        text.get(..cut).unwrap_or(&text).parse()
    }

    /// Returns the number that an integer and a count of digits after the point stand for (Parquet's decimals).
    ///
    /// # Errors
    /// When it is out of range or has more digits than fit.
    pub fn of_scaled(value: i128, scale: i8) -> Result<Self, NotADecimal> {
        let shift = u32::try_from(i32::try_from(SCALE).map_err(|_| NotADecimal)? - i32::from(scale));
        let factor = shift
            .ok()
            .and_then(|shift| 10_i128.checked_pow(shift))
            .ok_or(NotADecimal)?;
        value.checked_mul(factor).map(Self).ok_or(NotADecimal)
    }

    /// Returns the sum; none when it is out of range.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// Returns the difference; none when it is out of range.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// Adds; at the limits of the range it stays there.
    pub const fn add(&mut self, other: Self) {
        self.0 = self.0.saturating_add(other.0);
    }

    /// Returns whether it is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Returns whether it is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Returns the part of this number that `part` is of `whole`: all of it at most, nothing where a part can't be told.
    /// Exact to 12 digits.
    #[must_use]
    pub fn share(self, part: Self, whole: Self) -> Self {
        if whole.0 <= 0 || part.0 <= 0 {
            return Self::ZERO;
        }
        if part >= whole {
            return self;
        }
        let (mut high, mut low) = (part.0, whole.0);
        // The ratio with 12 digits, whatever the size of the two.
        while high > i128::MAX / 10_i128.pow(12) {
            high /= 10;
            low /= 10;
        }
        let ratio = high
            .saturating_mul(10_i128.pow(12))
            .checked_div(low)
            .unwrap_or_default();
        let whole_units = self.0 / 10_i128.pow(12);
        let rest = self.0 % 10_i128.pow(12);
        Self(
            whole_units
                .saturating_mul(ratio)
                .saturating_add(rest * ratio / 10_i128.pow(12)),
        )
    }

    /// Returns the number times a ratio of whole numbers; none when it is out of range.
    #[must_use]
    pub fn times(self, numerator: u64, denominator: u64) -> Option<Self> {
        let denominator = i128::from(denominator);
        let whole = (self.0 / denominator.max(1)).checked_mul(i128::from(numerator))?;
        let rest = (self.0 % denominator.max(1)).checked_mul(i128::from(numerator))? / denominator.max(1);
        (denominator > 0).then_some(())?;
        whole.checked_add(rest).map(Self)
    }

    /// Returns the number with two digits after the point, rounded half away from zero: an amount for people.
    #[must_use]
    pub fn cents(self) -> String {
        let cent = ONE / 100;
        let half = if self.0 < 0 { -cent / 2 } else { cent / 2 };
        let cents = self.0.saturating_add(half) / cent;
        let sign = if cents < 0 { "-" } else { "" };
        let cents = cents.unsigned_abs();
        let (whole, rest) = (grouped(cents / 100), cents % 100);
        format!("{sign}{whole}.{rest:02}")
    }
}

/// A number with commas between thousands.
fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl FromStr for Decimal {
    type Err = NotADecimal;

    fn from_str(text: &str) -> Result<Self, NotADecimal> {
        let text = text.trim();
        let (digits, exponent) = match text.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse::<i32>().map_err(|_| NotADecimal)?),
            None => (text, 0),
        };
        let (sign, digits) = match digits.as_bytes().first() {
            Some(b'-') => (-1, &digits[1..]),
            Some(b'+') => (1, &digits[1..]),
            _ => (1, digits),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() || exponent.abs() > 60 {
            return Err(NotADecimal);
        }
        let mut value: i128 = 0;
        let mut scale = i32::try_from(SCALE).map_err(|_| NotADecimal)? + exponent;
        scale -= i32::try_from(fraction.len()).map_err(|_| NotADecimal)?;
        for byte in whole.bytes().chain(fraction.bytes()) {
            if !byte.is_ascii_digit() {
                return Err(NotADecimal);
            }
            value = value
                .checked_mul(10)
                .and_then(|value| value.checked_add(i128::from(byte - b'0')))
                .ok_or(NotADecimal)?;
        }
        while scale < 0 {
            if value % 10 != 0 {
                return Err(NotADecimal);
            }
            value /= 10;
            scale += 1;
        }
        if value == 0 {
            return Ok(Self::ZERO);
        }
        let factor = u32::try_from(scale)
            .ok()
            .and_then(|scale| 10_i128.checked_pow(scale))
            .ok_or(NotADecimal)?;
        value
            .checked_mul(factor)
            .map(|value| Self(value * sign))
            .ok_or(NotADecimal)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let value = self.0.unsigned_abs();
        let one = ONE.unsigned_abs();
        let fraction = format!("{:024}", value % one);
        let fraction = fraction.trim_end_matches('0');
        if fraction.is_empty() {
            write!(out, "{sign}{}", value / one)
        } else {
            write!(out, "{sign}{}.{fraction}", value / one)
        }
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_of_bills_are_read_exactly() {
        for (text, shown) in [
            ("0.0000166667", "0.0000166667"),
            ("1.2E-7", "0.00000012"),
            ("-25", "-25"),
            ("1234.5000000000", "1234.5"),
            ("-0.0000000000", "0"),
            (".5", "0.5"),
            ("1e3", "1000"),
        ] {
            assert_eq!(text.parse::<Decimal>().unwrap().to_string(), shown, "{text}");
        }
        for text in [
            "",
            "-",
            ".",
            "1,5",
            "NaN",
            "1e999",
            "0x1",
            "1e-25",
            "999999999999999999999",
        ] {
            assert!(text.parse::<Decimal>().is_err(), "{text}");
        }
        assert_eq!(Decimal::of_double(0.1).unwrap().to_string(), "0.1");
        assert!(Decimal::of_double(f64::NAN).is_err());
        assert_eq!(Decimal::of_scaled(12345, 3).unwrap().to_string(), "12.345");
    }

    #[test]
    fn cents_are_rounded_once() {
        for (text, shown) in [
            ("1234567.005", "1,234,567.01"),
            ("-0.005", "-0.01"),
            ("0.0049", "0.00"),
            ("999.999", "1,000.00"),
        ] {
            assert_eq!(text.parse::<Decimal>().unwrap().cents(), shown);
        }
    }

    proptest! {
        #[test]
        fn text_and_number_agree(units in any::<i64>(), scale in 0_i8..18) {
            let number = Decimal::of_scaled(i128::from(units), scale);
            if let Ok(number) = number {
                prop_assert_eq!(number.to_string().parse::<Decimal>(), Ok(number));
            }
        }

        #[test]
        fn a_share_lies_between_nothing_and_all(cost in 0_u32.., part in 0_u32.., whole in 1_u32..) {
            let share = Decimal::whole(cost).share(Decimal::whole(part), Decimal::whole(whole));
            prop_assert!(share <= Decimal::whole(cost) && !share.is_negative());
            let exact = f64::from(cost) * (f64::from(part) / f64::from(whole)).min(1.0);
            let near: f64 = share.to_string().parse().unwrap();
            prop_assert!((near - exact).abs() <= exact * 1e-9 + 1e-2, "{} {}", near, exact);
        }
    }
}
