//! `stanch.outcome`.

use stanch_core::Outcome;

/// The word for an outcome.
pub(super) const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "success",
        Outcome::Denied => "denied",
        Outcome::Limited => "limited",
        Outcome::DryRun => "dry-run",
        Outcome::Failed => "failed",
    }
}
