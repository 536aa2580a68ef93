//! Why a plan can't be made.
//!
//! Each error says what happened and what to do next.

use stanch_core::AccountId;

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Nothing was named.
    #[error(
        "nothing to contain was named: give at least one of --key, --user, --role, --session, --instance, --ip, --finding, --act"
    )]
    Nobody,
    /// Neither the snapshot nor the logs know it.
    #[error(
        "{seed} is in neither the snapshot nor the logs: check the spelling, collect the account again, or load the logs that name it"
    )]
    Unknown {
        /// The option and its word.
        seed: String,
    },
    /// It belongs to another account.
    #[error(
        "{seed} is in account {account}, and this plan is for account {planned}: plan for that account, with its snapshot and credentials"
    )]
    OtherAccount {
        /// The option and its word.
        seed: String,
        /// Its account.
        account: AccountId,
        /// The account of the plan.
        planned: AccountId,
    },
    /// It is not what its option takes.
    #[error("{seed} is not a valid {wanted}")]
    NotOne {
        /// The option and its word.
        seed: String,
        /// The expected form.
        wanted: &'static str,
    },
    /// A requested action can't be planned.
    #[error("{seed}: {why}; stanch plan actions lists the actions and their targets")]
    Act {
        /// The option and its word.
        seed: String,
        /// A sentence without its full stop.
        why: String,
    },
    /// A step to leave out is not in the plan.
    #[error(
        "--without {step}: the plan has no such step: name it as ACTION or ACTION:TARGET, as the plan lists it"
    )]
    NotInPlan {
        /// Its words.
        step: String,
    },
    /// Steps wait for each other: a bug in the planner.
    #[error("{0} steps wait for each other, which is a bug in Stanch; please report it")]
    Circle(usize),
}

impl PlanError {
    /// Returns the seed that the error is about, with its option.
    #[must_use]
    pub fn seed(&self) -> Option<&str> {
        match self {
            Self::Unknown { seed }
            | Self::OtherAccount { seed, .. }
            | Self::NotOne { seed, .. }
            | Self::Act { seed, .. } => Some(seed),
            Self::Nobody | Self::NotInPlan { .. } | Self::Circle(_) => None,
        }
    }
}
