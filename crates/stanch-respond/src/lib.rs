//! Act safely: what can be done to an account, in which order, and how it is checked and undone.
//!
//! Actions make changes of what is wanted and what was read; the planner puts them in order; the linter refuses what would lock
//! somebody out; the engine carries a plan out, checks it and takes it back, and writes down each change before it is sent. It
//! must not speak to AWS or to a disk itself: it has the ports of `stanch-core` for that.

mod about;
mod account;
mod action;
pub mod actions;
mod command_line;
mod digest;
pub mod lint;
pub mod planner;
pub mod playbook;
#[cfg(test)]
mod reference_page;
#[cfg(test)]
mod testing;
pub mod watch;

pub use about::{
    About, AddressedBy, Answer, Derived, ListedRegion, Listing, OtherCredential, Parameter, Scope, Stage,
    Values, Whole, by_call, by_check,
};
pub use account::{Account, Item};
pub use action::{Action, ActionRequest, Unplannable};
pub use command_line::equivalent;
pub use digest::digest;
