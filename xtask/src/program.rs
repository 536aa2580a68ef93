//! The program that chores run from outside.

use std::path::PathBuf;
use std::process::Command;

use crate::error::TaskError;
use crate::root::root;

/// Builds the program, in release mode or as tests do, and says where it lies.
pub(crate) fn build(release: bool) -> Result<PathBuf, TaskError> {
    let mut arguments = vec!["build", "--quiet", "--locked", "--package", "stanch"];
    arguments.extend(release.then_some("--release"));
    let failed = |reason: String| TaskError::Tool {
        command: format!("cargo {}", arguments.join(" ")),
        reason,
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(&arguments)
        .current_dir(root())
        .status()
        .map_err(|error| failed(format!("could not be started: {error}")))?;
    if !status.success() {
        return Err(failed(format!("ended with {status}")));
    }
    let profile = if release { "release" } else { "debug" };
    Ok(target_folder().join(profile).join("stanch"))
}

/// Where Cargo builds.
pub(crate) fn target_folder() -> PathBuf {
    let given = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    root().join(given.unwrap_or_else(|| "target".into()))
}
