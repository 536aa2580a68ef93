//! Impact of a change on those who use its target: data for decisions, and one sentence for people.
//!
//! It must not know the action, nor how the sentence is shown.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Impact of a change on something other than the attacker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "impact", from = "Stored")]
pub enum Impact {
    /// Something uses the target and is interrupted, or its use is not known.
    InUse {
        /// The use, as a sentence. For people only.
        by: String,
    },
    /// Something manages the target and can restore what the change removes.
    RestoredBy {
        /// The manager, such as `CloudFormation stack web`. For people only.
        manager: String,
    },
}

impl Impact {
    /// Returns the impact on a use, from a sentence about it.
    #[must_use]
    pub fn in_use(by: impl Into<String>) -> Self {
        Self::InUse { by: by.into() }
    }

    /// Returns the impact of a manager that can restore the target.
    #[must_use]
    pub fn restored_by(manager: impl Into<String>) -> Self {
        Self::RestoredBy {
            manager: manager.into(),
        }
    }

    /// Returns true when something can restore what the change removes.
    #[must_use]
    pub const fn is_restored(&self) -> bool {
        matches!(self, Self::RestoredBy { .. })
    }
}

/// Writes the sentence for people, without a full stop.
impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse { by } => f.write_str(by),
            Self::RestoredBy { manager } => write!(f, "Managed by {manager}, which can restore it"),
        }
    }
}

/// An impact as plans store it: plans of schema version 1 have sentences alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Sentence(String),
    Typed(Typed),
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", tag = "impact")]
enum Typed {
    InUse { by: String },
    RestoredBy { manager: String },
}

impl From<Stored> for Impact {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Sentence(by) | Stored::Typed(Typed::InUse { by }) => Self::InUse { by },
            Stored::Typed(Typed::RestoredBy { manager }) => Self::RestoredBy { manager },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_impact_is_stored_by_its_kind() {
        for (impact, stored, sentence) in [
            (
                Impact::in_use("3 Lambda functions use this role"),
                json!({"impact": "in-use", "by": "3 Lambda functions use this role"}),
                "3 Lambda functions use this role",
            ),
            (
                Impact::restored_by("stack web"),
                json!({"impact": "restored-by", "manager": "stack web"}),
                "Managed by stack web, which can restore it",
            ),
        ] {
            assert_eq!(serde_json::to_value(&impact).unwrap(), stored);
            assert_eq!(serde_json::from_value::<Impact>(stored).unwrap(), impact);
            assert_eq!(impact.to_string(), sentence);
        }
    }

    #[test]
    fn a_sentence_of_an_older_plan_is_a_use_whatever_it_says() {
        let sentence = "made by stack web, which may put it back";
        let impact: Impact = serde_json::from_value(json!(sentence)).unwrap();
        assert_eq!(impact, Impact::in_use(sentence));
    }
}
