//! Why there is no plan.
//!
//! Each says what happened and what to do next.

use stanch_core::AccountId;

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Nobody was named.
    #[error(
        "nobody is named: give at least one of --key, --user, --role, --session, --instance, --ip, --finding, --act"
    )]
    Nobody,
    /// Neither the snapshot nor the logs know it.
    #[error(
        "{seed} is in neither the snapshot nor the logs: check how it is written, collect the account anew, or load the logs that name it"
    )]
    Unknown {
        /// The option and its word.
        seed: String,
    },
    /// It belongs to another account.
    #[error(
        "{seed} is of account {account}, and this is a plan for account {planned}: plan there, with that account's snapshot and credentials"
    )]
    OtherAccount {
        /// The option and its word.
        seed: String,
        /// Whose it is.
        account: AccountId,
        /// What the plan is for.
        planned: AccountId,
    },
    /// It is not what its option takes.
    #[error("{seed} is no {wanted}")]
    NotOne {
        /// The option and its word.
        seed: String,
        /// What it should be.
        wanted: &'static str,
    },
    /// It was asked for by name and can't be done.
    #[error("{seed}: {why}; stanch plan actions lists what can be done, and to what")]
    Act {
        /// The option and its word.
        seed: String,
        /// In a sentence without its full stop.
        why: String,
    },
    /// Steps wait for each other: a fault in the planner.
    #[error("{0} steps wait for each other, which is a fault of Stanch; please report it")]
    Circle(usize),
}

impl PlanError {
    /// What was named, with its option, where the error is about one.
    #[must_use]
    pub fn seed(&self) -> Option<&str> {
        match self {
            Self::Unknown { seed }
            | Self::OtherAccount { seed, .. }
            | Self::NotOne { seed, .. }
            | Self::Act { seed, .. } => Some(seed),
            Self::Nobody | Self::Circle(_) => None,
        }
    }
}
