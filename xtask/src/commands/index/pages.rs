//! Reference pages in `docs/`: the tests that compare them write them when they are asked to, since only the libraries know what
//! their items say.

use std::path::Path;
use std::process::Command;

use crate::error::TaskError;

/// Libraries with a reference page.
const PACKAGES: [&str; 5] = [
    "stanch",
    "stanch-assess",
    "stanch-collect",
    "stanch-detect",
    "stanch-respond",
];

/// Writes the pages.
pub(super) fn write(root: &Path) -> Result<(), TaskError> {
    let mut command = Command::new("cargo");
    command
        .args(["test", "--quiet", "--lib", "--bins"])
        .current_dir(root);
    for package in PACKAGES {
        command.args(["--package", package]);
    }
    command.arg("reference_page").env("STANCH_WRITE_PAGES", "1");
    let failed = |reason: String| TaskError::Tool {
        command: "cargo test reference_page".to_owned(),
        reason,
    };
    let status = command
        .status()
        .map_err(|error| failed(format!("could not be started: {error}")))?;
    if status.success() {
        Ok(())
    } else {
        Err(failed(format!("ended with {status}")))
    }
}
