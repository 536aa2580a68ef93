//! The program that chores run from outside.

use std::path::PathBuf;
use std::process::Command;

use crate::error::TaskError;
use crate::root::root;

/// Programs of the product: the second is started by the first.
const PACKAGES: [&str; 2] = ["stanch", "stanch-query"];

/// Builds the programs, in release mode or as tests do, and says where the first lies.
pub(crate) fn build(release: bool) -> Result<PathBuf, TaskError> {
    for package in PACKAGES {
        build_package(package, release)?;
    }
    let profile = if release { "release" } else { "debug" };
    Ok(target_folder().join(profile).join(PACKAGES[0]))
}

/// Builds one package by itself, so that its dependencies have the features that it needs and no others.
fn build_package(package: &str, release: bool) -> Result<(), TaskError> {
    let mut arguments = vec!["build", "--quiet", "--locked", "--package", package];
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
    if status.success() {
        Ok(())
    } else {
        Err(failed(format!("ended with {status}")))
    }
}

/// Where Cargo builds.
pub(crate) fn target_folder() -> PathBuf {
    let given = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    root().join(given.unwrap_or_else(|| "target".into()))
}
