//! Emitter of one input: gives events their place, counts them, and hands them on.
//!
//! The numbers of the report are made here. It must not know how bytes are unpacked, cut or interpreted.

use std::collections::BTreeMap;

use stanch_core::event::Category;
use stanch_core::source::{NoteKind, SourceKind, SourceReport};
use stanch_core::{Event, Location, LogKind, SourceId, text::shown};

/// Bytes of members' names that are kept whole; an archive of 100,000 log files has as many. Beyond them only the ends
/// of names are kept, which tell log files apart, so that no archive fills the memory with names.
const NAME_BYTES: usize = 16 << 20;
/// Number of characters of its end that a name beyond that keeps.
const NAME_END: usize = 48;

/// Place of an item.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Offset in the unpacked content.
    pub(crate) offset: u64,
    /// The item came out of a wrapper, which is reported when the item is no record.
    pub(crate) nested: bool,
}

/// Counts of what made sense: events, skipped parts.
pub(crate) type Understood = (u64, u64);

/// Way out for the events of one input.
pub(crate) struct Emitter<'d> {
    source: SourceId,
    sink: &'d mut dyn FnMut(&Event<'_>),
    events: u64,
    skipped: u64,
    logs: [u64; 4],
    aggregated: u64,
    skips: BTreeMap<SourceKind, u64>,
    hint: Option<SourceKind>,
    archives: u32,
    not_events: u64,
    members: Vec<String>,
    member: Option<u32>,
    name_bytes: usize,
    notes: SourceReport,
}

impl<'d> Emitter<'d> {
    /// Creates an emitter for the source of this report.
    pub(crate) fn new(report: &SourceReport, sink: &'d mut dyn FnMut(&Event<'_>)) -> Self {
        Self {
            source: report.id,
            sink,
            events: 0,
            skipped: 0,
            logs: [0; 4],
            aggregated: 0,
            skips: BTreeMap::new(),
            hint: None,
            archives: 0,
            not_events: 0,
            members: Vec::new(),
            member: None,
            name_bytes: 0,
            notes: SourceReport::new(report.id, String::new(), SourceKind::Empty),
        }
    }

    /// Hands on an event.
    pub(crate) fn emit(&mut self, event: &mut Event<'_>, place: Place) {
        event.location = Location {
            source: self.source,
            member: self.member.unwrap_or(0),
            offset: place.offset,
        };
        self.events += 1;
        self.logs[log_index(event.log)] += 1;
        self.aggregated += u64::from(event.category == Category::Aggregated);
        (self.sink)(event);
    }

    /// Counts a part that holds no events by its nature.
    pub(crate) fn skip(&mut self, kind: SourceKind) {
        self.skipped += 1;
        *self.skips.entry(kind).or_default() += 1;
    }

    /// Counts an item that is no AWS log record.
    pub(crate) fn count_unrelated(&mut self) {
        self.not_events += 1;
    }

    /// Adds a remark.
    pub(crate) fn note(&mut self, kind: NoteKind, detail: &str, count: u64) {
        self.notes.add_note(kind, detail, count);
    }

    /// Notes what an empty container would hold.
    pub(crate) fn hint(&mut self, kind: SourceKind) {
        self.hint.get_or_insert(kind);
    }

    /// Counts an archive.
    pub(crate) fn enter_archive(&mut self) {
        self.archives += 1;
    }

    /// Returns the counts of what made sense so far.
    pub(crate) fn understood(&self) -> Understood {
        (self.events, self.skipped)
    }

    /// Returns whether anything has made sense so far.
    pub(crate) fn has_found_anything(&self) -> bool {
        self.events + self.skipped > 0
    }

    /// Returns the number of archive members entered.
    pub(crate) fn member_count(&self) -> usize {
        self.members.len()
    }

    /// Enters the next archive member and returns its name as it is shown.
    pub(crate) fn enter_member(&mut self, name: &str) -> String {
        self.member = u32::try_from(self.members.len()).ok();
        let mut name = shown(name, 512);
        if self.name_bytes > NAME_BYTES
            && let Some((cut, _)) = name.char_indices().nth_back(NAME_END)
        {
            name = format!("…{}", &name[cut..]);
        }
        self.name_bytes += name.len();
        self.members.push(name.clone());
        name
    }

    /// Returns the archive member being read.
    pub(crate) fn member(&self) -> Option<u32> {
        self.member
    }

    /// Returns the name of an archive member, empty outside archives.
    pub(crate) fn member_name(&self, member: Option<u32>) -> &str {
        let name = member.and_then(|member| self.members.get(member as usize));
        name.map_or("", String::as_str)
    }

    /// Returns to an archive that is itself a member.
    pub(crate) fn return_to(&mut self, member: Option<u32>) {
        self.member = member;
    }

    /// Drops the name of a member that gave no event.
    pub(crate) fn leave_member(&mut self, before: Understood) {
        let member = self.member.filter(|_| self.events == before.0);
        if let Some(name) = member.and_then(|member| self.members.get_mut(member as usize)) {
            self.name_bytes -= name.len();
            *name = String::new();
        }
    }

    /// Moves everything into the report, which holds its problems already, and settles the kind of the input.
    pub(crate) fn finish(mut self, report: &mut SourceReport) {
        report.kind = self.kind(report.problem_count);
        if self.aggregated > 0 {
            // They are counts over a time window: nobody acts in them, and no detection reads them.
            self.logs[0] -= self.aggregated;
            self.notes.add_note(
                NoteKind::NotJudged,
                "CloudTrail aggregated events",
                self.aggregated,
            );
        }
        report.events = self.events;
        report.skipped = self.skipped;
        report.members = self.members;
        let aggregated = self.aggregated;
        let is_found =
            |(log, count): &(&LogKind, u64)| *count > 0 || aggregated > 0 && **log == LogKind::CloudTrail;
        let found = LOGS.iter().zip(self.logs).filter(is_found);
        report.logs = found.map(|(log, count)| (*log, count)).collect();
        report.notes = self.notes.notes;
    }

    /// Returns the kinds of logs found.
    pub(crate) fn found_nothing(&self) -> bool {
        self.logs == [0; 4]
    }

    fn kind(&self, problems: u64) -> SourceKind {
        let found = LOGS.iter().zip(self.logs).filter(|(_, count)| *count > 0);
        let mut kinds: Vec<SourceKind> = found.map(|(log, _)| kind_of(*log)).collect();
        if kinds.is_empty() || self.archives > 0 {
            let apart = [SourceKind::Digest, SourceKind::Notification];
            kinds.extend(apart.iter().filter(|kind| self.skips.contains_key(kind)));
        }
        let skipped = self.skips.keys().find(|kind| !kinds.contains(kind)).copied();
        // An empty container says what it would hold, one of external principals does not.
        let hint = self.hint.or(skipped).filter(|_| self.not_events == 0);
        match (kinds.as_slice(), hint) {
            ([_, _, ..], _) if self.archives > 0 => SourceKind::Archive,
            (&[kind, ..], _) => kind,
            ([], Some(kind)) => kind,
            ([], None) if self.archives > 0 => SourceKind::Archive,
            ([], None) if problems > 0 => SourceKind::Unknown,
            ([], None) => SourceKind::Empty,
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

/// Returns the kind of a file that holds this log.
pub(crate) const fn kind_of(log: LogKind) -> SourceKind {
    match log {
        LogKind::CloudTrail => SourceKind::CloudTrail,
        LogKind::S3ServerAccess => SourceKind::S3ServerAccess,
        LogKind::VpcFlow => SourceKind::VpcFlow,
        LogKind::GuardDuty => SourceKind::GuardDuty,
    }
}
