//! `cargo xtask acceptance`: hunts in real logs and holds the result against what must be found.
//!
//! The library is built in only here, so this builds and runs the same program again with it.

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
    /// Only the checks whose name contains this: stratus, invictus, panther, quirks, traildiscover, honesty
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
    let failed = |reason: String| TaskError::Tool {
        command: "cargo run --package xtask --features acceptance".to_owned(),
        reason,
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = std::process::Command::new(cargo);
    command
        .args([
            "run",
            "--quiet",
            "--package",
            "xtask",
            "--features",
            "acceptance",
            "--",
            "acceptance",
            "--data",
        ])
        .arg(&args.data);
    if let Some(only) = &args.only {
        command.arg("--only").arg(only);
    }
    let status = command
        .status()
        .map_err(|error| failed(format!("could not be started: {error}")))?;
    match status.code() {
        Some(0) => Ok(Outcome::Good),
        Some(1) => Ok(Outcome::Bad),
        _ => Err(failed(format!("ended with {status}"))),
    }
}
