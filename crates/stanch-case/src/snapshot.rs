//! Snapshots of accounts: something else writes their files into a folder of the case, and the journal learns when one
//! begins and which files it holds when it ends.
//!
//! It must not know what the files are, nor which of them there should be.

use std::fs;
use std::path::PathBuf;

use stanch_core::Timestamp;
use stanch_core::snapshot::Effort;

use crate::artefact;
use crate::atomic;
use crate::case::Case;
use crate::entry::Entry;
use crate::error::CaseError;
use crate::layout::{self, SNAPSHOTS};
use crate::snapshot_index;

impl Case {
    /// The folder that holds the folders of the snapshots. It is there once a snapshot has begun.
    #[must_use]
    pub fn snapshots_folder(&self) -> PathBuf {
        self.layout.path(SNAPSHOTS)
    }

    /// The folder of a snapshot. Who collects makes it and fills it, between [`Self::begin_snapshot`] and
    /// [`Self::end_snapshot`], with files and folders for the owner only.
    ///
    /// # Errors
    /// When the id could not safely be the name of a folder.
    pub fn snapshot_folder(&self, id: &str) -> Result<PathBuf, CaseError> {
        check_id(id)?;
        Ok(self.layout.path(&layout::snapshot_folder(id)))
    }

    /// Writes down that a snapshot begins or is taken up again, also one that has ended: from here on the journal
    /// vouches for none of its files. Call it before anything is written into its folder. The id is 1 to 80 ASCII letters,
    /// digits, dashes and underscores, the first of them a letter or digit.
    ///
    /// # Errors
    /// When the id is not like that or differs from another only in upper and lower case, when a new snapshot's place is
    /// taken already (what lay there unknown to the journal is not adopted), or the disk refuses.
    pub fn begin_snapshot(&mut self, id: &str, at: Timestamp) -> Result<(), CaseError> {
        let folder = self.snapshot_folder(id)?;
        let entry = Entry::SnapshotBegun {
            snapshot: id.to_owned(),
        };
        self.journal.admit(&entry)?;
        let is_known = self.journal.state().snapshots.contains_key(id);
        let reason = match fs::symlink_metadata(&folder) {
            Ok(_) if !is_known => Some("it lay there before the journal knew it"),
            Ok(found) if !found.is_dir() => Some("it is no folder"),
            _ => None,
        };
        if let Some(reason) = reason {
            return Err(CaseError::Damaged { path: folder, reason });
        }
        artefact::prepare(&self.layout, &layout::snapshot_index_path(id))?;
        self.journal.append(at, &entry)
    }

    /// Writes down that a snapshot has ended: reads every file in its folder, and makes a list of them durable that the
    /// journal vouches for. The files themselves must be durable already, and nothing may change them from here on; to
    /// add to them, begin the snapshot again. The same files give the same list.
    ///
    /// # Errors
    /// When it was not begun or has ended, when its folder is missing or holds what is neither file nor folder, or the
    /// disk refuses.
    pub fn end_snapshot(&mut self, id: &str, effort: &Effort, at: Timestamp) -> Result<(), CaseError> {
        let folder = self.snapshot_folder(id)?;
        for (path, missing) in [
            (self.snapshots_folder(), "the snapshots' folder is not there"),
            (folder.clone(), "the snapshot's folder is not there"),
        ] {
            if !atomic::is_folder(&path) {
                return Err(CaseError::Damaged {
                    path,
                    reason: missing,
                });
            }
        }
        let list = snapshot_index::take(&folder)?;
        let snapshot = id.to_owned();
        let effort = Some(effort.clone());
        self.commit(at, &layout::snapshot_index_path(id), &[&list], |file| {
            Entry::SnapshotEnded {
                snapshot,
                file,
                effort,
            }
        })
    }
}

fn check_id(id: &str) -> Result<(), CaseError> {
    layout::check_id(id).map_err(|reason| CaseError::BadSnapshotId {
        id: id.to_owned(),
        reason,
    })
}
