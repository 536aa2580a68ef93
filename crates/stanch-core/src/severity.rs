//! Severity of a finding, in five steps.

use serde::{Deserialize, Serialize};

/// The severity of a detection or finding, in rising order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Context for a story; means nothing alone.
    Informational,
    /// Often benign; worth a look when something else is wrong.
    Low,
    /// Unusual; someone who knows the account should say whether it was meant.
    Medium,
    /// Seldom benign; look at it now.
    High,
    /// Harm is done or certain to follow; act now.
    Critical,
}

impl Severity {
    /// Every severity, the most severe first.
    pub const DESCENDING: [Self; 5] = [
        Self::Critical,
        Self::High,
        Self::Medium,
        Self::Low,
        Self::Informational,
    ];

    /// The word for it, as written in rules, reports and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The severity a word names, as Sigma's `level` has it.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::DESCENDING
            .into_iter()
            .find(|severity| severity.as_str().eq_ignore_ascii_case(word))
    }
}
