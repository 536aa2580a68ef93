//! Every event of logs that were named and of the history that was pulled into a case, one after the other.
//!
//! It must not know what is done with them.

use std::path::PathBuf;

use stanch_collect::snapshot::Wanted;
use stanch_collect::{CollectError, Snapshot, lookup};
use stanch_core::text::shown;
use stanch_core::{Event, SourceId};
use stanch_trail::{Input, Limits, Origin, Reader, Source};

use super::snapshots::is_events;
use crate::error::Failure;

/// Result of reading.
pub(crate) struct Read {
    /// Inputs that were not read in full.
    pub(crate) problems: u64,
    /// Answers of event history that the case holds.
    pub(crate) pulled: u64,
}

/// Reads.
pub(crate) fn each(
    logs: &[PathBuf],
    snapshots: &[Snapshot],
    heard: &mut dyn FnMut(&Event<'_>),
) -> Result<Read, Failure> {
    let limits = Limits::default();
    let mut reader = Reader::new(limits);
    let mut inputs = Vec::new();
    for path in logs {
        if std::fs::symlink_metadata(path).is_err() {
            return Err(Failure::new(
                format!("{} can't be read", path.display()),
                "name a folder, file or archive that is there",
            ));
        }
        inputs.push(Input::Path(path.clone()));
    }
    let listing = stanch_trail::list(&inputs, &limits);
    let mut read = Read {
        problems: listing.refused.len() as u64,
        pulled: 0,
    };
    for source in &listing.sources {
        let report = reader.read(source, &mut |event| heard(event));
        read.problems += u64::from(!report.problems.is_empty());
    }
    for snapshot in snapshots.iter().filter(|snapshot| is_events(snapshot)) {
        let told = snapshot.each(&Wanted::of(lookup::SERVICE, lookup::OPERATION), |reading| {
            read.pulled += 1;
            match lookup::records(&reading) {
                Ok(records) => {
                    let report = reader.read_bytes(&window(&reading), &records, &mut |event| heard(event));
                    read.problems += u64::from(!report.problems.is_empty());
                }
                Err(_) => read.problems += 1,
            }
            Ok::<(), CollectError>(())
        });
        read.problems += u64::from(told.is_err());
    }
    Ok(read)
}

fn window(reading: &stanch_core::Reading) -> Source {
    let name = format!("{}/{}", reading.account.as_str(), reading.region.as_str());
    Source {
        id: SourceId(0),
        shown: shown(&name, 200),
        path: name.into(),
        size: 0,
        origin: Origin::Elsewhere {
            modified: Some(reading.at),
        },
    }
}
