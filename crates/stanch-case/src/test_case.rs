//! Small cases for the tests of this crate.

use std::path::Path;

use stanch_core::source::SourceKind;
use stanch_core::{AccountId, SourceId, SourceReport, Timestamp};

use crate::atomic;
use crate::digest::Digest;
use crate::{Case, CaseError, ListedInput, NewCase};

pub(crate) fn time(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_772_719_331 + seconds)
}

pub(crate) fn new() -> NewCase {
    NewCase {
        title: "Odd bills".to_owned(),
        accounts: vec![AccountId::from("111122223333")],
        responder: "ana".to_owned(),
        break_glass: vec!["arn:aws:iam::111122223333:user/break-glass".to_owned()],
        seal_to: None,
        opened_at: time(0),
    }
}

pub(crate) fn new_case(dir: &Path) -> Case {
    Case::create(dir, &new()).unwrap()
}

pub(crate) fn input(path: &str, size: u64) -> ListedInput {
    ListedInput {
        path: path.to_owned(),
        size,
        modified: Some(time(-60)),
    }
}

/// Files of a snapshot, written as something else than this crate would: nothing but bytes below a folder.
pub(crate) fn write_snapshot(folder: &Path, files: &[(&str, &str)]) -> Result<(), CaseError> {
    atomic::make_folder(folder)?;
    for (path, bytes) in files {
        let parts: Vec<&str> = path.split('/').collect();
        for depth in 1..parts.len() {
            atomic::make_folder(&folder.join(parts[..depth].join("/")))?;
        }
        atomic::write_new(&folder.join(path), &[bytes.as_bytes()], atomic::PRIVATE)?;
    }
    Ok(())
}

pub(crate) fn report(id: u32, path: &str) -> SourceReport {
    SourceReport {
        size: 1,
        sha256: Digest::of(path.as_bytes()).to_string(),
        events: 3,
        ..SourceReport::new(SourceId(id), path.to_owned(), SourceKind::CloudTrail)
    }
}
