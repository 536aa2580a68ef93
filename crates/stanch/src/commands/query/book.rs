//! The ready queries, listed and shown.

use std::fmt::Write as _;

use stanch_query_api::{BOOK, BookEntry};

use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// Lists all of them.
pub(super) fn list(console: &Console) -> Result<Exit, Failure> {
    let mut text = String::new();
    let width = BOOK.iter().map(|entry| entry.name.len()).max().unwrap_or(0);
    for entry in BOOK {
        let _ = writeln!(text, "{:width$}  {}", entry.name, entry.title());
        for parameter in entry.parameters() {
            let needed = if parameter.default.is_some() {
                ""
            } else {
                " (needed)"
            };
            let _ = writeln!(text, "{:width$}    --param {}=…{needed}", "", parameter.name);
        }
    }
    output::data(|out| out.write_all(text.as_bytes()))?;
    console
        .say("\nNext    stanch query NAME\n        stanch query --show NAME    its SQL and what to look for");
    Ok(Exit::Nothing)
}

/// Prints one, as its file has it.
pub(super) fn show(name: &str) -> Result<Exit, Failure> {
    let entry = find(name)?;
    output::data(|out| out.write_all(entry.text.as_bytes()))?;
    Ok(Exit::Nothing)
}

/// The query of this name.
pub(super) fn find(name: &str) -> Result<&'static BookEntry, Failure> {
    BookEntry::find(name).ok_or_else(|| {
        Failure::new(
            format!("there is no ready query {name}"),
            "stanch query --list names them all; SQL has blanks in it: \"SELECT count(*) FROM events\"",
        )
    })
}
