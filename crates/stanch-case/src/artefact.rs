//! Files that the journal vouches for: put in place behind a journal line, checked whenever they are read.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::atomic;
use crate::digest::{Digest, Digesting};
use crate::entry::Artefact;
use crate::error::CaseError;
use crate::layout::Layout;

/// Encoding of a recorded file on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileStatus {
    /// In its place, as recorded.
    Whole,
    /// Still staged: the process ended between the journal line and the move.
    Staged,
    /// Not in its place.
    Missing,
    /// In its place, but not as recorded.
    Altered,
}

/// Finds out how a recorded file lies on the disk, reading all of it.
pub(crate) fn file_status(layout: &Layout, artefact: &Artefact) -> FileStatus {
    let target = layout.path(&artefact.path);
    if holds(&target, artefact) {
        FileStatus::Whole
    } else if holds(&layout.staged(&artefact.sha256), artefact) {
        FileStatus::Staged
    } else if fs::symlink_metadata(&target).is_err() {
        FileStatus::Missing
    } else {
        FileStatus::Altered
    }
}

/// Returns true when a file holds exactly the recorded bytes.
pub(crate) fn holds(path: &Path, artefact: &Artefact) -> bool {
    open_plain(path, artefact.size)
        .and_then(|mut file| Digesting::read(&mut file, |_| Ok(())).ok())
        .is_some_and(|read| read.size() == artefact.size && read.finish() == artefact.sha256)
}

/// Reads a recorded file, from its place or, if a process died before the move, from where it is staged.
pub(crate) fn read(layout: &Layout, artefact: &Artefact) -> Result<Vec<u8>, CaseError> {
    let target = layout.path(&artefact.path);
    [&target, &layout.staged(&artefact.sha256)]
        .into_iter()
        .filter(|path| open_plain(path, artefact.size).is_some())
        .filter_map(|path| fs::read(path).ok())
        .find(|bytes| Digest::of(bytes) == artefact.sha256)
        .ok_or_else(|| damaged(&target))
}

/// Where a recorded file lies, in its place or still staged, by its size alone.
pub(crate) fn locate(layout: &Layout, artefact: &Artefact) -> Result<PathBuf, CaseError> {
    let target = layout.path(&artefact.path);
    let staged = layout.staged(&artefact.sha256);
    if open_plain(&target, artefact.size).is_some() {
        Ok(target)
    } else if open_plain(&staged, artefact.size).is_some() {
        Ok(staged)
    } else {
        Err(damaged(&target))
    }
}

fn damaged(target: &Path) -> CaseError {
    let reason = match fs::symlink_metadata(target) {
        Err(_) => "it is missing or cannot be read",
        Ok(found) if found.is_file() => "its bytes are not those that the journal recorded",
        Ok(_) => "it is no plain file",
    };
    CaseError::Damaged {
        path: target.to_path_buf(),
        reason,
    }
}

/// Opens a plain file of the recorded size; never a link, a pipe or a device.
fn open_plain(path: &Path, size: u64) -> Option<File> {
    let found = fs::symlink_metadata(path).ok()?;
    (found.is_file() && found.len() == size).then(|| File::open(path).ok())?
}

/// Makes the folders above a place in the case and makes sure that a file can be moved there, without
/// following a link out of the case.
pub(crate) fn prepare(layout: &Layout, relative: &str) -> Result<PathBuf, CaseError> {
    let mut folder = layout.root().to_path_buf();
    let parts: Vec<&str> = relative.split('/').collect();
    for part in &parts[..parts.len().saturating_sub(1)] {
        folder.push(part);
        match fs::symlink_metadata(&folder) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => {
                return Err(CaseError::Damaged {
                    path: folder,
                    reason: "it is no folder",
                });
            }
            Err(_) => atomic::make_folder(&folder)?,
        }
    }
    let target = layout.path(relative);
    match fs::symlink_metadata(&target) {
        Ok(found) if found.is_dir() => Err(CaseError::Damaged {
            path: target,
            reason: "it is a folder",
        }),
        _ => Ok(target),
    }
}
