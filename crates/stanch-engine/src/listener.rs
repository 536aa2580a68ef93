//! Who hears how a run goes, while it goes. It must not influence it.

use stanch_core::run::StepState;

/// What there is to hear of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard<'h> {
    /// Its changes were sent.
    Sent,
    /// It was looked at, and holds so many seconds after it was sent.
    Holds {
        /// Seconds.
        seconds: u64,
    },
    /// It was undone by somebody, and is sent again.
    Reverted {
        /// Number of times it has been sent again.
        again: u32,
    },
    /// It has come to an end.
    Ended(&'h StepState),
}

/// See the module.
pub trait RunListener {
    /// Called often; must be cheap.
    fn hear(&self, step: stanch_core::plan::StepNumber, heard: &Heard<'_>);
}

impl RunListener for stanch_core::ports::Silent {
    fn hear(&self, _step: stanch_core::plan::StepNumber, _heard: &Heard<'_>) {}
}
