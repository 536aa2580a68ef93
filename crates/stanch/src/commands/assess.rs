//! `stanch assess`: a snapshot, judged.

use std::io;
use std::path::{Path, PathBuf};

use stanch_assess::{Acts, Assessor, Known};
use stanch_collect::snapshot::Wanted;
use stanch_collect::{CollectError, Snapshot};
use stanch_core::assessment::{Assessment, FindingVerdict};
use stanch_report::{TerminalOptions, html_assessment, json_assessment, terminal_assessment};

use super::{events, known, outputs, snapshots};
use crate::arguments::{AssessArguments, AssessFormat};
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// Judges.
pub(crate) fn run(arguments: &AssessArguments, console: &Console) -> Result<Exit, Failure> {
    for path in &arguments.outputs {
        AssessFormat::of_path(path)?;
    }
    outputs::places(&arguments.outputs, arguments.clobber)?;
    let given = known::declarations(arguments)?;
    let snapshot = chosen(arguments)?;
    let known = known::given(&given, arguments, snapshot.folder(), console)?;
    let (acts, problems) = acts(&arguments.case, &arguments.logs, arguments.no_logs, console)?;
    let assessment = judged(&snapshot, known, acts.as_ref())?;
    let whole = snapshot.is_finished() && problems == 0;
    if !snapshot.is_finished() {
        console.say("The snapshot was interrupted: what it does not hold is not known.");
    }
    if problems > 0 {
        console.say(&format!(
            "{problems} of the logs could not be read in full: who made what may be missing there. Next: stanch hunt tells why"
        ));
    }
    tell(&assessment, arguments, console)?;
    Ok(exit(&assessment, whole))
}

/// A snapshot, judged, joined with what logs changed.
pub(crate) fn judged(snapshot: &Snapshot, known: Known, acts: Option<&Acts>) -> Result<Assessment, Failure> {
    let mut assessor = Assessor::new(known);
    let unread = |error: &CollectError| {
        Failure::because(
            "the snapshot can't be read",
            error,
            "take a new one: stanch collect --case DIR --fresh",
        )
    };
    snapshot
        .each(&Wanted::default(), |reading| {
            assessor.observe(&reading);
            Ok::<(), CollectError>(())
        })
        .map_err(|error| unread(&error))?;
    assessor.cover(&snapshot.coverage().map_err(|error| unread(&error))?);
    Ok(assessor.assess(acts))
}

fn tell(assessment: &Assessment, arguments: &AssessArguments, console: &Console) -> Result<(), Failure> {
    let mut next = Vec::new();
    if !assessment.is_complete() {
        next.push((
            "stanch permissions collect".to_owned(),
            "the policy that lets the rest be read".to_owned(),
        ));
    }
    if arguments.outputs.is_empty() && !assessment.findings.is_empty() {
        next.push((
            format!(
                "stanch assess --case {} -o account.html",
                arguments.case.display()
            ),
            "every finding with its evidence, as a page".to_owned(),
        ));
    }
    if assessment.logs_begin.is_none() {
        next.push((
            format!("stanch assess --case {} --logs LOGS", arguments.case.display()),
            "who made what".to_owned(),
        ));
    }
    let documents = documents(assessment, arguments, console);
    let options = TerminalOptions {
        width: console.width,
        colour: console.colour,
        verbose: console.verbose,
        next,
        ..TerminalOptions::default()
    };
    output::data(|out| write(assessment, arguments.format, &options, out))?;
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

/// What -o names; one that fails does not keep the others from being written.
fn documents(assessment: &Assessment, arguments: &AssessArguments, console: &Console) -> Result<(), Failure> {
    let one = |path: &PathBuf| {
        let mut bytes = Vec::new();
        write(
            assessment,
            AssessFormat::of_path(path)?,
            &outputs::terminal_options(console),
            &mut bytes,
        )
        .map_err(|error| outputs::unwritable(&error))?;
        output::document(path, arguments.clobber, &bytes)
    };
    arguments.outputs.iter().map(one).fold(Ok(()), Result::and)
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

fn chosen(arguments: &AssessArguments) -> Result<Snapshot, Failure> {
    let Some(named) = &arguments.snapshot else {
        return snapshots::last_state(&arguments.case).ok_or_else(|| {
            Failure::new(
                format!("{} holds no snapshot of an account", arguments.case.display()),
                format!("take one: stanch collect --case {}", arguments.case.display()),
            )
        });
    };
    snapshots::named(&arguments.case, named)
}

/// What logs changed, and how many of them were not read in full.
pub(crate) fn acts(
    case: &Path,
    logs: &[PathBuf],
    no_logs: bool,
    console: &Console,
) -> Result<(Option<Acts>, u64), Failure> {
    if no_logs {
        return Ok((None, 0));
    }
    let mut acts = Acts::default();
    let read = events::each(logs, &snapshots::all(case), &mut |event| {
        acts.observe(event);
    })?;
    if read.pulled > 0 && logs.is_empty() {
        console.say("Joined with the events that were pulled into the case (--no-logs leaves them out)");
    }
    let problems = read.problems + u64::from(acts.left_out > 0);
    if logs.is_empty() && read.pulled == 0 {
        return Ok((None, problems));
    }
    acts.finish();
    Ok((Some(acts), problems))
}
