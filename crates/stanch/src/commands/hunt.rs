//! `stanch hunt`: logs in, an answer out.

mod inputs;
mod next;
mod outputs;

use std::path::Path;

use stanch_case::Case;
use stanch_core::ports::Clock as _;
use stanch_core::verdict::Analysis;
use stanch_report::TerminalOptions;
use stanch_trail::Limits;

use crate::arguments::HuntArguments;
use crate::clock::SystemClock;
use crate::error::Failure;
use crate::exit::Exit;
use crate::hunt::{self, HuntInput};
use crate::output::{self, Console, Format};
use crate::progress::ProgressLine;

/// Documents of a case that a hunt writes.
const PAGE: &str = "report/index.html";
/// The whole analysis, from which everything else can be made again.
pub(super) const ANALYSIS: &str = "report/report.json";

/// Hunts and tells.
pub(crate) fn run(arguments: &HuntArguments, console: &Console) -> Result<Exit, Failure> {
    outputs::check(&arguments.outputs, arguments.clobber)?;
    let clock = SystemClock::new(arguments.now);
    let open = |dir: &Path| Case::open(dir, clock.now());
    let mut case = arguments.case.as_deref().map(open).transpose()?;
    let progress = ProgressLine::new(console.quiet);
    let analysis = analyse(arguments, case.as_mut(), &clock, &progress, console);
    progress.clear();
    let analysis = analysis?;
    let mut documents = Vec::new();
    if let Some(case) = &mut case {
        keep(case, &analysis, &clock)?;
        documents.push(case.dir().join(PAGE).display().to_string());
    }
    documents.extend(arguments.outputs.iter().map(|path| path.display().to_string()));
    // What was named by -o comes last: it can fail, and then the rest is there.
    let told = tell(&analysis, arguments, console, &progress, &documents);
    outputs::write(&arguments.outputs, arguments.clobber, |format| {
        render(&analysis, format, console)
    })?;
    told?;
    Ok(Exit::of(&analysis))
}

fn analyse(
    arguments: &HuntArguments,
    case: Option<&mut Case>,
    clock: &SystemClock,
    progress: &ProgressLine,
    console: &Console,
) -> Result<Analysis, Failure> {
    let engine = super::engine(&arguments.tables)?;
    let limits = Limits::default();
    let listing = inputs::list(arguments, &limits, console)?;
    let threads = match arguments.threads {
        Some(threads) => usize::from(threads),
        None => std::thread::available_parallelism().map_or(1, usize::from),
    };
    let input = HuntInput {
        listing,
        engine: &engine,
        limits,
        threads,
        progress,
        clock,
        now: arguments.now,
    };
    let Some(case) = case.filter(|_| !arguments.no_store) else {
        return hunt::run(input, None);
    };
    let fingerprint = format!("{} {}", engine.fingerprint(), hunt::STORE_VERSION);
    let mut hunt = case.begin_hunt(&fingerprint, clock.now())?;
    let analysis = hunt::run(input, Some(&mut hunt))?;
    hunt.finish(clock.now())?;
    Ok(analysis)
}

fn keep(case: &mut Case, analysis: &Analysis, clock: &SystemClock) -> Result<(), Failure> {
    let now = clock.now();
    let mut lines = Vec::new();
    for finding in &analysis.findings {
        lines.extend(json(serde_json::to_vec(finding))?);
        lines.push(b'\n');
    }
    case.write_document("findings.jsonl", &lines, now)?;
    case.write_document(
        "verdict.json",
        &json(serde_json::to_vec_pretty(&analysis.verdict))?,
        now,
    )?;
    let mut document = Vec::new();
    stanch_report::json(analysis, &mut document).map_err(|error| unwritable(&error))?;
    case.write_document(ANALYSIS, &document, now)?;
    let mut page = Vec::new();
    stanch_report::html(analysis, &mut page).map_err(|error| unwritable(&error))?;
    case.write_document(PAGE, &page, now)?;
    Ok(())
}

fn json(bytes: serde_json::Result<Vec<u8>>) -> Result<Vec<u8>, Failure> {
    bytes.map_err(|error| unwritable(&error))
}

fn unwritable(error: &dyn std::error::Error) -> Failure {
    Failure::because(
        "the report can't be written",
        error,
        "check the free space; please report it if there is some",
    )
}

fn render(analysis: &Analysis, format: Format, console: &Console) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let result = match format {
        Format::Text => stanch_report::terminal(analysis, &terminal_options(console), &mut bytes),
        Format::Json => stanch_report::json(analysis, &mut bytes),
        Format::Html => stanch_report::html(analysis, &mut bytes),
    };
    result.map_err(|error| unwritable(&error))?;
    Ok(bytes)
}

fn terminal_options(console: &Console) -> TerminalOptions {
    TerminalOptions {
        width: console.width,
        colour: false,
        verbose: console.verbose,
        elapsed: None,
        next: Vec::new(),
        report_path: None,
    }
}

fn tell(
    analysis: &Analysis,
    arguments: &HuntArguments,
    console: &Console,
    progress: &ProgressLine,
    documents: &[String],
) -> Result<(), Failure> {
    match arguments.format {
        Format::Text => {
            let options = TerminalOptions {
                colour: console.colour,
                elapsed: arguments.now.is_none().then(|| progress.elapsed()),
                next: next::commands(analysis, arguments, documents.is_empty()),
                report_path: documents.first().cloned(),
                ..terminal_options(console)
            };
            output::data(|out| stanch_report::terminal(analysis, &options, out))
        }
        Format::Json => output::data(|out| stanch_report::json(analysis, out)),
        Format::Html => output::data(|out| stanch_report::html(analysis, out)),
    }
}
