//! The list of columns for the documentation.

use std::fmt::Write as _;

use crate::columns::{COLUMNS, Fill};

/// The columns as a Markdown table, as `docs/query.md` has it between its marks.
#[must_use]
pub fn column_list() -> String {
    let mut list = String::from("| column | type | what it holds |\n|---|---|---|\n");
    for column in COLUMNS {
        if !matches!(column.fill, Fill::Copy) {
            let _ = writeln!(
                list,
                "| `{}` | {} | {} |",
                column.name,
                column.kind(),
                column.about
            );
        }
    }
    list
}
