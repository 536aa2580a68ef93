//! Made-up accounts with labelled attacks, and with harmless work that looks like an attack.
//!
//! Written from published incidents and from AWS's documentation of its records. The same scenario and seed give the same
//! records. It must not know any detection: a scenario says what happened, others measure what was found.

mod actor;
mod attacks;
mod background;
mod benign;
mod call;
mod calls;
mod labels;
mod mask;
mod registry;
mod stage;
mod thread;
mod world;

pub use labels::{Labels, Took, Vector};
pub use mask::Mask;
pub use registry::{Kind, Scenario, all};

use serde_json::Value;

/// Records of one scenario, and the truth about them.
#[derive(Debug, Clone)]
pub struct Made {
    /// CloudTrail records in the order of time.
    pub records: Vec<Value>,
    /// The attacker's events, and what is to be found out.
    pub labels: Labels,
}

#[cfg(test)]
mod tests;
