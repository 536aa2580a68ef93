//! A change at its place in a plan: its number, why it is done, and what it waits for.
//!
//! It must not know how it is carried out.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Evidence;
use super::change::{Change, Order};

/// The number of a step in its plan, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepNumber(pub u32);

impl fmt::Display for StepNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a step is in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// In a sentence.
    pub text: String,
    /// Evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
}

/// A step that must come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Dependency {
    /// The step.
    pub step: StepNumber,
    /// Strictness of the order.
    pub order: Order,
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its number.
    pub number: StepNumber,
    /// Why.
    pub why: Vec<Reason>,
    /// Steps that must come first; only steps with smaller numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<Dependency>,
    /// Change.
    #[serde(rename = "deed")]
    pub change: Change,
}
