//! Order of journal lines: one function decides which line may follow which.
//!
//! Recovery is replay through the same function, so that a journal that could not have been written cannot be
//! read either. A line changes one part of the state, so that thousands of lines cost no more than they say. It must
//! not touch the disk.

use std::collections::BTreeMap;

use stanch_core::plan::PlanDigest;

use crate::declaration::{self, DeclarationState, Key};
use crate::entry::{Entry, Listing};
use crate::layout;
use crate::run_state::{self, Intent, PlanState, RunState};

/// Progress of a case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    /// Version of the case format; 0 before the case is made.
    pub format: u32,
    /// The latest hunt.
    pub hunt: Option<HuntState>,
    /// Every snapshot, by its id.
    pub snapshots: BTreeMap<String, SnapshotState>,
    /// Every plan, by its digest.
    pub plans: BTreeMap<PlanDigest, PlanState>,
    /// Every run, by its id.
    pub runs: BTreeMap<String, RunState>,
    /// Declarations that the journal names, by kind and id; see [`Declarations`](crate::Declarations).
    pub(crate) declarations: BTreeMap<Key, DeclarationState>,
}

/// One part of the state and what it becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    Nothing,
    Format(u32),
    Hunt(Option<HuntState>),
    Snapshot(String, Option<SnapshotState>),
    Plan(PlanDigest, Option<PlanState>),
    Run(String, Option<RunState>),
    Declaration(Key, Option<DeclarationState>),
    /// True when a change that a run was about to send waits for its answer.
    Waiting(String, Intent, bool),
}

impl State {
    /// Makes a change, and returns the one that takes it back.
    pub(crate) fn put(&mut self, change: Change) -> Change {
        match change {
            Change::Nothing => Change::Nothing,
            Change::Format(format) => Change::Format(std::mem::replace(&mut self.format, format)),
            Change::Hunt(hunt) => Change::Hunt(std::mem::replace(&mut self.hunt, hunt)),
            Change::Snapshot(id, snapshot) => {
                let before = put(&mut self.snapshots, &id, snapshot);
                Change::Snapshot(id, before)
            }
            Change::Plan(digest, plan) => {
                let before = put(&mut self.plans, &digest, plan);
                Change::Plan(digest, before)
            }
            Change::Run(id, run) => {
                let before = put(&mut self.runs, &id, run);
                Change::Run(id, before)
            }
            Change::Declaration(key, declaration) => {
                let before = put(&mut self.declarations, &key, declaration);
                Change::Declaration(key, before)
            }
            Change::Waiting(id, intent, waits) => {
                let waited = self.runs.get_mut(&id).is_some_and(|run| run.put(intent, waits));
                Change::Waiting(id, intent, waited)
            }
        }
    }
}

/// Puts a value in or takes it out, and returns what was there.
fn put<K: Ord + Clone, V>(map: &mut BTreeMap<K, V>, key: &K, value: Option<V>) -> Option<V> {
    match value {
        Some(value) => map.insert(key.clone(), value),
        None => map.remove(key),
    }
}

/// Progress of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SnapshotState {
    /// Begun or taken up again, and not ended: nothing is known of its files.
    Begun,
    /// Ended: its files are those of its list.
    Ended,
}

/// Progress of a hunt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HuntState {
    /// Its number.
    pub number: u32,
    /// Fingerprint of the engine.
    pub fingerprint: String,
    /// True when it has begun or continued, and not finished.
    pub running: bool,
    /// Registrations so far.
    pub batches: u32,
    /// Sources registered so far.
    pub sources: u32,
    /// Segments committed so far.
    pub segments: u32,
    /// Required content of `sources.jsonl`.
    pub listing: Listing,
}

/// A step that may not follow the ones before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} is not possible here: {reason}")]
pub struct IllegalTransition {
    /// The kind of line.
    pub kind: &'static str,
    /// Why it is not possible.
    pub reason: &'static str,
}

/// Decides whether a line may follow, and what it changes. The only place that does.
///
/// # Errors
/// When the line may not follow.
pub(crate) fn legal(state: &State, entry: &Entry) -> Result<Change, IllegalTransition> {
    change(state, entry).map_err(|reason| IllegalTransition {
        kind: entry.kind(),
        reason,
    })
}

fn change(state: &State, entry: &Entry) -> Result<Change, &'static str> {
    match (state.format > 0, entry) {
        (true, Entry::CaseOpened { .. }) => return Err("the case was made before"),
        (true, _) | (false, Entry::CaseOpened { .. }) => {}
        (false, _) => return Err("the case has not been made"),
    }
    if !entry.is_in_place() {
        return Err("its file does not lie where it belongs");
    }
    match entry {
        Entry::CaseOpened { format_version, .. } if *format_version > 0 => {
            Ok(Change::Format(*format_version))
        }
        Entry::FormatRaised { format_version, .. } if *format_version > state.format => {
            Ok(Change::Format(*format_version))
        }
        Entry::CaseOpened { .. } | Entry::FormatRaised { .. } => {
            Err("the version of the format does not follow the last one")
        }
        Entry::HuntBegun { .. }
        | Entry::HuntResumed { .. }
        | Entry::SourcesRegistered { .. }
        | Entry::SegmentCommitted { .. }
        | Entry::HuntFinished { .. } => hunt(state, entry).map(|hunt| Change::Hunt(Some(hunt))),
        Entry::SnapshotBegun { snapshot } => begin_snapshot(state, snapshot),
        Entry::SnapshotEnded { snapshot, .. } => end_snapshot(state, snapshot),
        Entry::PlanKept { file } => run_state::keep(state, file),
        Entry::PlanApproved { plan, approval } => run_state::approve(state, plan, approval),
        Entry::Run { run, line } => run_state::go_on(state, run, line),
        Entry::Declared {
            declaration,
            by,
            reason,
        } => declare(state, declaration, (by, reason), false),
        Entry::Withdrawn {
            declaration,
            by,
            reason,
        } => declare(state, declaration, (by, reason), true),
        Entry::ManualStep { id, by, .. } if id.trim().is_empty() || by.trim().is_empty() => {
            Err("it does not name the manual step or the person")
        }
        Entry::ManualStep { .. }
        | Entry::Assessed { .. }
        | Entry::KeysScanned { .. }
        | Entry::WatchBegan { .. }
        | Entry::WatchEnded { .. }
        | Entry::EvidenceKept { .. }
        | Entry::DocumentWritten { .. }
        | Entry::Recovered { .. }
        | Entry::Note { .. } => Ok(Change::Nothing),
    }
}

fn declare(
    state: &State,
    declaration: &declaration::Declaration,
    said: (&str, &str),
    is_withdrawn: bool,
) -> Result<Change, &'static str> {
    let (key, declared) = declaration::applied(state, declaration, said, is_withdrawn)?;
    Ok(Change::Declaration(key, Some(declared)))
}

/// The latest hunt after a line about a hunt.
fn hunt(state: &State, entry: &Entry) -> Result<HuntState, &'static str> {
    let last = state.hunt.as_ref();
    match entry {
        Entry::HuntBegun { hunt, fingerprint } => {
            if *hunt != last.map_or(1, |last| last.number.saturating_add(1)) {
                return Err("the hunt's number does not follow the last one");
            }
            Ok(begun(*hunt, fingerprint))
        }
        Entry::HuntResumed { hunt } => Ok(HuntState {
            running: true,
            ..same_hunt(last, *hunt)?
        }),
        Entry::SourcesRegistered {
            hunt, batch, sources, ..
        } => {
            let current = running(last, *hunt)?;
            if *batch != current.batches.saturating_add(1) || *sources < current.sources {
                return Err("the registration does not follow the last one");
            }
            Ok(HuntState {
                batches: *batch,
                sources: *sources,
                ..current
            })
        }
        Entry::SegmentCommitted {
            hunt,
            segment,
            sources,
            listing,
            ..
        } => {
            let current = running(last, *hunt)?;
            if *segment != current.segments.saturating_add(1) || listing.size < current.listing.size {
                return Err("the segment does not follow the last one");
            }
            if *sources > current.sources {
                return Err("it reports more sources than are registered");
            }
            Ok(HuntState {
                segments: *segment,
                listing: listing.clone(),
                ..current
            })
        }
        Entry::HuntFinished { hunt } => Ok(HuntState {
            running: false,
            ..running(last, *hunt)?
        }),
        _ => Err("it is not a line about a hunt"),
    }
}

fn begun(number: u32, fingerprint: &str) -> HuntState {
    HuntState {
        number,
        fingerprint: fingerprint.to_owned(),
        running: true,
        batches: 0,
        sources: 0,
        segments: 0,
        listing: Listing::empty(),
    }
}

fn same_hunt(last: Option<&HuntState>, number: u32) -> Result<HuntState, &'static str> {
    last.filter(|hunt| hunt.number == number)
        .cloned()
        .ok_or("it names another hunt than the latest")
}

fn running(last: Option<&HuntState>, number: u32) -> Result<HuntState, &'static str> {
    Some(same_hunt(last, number)?)
        .filter(|hunt| hunt.running)
        .ok_or("the hunt is finished")
}

/// A snapshot may be taken up any number of times, ended or not.
fn begin_snapshot(state: &State, id: &str) -> Result<Change, &'static str> {
    layout::check_id(id)?;
    // On a file system that ignores case both would have the same folder.
    if state
        .snapshots
        .keys()
        .any(|known| known != id && known.eq_ignore_ascii_case(id))
    {
        return Err("the snapshot's id differs from another only in upper and lower case");
    }
    Ok(Change::Snapshot(id.to_owned(), Some(SnapshotState::Begun)))
}

fn end_snapshot(state: &State, id: &str) -> Result<Change, &'static str> {
    match state.snapshots.get(id) {
        Some(SnapshotState::Begun) => Ok(Change::Snapshot(id.to_owned(), Some(SnapshotState::Ended))),
        Some(SnapshotState::Ended) => Err("the snapshot has ended"),
        None => Err("the snapshot was never begun"),
    }
}
