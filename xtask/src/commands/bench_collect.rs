//! `cargo xtask bench-collect`: what collecting an account takes, next to the least that it could take.
//!
//! Prints the section on collection of docs/benchmarks.md.

#[cfg(not(feature = "acceptance"))]
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use super::Outcome;
use crate::error::TaskError;

/// How to run it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How long the server takes for every reply, in milliseconds
    #[arg(long, default_value_t = 50, value_name = "MS")]
    pub(crate) latency: u64,
    /// Only these collectors, separated by commas [default: all]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub(crate) only: Vec<String>,
    /// Number of times the account is collected; the best run counts
    #[arg(long, default_value_t = 3, value_name = "R")]
    pub(crate) runs: u32,
    /// Number of accounts the run over many has
    #[arg(long, default_value_t = 100, value_name = "N")]
    pub(crate) accounts: u32,
    /// The AWS command line, for the loop over the same calls
    #[arg(long, default_value = "aws", value_name = "FILE")]
    pub(crate) aws: PathBuf,
    /// Number of calls that loop makes; the rest is reckoned from them
    #[arg(long, default_value_t = 40, value_name = "N")]
    pub(crate) sample: usize,
    /// The program to measure [default: built in release mode]
    #[arg(long, value_name = "FILE")]
    pub(crate) stanch: Option<PathBuf>,
    /// Only see that the measurement works: few calls, one run, a program built as tests are; no bar is held
    #[arg(long)]
    pub(crate) smoke: bool,
}

/// Measures.
#[cfg(feature = "acceptance")]
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, TaskError> {
    crate::bench_collect::run(args, out).map(Outcome::when)
}

/// Builds this program with the library and runs that.
#[cfg(not(feature = "acceptance"))]
pub(crate) fn run(_args: &Args, _out: &mut dyn Write) -> Result<Outcome, TaskError> {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(OsString::as_os_str).collect();
    super::library::run_again(&arguments)
}
