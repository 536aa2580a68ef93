//! The next command after a result.

use std::fmt::Write as _;

use stanch_query_api::Shown;

use super::input::Question;
use crate::arguments::QueryArguments;
use crate::output::{Console, wrapped};

/// Tells how much there was, what to look for in it, and a useful next command.
pub(super) fn tell(arguments: &QueryArguments, question: &Question, shown: Shown, console: &Console) {
    let mut text = String::new();
    let rows = if shown.rows == 1 { "row" } else { "rows" };
    let _ = write!(text, "\n{} {rows}", shown.rows);
    if shown.written < shown.rows {
        let _ = write!(text, ", the first {} of them here", shown.written);
    }
    if let Some(entry) = question.entry {
        text.push_str("\n\n");
        text.push_str(wrapped(&entry.look_for(), "Look for  ", "          ", console.width).trim_end());
    }
    let case = arguments.case.dir().display();
    let name = question.entry.map_or("\"…\"", |entry| entry.name);
    let next = if shown.written < shown.rows {
        format!("stanch query {name} --case {case} -o result.csv    all rows")
    } else if question.entry.is_some() {
        format!("stanch query --show {name}    prints its SQL")
    } else {
        "stanch query --list    lists the ready queries".to_owned()
    };
    let _ = write!(text, "\n\nNext    {next}");
    console.say(text.trim_start_matches('\n'));
}
