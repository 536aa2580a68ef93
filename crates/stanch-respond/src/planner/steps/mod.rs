//! The steps of a plan, before they have an order: what is done about each compromised identity and each affected resource.
//!
//! One file for each kind of target. It must not decide who is compromised, nor put steps in order.

mod action_argument;
pub(super) mod address;
mod answers;
pub(super) mod draft;
pub(super) mod drafting;
mod identities;
mod instances;
pub(super) mod organization;
pub(super) mod requested;
pub(super) mod resources;
