//! `cargo xtask models`: writes the service models that are checked in, from a botocore wheel.
//!
//! The crate that reads them also writes them, so this builds and runs the same program again with it.

#[cfg(not(feature = "models"))]
use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;

use super::Outcome;
use crate::error::TaskError;

/// How to run it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The wheel, as `pip download --no-deps botocore==VERSION` gives it
    #[arg(long)]
    wheel: PathBuf,
    /// Write nothing; leave with 1 when the models are not those of the wheel
    #[arg(long)]
    check: bool,
}

/// Writes the models.
#[cfg(feature = "models")]
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, TaskError> {
    crate::models::run(&args.wheel, args.check, out).map(Outcome::when)
}

/// Builds this program with the library and runs that.
#[cfg(not(feature = "models"))]
pub(crate) fn run(args: &Args, _out: &mut dyn Write) -> Result<Outcome, TaskError> {
    let mut arguments = vec![
        OsStr::new("models"),
        OsStr::new("--wheel"),
        args.wheel.as_os_str(),
    ];
    if args.check {
        arguments.push(OsStr::new("--check"));
    }
    super::library::run_again_with("models", &arguments)
}
