//! The documents that -o names: refused early where they would fail after minutes of reading, written last.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use stanch_core::Analysis;
use stanch_report::TerminalOptions;

use crate::error::Failure;
use crate::format::Format;
use crate::output::{self, Console, folder_of};

/// Refuses early what can't be written. A format that was asked for goes before what the endings say.
pub(super) fn check(paths: &[PathBuf], format: Option<Format>, force: bool) -> Result<(), Failure> {
    for path in paths {
        format_of(path, format)?;
    }
    places(paths, force)
}

/// Refuses early the places that can't be written to, and a place that is named twice.
pub(super) fn places(paths: &[PathBuf], force: bool) -> Result<(), Failure> {
    let mut places = BTreeSet::new();
    for path in paths {
        let place = check_one(path, force)?;
        if !places.insert(place) {
            let what = format!("{} is named twice as an output", path.display());
            return Err(Failure::new(what, "name each output once").usage());
        }
    }
    Ok(())
}

/// Checks one and gives its place, however its path was typed.
fn check_one(path: &Path, force: bool) -> Result<PathBuf, Failure> {
    let folder = folder_of(path);
    let real = std::fs::canonicalize(folder).map_err(|error| {
        let what = format!("the folder {} can't be written to", folder.display());
        Failure::because(what, &error, "create the folder first, or name another file").usage()
    })?;
    if !real.is_dir() {
        let what = format!("{} is not a folder", folder.display());
        return Err(Failure::new(what, "name another file").usage());
    }
    if std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        let what = format!("{} exists and is not a regular file", path.display());
        return Err(Failure::new(what, "name another file").usage());
    }
    if !force && std::fs::symlink_metadata(path).is_ok() {
        return Err(output::taken(path));
    }
    Ok(path
        .file_name()
        .map_or_else(|| real.clone(), |name| real.join(name)))
}

fn format_of(path: &Path, format: Option<Format>) -> Result<Format, Failure> {
    format.map_or_else(|| Format::of_path(path), Ok)
}

/// Writes them all; one that fails does not keep the others from being written.
pub(super) fn write(
    paths: &[PathBuf],
    format: Option<Format>,
    force: bool,
    analysis: &Analysis,
    console: &Console,
) -> Result<(), Failure> {
    let one = |path: &PathBuf| {
        let bytes = render(analysis, format_of(path, format)?, console)?;
        output::document(path, force, &bytes)
    };
    paths.iter().map(one).fold(Ok(()), Result::and)
}

fn render(analysis: &Analysis, format: Format, console: &Console) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let written = format.write(analysis, &terminal_options(console), &mut bytes);
    written.map_err(|error| unwritable(&error))?;
    Ok(bytes)
}

/// A summary for a file: no colour, nothing about this run.
pub(super) fn terminal_options(console: &Console) -> TerminalOptions {
    TerminalOptions {
        width: console.width,
        colour: false,
        verbose: console.verbose,
        elapsed: None,
        urgent: Vec::new(),
        clock: None,
        next: Vec::new(),
        report_path: None,
    }
}

/// A report that could not be made into bytes.
pub(super) fn unwritable(error: &dyn std::error::Error) -> Failure {
    Failure::because(
        "the report can't be written",
        error,
        "check the free space; please report it if there is some",
    )
}
