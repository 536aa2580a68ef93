//! Every action against the AWS stand-in: it does what it says, fails cleanly at every call, continues after a kill
//! at every line,
//! does nothing twice, and gives back what was there.
//!
//! `make contract` runs it. It prints a table of actions and cases, and ends with an error that names each cell that failed.
//! Without a test harness, since it starts itself again with an environment in which nothing but the stand-in can be reached.
//! A crate of its own, so that no feature is needed to leave it out of other tests.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "without a harness it prints its own result"
)]

mod cases;
mod interface;
mod moments;
mod recording;
mod report;
mod seeds;
mod server;
mod session;
mod wire;
mod world;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::{Arc, Mutex, PoisonError};

use cases::{Extent, Ground};
use recording::Recording;
use report::{Cell, Row};
use server::Server;

/// Where the Python of the stand-in is named.
const PYTHON: &str = "STANCH_STANDIN_PYTHON";
/// Where the stand-in listens, in the environment of the process that asks it.
const ENDPOINT: &str = "STANCH_CONTRACT_ENDPOINT";
/// Set where recordings are written, not compared.
const RECORD: &str = "STANCH_CONTRACT_RECORD";
/// Actions that one stand-in is asked for.
const PART: usize = 8;
/// Stand-ins at once: each keeps one processor busy.
const LANES: usize = 2;

/// Tries the actions that the command line names, or all.
#[must_use]
pub fn run() -> ExitCode {
    if let Ok(endpoint) = std::env::var(ENDPOINT) {
        return tried(&endpoint);
    }
    match alone() {
        Ok(code) => code,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// Starts stand-ins, and for each this program again, with credentials that are none and no way to any other. A
/// stand-in grows
/// slower with every account that it has seen, so each tries a few actions, two at once.
fn alone() -> Result<ExitCode, String> {
    let python = std::env::var(PYTHON).map_err(|_| format!("{PYTHON} names no Python: see make contract"))?;
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let is_wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    let names: Vec<&str> = every_name().filter(|name| is_wanted(name)).collect();
    println!("{}", report::head(widest()));
    let parts: Mutex<Vec<&[&str]>> = Mutex::new(names.chunks(PART).rev().collect());
    let lane = || -> Result<bool, String> {
        let mut well = true;
        loop {
            let next = parts.lock().map_err(|error| error.to_string())?.pop();
            let Some(part) = next else {
                return Ok(well);
            };
            well &= try_part(&python, part)?;
        }
    };
    let results = std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES).map(|_| scope.spawn(lane)).collect();
        let ended = lanes.into_iter().map(std::thread::ScopedJoinHandle::join);
        ended.collect::<Vec<_>>()
    });
    let mut well = !names.is_empty();
    for result in results {
        well &= result.map_err(|_| "a part ended badly".to_owned())??;
    }
    println!(
        "{} actions: {}",
        names.len(),
        if well { "all well" } else { "NOT ALL WELL" }
    );
    Ok(if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Tries some actions with a stand-in of their own, and says whether all went well.
fn try_part(python: &str, names: &[&str]) -> Result<bool, String> {
    let server = Server::start(python)?;
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let status = Command::new(program)
        .args(names)
        .env_clear()
        .env("AWS_ACCESS_KEY_ID", "testing")
        .env("AWS_SECRET_ACCESS_KEY", "testing")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env(ENDPOINT, server.endpoint())
        .envs(is_recording().then_some((RECORD, "1")))
        .status();
    let status = status.map_err(|error| error.to_string())?;
    if status.code().is_none() {
        eprintln!("the part of {} was killed", names.join(", "));
    }
    Ok(status.success())
}

/// Returns the actions that have neither a seed nor a reason for having none.
#[must_use]
pub fn without_seed() -> Vec<&'static str> {
    every_name().filter(|name| seeds::of(name).is_none()).collect()
}

/// Returns the actions that are tried on the stand-in and are not recorded.
#[must_use]
pub fn unrecorded() -> Vec<&'static str> {
    let is_tried = |name: &&str| matches!(seeds::of(name), Some(seeds::Try::Seed(_)));
    let names = every_name().filter(is_tried);
    names.filter(|name| !path_of(name).is_file()).collect()
}

fn every_name() -> impl Iterator<Item = &'static str> {
    stanch_respond::actions::ALL
        .iter()
        .map(|action| action.about().name)
}

fn widest() -> usize {
    every_name().map(str::len).max().unwrap_or_default()
}

/// Returns true when recordings are to be written.
fn is_recording() -> bool {
    std::env::var_os(RECORD).is_some() || std::env::args().any(|word| word == "--record")
}

/// Tries the actions that the command line names.
fn tried(endpoint: &str) -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let names = every_name().filter(|name| wanted.iter().any(|word| word == name));
    let mut well = false;
    for (number, name) in names.enumerate() {
        let row = match runtime(false) {
            Ok(runtime) => runtime.block_on(live(endpoint, name)),
            Err(error) => Row::failed(name, error.to_string()),
        };
        println!("{}", report::line(&row, widest()));
        let failures = report::failures(std::slice::from_ref(&row));
        eprint!("{failures}");
        well = (well || number == 0) && failures.is_empty();
    }
    if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn runtime(is_paused: bool) -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(is_paused)
        .build()
}

/// Tries an action on the stand-in, and writes or compares what was recorded.
async fn live(endpoint: &str, name: &'static str) -> Row {
    let seed = match seeds::of(name) {
        Some(seeds::Try::Seed(seed)) => *seed,
        Some(seeds::Try::Not(why)) => return Row::not_tried(name, why),
        None => return Row::without_seed(name),
    };
    let known = match known(name) {
        Ok(known) => known,
        Err(why) => return Row::failed(name, why),
    };
    let extent = known.as_ref().map_or(Extent::Whole, |_| Extent::WithoutTrouble);
    let recording = Arc::new(Mutex::new(Recording::default()));
    let mut row = cases::tried(Ground::Live { endpoint, seed }, name, &recording, extent).await;
    let recording = recording.lock().unwrap_or_else(PoisonError::into_inner);
    row.cells.resize_with(report::CASES.len() - 1, Cell::none);
    row.cells.push(match known {
        Some(known) => compared(&recording, &known),
        None if is_recording() => written(name, &recording),
        None => Cell::none(),
    });
    row
}

/// Reads the recording that is compared with; none while recordings are written, and for an action without one.
fn known(name: &str) -> Result<Option<Recording>, String> {
    let path = path_of(name);
    let is_compared = !is_recording() && path.is_file();
    is_compared.then(|| Recording::read(&path)).transpose()
}

/// Compares the replies of the stand-in with those that were recorded.
fn compared(recording: &Recording, known: &Recording) -> Cell {
    let mut wrong = recording.wrong.clone();
    let differences = recording.differences(known);
    if !differences.is_empty() {
        wrong.push(
            "the stand-in answers otherwise than recorded: run `make record` and read the difference"
                .to_owned(),
        );
    }
    wrong.extend(differences);
    Cell { tries: 1, wrong }
}

/// Writes a recording. An action that the stand-in answers in two ways after the same changes can't be recorded.
fn written(name: &str, recording: &Recording) -> Cell {
    let path = path_of(name);
    let mut wrong = recording.wrong.clone();
    let folder = path.parent().unwrap_or(&path);
    let written = wrong
        .is_empty()
        .then(|| std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, recording.text())));
    if let Some(Err(error)) = written {
        wrong.push(format!("{}: {error}", path.display()));
    }
    Cell { tries: 1, wrong }
}

/// The folder of this package: the working directory of its tests, or below the root of the repository, where
/// `make contract` runs.
pub(crate) fn folder() -> &'static Path {
    let own = Path::new(".");
    if own.join("recorded").is_dir() {
        own
    } else {
        Path::new("tests/contract")
    }
}

/// Where the recording of an action is checked in.
fn path_of(name: &str) -> PathBuf {
    folder().join(format!("recorded/{name}.jsonl"))
}

/// Tries one of several parts of all actions on what was recorded, with paused time, and returns what failed.
///
/// # Errors
/// When the test itself can't be run.
pub fn replay(part: usize, parts: usize) -> Result<Vec<String>, String> {
    let mut wrong = Vec::new();
    for (number, name) in every_name().enumerate() {
        if number % parts != part || !path_of(name).is_file() {
            continue;
        }
        let recording = Arc::new(Mutex::new(Recording::read(&path_of(name))?));
        let runtime = runtime(true).map_err(|error| error.to_string())?;
        let row = runtime.block_on(cases::tried(Ground::Recorded, name, &recording, Extent::Whole));
        wrong.extend(
            report::failures(std::slice::from_ref(&row))
                .lines()
                .map(str::to_owned),
        );
        let recording = recording.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.extend(recording.wrong.iter().map(|wrong| format!("{name}: {wrong}")));
    }
    Ok(wrong)
}
