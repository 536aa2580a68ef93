//! `cargo xtask acceptance`: hunts in real logs and holds the result against what must be found.
//!
//! The library is built in only here, so this builds and runs the same program again with it.

#[cfg(not(feature = "acceptance"))]
use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;

use super::Outcome;
use crate::error::TaskError;

/// How to run it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder with the logs, one folder for each set
    #[arg(long)]
    data: PathBuf,
    /// Only the checks whose name contains this: aws-protocols, stratus, invictus, panther, quirks,
    /// traildiscover, honesty
    #[arg(long)]
    only: Option<String>,
}

/// Runs the checks.
#[cfg(feature = "acceptance")]
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, TaskError> {
    crate::acceptance::run(&args.data, args.only.as_deref(), out).map(Outcome::when)
}

/// Builds this program with the library and runs that.
#[cfg(not(feature = "acceptance"))]
pub(crate) fn run(args: &Args, _out: &mut dyn Write) -> Result<Outcome, TaskError> {
    if !args.data.is_dir() {
        return Err(TaskError::Unfit(format!(
            "{} is not there; --data must name the folder that holds the logs",
            args.data.display()
        )));
    }
    let mut arguments = vec![
        OsStr::new("acceptance"),
        OsStr::new("--data"),
        args.data.as_os_str(),
    ];
    if let Some(only) = &args.only {
        arguments.extend([OsStr::new("--only"), OsStr::new(only)]);
    }
    super::library::run_again(&arguments)
}
