//! Report on each input: read, skipped or unreadable, with every problem named and placed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event::LogKind;
use crate::ids::SourceId;

/// Kind of an input file, by its bytes and not by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// CloudTrail records in any container.
    CloudTrail,
    /// S3 server access log lines.
    S3ServerAccess,
    /// VPC flow log lines.
    VpcFlow,
    /// GuardDuty findings.
    GuardDuty,
    /// A CloudTrail digest or the signature of query results: not events, skipped and counted.
    Digest,
    /// A notification that names log files but holds no events (S3, SNS, SQS).
    Notification,
    /// An archive whose members are of several kinds.
    Archive,
    /// Files that operating systems and tools leave next to logs (`.DS_Store`, `__MACOSX`, result metadata): skipped
    /// and counted.
    Clutter,
    /// Nothing in it.
    Empty,
    /// Not an AWS log this program knows.
    Unknown,
}

/// Why something could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// The file could not be opened or read.
    Unreadable,
    /// The compressed stream is damaged.
    CorruptCompression,
    /// The compressed stream or the JSON ends too early.
    Truncated,
    /// It unpacks to more than the limit.
    TooLarge,
    /// One record is larger than the limit.
    RecordTooLarge,
    /// It nests deeper than the limit.
    TooDeep,
    /// Not valid JSON.
    MalformedJson,
    /// Not valid UTF-8; read with the offending bytes replaced.
    InvalidUtf8,
    /// JSON, but no AWS log record.
    NotAnEvent,
    /// A record without a time that can be read.
    NoTime,
    /// A log line that does not fit its format.
    MalformedLine,
    /// A Git LFS pointer in place of the file.
    LfsPointer,
    /// A symbolic link that leads back to a folder above it.
    SymlinkLoop,
    /// An archive that can't be read, or nests archives too deep.
    BadArchive,
    /// More entries than the limit.
    TooMany,
    /// Not a regular file (a socket, a device, a pipe).
    NotAFile,
    /// A CloudTrail record without identity, version and id: an export left out what tells who acted.
    NoIdentity,
    /// A VPC flow log in a custom format whose fields nothing names.
    UnknownFlowFormat,
    /// An error that Amazon S3 answered with, saved in place of the object.
    StorageError,
    /// Encrypted with a password.
    Encrypted,
}

/// One problem, counted and placed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Problem {
    /// Cause.
    pub kind: ProblemKind,
    /// The archive member's name; empty for a plain file.
    pub member: String,
    /// Byte offset in the unpacked content, where known.
    pub offset: Option<u64>,
    /// In words, bounded and safe to show.
    pub detail: String,
}

/// Remark on an input that is no problem: which way it was read, and what that way can't tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteKind {
    /// Whole records were found inside other objects; the detail is the path to them.
    RecordsInside,
    /// Records were put together from an export's columns or flattened fields; the detail names the form.
    Extract,
    /// An export without request parameters.
    NoRequestParameters,
    /// Times of an export are rounded to the minute.
    RoundedTimes,
    /// Flow log lines that say that flows were lost (`SKIPDATA`).
    FlowsLost,
    /// Fields of a flow log were named by the format given or found; the detail is the format.
    FlowFormat,
    /// Findings of a product that Stanch does not judge; the detail is the product.
    NotJudged,
}

/// One remark, counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Note {
    /// Kind of remark.
    pub kind: NoteKind,
    /// Path, form, format or product; bounded and safe to show.
    pub detail: String,
    /// Number of records concerned.
    pub count: u64,
}

/// Report on one input file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceReport {
    /// Its place in the list of inputs.
    pub id: SourceId,
    /// Its path as found (`-` for standard input), safe to show.
    pub path: String,
    /// Kind.
    pub kind: SourceKind,
    /// Size on disk in bytes.
    pub size: u64,
    /// SHA-256 of the file as it lies on disk, hexadecimal; empty when it could not be read.
    pub sha256: String,
    /// Names of archive members, in the order of their ordinals; none for a plain file, and an empty one where a member
    /// gave no event: an archive may hold a million of them. What a problem is in, the problem names.
    pub members: Vec<String>,
    /// Events read, duplicates included.
    pub events: u64,
    /// Parts that are no events by their nature: digests, notifications, headers.
    pub skipped: u64,
    /// Number of problems in all.
    pub problem_count: u64,
    /// Number of problems of each kind in all.
    pub problem_kinds: BTreeMap<ProblemKind, u64>,
    /// The first problems, at most [`Self::PROBLEM_LIMIT`].
    pub problems: Vec<Problem>,
    /// Events per log, duplicates included.
    #[serde(default)]
    pub logs: BTreeMap<LogKind, u64>,
    /// Remarks, at most [`Self::NOTE_LIMIT`].
    #[serde(default)]
    pub notes: Vec<Note>,
}

impl SourceReport {
    /// Number of problems of one file that are kept in full.
    pub const PROBLEM_LIMIT: usize = 20;
    /// Number of different remarks kept per file.
    pub const NOTE_LIMIT: usize = 16;

    /// The report of an input of which nothing was read yet.
    #[must_use]
    pub const fn new(id: SourceId, path: String, kind: SourceKind) -> Self {
        Self {
            id,
            path,
            kind,
            size: 0,
            sha256: String::new(),
            members: Vec::new(),
            events: 0,
            skipped: 0,
            problem_count: 0,
            problem_kinds: BTreeMap::new(),
            problems: Vec::new(),
            logs: BTreeMap::new(),
            notes: Vec::new(),
        }
    }

    /// Adds a remark, or to the count of the same one.
    pub fn add_note(&mut self, kind: NoteKind, detail: &str, count: u64) {
        add_note(&mut self.notes, kind, detail, count, Self::NOTE_LIMIT);
    }

    /// Adds a problem: always counted, kept while there is room.
    pub fn add_problem(&mut self, problem: Problem) {
        self.problem_count += 1;
        *self.problem_kinds.entry(problem.kind).or_default() += 1;
        if self.problems.len() < Self::PROBLEM_LIMIT {
            self.problems.push(problem);
        }
    }

    /// The same report without the names of archive members, which may be a million; what a problem is in, the problem
    /// names.
    #[must_use]
    pub fn without_members(&self) -> Self {
        Self {
            path: self.path.clone(),
            sha256: self.sha256.clone(),
            members: Vec::new(),
            problem_kinds: self.problem_kinds.clone(),
            problems: self.problems.clone(),
            logs: self.logs.clone(),
            notes: self.notes.clone(),
            ..*self
        }
    }

    /// Returns true when all of it was understood.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.problem_count == 0
    }
}

/// Adds a remark, or to the count of the same one, while there is room.
pub(crate) fn add_note(notes: &mut Vec<Note>, kind: NoteKind, detail: &str, count: u64, limit: usize) {
    let same = |note: &&mut Note| note.kind == kind && note.detail == detail;
    if let Some(note) = notes.iter_mut().find(same) {
        note.count += count;
    } else if notes.len() < limit {
        notes.push(Note {
            kind,
            detail: crate::text::shown(detail, 300),
            count,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_counted_by_kind_beyond_those_kept_and_survive_json() {
        let mut report = SourceReport::new(SourceId(0), "log".to_owned(), SourceKind::VpcFlow);
        let rest = std::iter::repeat_n(ProblemKind::NoTime, 30);
        for kind in std::iter::repeat_n(ProblemKind::MalformedLine, 25).chain(rest) {
            report.add_problem(Problem {
                kind,
                member: String::new(),
                offset: None,
                detail: String::new(),
            });
        }
        let counted = BTreeMap::from([(ProblemKind::NoTime, 30), (ProblemKind::MalformedLine, 25)]);
        assert_eq!((&report.problem_kinds, report.problem_count), (&counted, 55));
        assert_eq!(report.problems.len(), SourceReport::PROBLEM_LIMIT);
        let mut coverage = crate::Coverage::default();
        coverage.add_source(&report);
        assert_eq!(coverage.problems, counted);
        let text = serde_json::to_string(&report).unwrap();
        assert!(
            text.contains(r#""problem_kinds":{"no-time":30,"malformed-line":25}"#),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<SourceReport>(&text).unwrap(), report);
    }
}
