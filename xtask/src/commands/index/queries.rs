//! Registry of the ready queries, in the order in which a responder asks.

use std::path::Path;

use super::registry::{between_markers, in_old_order, lines};
use crate::error::TaskError;

pub(super) const FILE: &str = "crates/stanch-query-api/src/book.rs";

/// Returns the file. A line can be moved by hand; a new one is added at the end.
pub(super) fn text(root: &Path) -> Result<String, TaskError> {
    between_markers(root, FILE, ("queries", "sql"), |names, old| {
        let item = |name: &str| format!("    {name:?},");
        lines(&in_old_order(names, old, item), item) + "    "
    })
}
