//! `stanch hunt`: logs in, an answer out.

use std::path::Path;

use stanch_case::Case;
use stanch_core::ports::Clock as _;
use stanch_core::verdict::Analysis;
use stanch_report::TerminalOptions;
use stanch_trail::{Input, Limits};

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
    for path in &arguments.outputs {
        check_output(path, arguments.clobber)?;
    }
    let clock = SystemClock::new(arguments.now);
    let open = |dir: &Path| Case::open(dir, clock.now());
    let mut case = arguments.case.as_deref().map(open).transpose()?;
    let progress = ProgressLine::new(console.quiet);
    let analysis = analyse(arguments, case.as_mut(), &clock, &progress);
    progress.clear();
    let analysis = analysis?;
    let mut documents = Vec::new();
    for path in &arguments.outputs {
        let format = Format::of_path(path)?;
        output::document(path, arguments.clobber, &render(&analysis, format, console)?)?;
        documents.push(path.display().to_string());
    }
    if let Some(case) = &mut case {
        keep(case, &analysis, &clock)?;
        documents.insert(0, case.dir().join(PAGE).display().to_string());
    }
    tell(&analysis, arguments, console, &progress, &documents)?;
    Ok(Exit::of(&analysis))
}

/// Refuses early what would fail after minutes of reading.
fn check_output(path: &Path, clobber: bool) -> Result<(), Failure> {
    Format::of_path(path)?;
    if !clobber && path.exists() {
        let what = format!("{} is there already", path.display());
        return Err(Failure::new(
            what,
            "name another file, or add --clobber to replace it",
        ));
    }
    Ok(())
}

fn analyse(
    arguments: &HuntArguments,
    case: Option<&mut Case>,
    clock: &SystemClock,
    progress: &ProgressLine,
) -> Result<Analysis, Failure> {
    let engine = super::engine(&arguments.tables)?;
    let limits = Limits::default();
    let inputs: Vec<Input> = arguments
        .inputs
        .iter()
        .map(|path| input(path))
        .collect::<Result<_, _>>()?;
    let listing = stanch_trail::list(&inputs, &limits);
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
    let mut hunt = case.begin_hunt(engine.fingerprint(), clock.now())?;
    let analysis = hunt::run(input, Some(&mut hunt))?;
    hunt.finish(clock.now())?;
    Ok(analysis)
}

fn input(path: &Path) -> Result<Input, Failure> {
    if path == Path::new("-") {
        return Ok(Input::StandardInput);
    }
    match std::fs::symlink_metadata(path) {
        Ok(_) => Ok(Input::Path(path.to_owned())),
        Err(error) => {
            let what = format!("{} can't be read", path.display());
            Err(Failure::because(
                what,
                &error,
                "name a folder, file or archive that is there, or - for standard input",
            ))
        }
    }
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
                next: next_commands(analysis, arguments, documents.is_empty()),
                report_path: documents.first().cloned(),
                ..terminal_options(console)
            };
            output::data(|out| stanch_report::terminal(analysis, &options, out))
        }
        Format::Json => output::data(|out| stanch_report::json(analysis, out)),
        Format::Html => output::data(|out| stanch_report::html(analysis, out)),
    }
}

/// The next useful commands, only such as exist.
fn next_commands(analysis: &Analysis, arguments: &HuntArguments, no_report: bool) -> Vec<(String, String)> {
    let inputs: Vec<String> = arguments.inputs.iter().map(|path| quoted(path)).collect();
    let inputs = inputs.join(" ");
    let mut next = Vec::new();
    if no_report {
        next.push((
            format!("stanch hunt {inputs} -o report.html"),
            "a page with every event behind this".to_owned(),
        ));
    }
    if let Some(finding) = analysis.findings.first() {
        next.push((
            format!(
                "stanch rules --explain {}",
                stanch_core::text::shown(finding.detection.as_str(), 80)
            ),
            "what the gravest finding means".to_owned(),
        ));
    }
    match &arguments.case {
        Some(case) if !analysis.coverage.is_complete() => {
            next.push((
                format!("stanch case show {} --problems", quoted(case)),
                "what could not be read".to_owned(),
            ));
        }
        Some(case) => next.push((
            format!("stanch case verify {}", quoted(case)),
            "prove the case unchanged".to_owned(),
        )),
        None => next.push((
            "stanch case new incident".to_owned(),
            "keep what you learn in a case".to_owned(),
        )),
    }
    next
}

/// A path as it can be pasted into a shell.
fn quoted(path: &Path) -> String {
    let text = stanch_core::text::shown(&path.to_string_lossy(), 300);
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-+=:@%,".contains(character);
    if text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
