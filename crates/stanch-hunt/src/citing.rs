//! Fetches the records that findings cite: read again at their places, once it is known which they are.
//!
//! It must not decide what is cited. A record that is no longer where it was is named, never left out in silence.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use stanch_core::source::{Problem, ProblemKind};
use stanch_core::{Event, EventKey, EventRecord, Location, SourceId, SourceReport};
use stanch_detect::{Cited, Keep};
use stanch_trail::{Context, Limits, Origin, Reader, Source};

use crate::Elsewhere;
use crate::copies::Copies;

/// Sources of cited records.
pub(crate) struct Places<'p> {
    /// The inputs by number.
    pub(crate) sources: BTreeMap<SourceId, &'p Source>,
    /// Records that an earlier hunt of the case has cited, for inputs that moved since.
    pub(crate) cited_before: BTreeMap<EventKey, EventRecord>,
    pub(crate) limits: Limits,
    pub(crate) context: Arc<Context>,
    pub(crate) threads: usize,
    pub(crate) elsewhere: &'p dyn Elsewhere,
}

/// The cited records, and what could not be found again, by input.
#[derive(Default)]
pub(crate) struct Fetched {
    pub(crate) records: BTreeMap<EventKey, EventRecord>,
    pub(crate) missing: BTreeMap<SourceId, u64>,
}

/// Returns whether an input can be read a second time.
pub(crate) fn keep(source: &Source) -> Keep {
    let is_there = match source.origin {
        Origin::Disk => std::fs::metadata(&source.path).is_ok_and(|metadata| metadata.is_file()),
        Origin::Elsewhere { .. } => true,
    };
    if is_there { Keep::Place } else { Keep::Record }
}

/// Fetches every cited event's record from its earliest copy.
pub(crate) fn fetch(cited: &BTreeMap<EventKey, Cited>, copies: &Copies, mut places: Places<'_>) -> Fetched {
    let mut fetched = Fetched::default();
    let mut wanted: BTreeMap<SourceId, Vec<(EventKey, Location)>> = BTreeMap::new();
    for (key, cited) in cited {
        let location = copies.earliest(*key, cited.location);
        match &cited.record {
            Some(record) => {
                let record = EventRecord {
                    location,
                    ..EventRecord::clone(record)
                };
                fetched.records.insert(*key, record);
            }
            None => wanted.entry(location.source).or_default().push((*key, location)),
        }
    }
    fetched.records.extend(read(&wanted, &places));
    for (source, events) in wanted {
        for (key, location) in events {
            if fetched.records.contains_key(&key) {
                continue;
            }
            let record = places.cited_before.remove(&key).unwrap_or_else(|| {
                *fetched.missing.entry(source).or_default() += 1;
                unavailable(&cited[&key])
            });
            fetched.records.insert(key, EventRecord { location, ..record });
        }
    }
    fetched
}

fn read(
    wanted: &BTreeMap<SourceId, Vec<(EventKey, Location)>>,
    places: &Places<'_>,
) -> Vec<(EventKey, EventRecord)> {
    let tasks: Vec<(&Source, &[(EventKey, Location)])> = wanted
        .iter()
        .filter_map(|(id, events)| Some((*places.sources.get(id)?, events.as_slice())))
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut reader = Reader::with_context(places.limits, Arc::clone(&places.context));
        let mut records = Vec::new();
        while let Some((source, events)) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut sink = |event: &Event<'_>| records.push((event.key, event.to_record()));
            match source.origin {
                Origin::Disk => reader.read_again(source, events, &mut sink),
                Origin::Elsewhere { .. } => places.elsewhere.fetch(&[source], &mut |source, bytes| {
                    if let Ok(bytes) = bytes {
                        reader.read_again_in(source, &bytes, events, &mut sink);
                    }
                }),
            }
        }
        records
    };
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..places.threads.clamp(1, tasks.len().max(1)))
            .map(|_| scope.spawn(work))
            .collect();
        // A reader that came to a sudden end leaves its records missing, and those are named.
        handles
            .into_iter()
            .flat_map(|handle| handle.join().unwrap_or_default())
            .collect()
    })
}

/// Returns the rest of an event whose record is gone: its time and place.
fn unavailable(cited: &Cited) -> EventRecord {
    let event = Event {
        key: cited.key,
        time: cited.time,
        location: cited.location,
        ..Event::default()
    };
    let mut record = event.to_record();
    "(not available: its input moved or changed since it was read)".clone_into(&mut record.raw);
    record
}

/// Names what is missing in the report of its input.
pub(crate) fn name_missing(reports: &mut [SourceReport], missing: &BTreeMap<SourceId, u64>) {
    let mut named: BTreeSet<SourceId> = BTreeSet::new();
    // The latest report of an input is the one that counts.
    for report in reports.iter_mut().rev() {
        let Some(count) = missing.get(&report.id).filter(|_| named.insert(report.id)) else {
            continue;
        };
        report.add_problem(Problem {
            kind: ProblemKind::Unreadable,
            member: String::new(),
            offset: None,
            detail: format!("{count} cited records are no longer there: the input moved or changed"),
        });
    }
}
