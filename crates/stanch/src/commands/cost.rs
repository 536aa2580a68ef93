//! `stanch cost`: unauthorised charges on a bill, joined with the events of the case.

mod attack;
mod lines;
mod screen;

use std::path::{Path, PathBuf};

use stanch_bill::{Bill, BillFile, Judgement, Line, Outcome};
use stanch_core::Analysis;

use crate::arguments::CostArguments;
use crate::commands::report;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

pub(crate) use lines::Lines;
pub(crate) use screen::money;

/// A bill judged against a case.
pub(crate) struct Judged {
    /// Result.
    pub(crate) outcome: Outcome,
    /// Files of the bill, with their digests.
    pub(crate) files: Vec<BillFile>,
    /// Report of the case.
    pub(crate) analysis: Analysis,
    /// Gaps of the attack, one sentence each.
    pub(crate) gaps: Vec<String>,
    /// Gaps of the logs in the case, one sentence each.
    unread: Vec<String>,
}

impl Judged {
    /// Returns the exit code.
    pub(crate) fn exit(&self) -> Exit {
        match (
            self.outcome.has_charges(),
            self.outcome.is_complete() && self.gaps.is_empty() && self.unread.is_empty(),
        ) {
            (false, true) => Exit::Nothing,
            (true, true) => Exit::Findings,
            (false, false) => Exit::Incomplete,
            (true, false) => Exit::FindingsIncomplete,
        }
    }
}

/// Reads the case and the bill, and judges; `each` is called with every line.
pub(crate) fn judged(
    case: &Path,
    paths: &[PathBuf],
    each: &mut dyn FnMut(&Line, &Judgement),
) -> Result<Judged, Failure> {
    for path in paths {
        if std::fs::symlink_metadata(path).is_err() {
            return Err(Failure::new(
                format!("{} can't be read", path.display()),
                "name a file, folder or archive that is there",
            )
            .usage());
        }
    }
    let analysis = report::of_case(case)?;
    let found = attack::of_case(case, &analysis)?;
    let bill = Bill::find(paths);
    let outcome = stanch_bill::judge(&bill, &found.attack, each);
    let files = bill.files().map_err(|error| {
        Failure::because(
            "a file of the bill can't be read",
            &error,
            "check the files, then run it again",
        )
    })?;
    Ok(Judged {
        outcome,
        files,
        analysis,
        gaps: found.gaps,
        unread: found.unread,
    })
}

/// Judges and reports.
pub(crate) fn run(arguments: &CostArguments, console: &Console) -> Result<Exit, Failure> {
    let case = arguments.case.dir();
    let result = match &arguments.csv {
        None => judged(case, &arguments.paths, &mut |_, _| {})?,
        Some(path) => output::document_by(path, arguments.force, |out| {
            let mut lines = Lines::begin(out)?;
            let result = judged(case, &arguments.paths, &mut |line, judgement| {
                lines.add(line, judgement);
            })?;
            lines.end()?;
            Ok(result)
        })?,
    };
    if console.json {
        let mut value = serde_json::to_value(&result.outcome)
            .map_err(|error| Failure::because("the result can't be written", &error, "please report it"))?;
        if let Some(members) = value.as_object_mut() {
            members.insert("files".to_owned(), serde_json::json!(result.files));
            members.insert(
                "gaps".to_owned(),
                serde_json::json!([&result.gaps[..], &result.unread].concat()),
            );
        }
        console.print_json(&value)?;
    } else {
        let text = screen::text(&result, console);
        output::data(|out| out.write_all(text.as_bytes()))?;
    }
    console.say(&screen::next(&result, &arguments.paths, case));
    Ok(result.exit())
}
