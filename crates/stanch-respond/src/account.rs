//! The account as it was read, as actions and the planner see it.
//!
//! It must not add anything to the view that checks have.

pub use stanch_core::account::{Account, Item};
