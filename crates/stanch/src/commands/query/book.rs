//! The ready queries, listed and shown.

use std::fmt::Write as _;

use stanch_query_api::{BOOK, BookEntry};

use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// Lists all of them.
pub(super) fn list(console: &Console) -> Result<Exit, Failure> {
    if console.json {
        let entries: Vec<_> = BOOK.iter().map(as_json).collect();
        console.print_json(&entries)?;
        return Ok(Exit::Nothing);
    }
    let mut text = String::new();
    let width = BOOK.iter().map(|entry| entry.name.len()).max().unwrap_or(0);
    for entry in BOOK {
        let lead = format!("{:width$}  ", entry.name);
        let hanging = " ".repeat(width + 2);
        text.push_str(&output::wrapped(entry.title(), &lead, &hanging, console.width));
        for parameter in entry.parameters() {
            let needed = if parameter.default.is_some() {
                ""
            } else {
                " (required)"
            };
            let _ = writeln!(text, "{:width$}    --param {}=…{needed}", "", parameter.name);
        }
    }
    output::data(|out| out.write_all(text.as_bytes()))?;
    console
        .say("\nNext    stanch query NAME\n        stanch query --show NAME    its SQL and what to look for");
    Ok(Exit::Nothing)
}

fn as_json(entry: &BookEntry) -> serde_json::Value {
    let parameters = entry.parameters().map(|parameter| {
        serde_json::json!({"name": parameter.name, "about": parameter.about, "default": parameter.default})
    });
    serde_json::json!({
        "name": entry.name,
        "title": entry.title(),
        "look_for": entry.look_for(),
        "parameters": parameters.collect::<Vec<_>>(),
    })
}

/// Prints one, as its file has it.
pub(super) fn show(name: &str, console: &Console) -> Result<Exit, Failure> {
    let entry = find(name)?;
    if console.json {
        console.print_json(&serde_json::json!({"name": entry.name, "sql": entry.text}))?;
        return Ok(Exit::Nothing);
    }
    output::data(|out| out.write_all(entry.text.as_bytes()))?;
    Ok(Exit::Nothing)
}

/// The query of this name.
pub(super) fn find(name: &str) -> Result<&'static BookEntry, Failure> {
    BookEntry::find(name).ok_or_else(|| {
        Failure::new(
            format!("there is no ready query {name}"),
            "list them: stanch query --list; SQL has spaces in it: \"SELECT count(*) FROM events\"",
        )
        .usage()
    })
}
