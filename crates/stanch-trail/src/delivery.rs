//! Hands events on: gives them their place, counts them, and keeps the report of the input at hand.
//!
//! Everything that is understood or not understood about an input passes here, so the report's numbers are
//! made in one place. It must not know how bytes are unpacked or cut.

use std::rc::Rc;

use stanch_core::source::{Problem, ProblemKind, SourceKind};
use stanch_core::{Event, Location, LogKind, SourceReport, text::shown};

use crate::container::Walker;
use crate::envelope::{self, Meaning};
use crate::format::{self, cloudtrail};
use crate::limits::Limits;
use crate::record::{self, Record};
use crate::strain::Strain;
use crate::{canonical, split};

/// Wrappers in wrappers: a queue message of a notification of an event is three.
const WRAPPERS: usize = 6;

/// Bytes of members' names that are kept as they are; an honest archive of 100,000 log files has as many. Beyond them
/// only the ends of names are kept, which tell log files apart, so that no archive fills the memory with names.
const NAME_BYTES: usize = 16 << 20;
/// How many characters of its end a name beyond that keeps.
const NAME_END: usize = 48;

/// Where an item lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// In the unpacked content.
    pub(crate) offset: u64,
    /// It came out of a wrapper, which answers for it when it makes no sense.
    pub(crate) nested: bool,
}

/// What has been found so far, by kind.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    by_log: [u64; 4],
    digests: u64,
    notifications: u64,
    not_events: u64,
    strange_lines: u64,
    first_strange: Option<u64>,
    hint: Option<SourceKind>,
    archives: u32,
}

/// The way out for one input.
pub(crate) struct Delivery<'d> {
    pub(crate) limits: Limits,
    pub(crate) report: &'d mut SourceReport,
    pub(crate) strain: Rc<Strain>,
    sink: &'d mut dyn FnMut(&Event<'_>),
    member: Option<u32>,
    name_bytes: usize,
    tally: Tally,
    wrappers: usize,
    scratch: Vec<u8>,
}

impl<'d> Delivery<'d> {
    pub(crate) fn new(
        limits: Limits,
        report: &'d mut SourceReport,
        sink: &'d mut dyn FnMut(&Event<'_>),
    ) -> Self {
        let allowance = limits.allowance(report.size);
        Self {
            limits,
            report,
            strain: Rc::new(Strain::new(allowance)),
            sink,
            member: None,
            name_bytes: 0,
            tally: Tally::default(),
            wrappers: 0,
            scratch: Vec::new(),
        }
    }

    /// Goes on to the next archive member of this name.
    pub(crate) fn enter_member(&mut self, name: &str) {
        self.member = u32::try_from(self.report.members.len()).ok();
        let mut name = shown(name, 512);
        if self.name_bytes > NAME_BYTES
            && let Some((cut, _)) = name.char_indices().nth_back(NAME_END)
        {
            name = format!("…{}", &name[cut..]);
        }
        self.name_bytes += name.len();
        self.report.members.push(name);
    }

    /// The archive member at hand.
    pub(crate) fn member(&self) -> Option<u32> {
        self.member
    }

    /// Goes back to an archive that is itself a member.
    pub(crate) fn return_to(&mut self, member: Option<u32>) {
        self.member = member;
    }

    /// Whether one more member may be entered; names it when not.
    pub(crate) fn may_enter_member(&mut self) -> bool {
        let room = self.report.members.len() < self.limits.members as usize;
        if !room {
            self.problem(
                ProblemKind::TooMany,
                None,
                "the archives have too many members; the rest was not read",
            );
        }
        room
    }

    /// Everything that tells whether a content made sense: what was found in it, and what was named.
    pub(crate) fn understood(&self) -> (u64, u64, u64) {
        (self.report.events, self.report.skipped, self.report.problem_count)
    }

    /// Names a member that made no sense, and forgets the name of one that no event points to.
    pub(crate) fn finish_member(&mut self, before: (u64, u64, u64)) {
        self.name_strange_member(before);
        let is_pointed_to = self.report.events > before.0;
        let member = self.member.filter(|_| !is_pointed_to);
        if let Some(name) = member.and_then(|member| self.report.members.get_mut(member as usize)) {
            self.name_bytes -= name.len();
            *name = String::new();
        }
    }

    fn name_strange_member(&mut self, before: (u64, u64, u64)) {
        let strange = std::mem::take(&mut self.tally.strange_lines);
        let first = self.tally.first_strange.take();
        if strange > 0 && before == self.understood() {
            self.problem(
                ProblemKind::NotAnEvent,
                first,
                "not an AWS log that is known here",
            );
        } else if strange > 0 {
            let detail = format!("{strange} lines that fit no known format");
            self.problem(ProblemKind::MalformedLine, first, &detail);
        }
    }

    /// Notes an archive.
    pub(crate) fn enter_archive(&mut self) {
        self.tally.archives += 1;
    }

    /// Names what is wrong.
    pub(crate) fn problem(&mut self, kind: ProblemKind, offset: Option<u64>, detail: &str) {
        let member = self
            .member
            .and_then(|member| self.report.members.get(member as usize));
        self.report.add_problem(Problem {
            kind,
            member: member.cloned().unwrap_or_default(),
            offset,
            detail: shown(detail, 300),
        });
    }

    /// Names what the layers below have noted.
    pub(crate) fn collect_flaws(&mut self) {
        for (kind, detail) in self.strain.take_flaws() {
            self.problem(kind, None, &detail);
        }
    }

    /// Whether the content just read was cut short by a layer below, which has named it.
    pub(crate) fn was_cut_below(&mut self) -> bool {
        self.collect_flaws();
        self.strain.take_cut()
    }

    /// Notes what an empty container would hold.
    pub(crate) fn hint(&mut self, kind: SourceKind) {
        self.tally.hint.get_or_insert(kind);
    }

    /// Counts a part that is no event by its nature.
    pub(crate) fn skip(&mut self, kind: SourceKind) {
        self.report.skipped += 1;
        match kind {
            SourceKind::Digest => self.tally.digests += 1,
            SourceKind::Notification => self.tally.notifications += 1,
            other => self.hint(other),
        }
    }

    /// Names an item that is no AWS log record; a wrapper answers for what it holds.
    pub(crate) fn not_an_event(&mut self, place: Place, detail: &str) {
        self.tally.not_events += 1;
        if !place.nested {
            self.problem(ProblemKind::NotAnEvent, Some(place.offset), detail);
        }
    }

    /// Notes a line that makes no sense before any has.
    pub(crate) fn strange_line(&mut self, place: Place) {
        self.tally.first_strange.get_or_insert(place.offset);
        self.tally.strange_lines += 1;
    }

    /// Whether anything has made sense so far.
    pub(crate) fn has_found_anything(&self) -> bool {
        self.report.events + self.report.skipped > 0
    }

    /// Hands on an event.
    pub(crate) fn emit(&mut self, event: &mut Event<'_>, place: Place) {
        event.location = Location {
            source: self.report.id,
            member: self.member.unwrap_or(0),
            offset: place.offset,
        };
        if split::is_deeper_than(self.limits.depth, &event.raw) {
            let detail = "an event nests too deep for its details to be examined";
            self.problem(ProblemKind::TooDeep, Some(place.offset), detail);
        }
        self.report.events += 1;
        self.tally.by_log[log_index(event.log)] += 1;
        (self.sink)(event);
    }

    /// Takes an object that was read as a record: makes it an event, or finds out what else it is.
    pub(crate) fn record(&mut self, record: &Record<'_>, text: &str, place: Place) {
        if record.foreign || record.is_odd() || !record.is_event() {
            self.uncommon(record, text, place);
        } else {
            self.cloudtrail(record, text, place);
        }
    }

    fn cloudtrail(&mut self, record: &Record<'_>, text: &str, place: Place) {
        let mut scratch = std::mem::take(&mut self.scratch);
        match cloudtrail::event(record, text, &mut scratch) {
            Some(mut event) => self.emit(&mut event, place),
            None => {
                self.hint(SourceKind::CloudTrail);
                self.problem(
                    ProblemKind::NoTime,
                    Some(place.offset),
                    "a record without a time that can be read; it was left out",
                );
            }
        }
        self.scratch = scratch;
    }

    fn uncommon(&mut self, record: &Record<'_>, text: &str, place: Place) {
        if !record.foreign && record.is_odd() {
            let canonical = canonical::canonical(text);
            let mut record = Record::default();
            if let Some(canonical) = &canonical
                && record::parse_prefix(canonical, &mut record).is_ok()
                && record.is_event()
            {
                return self.cloudtrail(&record, canonical, place);
            }
        }
        let before = self.understood();
        match envelope::meaning(text) {
            Meaning::Skip(kind) => self.skip(kind),
            Meaning::Object(inner) => {
                if !self.wrapped(inner, place) && self.understood() == before {
                    self.not_an_event(place, "a wrapper that holds no AWS log record");
                }
            }
            Meaning::Text { inner, otherwise } => {
                if !self.wrapped(&inner, place) && self.understood() == before {
                    match otherwise {
                        Some(kind) => self.skip(kind),
                        None => self.not_an_event(place, "a message that holds no AWS log record"),
                    }
                }
            }
            Meaning::Other => match format::object(text) {
                Some(Ok(mut event)) => self.emit(&mut event, place),
                Some(Err(log)) => {
                    self.hint(kind_of(log));
                    let detail = "a record without a time that can be read; it was left out";
                    self.problem(ProblemKind::NoTime, Some(place.offset), detail);
                }
                None if record.is_event() => self.cloudtrail(record, text, place),
                None => self.not_an_event(place, "an object that is no AWS log record"),
            },
        }
    }

    /// Reads text that was wrapped in the item at `place`; whether anything was found in it.
    pub(crate) fn wrapped(&mut self, text: &str, place: Place) -> bool {
        if self.wrappers == WRAPPERS {
            self.problem(ProblemKind::TooDeep, Some(place.offset), "wrappers nest too deep");
            return true;
        }
        let before = self.understood();
        self.wrappers += 1;
        let strange = (self.tally.strange_lines, self.tally.first_strange);
        Walker::within(place.offset).feed(text, true, self);
        (self.tally.strange_lines, self.tally.first_strange) = strange;
        self.wrappers -= 1;
        self.understood() != before
    }

    /// Settles what the input turned out to be.
    pub(crate) fn finish(mut self) {
        self.collect_flaws();
        let found = LOGS.iter().zip(self.tally.by_log).filter(|(_, count)| *count > 0);
        let mut kinds: Vec<SourceKind> = found.map(|(log, _)| kind_of(*log)).collect();
        if kinds.is_empty() || self.tally.archives > 0 {
            kinds.extend((self.tally.digests > 0).then_some(SourceKind::Digest));
            kinds.extend((self.tally.notifications > 0).then_some(SourceKind::Notification));
        }
        if self.tally.strange_lines > 0 {
            self.name_strange_lines(kinds.is_empty());
        }
        // An empty container says what it would hold, one of strangers does not.
        let hint = self.tally.hint.filter(|_| self.tally.not_events == 0);
        self.report.kind = match (kinds.as_slice(), hint) {
            ([_, _, ..], _) if self.tally.archives > 0 => SourceKind::Archive,
            (&[kind, ..], _) | ([], Some(kind)) => kind,
            ([], None) if self.tally.archives > 0 => SourceKind::Archive,
            ([], None) if self.report.problem_count > 0 => SourceKind::Unknown,
            ([], None) => SourceKind::Empty,
        };
    }

    fn name_strange_lines(&mut self, nothing_else: bool) {
        let first = self.tally.first_strange;
        if nothing_else {
            self.problem(
                ProblemKind::NotAnEvent,
                first,
                "not an AWS log that is known here",
            );
        } else {
            let detail = format!("{} lines that fit no known format", self.tally.strange_lines);
            self.problem(ProblemKind::MalformedLine, first, &detail);
        }
    }
}

const LOGS: [LogKind; 4] = [
    LogKind::CloudTrail,
    LogKind::S3ServerAccess,
    LogKind::VpcFlow,
    LogKind::GuardDuty,
];

const fn log_index(log: LogKind) -> usize {
    match log {
        LogKind::CloudTrail => 0,
        LogKind::S3ServerAccess => 1,
        LogKind::VpcFlow => 2,
        LogKind::GuardDuty => 3,
    }
}

const fn kind_of(log: LogKind) -> SourceKind {
    match log {
        LogKind::CloudTrail => SourceKind::CloudTrail,
        LogKind::S3ServerAccess => SourceKind::S3ServerAccess,
        LogKind::VpcFlow => SourceKind::VpcFlow,
        LogKind::GuardDuty => SourceKind::GuardDuty,
    }
}
