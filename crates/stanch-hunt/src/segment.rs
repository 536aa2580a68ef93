//! The part that is committed to the case: the outcome of some inputs, so that they need not be read again.
//!
//! A segment holds the keys it judged (copies in later inputs must not be judged again), the places of earlier
//! copies, and the engine's state. It is whole or absent, so any moment is a good one to be killed.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use stanch_case::{Hunt, ListedInput};
use stanch_core::source::{Problem, ProblemKind, SourceKind};
use stanch_core::{EventKey, Location, SourceId, SourceReport, Timestamp};
use stanch_detect::{Engine, State};
use stanch_trail::{Context, Origin, Source};

use crate::real_paths::{RealPaths, unique_text};
use crate::{HuntError, Read};

/// Name of standard input in the case; pipes have this and their path. A real path never begins so.
const STREAM: &str = "-";

/// The payload of a segment.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Segment {
    /// Events judged here, with when they were, where they lie, and whether they are extracts.
    pub(crate) judged: Vec<(EventKey, Timestamp, u32, bool)>,
    /// Earlier copies of events judged elsewhere.
    pub(crate) earlier: Vec<(EventKey, Location)>,
    /// The engine's state over the judged events.
    pub(crate) state: Vec<u8>,
    /// Facts in these inputs about other inputs.
    pub(crate) learned: Context,
}

/// Loads what earlier runs committed to the case into `read`.
pub(crate) fn load(engine: &Engine, hunt: &Hunt<'_>, read: &mut Read) -> Result<(), HuntError> {
    for segment in hunt.segments() {
        let segment = segment?;
        let payload: Segment = postcard::from_bytes(&segment.payload).map_err(HuntError::damaged)?;
        for (key, time, source, is_extract) in payload.judged {
            let location = Location {
                source: SourceId(source),
                member: 0,
                offset: 0,
            };
            read.copies.note(key, time, location, is_extract);
        }
        for (key, location) in payload.earlier {
            read.copies.remember(key, location);
        }
        read.context.merge(payload.learned);
        let state: State = engine.load(&payload.state).map_err(HuntError::damaged)?;
        engine.merge(&mut read.state, state);
        read.reports.extend(segment.reports);
    }
    Ok(())
}

/// Registers the listed sources with the case, puts them under the case's numbers and real paths, and gives those
/// that are not committed yet.
pub(crate) fn register(
    hunt: &mut Hunt<'_>,
    sources: &mut [Source],
    at: Timestamp,
) -> Result<Vec<Source>, HuntError> {
    let mut real_paths = RealPaths::default();
    let mut listed = Vec::with_capacity(sources.len());
    for source in sources.iter_mut() {
        let input = listed_input(source, &mut real_paths);
        source.shown.clone_from(&input.path);
        listed.push(input);
    }
    let assigned = hunt.register_sources(&listed, at)?;
    let mut open = Vec::new();
    for (source, assigned) in sources.iter_mut().zip(assigned) {
        source.id = assigned.source_id;
        if !assigned.already_committed {
            open.push(source.clone());
        }
    }
    Ok(open)
}

fn listed_input(source: &Source, real_paths: &mut RealPaths) -> ListedInput {
    if let Origin::Elsewhere { modified } = source.origin {
        return ListedInput {
            path: source.shown.clone(),
            size: source.size,
            modified,
        };
    }
    let real = (source.path != Path::new(STREAM))
        .then(|| real_paths.of_file(&source.path))
        .flatten();
    let Some(real) = real else {
        let path = if source.path == Path::new(STREAM) {
            STREAM.to_owned()
        } else {
            format!("{STREAM} {}", unique_text(&source.path))
        };
        return ListedInput {
            path,
            size: source.size,
            modified: None,
        };
    };
    let modified = std::fs::metadata(&source.path)
        .and_then(|metadata| metadata.modified())
        .ok();
    let modified = modified.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    ListedInput {
        path: unique_text(&real),
        size: source.size,
        modified: modified.map(|since| Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))),
    }
}

/// Of several reports of one file, that of its latest version: a file that was repaired is complete. The reports
/// come in the order in which they were made. What was read from a stream counts each time.
pub(crate) fn latest(reports: &[SourceReport]) -> Vec<&SourceReport> {
    let mut by_id: BTreeMap<SourceId, &SourceReport> = BTreeMap::new();
    for report in reports {
        by_id.insert(report.id, report);
    }
    let mut paths = BTreeMap::new();
    for report in by_id.values() {
        paths.insert(report.path.as_str(), report.id);
    }
    let is_latest =
        |report: &&SourceReport| report.path.starts_with(STREAM) || paths[report.path.as_str()] == report.id;
    by_id.into_values().filter(is_latest).collect()
}

/// Inputs that an earlier run registered and nobody has read: they moved away, and are named, never skipped.
pub(crate) fn unavailable(hunt: &Hunt<'_>) -> Vec<SourceReport> {
    let report = |(id, path): (SourceId, &str)| {
        let mut report = SourceReport::new(id, path.to_owned(), SourceKind::Unknown);
        report.add_problem(Problem {
            kind: ProblemKind::Unreadable,
            member: String::new(),
            offset: None,
            detail: "an earlier hunt of this case listed it, and it is not among the inputs any more"
                .to_owned(),
        });
        report
    };
    hunt.pending().map(report).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(id: u32, path: &str, problems: u64) -> SourceReport {
        SourceReport {
            events: 1,
            problem_count: problems,
            ..SourceReport::new(SourceId(id), path.to_owned(), SourceKind::CloudTrail)
        }
    }

    #[test]
    fn the_latest_version_of_a_file_counts_and_every_stream() {
        let reports = [
            report(0, "/logs/replaced", 1),
            report(1, "/logs/unreadable", 1),
            report(2, "-", 1),
            report(3, "/logs/replaced", 0),
            report(4, "-", 0),
            // The same number again: it could not be read the first time.
            report(1, "/logs/unreadable", 0),
        ];
        let counted: Vec<(u32, u64)> = latest(&reports)
            .iter()
            .map(|report| (report.id.0, report.problem_count))
            .collect();
        assert_eq!(counted, [(1, 0), (2, 1), (3, 0), (4, 0)]);
    }
}
