//! What is committed to the case: the outcome of some inputs, so that they need not be read again.
//!
//! A segment holds the keys it judged (copies in later inputs must not be judged again), the places of earlier
//! copies, and the engine's state. It is whole or absent, so any moment is a good one to be killed.

use serde::{Deserialize, Serialize};
use stanch_case::{Hunt, ListedInput};
use stanch_core::source::{Problem, ProblemKind, SourceKind};
use stanch_core::{EventKey, Location, SourceId, SourceReport, Timestamp};
use stanch_detect::{Engine, State};
use stanch_trail::Source;

use super::{Read, renumbered};
use crate::error::Failure;

/// The payload of a segment.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Segment {
    /// Events judged here, with where they lie.
    pub(super) judged: Vec<(EventKey, u32)>,
    /// Earlier copies of events judged elsewhere.
    pub(super) earlier: Vec<(EventKey, Location)>,
    /// The engine's state over the judged events.
    pub(super) state: Vec<u8>,
}

/// Loads what earlier runs committed to the case into `read`.
pub(super) fn load(engine: &Engine, hunt: &Hunt<'_>, read: &mut Read) -> Result<(), Failure> {
    for segment in hunt.segments() {
        let segment = segment?;
        let payload: Segment = postcard::from_bytes(&segment.payload).map_err(|error| damaged(&error))?;
        for (key, source) in payload.judged {
            let location = Location {
                source: SourceId(source),
                member: 0,
                offset: 0,
            };
            read.copies.note(key, location);
        }
        for (key, location) in payload.earlier {
            read.copies.remember(key, location);
        }
        let state: State = engine.load(&payload.state).map_err(|error| damaged(&error))?;
        engine.merge(&mut read.state, state);
        read.reports.extend(segment.reports);
    }
    Ok(())
}

/// Registers the listed sources with the case and gives those that are not committed yet, under the case's numbers.
pub(super) fn register(
    hunt: &mut Hunt<'_>,
    sources: Vec<Source>,
    at: Timestamp,
) -> Result<Vec<Source>, Failure> {
    let listed: Vec<ListedInput> = sources.iter().map(listed_input).collect();
    let assigned = hunt.register_sources(&listed, at)?;
    let open = sources
        .into_iter()
        .zip(assigned)
        .filter(|(_, assigned)| !assigned.already_committed);
    Ok(open
        .map(|(source, assigned)| renumbered(source, assigned.source_id))
        .collect())
}

fn listed_input(source: &Source) -> ListedInput {
    let modified = std::fs::metadata(&source.path)
        .and_then(|metadata| metadata.modified())
        .ok();
    let modified = modified.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    ListedInput {
        path: source.shown.clone(),
        size: source.size,
        modified: modified.map(|since| Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))),
    }
}

/// Inputs that an earlier run registered and nobody has read: they moved away, and are named, never skipped.
pub(super) fn unavailable(hunt: &Hunt<'_>) -> Vec<SourceReport> {
    let report = |(id, path): (SourceId, &str)| {
        let mut report = SourceReport {
            id,
            path: path.to_owned(),
            kind: SourceKind::Unknown,
            size: 0,
            sha256: String::new(),
            members: Vec::new(),
            events: 0,
            skipped: 0,
            problem_count: 0,
            problems: Vec::new(),
        };
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

fn damaged(error: &dyn std::error::Error) -> Failure {
    Failure::because(
        "the case holds a hunt that can't be read",
        error,
        "stanch case verify tells what is damaged; hunt into a new case to begin anew",
    )
}
