//! The hunt: inputs through the reader into the engine, on every processor, once per event.
//!
//! It joins the trail, detect and case crates and decides nothing about events itself. The result does not
//! depend on the number of threads or on interruptions: states merge in any order, and of several copies of
//! an event the first in the order of inputs is cited.

mod copies;
mod segment;
mod store;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use stanch_case::Hunt;
use stanch_core::ports::{Clock, Progress};
use stanch_core::verdict::Analysis;
use stanch_core::{Coverage, SourceId, SourceReport, Timestamp};
use stanch_detect::{Engine, Frame, State};
use stanch_trail::{Limits, Listing, Source};

use crate::error::Failure;
use copies::Copies;
pub(crate) use store::VERSION as STORE_VERSION;

/// What one hunt is given.
pub(crate) struct HuntInput<'h> {
    /// What was listed.
    pub(crate) listing: Listing,
    /// Every detection.
    pub(crate) engine: &'h Engine,
    /// Bounds of reading.
    pub(crate) limits: Limits,
    /// How many threads read.
    pub(crate) threads: usize,
    /// Who hears how far it is.
    pub(crate) progress: &'h dyn Progress,
    /// When things are committed.
    pub(crate) clock: &'h dyn Clock,
    /// The fixed clock, for the report.
    pub(crate) now: Option<Timestamp>,
}

/// What reading came to, before judgement.
struct Read {
    state: State,
    reports: Vec<SourceReport>,
    /// What was found and is nothing to read. Not in the case, so the numbers are this listing's.
    refused: Vec<SourceReport>,
    copies: Copies,
}

/// Reads everything and judges it. With a case, what was committed before is not read again, and what is read
/// now is committed as it goes.
pub(crate) fn run(input: HuntInput<'_>, mut case: Option<&mut Hunt<'_>>) -> Result<Analysis, Failure> {
    let HuntInput {
        listing,
        engine,
        limits,
        threads,
        progress,
        clock,
        now,
    } = input;
    let mut read = Read {
        state: engine.new_state(),
        reports: Vec::new(),
        refused: listing.refused,
        copies: Copies::default(),
    };
    let mut sources = listing.sources;
    if let Some(hunt) = case.as_deref_mut() {
        sources = segment::register(hunt, sources, clock.now())?;
        segment::load(engine, hunt, &mut read)?;
    }
    progress.expect(
        sources.len() as u64,
        sources.iter().map(|source| source.size).sum(),
    );
    let workers = work::Workers {
        engine,
        limits,
        threads,
        progress,
        clock,
    };
    let mut read = work::read(&sources, &workers, case.as_deref_mut(), read)?;
    let in_case = case.is_some();
    if let Some(hunt) = case {
        read.reports.extend(segment::unavailable(hunt));
    }
    Ok(judge(engine, read, now, in_case))
}

fn judge(engine: &Engine, read: Read, now: Option<Timestamp>, in_case: bool) -> Analysis {
    let Read {
        state,
        reports,
        refused,
        copies,
    } = read;
    let mut source_paths = BTreeMap::new();
    let mut parsed = 0;
    for report in &reports {
        parsed += report.events;
        source_paths.insert(report.id.0, report.path.clone());
    }
    // Only a case holds several versions of one file, and only there no two files have the same path as text.
    let mut counted = if in_case {
        segment::latest(&reports)
    } else {
        reports.iter().collect()
    };
    counted.extend(&refused);
    counted.sort_by_key(|report| report.id);
    let mut coverage = Coverage::default();
    for report in counted {
        coverage.add_source(report);
    }
    let frame = Frame {
        coverage,
        now,
        stanch_version: env!("CARGO_PKG_VERSION").to_owned(),
        source_paths,
    };
    let mut analysis = engine.judge(state, frame);
    analysis.coverage.duplicates = parsed.saturating_sub(analysis.coverage.events);
    copies.relocate(&mut analysis.events);
    // Only now is it sure which copy of an event is cited.
    let cited: BTreeSet<u32> = analysis
        .events
        .values()
        .map(|record| record.location.source.0)
        .collect();
    analysis.source_paths.retain(|source, _| cited.contains(source));
    analysis
}

/// A source under the number that the case gave it.
fn renumbered(mut source: Source, id: SourceId) -> Source {
    source.id = id;
    source
}

/// Takes a lock whose holder can't have left anything half done: every critical section only inserts.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
