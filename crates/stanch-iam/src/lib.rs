//! Evaluation of policies: one reader of documents, AWS's documented logic, and effective access in an account.
//!
//! [`evaluate`] answers one request; [`Principals`] is an account as its readings show it, and answers who can do what, who
//! is an administrator, and who can become one. Pure: keys of a request that nobody knows here give *unknown*, and an
//! unknown that cannot change the result does not show. It must not know in which request a document was found.

mod access;
pub mod bucket;
mod condition;
mod context;
pub(crate) mod document;
mod escalation;
mod evaluate;
mod organization;
mod paths;
pub(crate) mod pattern;
pub mod policy;
mod principals;
#[cfg(test)]
mod properties;
mod reach;
#[cfg(test)]
mod rules;
mod statement;
mod stranger;
mod template;
#[cfg(test)]
mod tests;
mod truth;

pub use access::{Administrators, Grade};
pub use context::{Caller, CallerKind, Context, Presence, Request, Target};
pub use document::Policy;
pub use escalation::Step;
pub use evaluate::{Decision, Guard, OnResource, Policies, evaluate};
pub use organization::Organization;
pub use paths::{WORKLOADS, WorkloadKind};
pub use principals::{Group, Principal, Principals, Workload};
pub use reach::{Escalations, Way};
pub use truth::Truth;
