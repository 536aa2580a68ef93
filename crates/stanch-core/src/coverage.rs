//! Coverage of the input: what was read and what was not. Every verdict rests on it.
//!
//! Missing data is *unknown*, never *clean*. These are plain counts; judging them is the detect crate's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event::LogKind;
use crate::source::{Note, ProblemKind, SourceKind, SourceReport, add_note};
use crate::time::Timestamp;

/// A span of time with how many events fell into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First event.
    pub first: Timestamp,
    /// Last event.
    pub last: Timestamp,
    /// Number of events.
    pub events: u64,
}

impl Span {
    /// Widens the span by one event.
    pub fn add(&mut self, time: Timestamp) {
        self.first = self.first.min(time);
        self.last = self.last.max(time);
        self.events += 1;
    }

    /// Widens the span by another.
    pub fn merge(&mut self, other: Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.events += other.events;
    }

    /// A span that waits for its first event, which comes at `time`.
    #[must_use]
    pub const fn before(time: Timestamp) -> Self {
        Self {
            first: time,
            last: time,
            events: 0,
        }
    }

    /// A span of one event.
    #[must_use]
    pub const fn of(time: Timestamp) -> Self {
        Self {
            first: time,
            last: time,
            events: 1,
        }
    }
}

/// Coverage of one run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Input files, by what they turned out to be.
    pub sources: BTreeMap<SourceKind, u64>,
    /// Distinct events.
    pub events: u64,
    /// Further copies of events already counted (overlapping trails).
    pub duplicates: u64,
    /// Events that carry `sharedEventID`: the same act is logged in another account too.
    pub shared: u64,
    /// Skipped by their nature: digests, notifications, headers.
    pub skipped: u64,
    /// Problems by kind.
    pub problems: BTreeMap<ProblemKind, u64>,
    /// Files with at least one problem, by path, without the names of their members; at most
    /// [`Self::PROBLEM_SOURCE_LIMIT`].
    pub problem_sources: Vec<SourceReport>,
    /// Number of files with at least one problem.
    pub problem_source_count: u64,
    /// Events per account and region.
    pub regions: BTreeMap<String, BTreeMap<String, Span>>,
    /// Data events per service (`s3`, `lambda`, …): a service that is absent was not recorded.
    pub data_events: BTreeMap<String, u64>,
    /// All events.
    pub span: Option<Span>,
    /// Events per log as read, copies included.
    #[serde(default)]
    pub logs: BTreeMap<LogKind, u64>,
    /// Remarks on the inputs, at most [`Self::NOTE_LIMIT`] different ones.
    #[serde(default)]
    pub notes: Vec<Note>,
}

impl Coverage {
    /// Number of files with problems that are listed in full.
    pub const PROBLEM_SOURCE_LIMIT: usize = 200;
    /// Number of different remarks that are kept.
    pub const NOTE_LIMIT: usize = 50;

    /// Returns true when every input was read and understood whole. Not whether logging was complete.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.problem_source_count == 0
    }

    /// Returns the number of events of logs that detections judge. VPC flow logs are kept and not judged.
    #[must_use]
    pub fn judged_events(&self) -> u64 {
        if self.logs.is_empty() {
            return self.events;
        }
        let judged = self.logs.iter().filter(|(log, _)| **log != LogKind::VpcFlow);
        judged.map(|(_, count)| count).sum()
    }

    /// Returns whether CloudTrail events were among the inputs.
    #[must_use]
    pub fn has_cloudtrail(&self) -> bool {
        self.logs.is_empty() || self.logs.contains_key(&LogKind::CloudTrail)
    }

    /// Adds what became of one input.
    pub fn add_source(&mut self, report: &SourceReport) {
        *self.sources.entry(report.kind).or_default() += 1;
        self.skipped += report.skipped;
        for (log, count) in &report.logs {
            *self.logs.entry(*log).or_default() += count;
        }
        for note in &report.notes {
            add_note(
                &mut self.notes,
                note.kind,
                &note.detail,
                note.count,
                Self::NOTE_LIMIT,
            );
        }
        if report.is_complete() {
            return;
        }
        self.problem_source_count += 1;
        for (kind, count) in &report.problem_kinds {
            *self.problems.entry(*kind).or_default() += count;
        }
        if self.problem_sources.len() < Self::PROBLEM_SOURCE_LIMIT {
            self.problem_sources.push(report.without_members());
        }
    }
}
