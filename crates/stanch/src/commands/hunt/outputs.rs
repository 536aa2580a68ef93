//! The documents that -o names: refused early where they would fail after minutes of reading, written last.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::error::Failure;
use crate::output::{self, Format, folder_of};

/// Refuses early what can't be written.
pub(super) fn check(paths: &[PathBuf], clobber: bool) -> Result<(), Failure> {
    let mut places = BTreeSet::new();
    for path in paths {
        let place = check_one(path, clobber)?;
        if !places.insert(place) {
            let what = format!("{} is named twice as an output", path.display());
            return Err(Failure::new(what, "name each output once"));
        }
    }
    Ok(())
}

/// Checks one and gives its place, however its path was typed.
fn check_one(path: &Path, clobber: bool) -> Result<PathBuf, Failure> {
    Format::of_path(path)?;
    let folder = folder_of(path);
    let real = std::fs::canonicalize(folder).map_err(|error| {
        let what = format!("the folder {} can't be written to", folder.display());
        Failure::because(what, &error, "make the folder first, or name another file")
    })?;
    if !real.is_dir() {
        let what = format!("{} is no folder", folder.display());
        return Err(Failure::new(what, "name another file"));
    }
    if std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        let what = format!("{} is there already, and is no regular file", path.display());
        return Err(Failure::new(what, "name another file"));
    }
    if !clobber && std::fs::symlink_metadata(path).is_ok() {
        return Err(output::taken(path));
    }
    Ok(path
        .file_name()
        .map_or_else(|| real.clone(), |name| real.join(name)))
}

/// Writes them all; one that fails does not keep the others from being written.
pub(super) fn write(
    paths: &[PathBuf],
    clobber: bool,
    render: impl Fn(Format) -> Result<Vec<u8>, Failure>,
) -> Result<(), Failure> {
    let one = |path: &PathBuf| output::document(path, clobber, &render(Format::of_path(path)?)?);
    paths.iter().map(one).fold(Ok(()), Result::and)
}
