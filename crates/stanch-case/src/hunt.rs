//! A hunt: sources get their numbers, segments are committed, and a run that was killed continues where it was.
//!
//! It must not know what a payload means. A hunt that is dropped without [`Hunt::finish`] is one that was
//! interrupted.

use std::collections::BTreeMap;
use std::fs::{self, File};

use stanch_core::text::bounded;
use stanch_core::{SourceId, SourceReport, Timestamp};

use crate::artefact;
use crate::atomic;
use crate::case::Case;
use crate::digest::Digesting;
use crate::entry::{Artefact, Entry, Listing};
use crate::error::CaseError;
use crate::layout::{SOURCES, part_path, registration_path, segment_path};
use crate::part::{PartFile, SealedPart};
use crate::recover;
use crate::registry::{Assigned, Committed, ListedInput, Registered, Registry};
use crate::segment::{self, Segment};
use crate::transition::HuntState;

const FINGERPRINT_LIMIT: usize = 256;

/// A hunt under way.
#[derive(Debug)]
pub struct Hunt<'case> {
    case: &'case mut Case,
    registry: Registry,
    listing: Digesting,
    number: u32,
    batches: u32,
    segments: u32,
    parts: u32,
    resumed: bool,
}

impl Case {
    /// Begins a hunt, or continues with the latest one if it has the same fingerprint (a hash over everything
    /// that decides what a payload holds: engine, rules, options), finished or not. With another fingerprint
    /// nothing of the earlier hunt can be used: it is given up in the journal, then removed.
    ///
    /// # Errors
    /// When the disk refuses, or the latest hunt's files do not hold.
    pub fn begin_hunt(&mut self, fingerprint: &str, at: Timestamp) -> Result<Hunt<'_>, CaseError> {
        let fingerprint = bounded(fingerprint, FINGERPRINT_LIMIT);
        let last = self.journal.state().hunt.clone();
        if let Some(hunt) = last.as_ref().filter(|hunt| hunt.fingerprint == fingerprint) {
            let registry = load(self, hunt)?;
            self.journal
                .append(at, &Entry::HuntResumed { hunt: hunt.number })?;
            return Hunt::go_on(self, hunt, registry);
        }
        let number = last.map_or(1, |hunt| hunt.number.saturating_add(1));
        self.journal.append(
            at,
            &Entry::HuntBegun {
                hunt: number,
                fingerprint,
            },
        )?;
        recover::remove_other_hunts(&self.layout, Some(number))?;
        atomic::remove_file(&self.layout.path(SOURCES))?;
        Ok(Hunt {
            case: self,
            registry: Registry::default(),
            listing: Digesting::default(),
            number,
            batches: 0,
            segments: 0,
            parts: 0,
            resumed: false,
        })
    }
}

impl<'case> Hunt<'case> {
    fn go_on(case: &'case mut Case, hunt: &HuntState, registry: Registry) -> Result<Self, CaseError> {
        let path = case.layout.path(SOURCES);
        let listing = if hunt.listing.size == 0 {
            Digesting::default()
        } else {
            File::open(&path)
                .and_then(|mut file| Digesting::read(&mut file, |_| Ok(())))
                .map_err(|error| CaseError::io("read", &path, error))?
        };
        Ok(Self {
            case,
            registry,
            listing,
            number: hunt.number,
            batches: hunt.batches,
            segments: hunt.segments,
            parts: 0,
            resumed: true,
        })
    }

    /// Returns true when this continues with an earlier run, with its sources and segments.
    #[must_use]
    pub const fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// The sources that segments hold.
    #[must_use]
    pub const fn committed_sources(&self) -> &BTreeMap<SourceId, Committed> {
        self.registry.committed()
    }

    /// Sources that were registered, by this run or an earlier one, and that no segment holds yet. What
    /// remains when everything listed has been committed has moved away: unavailable, never skipped.
    pub fn pending(&self) -> impl Iterator<Item = (SourceId, &str)> {
        self.registry.pending()
    }

    /// The case, for documents and notes while the hunt is under way.
    pub const fn case(&mut self) -> &mut Case {
        self.case
    }

    /// Gives each input its number, in the order given for those that are new, and makes that durable before
    /// it returns: call it before reading any of them.
    ///
    /// # Errors
    /// When the disk refuses or there are more inputs than numbers.
    pub fn register_sources(
        &mut self,
        listed: &[ListedInput],
        at: Timestamp,
    ) -> Result<Vec<Assigned>, CaseError> {
        let (assigned, entered) = self.registry.assign(listed)?;
        if entered.is_empty() {
            return Ok(assigned);
        }
        let mut lines = Vec::new();
        for source in &entered {
            serde_json::to_writer(&mut lines, source).map_err(|error| self.unwritable(error))?;
            lines.push(b'\n');
        }
        let (hunt, batch, sources) = (self.number, self.batches + 1, self.registry.count_with(&entered));
        let path = registration_path(hunt, batch);
        let entry = |file| Entry::SourcesRegistered {
            hunt,
            batch,
            sources,
            file,
        };
        self.case.commit(at, &path, &[&lines], entry)?;
        self.batches = batch;
        self.registry
            .enter(entered)
            .map_err(|reason| self.damaged(reason))?;
        Ok(assigned)
    }

    /// Keeps what was learned from some sources: after this returns they are done for good, and if the process
    /// dies before, none of it is there.
    ///
    /// # Errors
    /// When a source is not registered or was read already, or the disk refuses.
    pub fn commit_segment(
        &mut self,
        reports: &[SourceReport],
        payload: &[u8],
        at: Timestamp,
    ) -> Result<(), CaseError> {
        self.commit_segment_with_part(reports, payload, None, at)
    }

    /// A part to write next to the segment that is being learned: give it to [`Self::commit_segment_with_part`].
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn begin_part(&mut self) -> Result<PartFile, CaseError> {
        self.parts += 1;
        PartFile::create(&self.case.layout, self.parts)
    }

    /// As [`Self::commit_segment`], with a part: both are there afterwards, or neither.
    ///
    /// # Errors
    /// As [`Self::commit_segment`].
    pub fn commit_segment_with_part(
        &mut self,
        reports: &[SourceReport],
        payload: &[u8],
        part: Option<SealedPart>,
        at: Timestamp,
    ) -> Result<(), CaseError> {
        self.registry.check(reports)?;
        let (hunt, number) = (self.number, self.segments + 1);
        let lines = segment::report_lines(number, reports).map_err(|error| self.unwritable(error))?;
        let mut extended = self.listing.clone();
        extended.add(&lines);
        let listing = Listing {
            size: extended.size(),
            sha256: extended.finish(),
        };
        let sources = u32::try_from(reports.len()).map_err(|_| CaseError::TooManySources)?;
        let path = segment_path(hunt, number);
        let header = segment::header(&lines);
        let pieces = [header.as_slice(), &lines, payload];
        let part = part.map(|part| self.stage(part)).transpose()?;
        self.case
            .commit(at, &path, &pieces, |file| Entry::SegmentCommitted {
                hunt,
                segment: number,
                sources,
                file,
                listing,
                part,
            })?;
        self.segments = number;
        self.listing = extended;
        reports
            .iter()
            .for_each(|report| self.registry.commit(number, report));
        self.extend_listing(&lines)
    }

    /// Every segment committed, in order, this run's and earlier ones', each checked when it is read.
    #[must_use]
    pub const fn segments(&self) -> Segments<'_> {
        Segments { hunt: self, next: 1 }
    }

    /// Everything listed has been committed and judged.
    ///
    /// # Errors
    /// When the disk refuses, or the hunt is finished already.
    pub fn finish(&mut self, at: Timestamp) -> Result<(), CaseError> {
        let path = self.case.layout.path(SOURCES);
        if self.segments > 0 {
            atomic::sync(&atomic::open_append(&path)?, &path)?;
        }
        self.case
            .journal
            .append(at, &Entry::HuntFinished { hunt: self.number })
    }

    /// Gives a part the name under which recovery looks for it.
    fn stage(&self, part: SealedPart) -> Result<Artefact, CaseError> {
        atomic::rename(&part.path, &self.case.layout.staged(&part.sha256))?;
        Ok(Artefact {
            path: part_path(self.number, self.segments + 1),
            size: part.size,
            sha256: part.sha256,
        })
    }

    /// Adds to `sources.jsonl`. It is derived from the segments, so that it need not be durable at once.
    fn extend_listing(&mut self, lines: &[u8]) -> Result<(), CaseError> {
        let path = self.case.layout.path(SOURCES);
        let added = atomic::open_append(&path).and_then(|mut file| atomic::append(&mut file, &path, lines));
        if added.is_err() {
            self.case.journal.stop();
        }
        added
    }

    fn unwritable(&self, error: serde_json::Error) -> CaseError {
        CaseError::io("write", self.case.layout.root(), error.into())
    }

    fn damaged(&self, reason: &'static str) -> CaseError {
        CaseError::Damaged {
            path: self.case.layout.root().to_path_buf(),
            reason,
        }
    }
}

/// The segments of a hunt, one at a time.
#[derive(Debug)]
pub struct Segments<'a> {
    hunt: &'a Hunt<'a>,
    next: u32,
}

impl Segments<'_> {
    fn read(&self, number: u32) -> Result<Segment, CaseError> {
        let hunt = self.hunt;
        let read = segment::read(&hunt.case.layout, hunt.case.journal.ledger(), hunt.number, number)?;
        let lines = segment::parse_lines(read.reports())
            .map_err(|_| hunt.damaged("a segment's reports cannot be read"))?;
        let is_latest = |report: &SourceReport| {
            hunt.registry
                .committed()
                .get(&report.id)
                .is_some_and(|latest| latest.segment == number)
        };
        let reports = lines
            .into_iter()
            .map(|line| line.report)
            .filter(is_latest)
            .collect();
        Ok(Segment {
            number,
            reports,
            payload: read.into_payload(),
        })
    }
}

impl Iterator for Segments<'_> {
    type Item = Result<Segment, CaseError>;

    fn next(&mut self) -> Option<Self::Item> {
        let number = self.next;
        (number <= self.hunt.segments).then(|| {
            self.next += 1;
            self.read(number)
        })
    }
}

/// Sources that an earlier run registered and committed. `sources.jsonl` was checked when the case was opened.
fn load(case: &Case, hunt: &HuntState) -> Result<Registry, CaseError> {
    let mut registry = Registry::default();
    for batch in 1..=hunt.batches {
        let path = registration_path(hunt.number, batch);
        let damaged = |reason| CaseError::Damaged {
            path: case.layout.path(&path),
            reason,
        };
        let file = case.journal.ledger().artefacts.get(&path);
        let bytes = artefact::read(
            &case.layout,
            file.ok_or_else(|| damaged("the journal does not name it"))?,
        )?;
        let entered: Result<Vec<Registered>, _> =
            serde_json::Deserializer::from_slice(&bytes).into_iter().collect();
        let entered = entered.map_err(|_| damaged("it cannot be understood"))?;
        registry.enter(entered).map_err(damaged)?;
    }
    if hunt.listing.size > 0 {
        let path = case.layout.path(SOURCES);
        let bytes = fs::read(&path).map_err(|error| CaseError::io("read", &path, error))?;
        let lines = segment::parse_lines(&bytes).map_err(|_| CaseError::Damaged {
            path,
            reason: "it cannot be understood",
        })?;
        lines
            .iter()
            .for_each(|line| registry.commit(line.segment, &line.report));
    }
    Ok(registry)
}
