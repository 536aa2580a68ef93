//! Events as Parquet: the columns, the writer of one part, and the reader of all.
//!
//! A part holds the events of one batch of inputs, each once, without the secrets that logs carry. The raw record is
//! not in it: the log is the evidence, and `input`, `member`, `offset` and `length` lead to its bytes. This crate must
//! not know where a part lies, what a case is, or how it is asked.

mod columns;
mod error;
mod page;
mod reader;
mod text;
mod writer;

pub use columns::{COLUMNS, Column, schema};
pub use error::{ReadError, StoreError};
pub use page::column_list;
pub use reader::{Keep, Reader, Row, Selection};
pub use text::{JSON_LIMIT, TEXT_LIMIT};
pub use writer::{COPIES, Writer, Written};
