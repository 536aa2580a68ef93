//! `stanch assess`: a snapshot, assessed.

use std::io;
use std::path::{Path, PathBuf};

use stanch_assess::{Assessor, Known, LoggedChanges, Made};
use stanch_collect::snapshot::Wanted;
use stanch_collect::{CollectError, Snapshot};
use stanch_core::assessment::{Assessment, FindingVerdict};
use stanch_report::{TerminalOptions, html_assessment, json_assessment, terminal_assessment};

use super::{events, known, outputs, snapshots};
use crate::error::Failure;
use crate::exit::Exit;
use crate::format::AssessFormat;
use crate::output::{self, Console};
use crate::requests::AssessRequest;

/// Assesses and prints.
pub(crate) fn run(request: &AssessRequest, console: &Console) -> Result<Exit, Failure> {
    for path in &request.outputs {
        AssessFormat::of_path(path)?;
    }
    outputs::places(&request.outputs, request.force)?;
    let given = known::declarations(request)?;
    let snapshot = chosen(request)?;
    let known = known::given(&given, request, snapshot.folder(), console)?;
    let (acts, problems) = acts(&request.case, &request.logs, request.no_logs, console)?;
    let assessment = judged(&snapshot, known, acts.as_ref())?;
    let whole = snapshot.is_finished() && problems == 0;
    if !snapshot.is_finished() {
        console.say("The snapshot was interrupted: what is missing in it is not known.");
    }
    if problems > 0 {
        console.say(&format!(
            "{problems} of the logs were not read in full: creators may be missing. Next: stanch case show --problems"
        ));
    }
    print(&assessment, request, console)?;
    Ok(exit(&assessment, whole))
}

/// A snapshot, judged, joined with what logs changed.
pub(crate) fn judged(
    snapshot: &Snapshot,
    known: Known,
    acts: Option<&LoggedChanges>,
) -> Result<Assessment, Failure> {
    Ok(assessor(snapshot, known)?.assess(acts))
}

/// A snapshot, judged, with everything that each principal and credential created or changed.
pub(crate) fn judged_for_plan(
    snapshot: &Snapshot,
    known: Known,
    acts: Option<LoggedChanges>,
) -> Result<(Assessment, Made), Failure> {
    Ok(assessor(snapshot, known)?.assess_for_plan(acts))
}

fn assessor(snapshot: &Snapshot, known: Known) -> Result<Assessor, Failure> {
    let mut assessor = Assessor::new(known);
    let unread = |error: &CollectError| {
        Failure::because(
            "the snapshot can't be read",
            error,
            "take a new one: stanch collect --fresh",
        )
    };
    snapshot
        .each(&Wanted::default(), |reading| {
            assessor.observe(&reading);
            Ok::<(), CollectError>(())
        })
        .map_err(|error| unread(&error))?;
    assessor.cover(&snapshot.coverage().map_err(|error| unread(&error))?);
    Ok(assessor)
}

fn print(assessment: &Assessment, request: &AssessRequest, console: &Console) -> Result<(), Failure> {
    let mut next = Vec::new();
    if !assessment.is_complete() {
        next.push((
            "stanch permissions collect".to_owned(),
            "prints the policy that allows the rest to be read".to_owned(),
        ));
    }
    if request.outputs.is_empty() && !assessment.findings.is_empty() {
        next.push((
            format!("stanch assess --case {} -o account.html", request.case.display()),
            "writes a page with every finding and its evidence".to_owned(),
        ));
    }
    if assessment.logs_begin.is_none() {
        next.push((
            format!("stanch assess --case {} --logs LOGS", request.case.display()),
            "adds who created each resource".to_owned(),
        ));
    }
    let documents = documents(assessment, request, console);
    let options = TerminalOptions {
        width: console.width,
        colour: console.colour,
        verbose: console.verbose,
        next,
        ..TerminalOptions::default()
    };
    output::data(|out| write(assessment, request.format, &options, out))?;
    documents
}

fn write(
    assessment: &Assessment,
    format: AssessFormat,
    options: &TerminalOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        AssessFormat::Text => terminal_assessment(assessment, options, out),
        AssessFormat::Json => json_assessment(assessment, out),
        AssessFormat::Html => html_assessment(assessment, out),
    }
}

/// Writes the documents of -o; one that fails does not keep the others from being written.
fn documents(assessment: &Assessment, request: &AssessRequest, console: &Console) -> Result<(), Failure> {
    let one = |path: &PathBuf| {
        let mut bytes = Vec::new();
        write(
            assessment,
            AssessFormat::of_path(path)?,
            &outputs::terminal_options(console),
            &mut bytes,
        )
        .map_err(|error| outputs::unwritable(&error))?;
        output::document(path, request.force, &bytes)
    };
    request.outputs.iter().map(one).fold(Ok(()), Result::and)
}

/// Weaknesses alone are no findings: every account has some.
fn exit(assessment: &Assessment, whole: bool) -> Exit {
    let found = assessment
        .findings
        .iter()
        .any(|finding| finding.verdict >= FindingVerdict::Suspicious || finding.deadline.is_some());
    match (found, whole && assessment.is_complete()) {
        (false, true) => Exit::Nothing,
        (true, true) => Exit::Findings,
        (false, false) => Exit::Incomplete,
        (true, false) => Exit::FindingsIncomplete,
    }
}

fn chosen(request: &AssessRequest) -> Result<Snapshot, Failure> {
    let Some(named) = &request.snapshot else {
        return snapshots::last_state(&request.case).ok_or_else(|| {
            Failure::new(
                format!("{} has no snapshot of the account", request.case.display()),
                format!("take one: stanch collect --case {}", request.case.display()),
            )
        });
    };
    snapshots::named(&request.case, named)
}

/// Returns the changes in the logs, and the number of logs that were not read in full.
pub(crate) fn acts(
    case: &Path,
    logs: &[PathBuf],
    no_logs: bool,
    console: &Console,
) -> Result<(Option<LoggedChanges>, u64), Failure> {
    if no_logs {
        return Ok((None, 0));
    }
    let mut acts = LoggedChanges::default();
    let read = events::each(logs, &snapshots::all(case), &mut |event| {
        acts.observe(event);
    })?;
    if read.pulled > 0 && logs.is_empty() {
        console.say("Joined with the event history in the case (--no-logs leaves it out)");
    }
    let problems = read.problems + u64::from(acts.left_out > 0);
    if logs.is_empty() && read.pulled == 0 {
        return Ok((None, problems));
    }
    acts.finish();
    Ok((Some(acts), problems))
}
