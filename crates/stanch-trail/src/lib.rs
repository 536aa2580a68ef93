//! Bytes to events: every container and record shape of CloudTrail, S3 server access logs, VPC flow logs and
//! GuardDuty findings, from files, folders, archives and standard input.
//!
//! What a file is, is told by its bytes and never by its name. Nothing in it is trusted: sizes, nesting and
//! counts are bounded by [`Limits`], and whatever can't be read is named in the [`SourceReport`] with its
//! place. This crate must not judge what an event means, and it never prints.
//!
//! Parts: [`list`] finds the files; a [`Reader`] takes one apart layer by layer (`reader`, `shape`, `inflate`, `archive`,
//! `zip_directory`, `zip_content`, `parquet`, `workbook`); `container` walks the text and cuts it into items; `record`
//! reads one record in one typed pass; `interpret` decides what an item is, opens what is wrapped (`search`, `envelope`),
//! reads lines and tables (`lines`, `table`, `quoted`) and brings other spellings into CloudTrail's (`canonical`,
//! `unfold`); `format` makes events, `identity` names who acted; the `output` of an input is its `emitter`, `problems` and
//! `budget`. A [`Context`] carries what some inputs say about others.

mod archive;
mod budget;
mod canonical;
mod clutter;
mod container;
mod context;
mod emitter;
mod envelope;
mod format;
mod identity;
mod inflate;
mod interpret;
mod items;
mod lenient;
mod limits;
mod lines;
mod listing;
mod output;
mod parquet;
mod problems;
mod quoted;
mod reader;
mod record;
mod reread;
mod search;
mod shape;
mod split;
mod table;
mod text;
mod times;
mod unfold;
mod workbook;
mod zip_content;
mod zip_directory;

#[cfg(test)]
mod tests;

pub use context::Context;
pub use limits::Limits;
pub use listing::{Input, Listing, Origin, Source, list};
pub use reader::Reader;
pub use stanch_core::SourceReport;
