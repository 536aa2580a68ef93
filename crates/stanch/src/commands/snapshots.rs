//! The snapshots that a case holds, and the one that is meant.

use std::path::{Path, PathBuf};

use stanch_collect::{Snapshot, lookup};

use crate::error::Failure;

/// The folder of a case that holds its snapshots.
const SNAPSHOTS: &str = "snapshots";

/// Snapshots of a case, the earliest first: they are named by their moment.
pub(crate) fn all(case: &Path) -> Vec<Snapshot> {
    let entries = std::fs::read_dir(case.join(SNAPSHOTS))
        .into_iter()
        .flatten()
        .flatten();
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.join("manifest.json").is_file())
        .collect();
    folders.sort();
    folders
        .iter()
        .filter_map(|folder| Snapshot::open(folder).ok())
        .collect()
}

/// Returns whether it holds event history, and no state of an account.
pub(crate) fn is_events(snapshot: &Snapshot) -> bool {
    snapshot.manifest().scope.collectors == [lookup::NAME]
}

/// The last that holds the state of an account.
pub(crate) fn last_state(case: &Path) -> Option<Snapshot> {
    all(case).into_iter().rfind(|snapshot| !is_events(snapshot))
}

/// The one that was named, by its folder or its id in the case.
pub(crate) fn named(case: &Path, name: &Path) -> Result<Snapshot, Failure> {
    let in_case = case.join(SNAPSHOTS).join(name);
    let folder = if in_case.join("manifest.json").is_file() {
        in_case.as_path()
    } else {
        name
    };
    Snapshot::open(folder).map_err(|error| {
        Failure::because(
            format!("{} is not a readable snapshot", name.display()),
            &error,
            "name a folder below snapshots/ of the case, or its id",
        )
    })
}
