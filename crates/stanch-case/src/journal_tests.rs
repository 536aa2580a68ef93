//! The chain: whatever was written is read back, and whatever was changed is not taken.

use proptest::prelude::*;
use stanch_core::Timestamp;
use stanch_core::plan::PlanDigest;

use crate::declaration::Declaration;
use crate::digest::Digest;
use crate::entry::{Artefact, Entry, Listing, ManualState};
use crate::journal::{Journal, Ledger, replay};
use crate::layout::{self, evidence_path, plan_path, registration_path, segment_path, snapshot_index_path};
use crate::test_case::{answered, approval, begun, ended, finished, intended};

/// Entries of every kind, with numbers that make many of them illegal where they come.
fn entries() -> impl Strategy<Value = Entry> {
    let file = |path: String| Artefact {
        path,
        size: 1,
        sha256: Digest::of(b"x"),
    };
    prop_oneof![
        Just(Entry::CaseOpened {
            case: "c".to_owned(),
            format_version: 2,
            file: file("case.json".to_owned())
        }),
        (1..4_u32).prop_map(|hunt| Entry::HuntBegun {
            hunt,
            fingerprint: format!("f{hunt}")
        }),
        (1..4_u32).prop_map(|hunt| Entry::HuntResumed { hunt }),
        (1..3_u32, 1..3_u32, 0..5_u32).prop_map(move |(hunt, batch, sources)| Entry::SourcesRegistered {
            hunt,
            batch,
            sources,
            file: file(registration_path(hunt, batch)),
        }),
        (1..3_u32, 1..3_u32, 0..5_u32).prop_map(move |(hunt, segment, sources)| Entry::SegmentCommitted {
            hunt,
            segment,
            sources,
            file: file(segment_path(hunt, segment)),
            listing: Listing {
                size: u64::from(segment),
                sha256: Digest::of(b"y")
            },
            part: (segment % 2 == 0).then(|| Artefact {
                path: layout::part_path(hunt, segment),
                ..file("x".to_owned())
            }),
        }),
        (1..3_u32).prop_map(|hunt| Entry::HuntFinished { hunt }),
        Just(Entry::EvidenceKept {
            file: file(evidence_path(&Digest::of(b"x")))
        }),
        "s[12]|\\.\\./x".prop_map(|snapshot| Entry::SnapshotBegun { snapshot }),
        "s[12]".prop_map(move |snapshot| Entry::SnapshotEnded {
            file: file(snapshot_index_path(&snapshot)),
            snapshot,
            effort: None,
        }),
        "[a-z]{1,3}(/[a-z]{1,3})?|\\.\\./x".prop_map(move |path| Entry::DocumentWritten { file: file(path) }),
        "\\PC{0,20}|.{0,20}".prop_map(|text| Entry::Note { text }),
        declarations(),
        steps_and_watches(),
        Just(Entry::PlanKept {
            file: file(plan_path(&Digest::of(b"x")))
        }),
        Just(Entry::PlanApproved {
            plan: PlanDigest(Digest::of(b"x").to_string()),
            approval: approval("ana"),
        }),
        run_lines(),
        run_lines(),
    ]
}

/// Manual steps and watches.
fn steps_and_watches() -> impl Strategy<Value = Entry> {
    prop_oneof![
        "[ab]?".prop_map(|id| Entry::ManualStep {
            id,
            state: ManualState::Deferred,
            by: "ana".to_owned(),
            text: String::new(),
        }),
        (0..9_u64, any::<bool>()).prop_map(|(minutes, is_interrupted)| {
            if is_interrupted {
                Entry::WatchBegan { minutes }
            } else {
                Entry::WatchEnded {
                    is_interrupted,
                    refused: minutes,
                    alarms: 0,
                }
            }
        }),
    ]
}

/// Declarations and their withdrawal, some without a reason.
fn declarations() -> impl Strategy<Value = Entry> {
    ("[ab]", any::<bool>(), "x?").prop_map(|(entry, is_withdrawn, reason)| {
        let declaration = Declaration::KnownGood { entry };
        let by = "ana".to_owned();
        if is_withdrawn {
            Entry::Withdrawn {
                declaration,
                by,
                reason,
            }
        } else {
            Entry::Declared {
                declaration,
                by,
                reason,
            }
        }
    })
}

/// Lines of two runs, in no order.
fn run_lines() -> impl Strategy<Value = Entry> {
    let plan = PlanDigest(Digest::of(b"x").to_string());
    let line = (0..6, 1..3_u32, any::<bool>()).prop_map(move |(kind, step, undo)| match kind {
        0 | 1 => begun(&plan, undo),
        2 => intended(step, 0),
        3 => answered(step, 0),
        4 => ended(step),
        _ => finished(undo),
    });
    ("r[12]", line).prop_map(|(run, line)| Entry::Run { run, line })
}

fn opened() -> Entry {
    let file = Artefact {
        path: "case.json".to_owned(),
        size: 1,
        sha256: Digest::of(b"x"),
    };
    Entry::CaseOpened {
        case: "c".to_owned(),
        format_version: 2,
        file,
    }
}

/// Writes what is legal of the entries; returns the journal's bytes, what was written, and the end state.
fn written(entries: Vec<(i64, Entry)>) -> (Vec<u8>, Vec<(Timestamp, Entry)>, Ledger) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let mut journal = Journal::open(path.clone(), Ledger::default()).unwrap();
    let mut accepted = Vec::new();
    for (at, entry) in entries {
        if journal.append(Timestamp(at), &entry).is_ok() {
            accepted.push((Timestamp(at), entry));
        }
    }
    (std::fs::read(path).unwrap(), accepted, journal.ledger().clone())
}

fn read(bytes: &[u8]) -> (crate::journal::Replay, Vec<(Timestamp, Entry)>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    std::fs::write(&path, bytes).unwrap();
    let mut lines = Vec::new();
    let replay = replay(&path, |line| lines.push((line.at, line.entry))).unwrap();
    (replay, lines)
}

fn journals() -> impl Strategy<Value = Vec<(i64, Entry)>> {
    let at = 0..4_000_000_000_000_i64;
    proptest::collection::vec((at, entries()), 0..25).prop_map(|mut entries| {
        entries.insert(0, (0, opened()));
        entries
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_written_is_read_back(entries in journals()) {
        let (bytes, accepted, ledger) = written(entries);
        let (replay, lines) = read(&bytes);
        prop_assert!(replay.broken.is_none() && replay.torn.is_empty());
        prop_assert_eq!(lines, accepted);
        prop_assert_eq!(replay.ledger.state, ledger.state);
        prop_assert_eq!(replay.ledger.artefacts, ledger.artefacts);
        prop_assert_eq!(replay.ledger.head, ledger.head);
        prop_assert_eq!(replay.ledger.length, bytes.len() as u64);
    }

    #[test]
    fn a_changed_byte_ends_what_is_taken(entries in journals(), place: prop::sample::Index, mask in 1..=255_u8) {
        let (mut bytes, accepted, _) = written(entries);
        let place = place.index(bytes.len());
        let lines_before = bytes[..place].iter().filter(|byte| **byte == b'\n').count();
        bytes[place] ^= mask;
        let (replay, lines) = read(&bytes);
        prop_assert!(replay.broken.is_some() || !replay.torn.is_empty());
        prop_assert_eq!(&lines[..], &accepted[..lines_before]);
    }

    #[test]
    fn a_cut_leaves_the_whole_lines_before_it(entries in journals(), place: prop::sample::Index) {
        let (mut bytes, accepted, _) = written(entries);
        bytes.truncate(place.index(bytes.len()));
        let (replay, lines) = read(&bytes);
        let whole = bytes.iter().filter(|byte| **byte == b'\n').count();
        prop_assert!(replay.broken.is_none());
        prop_assert_eq!(replay.ledger.length + replay.torn.len() as u64, bytes.len() as u64);
        prop_assert_eq!(&lines[..], &accepted[..whole]);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        read(&bytes);
    }
}

#[test]
fn a_line_reads_well() {
    let (bytes, ..) = written(vec![
        (1_772_719_331_000, opened()),
        (
            0,
            Entry::Note {
                text: "x\u{1b}".to_owned(),
            },
        ),
    ]);
    insta::assert_snapshot!(String::from_utf8(bytes).unwrap(), @r#"
    {"seq":0,"at":"2026-03-05T14:02:11Z","kind":"case-opened","body":{"case":"c","format_version":2,"file":{"path":"case.json","size":1,"sha256":"2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}},"prev":"0000000000000000000000000000000000000000000000000000000000000000","hash":"d08836f9fed2ed2ae5061d19067e8bad4412be72e7cfc139d3e42a9c9bb41213"}
    {"seq":1,"at":"1970-01-01T00:00:00Z","kind":"note","body":{"text":"x\u001b"},"prev":"d08836f9fed2ed2ae5061d19067e8bad4412be72e7cfc139d3e42a9c9bb41213","hash":"8d82d1e6d7293f72c50a173e69f667e626afc232e208b386701d8ab9b8a38350"}
    "#);
}

#[test]
fn a_line_of_another_journal_is_not_taken() {
    let note = |text: &str| {
        (
            0,
            Entry::Note {
                text: text.to_owned(),
            },
        )
    };
    let (one, ..) = written(vec![(0, opened()), note("one"), note("three")]);
    let (two, ..) = written(vec![(0, opened()), note("two"), note("three")]);
    let first_lines = |bytes: &[u8], count| -> Vec<u8> {
        bytes
            .split_inclusive(|byte| *byte == b'\n')
            .take(count)
            .flatten()
            .copied()
            .collect()
    };
    let grafted = [first_lines(&one, 2), two[first_lines(&two, 2).len()..].to_vec()].concat();
    let (replay, lines) = read(&grafted);
    assert_eq!(lines.len(), 2);
    assert_eq!(
        replay.broken.as_deref(),
        Some("it does not follow the line before")
    );
}
