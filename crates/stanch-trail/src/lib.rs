//! Bytes to events: every container and record shape of CloudTrail, S3 server access logs, VPC flow logs and
//! GuardDuty findings, from files, folders, archives and standard input.
//!
//! What a file is, is told by its bytes and never by its name. Nothing in it is trusted: sizes, nesting and
//! counts are bounded by [`Limits`], and whatever can't be read is named in the [`SourceReport`] with its
//! place. This crate must not judge what an event means, and it never prints.
//!
//! How the parts hang together: [`list`] finds the files; a [`Reader`] takes one apart layer by layer
//! (`reader`, `inflate`, `archive`, `zip_directory`, `zip_content`); `container` walks the text and cuts it into records; `record` reads one
//! record in one typed pass; `envelope` opens what is wrapped; `format` makes events; `delivery` counts
//! them, places them and hands them on.

mod again;
mod archive;
mod canonical;
mod container;
mod delivery;
mod envelope;
mod format;
mod inflate;
mod lenient;
mod limits;
mod lines;
mod listing;
mod reader;
mod record;
mod split;
mod strain;
mod text;
mod zip_content;
mod zip_directory;

#[cfg(test)]
mod tests;

pub use limits::Limits;
pub use listing::{Input, Listing, Origin, Source, list};
pub use reader::Reader;
pub use stanch_core::SourceReport;
