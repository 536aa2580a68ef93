//! Every action against the AWS stand-in: it does what it says, fails cleanly at every call, goes on after a kill at every line,
//! does nothing twice, and gives back what was there.
//!
//! `make contract` runs it. It prints a table of actions and cases, and ends with an error that names each cell that failed.
//! Without a test harness, since it starts itself anew with an environment in which nothing but the stand-in can be reached.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "without a harness it tells its own result"
)]

mod cases;
mod report;
mod seeds;
mod server;
mod wire;
mod world;

use std::process::{Command, ExitCode};
use std::sync::Mutex;

use futures_util::StreamExt as _;

use report::Row;
use server::Server;

/// Where the Python of the stand-in is named.
const PYTHON: &str = "STANCH_STANDIN_PYTHON";
/// Where the stand-in listens, in the environment of the process that asks it.
const ENDPOINT: &str = "STANCH_CONTRACT_ENDPOINT";
/// Actions that are tried at once.
const AT_ONCE: usize = 4;
/// Actions that one stand-in is asked for.
const PART: usize = 8;
/// Stand-ins at once: each keeps one processor busy.
const LANES: usize = 2;

fn main() -> ExitCode {
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

/// Starts stand-ins, and for each this program anew, with credentials that are none and no way to any other. A stand-in grows
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
        .status();
    let status = status.map_err(|error| error.to_string())?;
    if status.code().is_none() {
        eprintln!("the part of {} was killed", names.join(", "));
    }
    Ok(status.success())
}

fn every_name() -> impl Iterator<Item = &'static str> {
    stanch_respond::actions::ALL
        .iter()
        .map(|action| action.about().name)
}

fn widest() -> usize {
    every_name().map(str::len).max().unwrap_or_default()
}

/// Tries the actions that the command line names.
fn tried(endpoint: &str) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let names = every_name().enumerate();
    let names: Vec<(usize, &str)> = names
        .filter(|(_, name)| wanted.iter().any(|word| word == name))
        .collect();
    let rows = futures_util::stream::iter(names)
        .map(|(place, name)| row(endpoint, place, name))
        .buffer_unordered(AT_ONCE)
        .inspect(|row| {
            println!("{}", report::line(row, widest()));
            eprint!("{}", report::failures(std::slice::from_ref(row)));
        })
        .collect::<Vec<Row>>();
    let rows = runtime.block_on(rows);
    if report::failures(&rows).is_empty() && !rows.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

async fn row(endpoint: &str, place: usize, name: &'static str) -> Row {
    match seeds::of(name) {
        Some(seeds::Try::Seed(seed)) => cases::tried(endpoint, place, name, *seed).await,
        Some(seeds::Try::Not(why)) => Row::not_tried(name, why),
        None => Row::without_seed(name),
    }
}
