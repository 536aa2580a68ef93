//! What to do after a result.

use std::fmt::Write as _;

use stanch_query_api::Shown;

use super::input::Question;
use crate::arguments::QueryArguments;
use crate::output::Console;

/// Tells how much there was, what to look for in it, and a useful next command.
pub(super) fn tell(arguments: &QueryArguments, question: &Question, shown: Shown, console: &Console) {
    let mut text = String::new();
    let rows = if shown.rows == 1 { "row" } else { "rows" };
    let _ = write!(text, "\n{} {rows}", shown.rows);
    if shown.written < shown.rows {
        let _ = write!(text, ", the first {} of them here", shown.written);
    }
    if let Some(entry) = question.entry {
        let _ = write!(text, "\n\nLook    for {}", entry.look_for());
    }
    let case = arguments.case.display();
    let name = question.entry.map_or("\"…\"", |entry| entry.name);
    let next = if shown.written < shown.rows || shown.is_cut {
        format!("stanch query {name} --case {case} -o result.csv    everything, uncut")
    } else if question.entry.is_some() {
        format!("stanch query --show {name}    its SQL, to change it")
    } else {
        "stanch query --list    ready queries".to_owned()
    };
    let _ = write!(text, "\n\nNext    {next}");
    console.say(text.trim_start_matches('\n'));
}
