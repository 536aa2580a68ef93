//! Reads listed inputs into the detection engine, on every processor, each event once, and resumes in a case.
//!
//! This is the one library that joins others: reader (trail), engine (detect), case and event store. The result does not
//! depend on the number of threads or on interruptions: states merge in any order, and of several copies of an event the
//! first in the order of inputs is cited. Bytes that are not on this disk come through [`Elsewhere`]. It must not judge
//! events, print anything, or know the command line and the network.

mod attacker;
mod citing;
mod copies;
mod error;
mod inputs;
mod order;
mod real_paths;
mod segment;
mod spill;
mod store;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use stanch_case::Hunt;
use stanch_core::ports::{Clock, Progress};
use stanch_core::verdict::Analysis;
use stanch_core::{Coverage, EventKey, EventRecord, SourceReport, Timestamp};
use stanch_detect::{Engine, Frame, State};
use stanch_trail::{Context, Limits, Listing, Source};

use citing::Places;
use copies::Copies;
pub use error::{HuntError, InputError};
pub use inputs::{LeftOut, list};
pub use store::VERSION as STORE_VERSION;

/// Input of one hunt.
pub struct HuntInput<'h> {
    /// The listed sources.
    pub listing: Listing,
    /// Every detection.
    pub engine: &'h Engine,
    /// Bounds of reading.
    pub limits: Limits,
    /// Statements of the responder about the inputs.
    pub context: Context,
    /// Number of threads read.
    pub threads: usize,
    /// Listener for progress.
    pub progress: &'h dyn Progress,
    /// Clock for the times of commits.
    pub clock: &'h dyn Clock,
    /// The fixed clock, for the report.
    pub now: Option<Timestamp>,
    /// Records that an earlier hunt of the case has cited.
    pub cited_before: BTreeMap<EventKey, EventRecord>,
    /// Reader of sources that are not on this disk.
    pub elsewhere: &'h dyn Elsewhere,
}

/// Takes a source with its bytes, or with the reason why there are none.
pub type Fetched<'f> = &'f mut dyn FnMut(&Source, Result<Vec<u8>, String>);

/// Port to sources that are not on this disk, such as S3 objects.
pub trait Elsewhere: Sync {
    /// Fetches sources, some ahead, and passes each on, in any order, with its bytes or the reason why there are none.
    fn fetch(&self, sources: &[&Source], each: Fetched<'_>);
}

/// Result of reading, before judgement.
struct Read {
    state: State,
    reports: Vec<SourceReport>,
    /// Inputs that were listed and can't be read. Not in the case, so the numbers are this listing's.
    refused: Vec<SourceReport>,
    copies: Copies,
    /// Facts in the inputs about other inputs.
    context: Context,
}

/// Reads everything and judges it. With a case, what was committed before is not read again, and what is read
/// now is committed as it goes.
///
/// # Errors
///
/// When the case or the temporary file can't be written or read, or a reader thread panicked.
pub fn run(input: HuntInput<'_>, mut case: Option<&mut Hunt<'_>>) -> Result<Analysis, HuntError> {
    let HuntInput {
        listing,
        engine,
        limits,
        context,
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
        context,
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
        return Err(HuntError::CopiesLost);
    }
    let in_case = case.is_some();
    if let Some(hunt) = case {
        read.reports.extend(segment::unavailable(hunt));
    }
    let places = Places {
        sources: sources.iter().map(|source| (source.id, source)).collect(),
        cited_before,
        limits,
        context: Arc::new(std::mem::take(&mut read.context)),
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
        ..
    } = read;
    let mut judged = engine.judge(state);
    let second = attacker::Second {
        engine,
        sources: places.sources.values().copied().collect(),
        limits: places.limits,
        context: Arc::clone(&places.context),
        copies: &copies,
        threads: places.threads,
        elsewhere: places.elsewhere,
    };
    let fetched = citing::fetch(judged.cited(), &copies, places);
    let following = engine.follow(&judged, &fetched.records);
    let tracker = second.read(&following);
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
    let mut analysis = engine.conclude(judged, fetched.records, tracker, frame);
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
