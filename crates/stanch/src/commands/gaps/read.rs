//! Events, digests and names of the log files, read on all processors.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use stanch_collect::snapshot::Wanted;
use stanch_collect::{CollectError, Snapshot};
use stanch_core::CallOutcome;
use stanch_core::text::shown;
use stanch_integrity::{FileKind, Recorded, Unpacker, file_kind};
use stanch_trail::{Input, Limits, Reader, Source};

use crate::error::Failure;

/// Bytes of one digest, packed and unpacked.
const PACKED: u64 = 64 << 20;
const UNPACKED: usize = 256 << 20;

/// Values kept from an input.
#[derive(Default)]
pub(super) struct Read {
    pub(super) recorded: Recorded,
    pub(super) events: u64,
    /// Files that were not read in full, with the reason.
    pub(super) unread: Vec<String>,
}

/// Reads everything.
pub(super) fn inputs(paths: &[PathBuf]) -> Read {
    let inputs: Vec<Input> = paths.iter().cloned().map(Input::Path).collect();
    let listing = stanch_trail::list(&inputs, &Limits::default());
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut read = Read::default();
        let (mut reader, mut unpacker) = (Reader::new(Limits::default()), Unpacker::new(UNPACKED));
        while let Some(source) = listing.sources.get(next.fetch_add(1, Ordering::Relaxed)) {
            match file_kind(&source.shown) {
                FileKind::Digest(_) => read.digest(source, &mut unpacker),
                kind => {
                    if matches!(kind, FileKind::Log(..)) {
                        read.recorded.log(&source.shown);
                    }
                    read.log(source, &mut reader);
                }
            }
        }
        read
    };
    let mut all = Read::default();
    all.unread
        .extend(listing.refused.iter().map(|report| report.path.clone()));
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for thread in running {
            match thread.join() {
                Ok(read) => all.merge(read),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    all.unread.sort();
    all
}

impl Read {
    /// Takes the status of each trail from a snapshot; a refusal is a part that is not known.
    pub(super) fn trail_statuses(&mut self, snapshot: &Snapshot) -> Result<(), Failure> {
        let wanted = Wanted::of("cloudtrail", "GetTrailStatus");
        let taken = snapshot.each(&wanted, |reading| {
            let trail = reading.params.get("Name").and_then(Value::as_str).unwrap_or("");
            if reading.outcome == CallOutcome::Ok {
                let place = (&reading.account, &reading.region);
                self.recorded
                    .trail_status(place, trail, &reading.body, reading.at);
            } else {
                self.unread.push(format!(
                    "status of trail {}: {}",
                    shown(trail, 200),
                    reading.outcome.name()
                ));
            }
            Ok::<(), CollectError>(())
        });
        taken.map_err(|error| {
            Failure::because(
                "the snapshot can't be read",
                &error,
                "take a new one: stanch collect --fresh",
            )
        })
    }

    fn log(&mut self, source: &Source, reader: &mut Reader) {
        let (recorded, events) = (&mut self.recorded, &mut self.events);
        let report = reader.read(source, &mut |event| {
            *events += 1;
            recorded.event(event);
        });
        if !report.is_complete() {
            self.unread.push(format!("{}: not read in full", report.path));
        }
    }

    fn digest(&mut self, source: &Source, unpacker: &mut Unpacker) {
        if source.size > PACKED {
            self.unread
                .push(format!("{}: larger than {} MiB", source.shown, PACKED >> 20));
            return;
        }
        match std::fs::read(&source.path) {
            Ok(bytes) if self.recorded.digest(&source.shown, &bytes, unpacker) => {}
            Ok(_) => self.unread.push(format!("{}: not a digest", source.shown)),
            Err(error) => self
                .unread
                .push(format!("{}: {}", source.shown, shown(&error.to_string(), 300))),
        }
    }

    fn merge(&mut self, other: Self) {
        self.recorded.merge(other.recorded);
        self.events += other.events;
        self.unread.extend(other.unread);
    }
}
