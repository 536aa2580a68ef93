//! `stanch hunt`: logs in, an answer out.

pub(crate) mod elsewhere;
mod inputs;
mod next;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use stanch_case::Case;
use stanch_core::ports::Clock as _;
use stanch_core::verdict::Analysis;
use stanch_core::{EventKey, EventRecord};
use stanch_report::TerminalOptions;
use stanch_trail::Limits;

use crate::arguments::HuntArguments;
use crate::clock::SystemClock;
use crate::error::Failure;
use crate::exit::Exit;
use crate::format::Format;
use crate::hunt::{self, HuntInput};
use crate::output::{self, Console};
use crate::progress::ProgressLine;

use elsewhere::Remote;
pub(crate) use elsewhere::is_remote;

use super::outputs::{self, terminal_options, unwritable};

/// Documents of a case that a hunt writes.
const PAGE: &str = "report/index.html";
/// The whole analysis, from which everything else can be made again.
pub(super) const ANALYSIS: &str = "report/report.json";

/// Hunts and tells.
pub(crate) fn run(arguments: &HuntArguments, console: &Console) -> Result<Exit, Failure> {
    outputs::check(&arguments.outputs, None, arguments.clobber)?;
    let clock = SystemClock::new(arguments.now);
    let open = |dir: &Path| Case::open(dir, clock.now());
    let mut case = arguments.case.as_deref().map(open).transpose()?;
    let remote = Remote::open(arguments, case.as_mut(), console)?;
    if remote.is_cut_short {
        console.say("Interrupted. Next: run the same command again; it goes on where it was");
        return Ok(Exit::Interrupted);
    }
    let progress = ProgressLine::new(console.quiet);
    let analysis = analyse(arguments, &remote, case.as_mut(), &clock, &progress, console);
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
    outputs::write(&arguments.outputs, None, arguments.clobber, &analysis, console)?;
    told?;
    Ok(Exit::of(&analysis))
}

fn analyse(
    arguments: &HuntArguments,
    remote: &Remote,
    case: Option<&mut Case>,
    clock: &SystemClock,
    progress: &ProgressLine,
    console: &Console,
) -> Result<Analysis, Failure> {
    let engine = super::engine(&arguments.tables)?;
    let limits = Limits::default();
    let mut listing = inputs::list(arguments, &limits, console)?;
    remote.add_to(&mut listing);
    let threads = match arguments.threads {
        Some(threads) => usize::from(threads),
        None => std::thread::available_parallelism().map_or(1, usize::from),
    };
    let mut input = HuntInput {
        listing,
        engine: &engine,
        limits,
        threads,
        progress,
        clock,
        now: arguments.now,
        cited_before: BTreeMap::new(),
        elsewhere: remote,
    };
    let Some(case) = case.filter(|_| !arguments.no_store) else {
        return hunt::run(input, None);
    };
    input.cited_before = cited_before(case);
    let fingerprint = format!("{} {}", engine.fingerprint(), hunt::STORE_VERSION);
    let mut hunt = case.begin_hunt(&fingerprint, clock.now())?;
    let analysis = hunt::run(input, Some(&mut hunt))?;
    hunt.finish(clock.now())?;
    Ok(analysis)
}

/// The records that the case's last report cites, for inputs that moved since. A report that can't be read costs
/// nothing but those.
fn cited_before(case: &Case) -> BTreeMap<EventKey, EventRecord> {
    let read = std::fs::read(case.dir().join(ANALYSIS)).ok();
    let report = read.and_then(|bytes| serde_json::from_slice::<CitedBefore>(&bytes).ok());
    report.map(|report| report.events).unwrap_or_default()
}

/// The part of a report that holds the cited records.
#[derive(Deserialize)]
struct CitedBefore {
    events: BTreeMap<EventKey, EventRecord>,
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

fn tell(
    analysis: &Analysis,
    arguments: &HuntArguments,
    console: &Console,
    progress: &ProgressLine,
    documents: &[String],
) -> Result<(), Failure> {
    let mut options = terminal_options(console);
    if arguments.format == Format::Text {
        options = TerminalOptions {
            colour: console.colour,
            elapsed: arguments.now.is_none().then(|| progress.elapsed()),
            next: next::commands(analysis, arguments, documents.is_empty()),
            report_path: documents.first().cloned(),
            ..options
        };
    }
    output::data(|out| arguments.format.write(analysis, &options, out))
}
