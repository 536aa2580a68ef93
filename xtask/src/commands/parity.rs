//! `cargo xtask parity`: rules of one's own hit what an independent implementation of Sigma says they hit.
//!
//! A made-up incident is hunted with the rules of `fixtures/sigma`; the same events, flattened, are asked of
//! pySigma's SQLite backend (`scripts/parity.py`). Every rule must hit the same events.

#[cfg(not(feature = "acceptance"))]
use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;

use super::Outcome;
use crate::error::TaskError;

/// How to run it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A Python with the packages of scripts/requirements.txt
    #[arg(long, default_value = "python3")]
    python: PathBuf,
}

/// Compares.
#[cfg(feature = "acceptance")]
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, TaskError> {
    crate::parity::run(&args.python, out).map(Outcome::when)
}

/// Builds this program with the library and runs that.
#[cfg(not(feature = "acceptance"))]
pub(crate) fn run(args: &Args, _out: &mut dyn Write) -> Result<Outcome, TaskError> {
    let arguments = [
        OsStr::new("parity"),
        OsStr::new("--python"),
        args.python.as_os_str(),
    ];
    super::library::run_again(&arguments)
}
