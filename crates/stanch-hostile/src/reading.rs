//! Reads bytes as the product would, and keeps what the properties compare.
//!
//! It must not assert anything about what was read but that reading it again gives the same.

use std::path::PathBuf;

use stanch_core::{Event, LogKind, SourceId, SourceReport};
use stanch_trail::{Limits, Reader, Source};

use crate::properties;

/// Small, so that every limit is within reach of a small input.
pub(crate) const LIMITS: Limits = Limits {
    unpacked_bytes: 1 << 20,
    unpacked_ratio: 250,
    record_bytes: 64 << 10,
    depth: 127,
    members: 64,
    archive_depth: 2,
    files: 10,
};

/// An event as far as the properties look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) key: u128,
    pub(crate) log: LogKind,
    pub(crate) member: u32,
    pub(crate) offset: u64,
    pub(crate) raw: String,
    pub(crate) is_json: bool,
}

/// What reading came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) events: Vec<Seen>,
    pub(crate) report: SourceReport,
}

impl Outcome {
    pub(crate) fn keys(&self) -> Vec<u128> {
        self.events.iter().map(|event| event.key).collect()
    }
}

/// Reads bytes twice with one reader, examines every event, and holds both readings against each other.
pub(crate) fn read(bytes: &[u8]) -> Outcome {
    let mut reader = Reader::new(LIMITS);
    let first = once(&mut reader, bytes);
    let second = once(&mut reader, bytes);
    assert_eq!(first, second, "a second reading differs from the first");
    first
}

/// Reads bytes and gives each event to `see`.
pub(crate) fn each(bytes: &[u8], see: &mut dyn FnMut(&Event<'_>)) -> SourceReport {
    Reader::new(LIMITS).read_bytes(&source(), bytes, see)
}

fn once(reader: &mut Reader, bytes: &[u8]) -> Outcome {
    let mut events = Vec::new();
    let report = reader.read_bytes(&source(), bytes, &mut |event| {
        properties::event(event);
        events.push(Seen {
            key: event.key.0,
            log: event.log,
            member: event.location.member,
            offset: event.location.offset,
            raw: event.raw.to_string(),
            is_json: !event.record().is_null(),
        });
    });
    Outcome { events, report }
}

fn source() -> Source {
    Source {
        id: SourceId(7),
        path: PathBuf::from("input"),
        shown: "input".to_owned(),
        size: 0,
        origin: stanch_trail::Origin::Disk,
    }
}
