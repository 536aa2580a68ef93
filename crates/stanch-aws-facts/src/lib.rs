//! Facts about AWS's API calls, as data: what a call creates, changes, deletes or grants, where the id of the resource stands,
//! what undoes it, and whether it makes a credential.
//!
//! One file per service under `calls/`, one row per call. Sources: AWS's API references, and records as CloudTrail logs them.
//! It must not judge, nor know an event, an account or an action.

mod calls;
mod fact;
pub mod members;
pub mod remains;
pub mod services;

pub use calls::{all, fact, linking, named, undone_by};
pub use fact::{CallFact, Effect, Identity, Logging, Loss, Place};
