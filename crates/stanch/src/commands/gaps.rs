//! `stanch gaps`: reads logs and digests and prints times and kinds of events that were not recorded.

mod read;
mod screen;

use std::path::Path;

use stanch_case::Case;
use stanch_core::ports::Clock as _;
use stanch_integrity::Gaps;

use super::snapshots;
use crate::arguments::GapsArguments;
use crate::clock::SystemClock;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};
use crate::requests::default_case;

/// Name of the result among the documents of a case.
const DOCUMENT: &str = "gaps.json";

/// Reads, joins, prints, and keeps the result in the case.
pub(crate) fn run(arguments: &GapsArguments, console: &Console) -> Result<Exit, Failure> {
    let case = arguments.case.clone().or_else(default_case);
    let mut read = read::inputs(&arguments.inputs);
    if let Some(snapshot) = case.as_deref().and_then(snapshots::last_state) {
        read.trail_statuses(&snapshot)?;
    }
    let (events, unread) = (read.events, read.unread);
    let result = read.recorded.gaps();
    let exit = exit(&result, events, &unread);
    if console.json {
        console.print_json(&serde_json::json!({"result": result, "events": events, "unread": unread}))?;
    } else {
        let text = screen::text(&result, events, &unread, console);
        output::data(|out| out.write_all(text.as_bytes()))?;
    }
    if let Some(case) = &case {
        keep(case, &result, console)?;
    }
    console.say(&screen::next(&result, case.as_deref()));
    Ok(exit)
}

fn keep(case: &Path, result: &Gaps, console: &Console) -> Result<(), Failure> {
    let now = SystemClock::new(None).now();
    let bytes = serde_json::to_vec(result)
        .map_err(|error| Failure::because("the result can't be written", &error, "run it again"))?;
    Case::open(case, now)?.write_document(DOCUMENT, &bytes, now)?;
    console.say(&format!("Result kept in {} as {DOCUMENT}", case.display()));
    Ok(())
}

fn exit(result: &Gaps, events: u64, unread: &[String]) -> Exit {
    let is_known = events > 0 && unread.is_empty() && result.never.is_empty() && !result.is_cut;
    match (result.gaps.is_empty(), is_known) {
        (true, true) => Exit::Nothing,
        (false, true) => Exit::Findings,
        (true, false) => Exit::Incomplete,
        (false, false) => Exit::FindingsIncomplete,
    }
}
