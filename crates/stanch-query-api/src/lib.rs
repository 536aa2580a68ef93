//! Requests to the query engine, its replies, and the ready queries.
//!
//! The query engine is an executable of its own, `stanch-query`, because it takes longer to build than all else together:
//! `stanch query` starts it, as git and cargo start their subcommands. This crate is all that the two share. It must not
//! know SQL, Parquet or a case.

mod book;
mod client;
mod error;
mod frame;
mod locate;
mod request;

pub use book::{BOOK, BookEntry, Parameter};
pub use client::{Documents, Engine};
pub use error::{EngineError, ErrorKind};
pub use frame::{Frame, FrameKind};
pub use locate::{EXECUTABLE, NotInstalled, locate};
pub use request::{Document, Format, PROTOCOL, Request, Shown, TableOptions};
