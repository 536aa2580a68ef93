//! The check of the snapshots: ended ones against their lists; those that have not ended are not vouched for.
//!
//! It must not write, nor open any place that was not found in the case's folder.

use std::collections::BTreeSet;

use crate::artefact;
use crate::entry::Artefact;
use crate::layout::{SNAPSHOTS, snapshot_folder, snapshot_index_path};
use crate::snapshot_index;
use crate::transition::SnapshotState;
use crate::verifier::Verifier;
use crate::verify::{Check, CheckOutcome, CheckSubject};
use crate::walk::FoundKind;

impl Verifier<'_> {
    /// Checks the list of every snapshot, what it lists, and that nothing else lies in the folders.
    pub(crate) fn snapshots(&self) -> Check {
        let mut check = self.recorded(CheckSubject::Snapshots);
        for (id, state) in &self.ledger.state.snapshots {
            match state {
                SnapshotState::Ended => self.ended_snapshot(id, &mut check),
                SnapshotState::Begun => self.begun_snapshot(id, &mut check),
            }
        }
        for (path, found) in self.found {
            let is_unknown = snapshot_of(path)
                .is_some_and(|(id, below)| below.is_empty() && !self.ledger.state.snapshots.contains_key(id));
            if is_unknown && found.kind == FoundKind::Folder {
                check.examined += 1;
                check.add(CheckOutcome::Failed, path, "the journal names no such snapshot");
            }
        }
        check
    }

    /// Returns true when a file lies in the folder of a snapshot that the journal names: [`Self::snapshots`] judges it.
    pub(crate) fn is_of_a_snapshot(&self, path: &str) -> bool {
        snapshot_of(path)
            .is_some_and(|(id, below)| !below.is_empty() && self.ledger.state.snapshots.contains_key(id))
    }

    fn begun_snapshot(&self, id: &str, check: &mut Check) {
        let folder = snapshot_folder(id);
        check.examined += 1 + self.files_below(&folder).count() as u64;
        let words = "it was begun and has not ended; nothing vouches for its files";
        check.add(CheckOutcome::Unfinished, &folder, words);
    }

    fn ended_snapshot(&self, id: &str, check: &mut Check) {
        let folder = snapshot_folder(id);
        if !self.is_found(&folder, FoundKind::Folder) {
            check.add(CheckOutcome::Failed, &folder, "missing");
            return;
        }
        let Some(listed) = self.listed(id, check) else {
            return;
        };
        for file in &listed {
            check.examined += 1;
            let place = format!("{folder}/{}", file.path);
            if let Some(words) = self.wrong_with(&place, file) {
                check.add(CheckOutcome::Failed, &place, words);
            }
        }
        let listed: BTreeSet<&str> = listed.iter().map(|file| file.path.as_str()).collect();
        for path in self.files_below(&folder) {
            if !snapshot_of(path).is_some_and(|(_, below)| listed.contains(below)) {
                check.examined += 1;
                let words = "it is not in the list of the snapshot that ended";
                check.add(CheckOutcome::Failed, path, words);
            }
        }
    }

    /// The list of a snapshot; `None` if it does not hold, which then is said.
    fn listed(&self, id: &str, check: &mut Check) -> Option<Vec<Artefact>> {
        let path = snapshot_index_path(id);
        // A list that is missing or was changed has been named already, as every recorded file is.
        let bytes = artefact::read(self.layout, self.ledger.artefacts.get(&path)?).ok()?;
        let listed = snapshot_index::parse(&bytes);
        if listed.is_none() {
            check.add(CheckOutcome::Failed, &path, "it is no list of files");
        }
        listed
    }

    /// What is wrong with a listed file. Only what was found in the case is opened, wherever the list may point.
    fn wrong_with(&self, place: &str, file: &Artefact) -> Option<&'static str> {
        if !self.found.contains_key(place) {
            return Some("missing");
        }
        let there = Artefact {
            path: place.to_owned(),
            ..file.clone()
        };
        let holds =
            self.is_found(place, FoundKind::File) && artefact::holds(&self.layout.path(place), &there);
        (!holds).then_some("its bytes do not give the listed SHA-256")
    }

    fn is_found(&self, place: &str, kind: FoundKind) -> bool {
        self.found.get(place).is_some_and(|found| found.kind == kind)
    }
}

/// The name of the snapshot that a place belongs to, and where in its folder it lies; empty for the folder itself.
fn snapshot_of(path: &str) -> Option<(&str, &str)> {
    let below = path.strip_prefix(SNAPSHOTS)?.strip_prefix('/')?;
    Some(below.split_once('/').unwrap_or((below, "")))
}
