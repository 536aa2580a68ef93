//! The workers: each takes some inputs at a time, reads them, folds them into a state of its own.
//!
//! Inputs are read in one pass. Those that hold extracts, or that other inputs say more of, are read once more at the end,
//! when everything else is known: a whole record is judged before any extract of it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use stanch_case::Hunt;
use stanch_core::ports::{Clock, Progress};
use stanch_core::source::{Problem, ProblemKind, SourceKind};
use stanch_core::text::shown;
use stanch_core::{Event, LogKind, SourceReport};
use stanch_detect::{Engine, Keep, State};
use stanch_trail::{Context, Limits, Origin, Reader, Source};

use crate::copies::{Copies, Copy};
use crate::segment::Segment;
use crate::store::Part;
use crate::{Elsewhere, HuntError, Read, citing, locked};

/// Number of inputs a worker takes at a time, at least and at most: small batches lose little when a run is killed,
/// but every committed batch holds its own samples of events, so that large inputs want few.
const BATCH_INPUTS: (usize, usize) = (64, 1024);
/// Number of batches are aimed at.
const BATCHES: usize = 16;
/// Number of bytes on disk a worker takes at a time, about.
const BATCH_BYTES: u64 = 32 << 20;

/// Shared context of the workers.
pub(crate) struct Workers<'w> {
    pub(crate) engine: &'w Engine,
    pub(crate) limits: Limits,
    pub(crate) threads: usize,
    pub(crate) progress: &'w dyn Progress,
    pub(crate) clock: &'w dyn Clock,
    pub(crate) elsewhere: &'w dyn Elsewhere,
}

/// One of the two passes over the inputs.
struct Pass {
    is_first: bool,
    context: Arc<Context>,
}

/// State and reports of some inputs.
struct Gathered {
    state: State,
    reports: Vec<SourceReport>,
    /// Inputs to be read once more.
    deferred: Vec<Source>,
    /// Facts in the inputs about other inputs.
    learned: Context,
}

impl Gathered {
    fn new(workers: &Workers<'_>) -> Self {
        Self {
            state: workers.engine.new_state(),
            reports: Vec::new(),
            deferred: Vec::new(),
            learned: Context::default(),
        }
    }
}

/// Reads all sources into `read`.
pub(crate) fn read(
    sources: &[Source],
    workers: &Workers<'_>,
    mut case: Option<&mut Hunt<'_>>,
    mut read: Read,
) -> Result<Read, HuntError> {
    let first = Pass {
        is_first: true,
        context: Arc::new(read.context.clone()),
    };
    let mut deferred = pass(sources, workers, case.as_deref_mut(), &mut read, &first)?;
    if !deferred.is_empty() {
        deferred.sort_by_key(|source| source.id);
        let second = Pass {
            is_first: false,
            context: Arc::new(read.context.clone()),
        };
        pass(&deferred, workers, case, &mut read, &second)?;
    }
    Ok(read)
}

/// Reads sources into `read` and returns those to be read once more.
fn pass(
    sources: &[Source],
    workers: &Workers<'_>,
    case: Option<&mut Hunt<'_>>,
    read: &mut Read,
    pass: &Pass,
) -> Result<Vec<Source>, HuntError> {
    let batches = batches(sources);
    let next = AtomicUsize::new(0);
    let case = case.map(Mutex::new);
    let copies = &read.copies;
    // A batch that was committed goes into one state for all threads: one for each would take their number in memory.
    let committed = Mutex::new(Gathered::new(workers));
    let results: Vec<Result<Gathered, HuntError>> = std::thread::scope(|scope| {
        let worker = || match &case {
            Some(case) => work_for_case(workers, pass, &batches, &next, case, copies, &committed),
            None => Ok(work(workers, pass, &batches, &next, copies)),
        };
        let handles: Vec<_> = (0..workers.threads.max(1)).map(|_| scope.spawn(worker)).collect();
        handles
            .into_iter()
            .map(|handle| handle.join().unwrap_or_else(|_| Err(HuntError::ReaderPanicked)))
            .collect()
    });
    let committed = committed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut deferred = Vec::new();
    for gathered in results.into_iter().chain([Ok(committed)]) {
        let gathered = gathered?;
        workers.engine.merge(&mut read.state, gathered.state);
        read.reports.extend(gathered.reports);
        read.context.merge(gathered.learned);
        deferred.extend(gathered.deferred);
    }
    Ok(deferred)
}

/// Reads batches until none is left.
fn work(
    workers: &Workers<'_>,
    pass: &Pass,
    batches: &[&[Source]],
    next: &AtomicUsize,
    copies: &Copies,
) -> Gathered {
    let mut reader = Reader::with_context(workers.limits, Arc::clone(&pass.context));
    let mut all = Gathered::new(workers);
    while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
        read_batch(workers, pass, &mut reader, batch, copies, &mut all, None);
    }
    all
}

/// Reads batches until none is left, and commits each to the case. What is given back is empty.
fn work_for_case(
    workers: &Workers<'_>,
    pass: &Pass,
    batches: &[&[Source]],
    next: &AtomicUsize,
    case: &Mutex<&mut Hunt<'_>>,
    copies: &Copies,
    committed: &Mutex<Gathered>,
) -> Result<Gathered, HuntError> {
    let mut reader = Reader::with_context(workers.limits, Arc::clone(&pass.context));
    while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
        let mut part = Gathered::new(workers);
        let mut segment = Segment::default();
        let mut events = Part::new(case);
        let kept = Some((&mut segment, &mut events));
        read_batch(workers, pass, &mut reader, batch, copies, &mut part, kept);
        commit(workers, case, part, (segment, events), committed)?;
    }
    Ok(Gathered::new(workers))
}

fn read_batch(
    workers: &Workers<'_>,
    pass: &Pass,
    reader: &mut Reader,
    batch: &[Source],
    copies: &Copies,
    gathered: &mut Gathered,
    mut kept: Option<(&mut Segment, &mut Part<'_>)>,
) {
    let (here, elsewhere): (Vec<&Source>, Vec<&Source>) =
        batch.iter().partition(|source| source.origin == Origin::Disk);
    let mut read = |source: &Source, bytes: Option<Result<Vec<u8>, String>>| {
        let keep = citing::keep(source);
        let may_wait = pass.is_first && matches!(keep, Keep::Place);
        let mut waits = false;
        let state = &mut gathered.state;
        let learned = &mut gathered.learned;
        let mut sink = |event: &Event<'_>| {
            if event.deferred && may_wait {
                waits = true;
                return;
            }
            if pass.is_first {
                learned.learn(event);
            } else if !event.deferred {
                // Judged in the first pass.
                return;
            }
            let is_extract = event.deferred && event.log == LogKind::CloudTrail;
            let copy = copies.note(event.key, event.time, event.location, is_extract);
            if copy == Copy::First {
                workers.engine.observe(state, event, keep);
            }
            let Some((segment, events)) = &mut kept else {
                return;
            };
            match copy {
                Copy::First => {
                    let source = event.location.source.0;
                    segment.judged.push((event.key, event.time, source, is_extract));
                }
                Copy::Earlier => segment.earlier.push((event.key, event.location)),
                Copy::Later => {}
            }
            events.add(copy, event);
        };
        let report = match bytes {
            None => reader.read(source, &mut sink),
            Some(Ok(bytes)) => reader.read_bytes(source, &bytes, &mut sink),
            Some(Err(reason)) => unfetched(source, &reason),
        };
        waits |= may_wait && report.problem_kinds.contains_key(&ProblemKind::UnknownFlowFormat);
        if waits {
            gathered.deferred.push(source.clone());
            return;
        }
        workers.progress.done(source.size, report.events);
        gathered.reports.push(report);
    };
    for source in here {
        read(source, None);
    }
    if !elsewhere.is_empty() {
        workers
            .elsewhere
            .fetch(&elsewhere, &mut |source, bytes| read(source, Some(bytes)));
    }
}

/// The report of a source whose bytes could not be had.
fn unfetched(source: &Source, reason: &str) -> SourceReport {
    let mut report = SourceReport::new(source.id, source.shown.clone(), SourceKind::Unknown);
    report.size = source.size;
    report.add_problem(Problem {
        kind: ProblemKind::Unreadable,
        member: String::new(),
        offset: None,
        detail: shown(reason, 300),
    });
    report
}

/// Commits a batch to the case, then counts it in.
fn commit(
    workers: &Workers<'_>,
    case: &Mutex<&mut Hunt<'_>>,
    mut part: Gathered,
    (mut segment, events): (Segment, Part<'_>),
    committed: &Mutex<Gathered>,
) -> Result<(), HuntError> {
    segment.learned = part.learned.clone();
    segment.state = workers.engine.save(&mut part.state).map_err(HuntError::unsaved)?;
    let payload = postcard::to_stdvec(&segment).map_err(HuntError::unsaved)?;
    let events = events.finish()?;
    locked(case).commit_segment_with_part(&part.reports, &payload, events, workers.clock.now())?;
    drop(payload);
    let mut committed = locked(committed);
    workers.engine.merge(&mut committed.state, part.state);
    committed.reports.extend(part.reports);
    committed.deferred.extend(part.deferred);
    committed.learned.merge(part.learned);
    Ok(())
}

/// Splits the sources, in order, into batches of bounded number and size.
fn batches(sources: &[Source]) -> Vec<&[Source]> {
    let inputs = (sources.len() / BATCHES).clamp(BATCH_INPUTS.0, BATCH_INPUTS.1);
    let mut batches = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (index, source) in sources.iter().enumerate() {
        bytes += source.size;
        if bytes >= BATCH_BYTES || index + 1 - start >= inputs {
            batches.push(&sources[start..=index]);
            (start, bytes) = (index + 1, 0);
        }
    }
    batches.push(&sources[start..]);
    batches.retain(|batch| !batch.is_empty());
    batches
}
