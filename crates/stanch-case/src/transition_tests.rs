//! What may follow what, and that whatever a line changes can be undone.

use crate::digest::Digest;
use crate::entry::{Artefact, Recovery};
use crate::entry::{Entry, Listing};
use crate::layout;
use crate::transition::{IllegalTransition, SnapshotState, State, legal};

fn file(path: &str) -> Artefact {
    Artefact {
        path: path.to_owned(),
        size: 1,
        sha256: Digest::of(b"x"),
    }
}

fn opened() -> Entry {
    Entry::CaseOpened {
        case: "c".to_owned(),
        format_version: 2,
        file: file("case.json"),
    }
}

fn begun(hunt: u32) -> Entry {
    Entry::HuntBegun {
        hunt,
        fingerprint: "f".to_owned(),
    }
}

fn registered(hunt: u32, batch: u32, sources: u32) -> Entry {
    let file = file(&layout::registration_path(hunt, batch));
    Entry::SourcesRegistered {
        hunt,
        batch,
        sources,
        file,
    }
}

fn segment(hunt: u32, segment: u32, sources: u32) -> Entry {
    let file = file(&layout::segment_path(hunt, segment));
    Entry::SegmentCommitted {
        hunt,
        segment,
        sources,
        file,
        listing: Listing::empty(),
        part: None,
    }
}

fn with_part(mut entry: Entry, path: &str) -> Entry {
    if let Entry::SegmentCommitted { part, .. } = &mut entry {
        *part = Some(file(path));
    }
    entry
}

fn snapshot_begun(id: &str) -> Entry {
    Entry::SnapshotBegun {
        snapshot: id.to_owned(),
    }
}

fn snapshot_ended(id: &str) -> Entry {
    Entry::SnapshotEnded {
        snapshot: id.to_owned(),
        file: file(&layout::snapshot_index_path(id)),
        effort: None,
    }
}

fn run(entries: &[Entry]) -> Result<State, IllegalTransition> {
    let mut state = State::default();
    for entry in entries {
        let (before, change) = (state.clone(), legal(&state, entry)?);
        let back = state.put(change);
        let mut taken_back = state.clone();
        taken_back.put(back);
        assert_eq!(taken_back, before, "{entry:?} can be taken back");
    }
    Ok(state)
}

#[test]
fn a_whole_hunt_is_legal() {
    let state = run(&[
        opened(),
        begun(1),
        registered(1, 1, 2),
        segment(1, 1, 1),
        Entry::HuntResumed { hunt: 1 },
        segment(1, 2, 1),
        Entry::HuntFinished { hunt: 1 },
        Entry::HuntResumed { hunt: 1 },
        registered(1, 2, 3),
        Entry::HuntFinished { hunt: 1 },
        begun(2),
    ]);
    let hunt = state.unwrap().hunt.unwrap();
    assert_eq!(
        (hunt.number, hunt.running, hunt.sources, hunt.segments),
        (2, true, 0, 0)
    );
}

#[test]
fn a_snapshot_may_be_taken_up_before_and_after_its_end() {
    let state = run(&[
        opened(),
        snapshot_begun("s1"),
        snapshot_begun("s1"),
        begun(1),
        snapshot_begun("s2"),
        snapshot_ended("s1"),
        snapshot_begun("s1"),
        snapshot_ended("s2"),
        snapshot_ended("s1"),
        snapshot_begun("s1"),
    ]);
    let snapshots: Vec<_> = state.unwrap().snapshots.into_iter().collect();
    assert_eq!(
        snapshots,
        [
            ("s1".to_owned(), SnapshotState::Begun),
            ("s2".to_owned(), SnapshotState::Ended)
        ]
    );
}

#[test]
fn what_may_not_follow_of_a_snapshot_is_refused() {
    let elsewhere = |path: &str| Entry::SnapshotEnded {
        snapshot: "s1".to_owned(),
        file: file(path),
        effort: None,
    };
    for entries in [
        vec![snapshot_begun("s1")],
        vec![opened(), snapshot_ended("s1")],
        vec![opened(), snapshot_begun("s1"), snapshot_ended("s2")],
        vec![
            opened(),
            snapshot_begun("s1"),
            snapshot_ended("s1"),
            snapshot_ended("s1"),
        ],
        vec![opened(), snapshot_begun("s1"), snapshot_begun("S1")],
        vec![opened(), snapshot_begun("")],
        vec![opened(), snapshot_begun("../x")],
        vec![opened(), snapshot_begun("s1.files")],
        vec![
            opened(),
            snapshot_begun("s1"),
            elsewhere("snapshots/s2.files.jsonl"),
        ],
        vec![
            opened(),
            snapshot_begun("s1"),
            elsewhere("snapshots/s1/files.jsonl"),
        ],
        vec![opened(), snapshot_begun("s1"), elsewhere("../s1.files.jsonl")],
    ] {
        assert!(run(&entries).is_err(), "{entries:?}");
        run(&entries[..entries.len() - 1]).unwrap();
    }
}

#[test]
fn what_may_not_follow_is_refused() {
    let note = Entry::Note { text: String::new() };
    for entries in [
        vec![note],
        vec![begun(1)],
        vec![opened(), opened()],
        vec![opened(), begun(2)],
        vec![opened(), Entry::HuntResumed { hunt: 1 }],
        vec![opened(), segment(1, 1, 1)],
        vec![opened(), begun(1), segment(1, 1, 1)],
        vec![opened(), begun(1), registered(1, 2, 1)],
        vec![opened(), begun(1), registered(1, 1, 2), registered(1, 2, 1)],
        vec![opened(), begun(1), registered(1, 1, 1), segment(1, 2, 1)],
        vec![opened(), begun(1), begun(2), registered(1, 1, 1)],
        vec![
            opened(),
            begun(1),
            Entry::HuntFinished { hunt: 1 },
            Entry::HuntFinished { hunt: 1 },
        ],
        vec![
            opened(),
            begun(1),
            Entry::HuntFinished { hunt: 1 },
            registered(1, 1, 1),
        ],
        vec![
            opened(),
            begun(1),
            registered(1, 1, 1),
            with_part(segment(1, 1, 1), "events/0001-000002.parquet"),
        ],
        vec![
            opened(),
            begun(1),
            registered(1, 1, 1),
            with_part(segment(1, 1, 1), "../x"),
        ],
        vec![opened(), Entry::DocumentWritten { file: file("../x") }],
        vec![
            opened(),
            Entry::DocumentWritten {
                file: file("evidence/x"),
            },
        ],
        vec![
            opened(),
            Entry::EvidenceKept {
                file: file("evidence/sha256/aa/bb"),
            },
        ],
        vec![
            opened(),
            Entry::Recovered {
                what: Recovery::TornJournalLine,
                file: file("x"),
            },
        ],
    ] {
        assert!(run(&entries).is_err(), "{entries:?}");
    }
}

#[test]
fn the_word_of_each_kind_is_the_one_in_the_line() {
    for entry in [
        opened(),
        begun(1),
        registered(1, 1, 1),
        segment(1, 1, 1),
        Entry::HuntFinished { hunt: 1 },
        snapshot_begun("s1"),
        snapshot_ended("s1"),
    ] {
        let value = serde_json::to_value(&entry).unwrap();
        assert_eq!(value["kind"], entry.kind());
    }
}
