//! The crate from outside, as the program uses it: opening, refusing, resuming, and a process that is really
//! killed.

mod killed;
mod opening;
mod resuming;

use std::collections::BTreeMap;
use std::path::Path;

use stanch_case::{Case, Digest, ListedInput, NewCase};
use stanch_core::source::SourceKind;
use stanch_core::{AccountId, SourceId, SourceReport, Timestamp};

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_772_719_331 + seconds)
}

fn new() -> NewCase {
    NewCase {
        title: "Odd bills".to_owned(),
        accounts: vec![AccountId::from("111122223333")],
        responder: "ana".to_owned(),
        break_glass: Vec::new(),
        seal_to: None,
        opened_at: time(0),
    }
}

#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn new_case(dir: &Path) -> Case {
    Case::create(dir, &new()).unwrap()
}

fn input(path: &str, size: u64) -> ListedInput {
    ListedInput {
        path: path.to_owned(),
        size,
        modified: Some(time(-60)),
    }
}

fn report(id: SourceId, path: &str) -> SourceReport {
    SourceReport {
        id,
        path: path.to_owned(),
        kind: SourceKind::CloudTrail,
        size: 1,
        sha256: Digest::of(path.as_bytes()).to_string(),
        members: Vec::new(),
        events: 3,
        skipped: 0,
        problem_count: 0,
        problem_kinds: BTreeMap::new(),
        problems: Vec::new(),
        logs: std::collections::BTreeMap::new(),
        notes: Vec::new(),
    }
}
