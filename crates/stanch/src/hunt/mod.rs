//! The hunt: inputs through the reader into the engine, on every processor, once per event.
//!
//! It joins the trail, detect and case crates and decides nothing about events itself. The result does not
//! depend on the number of threads or on interruptions: states merge in any order, and of several copies of
//! an event the first in the order of inputs is cited.

mod citing;
mod copies;
mod order;
mod segment;
mod spill;
mod store;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use stanch_case::Hunt;
use stanch_core::ports::{Clock, Progress};
use stanch_core::verdict::Analysis;
use stanch_core::{Coverage, EventKey, EventRecord, SourceReport, Timestamp};
use stanch_detect::{Engine, Frame, State};
use stanch_trail::{Limits, Listing, Source};

use crate::error::Failure;
use citing::Places;
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
    /// Records that an earlier hunt of the case has cited.
    pub(crate) cited_before: BTreeMap<EventKey, EventRecord>,
    /// Who has the bytes of sources that lie elsewhere.
    pub(crate) elsewhere: &'h dyn Elsewhere,
}

/// What takes a source with its bytes, or with why there are none.
pub(crate) type Fetched<'f> = &'f mut dyn FnMut(&Source, Result<Vec<u8>, String>);

/// Who has the bytes of sources that are not on this disk.
pub(crate) trait Elsewhere: Sync {
    /// Fetches sources, some ahead, and gives each, in any order, with its bytes or why there are none.
    fn fetch(&self, sources: &[&Source], each: Fetched<'_>);
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
        cited_before,
        elsewhere,
    } = input;
    let mut read = Read {
        state: engine.new_state(),
        reports: Vec::new(),
        refused: listing.refused,
        copies: Copies::default(),
    };
    let mut sources = listing.sources;
    let mut open = match case.as_deref_mut() {
        Some(hunt) => {
            let open = segment::register(hunt, &mut sources, clock.now())?;
            segment::load(engine, hunt, &mut read)?;
            open
        }
        None => sources.clone(),
    };
    order::by_time(&mut open);
    let open = open;
    progress.expect(open.len() as u64, open.iter().map(|source| source.size).sum());
    let workers = work::Workers {
        engine,
        limits,
        threads,
        progress,
        clock,
        elsewhere,
    };
    let mut read = work::read(&open, &workers, case.as_deref_mut(), read)?;
    if read.copies.lost_some() {
        return Err(Failure::new(
            "the temporary file that tells copies of events apart can't be read any more",
            "check the disk that TMPDIR names, then run it again",
        ));
    }
    let in_case = case.is_some();
    if let Some(hunt) = case {
        read.reports.extend(segment::unavailable(hunt));
    }
    let places = Places {
        sources: sources.iter().map(|source| (source.id, source)).collect(),
        cited_before,
        limits,
        threads,
        elsewhere,
    };
    Ok(judge(engine, read, places, now, in_case))
}

fn judge(engine: &Engine, read: Read, places: Places<'_>, now: Option<Timestamp>, in_case: bool) -> Analysis {
    let Read {
        state,
        mut reports,
        refused,
        copies,
    } = read;
    let mut judged = engine.judge(state);
    let fetched = citing::fetch(judged.cited(), &copies, places);
    citing::name_missing(&mut reports, &fetched.missing);
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
    let mut analysis = engine.conclude(judged, fetched.records, frame);
    analysis.coverage.duplicates = parsed.saturating_sub(analysis.coverage.events);
    let cited: BTreeSet<u32> = analysis
        .events
        .values()
        .map(|record| record.location.source.0)
        .collect();
    analysis.source_paths.retain(|source, _| cited.contains(source));
    analysis
}

/// Takes a lock whose holder can't have left anything half done: every critical section only inserts.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
