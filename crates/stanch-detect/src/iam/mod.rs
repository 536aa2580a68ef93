//! What policies decide: one reader of documents, the documented logic of evaluation, and who can do what in an account.
//!
//! [`evaluate`] answers one request; [`Principals`] is an account as its readings show it, and answers who can do what, who
//! is an administrator, and who can become one. Pure: keys of a request that nobody knows here give *unknown*, and an
//! unknown that cannot change the result does not show. It must not know in which request a document was found.

mod condition;
mod context;
pub(crate) mod document;
mod evaluate;
pub(crate) mod pattern;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod rules;
mod statement;
mod template;
mod truth;

pub use context::{Caller, CallerKind, Context, Presence, Request, Target};
pub use document::Policy;
pub use evaluate::{Decision, Guard, OnResource, Policies, evaluate};
pub use truth::Truth;
