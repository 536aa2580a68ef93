//! The user's rule files, found and read. It must not know what is in them.
//!
//! What can't be read is an error: rules that were asked for and are silently missing would make a clean result
//! mean less than it says.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use stanch_core::text::shown;

use crate::error::Failure;

/// The longest rule file that is read.
const FILE_LIMIT: u64 = 1 << 20;
/// Number of rule files are read.
const FILES_LIMIT: usize = 50_000;
/// Deepest nesting of folders that is read.
const DEPTH_LIMIT: usize = 32;

/// The path and the text of every rule file below the paths, in a fixed order.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<(String, String)>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        let metadata = std::fs::metadata(path).map_err(|error| Failure::file("reading", path, &error))?;
        if metadata.is_dir() {
            find(path, &mut files, 0)?;
        } else {
            files.push(path.clone());
        }
    }
    files.sort();
    files.dedup();
    files.iter().map(|path| read_file(path)).collect()
}

fn find(folder: &Path, files: &mut Vec<PathBuf>, depth: usize) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::file("reading", folder, &error);
    if depth > DEPTH_LIMIT {
        let what = format!("{} lies deeper than {DEPTH_LIMIT} folders", folder.display());
        return Err(Failure::new(
            what,
            "name the folder that holds the rules with --rules",
        ));
    }
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        let is_rule = path
            .extension()
            .is_some_and(|extension| extension == "yml" || extension == "yaml");
        if entry.file_type().map_err(failed)?.is_dir() {
            find(&path, files, depth + 1)?;
        } else if is_rule && files.len() >= FILES_LIMIT {
            let what = format!("there are more than {FILES_LIMIT} rule files");
            return Err(Failure::new(what, "name fewer folders with --rules"));
        } else if is_rule {
            files.push(path);
        }
    }
    Ok(())
}

fn read_file(path: &Path) -> Result<(String, String), Failure> {
    let failed = |error: io::Error| Failure::file("reading", path, &error);
    // Asked before it is opened: opening a pipe that nobody writes to would wait without end.
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        let what = format!("{} is not a regular file", path.display());
        return Err(Failure::new(what, "take it out of the rules folder"));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(FILE_LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > FILE_LIMIT {
        let what = format!(
            "{} is too large for a rule (more than {FILE_LIMIT} bytes)",
            path.display()
        );
        return Err(Failure::new(what, "take it out of the rules folder"));
    }
    Ok((
        shown(&path.to_string_lossy(), 1000),
        String::from_utf8_lossy(&bytes).into_owned(),
    ))
}
