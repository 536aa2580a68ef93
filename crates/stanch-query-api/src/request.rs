//! A query as the engine is given it, and the summary of its result.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Version of the exchange between `stanch` and the engine; raised with every change to a type or frame of this crate.
pub const PROTOCOL: u32 = 1;

/// One query over the stored events and documents of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// [`PROTOCOL`] of the sender.
    pub protocol: u32,
    /// Absolute paths of the Parquet files with the events.
    pub parts: Vec<PathBuf>,
    /// SQL statement.
    pub sql: String,
    /// Values bound to `$name`, by name.
    pub parameters: Vec<(String, String)>,
    /// Format of the result.
    pub format: Format,
    /// Threads that work on it; none for one per processor. The result does not depend on it.
    pub threads: Option<usize>,
}

/// A document of the case that the engine asks for when a statement needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Document {
    /// Findings and principals: `stanch_core::Analysis` as JSON.
    Analysis,
    /// Input files of the hunt: a list of `stanch_core::SourceReport` as JSON.
    Sources,
}

/// Format of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Columns for a terminal.
    Table(TableOptions),
    /// RFC 4180, with cells that a spreadsheet would run made inert.
    Csv,
    /// One array of objects.
    Json,
    /// One object a line.
    JsonLines,
    /// Parquet.
    Parquet,
}

/// Layout of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableOptions {
    /// Columns of the terminal.
    pub width: usize,
    /// Most rows shown; the rest is counted.
    pub rows: usize,
}

/// Size of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Rows of the result.
    pub rows: u64,
    /// Rows written; fewer only in a table.
    pub written: u64,
}
