//! `stanch hunt`: logs in, a verdict out.

pub(crate) mod elsewhere;
mod next;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use stanch_case::{Case, DeclarationKind};
use stanch_core::ports::Clock as _;
use stanch_core::text::shown;
use stanch_core::verdict::Analysis;
use stanch_core::{EventKey, EventRecord};
use stanch_detect::Declared;
use stanch_hunt::{HuntInput, LeftOut};
use stanch_report::TerminalOptions;
use stanch_trail::{Context, Limits};

use crate::clock::SystemClock;
use crate::error::Failure;
use crate::exit::Exit;
use crate::format::Format;
use crate::output::{self, Console};
use crate::progress::ProgressLine;
use crate::requests::HuntRequest;

use elsewhere::Remote;
pub(crate) use elsewhere::is_remote;

use super::outputs::{self, terminal_options, unwritable};

/// Documents of a case that a hunt writes.
const PAGE: &str = "report/index.html";
/// The whole analysis, from which everything else can be made again.
pub(super) const ANALYSIS: &str = "report/report.json";

/// Hunts and prints the verdict.
pub(crate) fn run(request: &HuntRequest, console: &Console) -> Result<Exit, Failure> {
    outputs::check(&request.outputs, None, request.force)?;
    let clock = SystemClock::new(request.now);
    let open = |dir: &Path| Case::open(dir, clock.now());
    let mut case = request.case.as_deref().map(open).transpose()?;
    let remote = Remote::open(request, case.as_mut(), console)?;
    if remote.is_cut_short {
        console.say("Interrupted. Next: run the same command again; it continues");
        return Ok(Exit::Interrupted);
    }
    let progress = ProgressLine::new(console.quiet);
    let analysis = analyse(request, &remote, case.as_mut(), &clock, &progress, console);
    progress.clear();
    let analysis = analysis?;
    let mut documents = Vec::new();
    if let Some(case) = &mut case {
        keep(case, &analysis, &clock)?;
        documents.push(case.dir().join(PAGE).display().to_string());
    }
    documents.extend(request.outputs.iter().map(|path| path.display().to_string()));
    // What was named by -o comes last: it can fail, and then the rest is there.
    let printed = print(&analysis, request, console, &progress, &documents);
    outputs::write(&request.outputs, None, request.force, &analysis, console)?;
    printed?;
    Ok(Exit::of(&analysis))
}

fn analyse(
    request: &HuntRequest,
    remote: &Remote,
    case: Option<&mut Case>,
    clock: &SystemClock,
    progress: &ProgressLine,
    console: &Console,
) -> Result<Analysis, Failure> {
    let engine = super::engine(&request.tables, declared(request, case.as_deref()))?;
    let limits = Limits::default();
    let here: Vec<PathBuf> = request
        .inputs
        .iter()
        .filter(|path| !is_remote(path))
        .cloned()
        .collect();
    let (mut listing, left_out) = stanch_hunt::list(&here, &request.outputs, &limits)?;
    if left_out.files > 0 {
        console.say(&left_out_words(&left_out));
    }
    remote.add_to(&mut listing);
    let threads = match request.threads {
        Some(threads) => usize::from(threads),
        None => std::thread::available_parallelism().map_or(1, usize::from),
    };
    let mut input = HuntInput {
        listing,
        engine: &engine,
        limits,
        context: context(&request.flow_formats)?,
        threads,
        progress,
        clock,
        now: request.now,
        cited_before: BTreeMap::new(),
        elsewhere: remote,
    };
    let Some(case) = case.filter(|_| !request.no_store) else {
        return Ok(stanch_hunt::run(input, None)?);
    };
    input.cited_before = cited_before(case);
    let fingerprint = format!("{} {}", engine.fingerprint(), stanch_hunt::STORE_VERSION);
    let mut hunt = case.begin_hunt(&fingerprint, clock.now())?;
    let analysis = stanch_hunt::run(input, Some(&mut hunt))?;
    hunt.finish(clock.now())?;
    Ok(analysis)
}

/// Returns the statements of the command line, and the known-good entries of the case.
fn declared(request: &HuntRequest, case: Option<&Case>) -> Declared {
    let mut good = request.known_good.clone();
    let entries = case.map(Case::declarations);
    let entries = entries
        .iter()
        .flat_map(|declarations| declarations.of_kind(DeclarationKind::KnownGood));
    good.extend(entries.filter_map(|declared| declared.declaration.id().parse().ok()));
    Declared {
        good,
        suspects: request.suspects.clone(),
    }
}

/// Returns what the responder says of the inputs.
fn context(flow_formats: &[String]) -> Result<Context, Failure> {
    let mut context = Context::default();
    match flow_formats
        .iter()
        .find(|format| !context.add_flow_format(format))
    {
        None => Ok(context),
        Some(format) => Err(Failure::new(
            format!("{} names no fields of a VPC flow log", shown(format, 100)),
            "give the fields in their order, as LogFormat of describe-flow-logs has them: --flow-format '${srcaddr} ${dstaddr} …'",
        )
        .usage()),
    }
}

/// Returns the records that the case's last report cites, for inputs that moved since. A report that can't be read costs
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

fn print(
    analysis: &Analysis,
    request: &HuntRequest,
    console: &Console,
    progress: &ProgressLine,
    documents: &[String],
) -> Result<(), Failure> {
    let mut options = terminal_options(console);
    if request.format == Format::Text {
        let urgent = next::urgent(analysis, request);
        options = TerminalOptions {
            colour: console.colour,
            elapsed: request.now.is_none().then(|| progress.elapsed()),
            clock: Some(SystemClock::new(request.now).now()),
            next: match urgent.as_slice() {
                [] => next::commands(analysis, request, documents.is_empty()),
                _ => Vec::new(),
            },
            urgent,
            report_path: documents.first().cloned(),
            ..options
        };
    }
    output::data(|out| request.format.write(analysis, &options, out))
}

fn left_out_words(left_out: &LeftOut) -> String {
    let files = if left_out.files == 1 { "file" } else { "files" };
    let mut named: Vec<String> = left_out
        .places
        .iter()
        .take(3)
        .map(|place| shown(&place.to_string_lossy(), 200))
        .collect();
    let more = left_out.places.len().saturating_sub(named.len());
    if more > 0 {
        named.push(format!("{more} more places"));
    }
    format!(
        "Not read: {} {files} that stanch itself wrote, in {}",
        left_out.files,
        named.join(", ")
    )
}
