//! Journal lines of format 1, read as what they mean in the format of today.
//!
//! Format 1 kept assessments, watches and manual steps as notes and attestations whose text began in a certain way.
//! Lines stay as they are on disk; only this module knows those texts. It must not know what may follow what.

use serde::Deserialize;
use stanch_core::Timestamp;

use crate::digest::Digest;
use crate::entry::{Entry, ManualState};
use crate::line::Line;

/// A line of a kind that format 2 no longer has.
#[derive(Deserialize)]
struct OldLine {
    seq: u64,
    at: Timestamp,
    #[serde(flatten)]
    entry: OldEntry,
    prev: Digest,
    hash: Digest,
}

#[derive(Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "kebab-case")]
enum OldEntry {
    Attested { what: String, by: String, text: String },
}

/// Reads a line of a kind that only format 1 has.
pub(crate) fn line(raw: &[u8]) -> Option<Line> {
    let old: OldLine = serde_json::from_slice(raw).ok()?;
    let OldEntry::Attested { what, by, text } = old.entry;
    let (id, state) = match (what.strip_prefix("guided/"), what.strip_prefix("later/")) {
        (Some(id), _) => (id, ManualState::Done),
        (_, Some(id)) => (id, ManualState::Deferred),
        (None, None) => (what.as_str(), ManualState::Done),
    };
    Some(Line {
        seq: old.seq,
        at: old.at,
        entry: Entry::ManualStep {
            id: id.to_owned(),
            state,
            by,
            text,
        },
        prev: old.prev,
        hash: old.hash,
    })
}

/// Returns the entry that a note of format 1 stands for; the note itself where it is a remark of a person.
pub(crate) fn meaning(entry: Entry) -> Entry {
    match entry {
        Entry::Note { text } => of_note(&text).unwrap_or(Entry::Note { text }),
        other => other,
    }
}

fn of_note(text: &str) -> Option<Entry> {
    if let Some(snapshot) = text.strip_prefix("assessed snapshot ") {
        return Some(Entry::Assessed {
            snapshot: snapshot.to_owned(),
        });
    }
    if let Some(minutes) = text.strip_prefix("watch began, for ") {
        let minutes = minutes.strip_suffix(" minutes")?.parse().ok()?;
        return Some(Entry::WatchBegan { minutes });
    }
    let (is_interrupted, counts) = match text.strip_prefix("watch ended: ") {
        Some(counts) => (false, counts),
        None => (true, text.strip_prefix("watch interrupted: ")?),
    };
    let (refused, alarms) = counts.split_once(" refused, ")?;
    Some(Entry::WatchEnded {
        is_interrupted,
        refused: refused.parse().ok()?,
        alarms: alarms.strip_suffix(" alarms")?.parse().ok()?,
    })
}
