//! SQL over a case: read-only, bounded, and the same bytes for the same question.
//!
//! The only crate that knows the query engine (DataFusion), so that nothing else is compiled with it, and the executable
//! `stanch-query`, which `stanch query` starts. It is given the parts with the events, and closures for the documents of a
//! case, which are called only when a statement names a view made of them. It must not know where a case lies, and it
//! writes only where it is told to.

mod database;
mod error;
mod events;
mod order;
mod output;
mod serve;
mod statement;
mod views;

pub use database::{Database, Inputs, Loader, Options};
pub use error::QueryError;
pub use serve::serve;
pub use views::{VIEWS, View};
