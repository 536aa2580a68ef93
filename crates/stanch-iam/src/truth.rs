//! Three answers: yes, no, and not known with the reasons why.
//!
//! Combined as in Kleene's logic: what is not known stays out of the result wherever it cannot change it. It must
//! not know policies.

use std::collections::BTreeSet;

/// Number of reasons that are kept; the first in order of the alphabet, whatever the order in which they came.
const REASONS_LIMIT: usize = 8;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truth {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Not known, for these reasons.
    Maybe(BTreeSet<String>),
}

impl Truth {
    /// Not known, for one reason.
    #[must_use]
    pub fn maybe(why: &str) -> Self {
        Self::Maybe(std::iter::once(stanch_core::text::bounded(why, 120)).collect())
    }

    /// Facts that are known.
    #[must_use]
    pub const fn of(known: bool) -> Self {
        if known { Self::Yes } else { Self::No }
    }

    /// Returns true when it is surely so.
    #[must_use]
    pub const fn is_yes(&self) -> bool {
        matches!(self, Self::Yes)
    }

    /// Returns true when it is surely not so.
    #[must_use]
    pub const fn is_no(&self) -> bool {
        matches!(self, Self::No)
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, known) | (known, Self::Yes) => known,
            (Self::Maybe(one), Self::Maybe(two)) => Self::Maybe(merged(one, two)),
        }
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, known) | (known, Self::No) => known,
            (Self::Maybe(one), Self::Maybe(two)) => Self::Maybe(merged(one, two)),
        }
    }

    /// Why it is not known; empty when it is.
    #[must_use]
    pub fn reasons(&self) -> Vec<String> {
        match self {
            Self::Maybe(reasons) => reasons.iter().cloned().collect(),
            Self::Yes | Self::No => Vec::new(),
        }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            maybe @ Self::Maybe(_) => maybe,
        }
    }
}

fn merged(mut one: BTreeSet<String>, two: BTreeSet<String>) -> BTreeSet<String> {
    one.extend(two);
    while one.len() > REASONS_LIMIT {
        one.pop_last();
    }
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_change_the_result_is_not_told() {
        let maybe = || Truth::maybe("aws:SourceIp");
        assert_eq!(maybe().and(Truth::No), Truth::No);
        assert_eq!(maybe().or(Truth::Yes), Truth::Yes);
        assert_eq!(maybe().and(Truth::Yes), maybe());
        assert_eq!(!maybe(), maybe());
        assert_eq!(maybe().or(Truth::maybe("b")).reasons(), ["aws:SourceIp", "b"]);
    }

    #[test]
    fn reasons_are_few_whatever_their_order() {
        let all = |order: &mut dyn Iterator<Item = u32>| {
            order.fold(Truth::No, |truth, number| {
                truth.or(Truth::maybe(&format!("{number:02}")))
            })
        };
        assert_eq!(all(&mut (0..40)), all(&mut (0..40).rev()));
        assert_eq!(all(&mut (0..40)).reasons().len(), REASONS_LIMIT);
    }
}
