//! `cargo xtask bench`: what the program takes, next to what other tools take over the same files.
//!
//! Prints the table of docs/benchmarks.md.

#[cfg(not(feature = "acceptance"))]
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use super::Outcome;
use crate::error::TaskError;

/// How to run it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// About how many events to make up
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    pub(crate) events: u64,
    /// Read the logs below this folder instead of made-up ones
    #[arg(long, value_name = "DIR")]
    pub(crate) tree: Option<PathBuf>,
    /// Number of rounds; each runs everything once
    #[arg(long, default_value_t = 5, value_name = "R")]
    pub(crate) runs: u32,
    /// Write every figure here as well
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// A Python, for the peers that are written in it
    #[arg(long, default_value = "python3")]
    pub(crate) python: PathBuf,
    /// The program to measure [default: built in release mode]
    #[arg(long, value_name = "FILE")]
    pub(crate) stanch: Option<PathBuf>,
    /// Only see that it works: a few events, one round, a program built as tests are
    #[arg(long)]
    pub(crate) smoke: bool,
    /// Only make up the logs, below this folder. A process of its own, so that what it takes is not counted
    #[arg(long, hide = true, value_name = "DIR")]
    pub(crate) make: Option<PathBuf>,
}

/// Measures.
#[cfg(feature = "acceptance")]
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, TaskError> {
    crate::bench::run(args, out).map(Outcome::when)
}

/// Builds this program with the library and runs that.
#[cfg(not(feature = "acceptance"))]
pub(crate) fn run(_args: &Args, _out: &mut dyn Write) -> Result<Outcome, TaskError> {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(OsString::as_os_str).collect();
    super::library::run_again(&arguments)
}
