//! The snapshot to write into: the one that was interrupted, or a new one. The journal names it before anything is written.

use stanch_aws::client::Client;
use stanch_case::{Case, SnapshotState};
use stanch_collect::{Snapshot, Store};
use stanch_core::Timestamp;
use stanch_core::snapshot::{SnapshotManifest, SnapshotScope};

use super::unkept;
use crate::commands::case::recipient;
use crate::error::Failure;
use crate::output::Console;

/// As [`store`], and where the case asks for it, replies are sealed as they came.
pub(crate) fn sealing(
    case: &mut Case,
    client: &mut Client,
    manifest: SnapshotManifest,
    at: Timestamp,
    is_fresh: bool,
    console: &Console,
) -> Result<Store, Failure> {
    let recipient = case.info().seal_to.as_deref().map(recipient).transpose()?;
    let store = store(case, manifest, at, is_fresh, console)?;
    Ok(match recipient {
        Some(recipient) => {
            client.keep_raw();
            store.sealed_to(recipient)
        }
        None => store,
    })
}

/// Goes on with a snapshot that asks for the same and has not ended, unless all is to begin again. `at` is now.
fn store(
    case: &mut Case,
    mut manifest: SnapshotManifest,
    at: Timestamp,
    is_fresh: bool,
    console: &Console,
) -> Result<Store, Failure> {
    let now = at;
    if !is_fresh && let Some(id) = interrupted(case, &manifest.scope) {
        case.begin_snapshot(&id, now)?;
        let store = Store::resume(&case.snapshot_folder(&id)?).map_err(|error| unkept(&error))?;
        console.say(&format!(
            "Continuing snapshot {id}: {} replies are there already (--fresh starts a new one)",
            store.known_readings()
        ));
        return Ok(store);
    }
    manifest.id = empty(case).unwrap_or_else(|| new_id(case, now));
    case.begin_snapshot(&manifest.id, now)?;
    Store::create(&case.snapshots_folder(), manifest).map_err(|error| unkept(&error))
}

/// Snapshots that the journal names, the latest first.
fn known(case: &mut Case) -> Vec<(String, SnapshotState)> {
    let snapshots = &case.journal().state().snapshots;
    let all = snapshots.iter().rev();
    all.map(|(id, state)| (id.clone(), *state)).collect()
}

/// The latest snapshot that asks for the same and whose collecting has not come to its end.
fn interrupted(case: &mut Case, scope: &SnapshotScope) -> Option<String> {
    let ids = known(case).into_iter().map(|(id, _)| id);
    let mut open = ids.filter(|id| {
        let folder = case.snapshot_folder(id).ok();
        let snapshot = folder.and_then(|folder| Snapshot::open(&folder).ok());
        snapshot.is_some_and(|snapshot| {
            !snapshot.is_finished() && asks_the_same(&snapshot.manifest().scope, scope)
        })
    });
    open.next()
}

/// Returns whether two scopes request the same. Reading by time continues from the earlier moment: the window moves with the clock.
fn asks_the_same(interrupted: &SnapshotScope, wanted: &SnapshotScope) -> bool {
    let since = interrupted.since.min(wanted.since);
    let from_there = |scope: &SnapshotScope| SnapshotScope {
        since,
        ..scope.clone()
    };
    interrupted.since <= wanted.since && from_there(interrupted) == from_there(wanted)
}

/// A snapshot of which nothing but its line in the journal was written.
fn empty(case: &mut Case) -> Option<String> {
    let begun = known(case)
        .into_iter()
        .filter(|(_, state)| *state == SnapshotState::Begun);
    let mut empty = begun.filter(|(id, _)| {
        let folder = case.snapshot_folder(id);
        folder.is_ok_and(|folder| !folder.join("manifest.json").exists())
    });
    empty.next().map(|(id, _)| id)
}

/// Named by its moment, so that names sort by time.
fn new_id(case: &Case, now: Timestamp) -> String {
    let moment: String = now
        .to_string()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let is_taken = |id: &str| case.snapshots_folder().join(id).exists();
    let mut id = moment.clone();
    let mut count = 1;
    while is_taken(&id) {
        count += 1;
        id = format!("{moment}-{count}");
    }
    id
}
