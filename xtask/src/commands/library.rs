//! Chores that need the library build this program again with it, and run that.
//!
//! The indexes must be writable while the library does not compile (a rule was renamed), so it is built in only
//! with the feature `acceptance`.

use std::ffi::OsStr;
use std::process::Command;

use super::Outcome;
use crate::error::TaskError;

/// Runs this program again, with the library, with these arguments.
pub(crate) fn run_again(arguments: &[&OsStr]) -> Result<Outcome, TaskError> {
    run_again_with("acceptance", arguments)
}

/// Runs this program again, with what a feature brings, with these arguments.
pub(crate) fn run_again_with(feature: &str, arguments: &[&OsStr]) -> Result<Outcome, TaskError> {
    let failed = |reason: String| TaskError::Tool {
        command: format!("cargo run --package xtask --features {feature}"),
        reason,
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args([
            "run",
            "--quiet",
            "--package",
            "xtask",
            "--features",
            feature,
            "--",
        ])
        .args(arguments)
        .status()
        .map_err(|error| failed(format!("could not be started: {error}")))?;
    match status.code() {
        Some(0) => Ok(Outcome::Good),
        Some(1) => Ok(Outcome::Bad),
        _ => Err(failed(format!("ended with {status}"))),
    }
}
