//! The texts of a plan beyond its steps: what it does not fix, and which credentials stay valid.
//!
//! It must not decide either.

pub(super) mod not_fixed;
pub(super) mod remaining_credentials;
