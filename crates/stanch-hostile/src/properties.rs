//! What holds for every event and every report, whatever the bytes.
//!
//! It must not know how the bytes came about.

use std::time::{Duration, Instant};

use stanch_core::{Event, EventRecord, SourceReport, Timestamp, redact};

use crate::reading::{self, LIMITS, Outcome};

/// What one input may take, sanitizer included. Ordinary ones take a thousandth of it.
const LONGEST: Duration = Duration::from_secs(20);

/// Runs a target and holds it to the time that any input may take.
pub(crate) fn in_bounded_time(run: impl FnOnce()) {
    let started = Instant::now();
    run();
    let took = started.elapsed();
    assert!(took < LONGEST, "one input took {took:?}");
}

/// Asks an event everything that detections and reports ask.
pub(crate) fn event(event: &Event<'_>) {
    for (value, text) in [
        (event.request(), &event.request_json),
        (event.response(), &event.response_json),
        (event.additional(), &event.additional_json),
    ] {
        assert!(value.is_null() || !text.is_empty(), "a value out of nothing");
    }
    assert!(event.name.starts_with(event.base_name()) && event.source.starts_with(event.service()));
    assert!(!event.is_read() || event.read_only != Some(false));
    assert_eq!(
        Timestamp::parse(&event.time.to_string()),
        Some(event.time),
        "a time that can't be shown"
    );
    let record = event.to_record();
    assert_eq!((record.key, record.location), (event.key, event.location));
    bounded(&record);
    let mut value = event.record().clone();
    redact::redact(&mut value, &event.name);
}

/// What is kept of an event has a bounded size.
fn bounded(record: &EventRecord) {
    let texts = [
        (&record.event_id, 128),
        (&record.source, 128),
        (&record.name, 128),
        (&record.principal, 512),
        (&record.source_address, 256),
        (&record.user_agent, 512),
    ];
    for (text, limit) in texts {
        assert!(
            text.chars().count() <= limit,
            "kept text over its bound: {text:.80}"
        );
    }
    assert!(
        record.raw.len() <= EventRecord::RAW_LIMIT + 64,
        "kept record over its bound"
    );
}

/// What was read of an input file agrees with its report, and every place lies within it.
pub(crate) fn outcome(bytes: &[u8], outcome: &Outcome) {
    let Outcome { events, report } = outcome;
    assert_eq!(report.events, events.len() as u64);
    assert_eq!(report.size, bytes.len() as u64);
    report_is_sound(report);
    let most = if is_packed(bytes) {
        LIMITS.unpacked_bytes
    } else {
        // UTF-16 takes two bytes where its text may take three.
        bytes.len() as u64 * 3 / 2
    };
    let mut before = (0, 0);
    for event in events {
        assert!(event.member == 0 || (event.member as usize) < report.members.len());
        assert!(
            event.offset <= most,
            "an event lies at {} of {most} bytes",
            event.offset
        );
        let place = (event.member, event.offset);
        assert!(before <= place, "events come out of order: {before:?}, {place:?}");
        before = place;
        assert!(
            event.is_json || !report.is_complete(),
            "a record is no JSON, and nothing says so: {:.200}",
            event.raw
        );
    }
    for problem in &report.problems {
        assert!(problem.offset.is_none_or(|offset| offset <= most));
    }
}

fn report_is_sound(report: &SourceReport) {
    assert_eq!(report.problem_kinds.values().sum::<u64>(), report.problem_count);
    let kept = (report.problem_count as usize).min(SourceReport::PROBLEM_LIMIT);
    assert_eq!(report.problems.len(), kept);
    assert!(report.members.len() <= LIMITS.members as usize);
    for problem in &report.problems {
        assert!(!problem.detail.is_empty() && problem.detail.chars().count() <= 3010);
    }
}

/// A record read alone, from the place where its event says that it lies, is the same event.
pub(crate) fn records_stand_alone(bytes: &[u8], whole: &Outcome) {
    if is_packed(bytes) || !whole.report.is_complete() {
        return;
    }
    for event in whole.events.iter().take(20) {
        let there = usize::try_from(event.offset).ok().and_then(|at| bytes.get(at..));
        if !there.is_some_and(|there| there.starts_with(event.raw.as_bytes())) {
            continue;
        }
        let mut keys = Vec::new();
        reading::each(event.raw.as_bytes(), &mut |alone| keys.push(alone.key.0));
        assert_eq!(
            keys,
            [event.key],
            "a record read alone is another event: {:.300}",
            event.raw
        );
    }
}

/// Returns true when the bytes are no text of their own.
pub(crate) fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1f\x8b")
        || bytes.starts_with(b"PK")
        || bytes.starts_with(b"PAR1")
        || bytes.get(257..262) == Some(b"ustar")
}
