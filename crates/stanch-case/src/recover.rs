//! What opening a case does about a process that died: finish, roll back, or keep aside. Every step may itself
//! be interrupted and is then done again by the next opening.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use stanch_core::Timestamp;

use crate::artefact;
use crate::atomic;
use crate::case::artefact_of;
use crate::digest::{Digest, Digesting};
use crate::entry::{Artefact, Entry, Listing, Recovery};
use crate::error::CaseError;
use crate::evidence::INCOMING;
use crate::journal::{Journal, Ledger, Replay};
use crate::layout::{self, EVENTS, HUNTS, JOURNAL, Layout, RECOVERED, SOURCES, STAGING};
use crate::part::is_part_name;
use crate::segment;
use crate::transition::HuntState;

/// Repairs a case and opens its journal.
pub(crate) fn recover(layout: &Layout, replay: Replay, at: Timestamp) -> Result<Journal, CaseError> {
    let Replay { ledger, torn, .. } = replay;
    atomic::make_folder(&layout.path(STAGING))?;
    finish_staged(layout, &ledger)?;
    if !torn.is_empty() {
        keep_aside(layout, Recovery::TornJournalLine, &torn)?;
        atomic::truncate(&layout.path(JOURNAL), ledger.length)?;
    }
    remove_other_hunts(layout, ledger.state.hunt.as_ref().map(|hunt| hunt.number))?;
    restore_listing(layout, &ledger)?;
    let mut journal = Journal::open(layout.path(JOURNAL), ledger)?;
    record_recovered(layout, &mut journal, at)?;
    Ok(journal)
}

/// Moves staged files into the place the journal gives them, and drops those that no line names.
pub(crate) fn finish_staged(layout: &Layout, ledger: &Ledger) -> Result<(), CaseError> {
    for (name, is_file) in entries(&layout.path(STAGING))? {
        let staged = layout.path(STAGING).join(&name);
        let digest = Digest::parse(&name);
        if !is_file || (digest.is_none() && name != INCOMING && name != SOURCES && !is_part_name(&name)) {
            continue; // Not ours: left for verification to name.
        }
        let waiting = ledger.artefacts.values().find(|file| {
            digest.as_ref() == Some(&file.sha256)
                && artefact::file_status(layout, file) == artefact::FileStatus::Staged
        });
        match waiting {
            Some(file) => atomic::rename(&staged, &artefact::prepare(layout, &file.path)?)?,
            None => atomic::remove_file(&staged)?,
        }
    }
    Ok(())
}

/// Removes what hunts other than the current one left. Their segments are derived: the inputs are still there.
pub(crate) fn remove_other_hunts(layout: &Layout, current: Option<u32>) -> Result<(), CaseError> {
    for (name, is_file) in entries(&layout.path(EVENTS))? {
        let path = format!("{EVENTS}/{name}");
        if is_file && layout::hunt_of_part(&path).is_some_and(|hunt| Some(hunt) != current) {
            atomic::remove_file(&layout.path(&path))?;
        }
    }
    for (name, _) in entries(&layout.path(HUNTS))? {
        let folder = layout.path(HUNTS).join(&name);
        let files = entries(&folder)?;
        let ours = name.len() >= 4
            && name.parse::<u32>().is_ok()
            && atomic::is_folder(&folder)
            && files.values().all(|is_file| *is_file);
        if !ours || current.is_some_and(|current| layout::hunt_folder(current).ends_with(&format!("/{name}")))
        {
            continue;
        }
        for file in files.keys() {
            atomic::remove_file(&folder.join(file))?;
        }
        atomic::remove_folder(&folder)?;
    }
    Ok(())
}

/// Makes `sources.jsonl` what the segments say. One that is merely too short (the process died while adding to
/// it) is completed; any other is kept aside first.
pub(crate) fn restore_listing(layout: &Layout, ledger: &Ledger) -> Result<(), CaseError> {
    let path = layout.path(SOURCES);
    let expected = expected_listing(ledger);
    if listing_on_disk(&path)? == expected {
        return Ok(());
    }
    let found = read_if_there(&path)?;
    let rebuilt = match &ledger.state.hunt {
        Some(hunt) => rebuild_listing(layout, ledger, hunt)?,
        None => Vec::new(),
    };
    if Digest::of(&rebuilt) != expected.sha256 {
        return Err(CaseError::Damaged {
            path,
            reason: "the segments do not add up to it",
        });
    }
    if !rebuilt.starts_with(&found) {
        keep_aside(layout, Recovery::SourcesListing, &found)?;
    }
    let staged = layout.path(STAGING).join(SOURCES);
    atomic::write_new(&staged, &[&rebuilt], atomic::PRIVATE)?;
    atomic::rename(&staged, &path)
}

/// Content of `sources.jsonl` according to the journal.
pub(crate) fn expected_listing(ledger: &Ledger) -> Listing {
    ledger
        .state
        .hunt
        .as_ref()
        .map_or_else(Listing::empty, |hunt| hunt.listing.clone())
}

/// Content of `sources.jsonl`. A missing file is an empty one.
pub(crate) fn listing_on_disk(path: &Path) -> Result<Listing, CaseError> {
    if !atomic::plain_file(path)? {
        return Ok(Listing::empty());
    }
    let digesting = fs::File::open(path)
        .and_then(|mut file| Digesting::read(&mut file, |_| Ok(())))
        .map_err(|error| CaseError::io("read", path, error))?;
    Ok(Listing {
        size: digesting.size(),
        sha256: digesting.finish(),
    })
}

fn rebuild_listing(layout: &Layout, ledger: &Ledger, hunt: &HuntState) -> Result<Vec<u8>, CaseError> {
    let mut rebuilt = Vec::new();
    for number in 1..=hunt.segments {
        let bytes = segment::read(layout, ledger, hunt.number, number)?;
        rebuilt.extend_from_slice(bytes.reports());
    }
    Ok(rebuilt)
}

fn keep_aside(layout: &Layout, what: Recovery, bytes: &[u8]) -> Result<(), CaseError> {
    let file = artefact_of(layout::recovered_path(what.word(), &Digest::of(bytes)), bytes);
    let target = artefact::prepare(layout, &file.path)?;
    if artefact::holds(&target, &file) {
        return Ok(());
    }
    let staged = layout.staged(&file.sha256);
    atomic::write_new(&staged, &[bytes], atomic::PRIVATE)?;
    atomic::rename(&staged, &target)
}

/// Writes down what was kept aside, by this opening or by one that was interrupted.
fn record_recovered(layout: &Layout, journal: &mut Journal, at: Timestamp) -> Result<(), CaseError> {
    for (name, is_file) in entries(&layout.path(RECOVERED))? {
        let path = format!("{RECOVERED}/{name}");
        if !is_file || journal.ledger().artefacts.contains_key(&path) {
            continue;
        }
        let bytes = read_if_there(&layout.path(&path))?;
        let file = artefact_of(path, &bytes);
        if let Some(what) = recovery_of(&file) {
            journal.append(at, &Entry::Recovered { what, file })?;
        }
    }
    Ok(())
}

/// Kind of a file that was kept aside; `None` if its name is not one of ours.
pub(crate) fn recovery_of(file: &Artefact) -> Option<Recovery> {
    [Recovery::TornJournalLine, Recovery::SourcesListing]
        .into_iter()
        .find(|what| file.path == layout::recovered_path(what.word(), &file.sha256))
}

fn read_if_there(path: &Path) -> Result<Vec<u8>, CaseError> {
    if !atomic::plain_file(path)? {
        return Ok(Vec::new());
    }
    fs::read(path).map_err(|error| CaseError::io("read", path, error))
}

/// The names in a folder, in order, and which are plain files. A missing folder is an empty one, and so is a
/// link to one, lest anything be removed outside the case.
fn entries(folder: &Path) -> Result<BTreeMap<String, bool>, CaseError> {
    let failed = |error| CaseError::io("read", folder, error);
    let mut names = BTreeMap::new();
    if !atomic::is_folder(folder) {
        return Ok(names);
    }
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let is_file = entry.file_type().map_err(failed)?.is_file();
        names.insert(entry.file_name().to_string_lossy().into_owned(), is_file);
    }
    Ok(names)
}
