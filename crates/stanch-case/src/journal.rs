//! The journal: one JSON object per line, each sealed with its own hash and naming the hash before it.
//!
//! A line is durable before [`Journal`] says it is written. Reading replays every line through
//! [`legal`]; the end of a line that a dying process left half-written is told apart
//! from a line that was changed. It must not know how a case is repaired.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use stanch_core::Timestamp;
use stanch_core::text::bounded;

use crate::atomic;
use crate::digest::Digest;
use crate::entry::{Artefact, Entry};
use crate::error::CaseError;
use crate::layout::{self, HUNTS};
use crate::transition::{State, legal};

const LINE_LIMIT: u64 = 1024 * 1024;
const NOTE_LIMIT: usize = 4000;

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its place, counted from 0.
    pub seq: u64,
    /// When it was written, by the clock of the machine that wrote it.
    pub at: Timestamp,
    /// What it says.
    #[serde(flatten)]
    pub entry: Entry,
    /// The hash of the line before; zeros in the first.
    pub prev: Digest,
    /// The SHA-256 of this line up to the `,"hash":` itself.
    pub hash: Digest,
}

/// A line before it is sealed.
#[derive(Serialize)]
struct Unsealed<'a> {
    seq: u64,
    at: Timestamp,
    #[serde(flatten)]
    entry: &'a Entry,
    prev: &'a Digest,
}

/// What the journal adds up to.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    pub(crate) state: State,
    /// Every file the journal vouches for, by its path.
    pub(crate) artefacts: BTreeMap<String, Artefact>,
    pub(crate) lines: u64,
    pub(crate) head: Digest,
    /// How many bytes of the file these lines take.
    pub(crate) length: u64,
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            state: State::default(),
            artefacts: BTreeMap::new(),
            lines: 0,
            head: Digest::zero(),
            length: 0,
        }
    }
}

impl Ledger {
    fn accept(&mut self, next: State, entry: &Entry, hash: Digest, bytes: u64) {
        if matches!(entry, Entry::HuntBegun { .. }) {
            let is_of_a_hunt = |path: &str| layout::hunt_of_part(path).is_some() || path.starts_with(HUNTS);
            self.artefacts.retain(|path, _| !is_of_a_hunt(path));
        }
        for file in entry.file().into_iter().chain(entry.part()) {
            self.artefacts.insert(file.path.clone(), file.clone());
        }
        self.state = next;
        self.head = hash;
        self.lines += 1;
        self.length += bytes;
    }

    /// Checks a line (without its newline) against the ones before it and takes it in.
    fn read(&mut self, raw: &[u8]) -> Result<Line, String> {
        let (sealed, hash) = unseal(raw).ok_or("it does not end with its hash")?;
        if Digest::of(sealed) != hash {
            return Err("its bytes do not give its hash".to_owned());
        }
        let line: Line =
            serde_json::from_slice(raw).map_err(|_| "it is of no kind this program knows".to_owned())?;
        if line.seq != self.lines || line.prev != self.head {
            return Err("it does not follow the line before".to_owned());
        }
        let next = legal(&self.state, &line.entry).map_err(|refused| refused.to_string())?;
        self.accept(next, &line.entry, hash, raw.len() as u64 + 1);
        Ok(line)
    }
}

/// A line as bytes with its newline, and its hash.
fn seal(
    seq: u64,
    at: Timestamp,
    entry: &Entry,
    prev: &Digest,
) -> Result<(Vec<u8>, Digest), serde_json::Error> {
    let mut bytes = serde_json::to_vec(&Unsealed { seq, at, entry, prev })?;
    bytes.pop();
    let hash = Digest::of(&bytes);
    bytes.extend_from_slice(format!(",\"hash\":\"{hash}\"}}\n").as_bytes());
    Ok((bytes, hash))
}

/// Parts a line into what its hash covers and the hash.
fn unseal(raw: &[u8]) -> Option<(&[u8], Digest)> {
    const TAIL: usize = 9 + 64 + 2;
    let (sealed, tail) = raw.split_at_checked(raw.len().checked_sub(TAIL)?)?;
    let digits = tail.strip_prefix(b",\"hash\":\"")?.strip_suffix(b"\"}")?;
    Some((sealed, Digest::parse(std::str::from_utf8(digits).ok()?)?))
}

/// What reading a journal gave.
#[derive(Debug, Default)]
pub(crate) struct Replay {
    /// What the good lines add up to.
    pub(crate) ledger: Ledger,
    /// Bytes after the last end of line: a write that was cut off.
    pub(crate) torn: Vec<u8>,
    /// Why the line after the last good one does not hold.
    pub(crate) broken: Option<String>,
}

impl Replay {
    /// The ledger of a journal without a broken line.
    pub(crate) fn sound(&self) -> Result<&Ledger, CaseError> {
        match &self.broken {
            None => Ok(&self.ledger),
            Some(reason) => Err(CaseError::JournalBroken {
                line: self.ledger.lines + 1,
                reason: reason.clone(),
            }),
        }
    }
}

/// Reads a journal as far as it holds, handing each good line on. A missing file is an empty journal.
pub(crate) fn replay(path: &Path, mut each: impl FnMut(Line)) -> Result<Replay, CaseError> {
    let failed = |error| CaseError::io("read", path, error);
    if !atomic::plain_file(path)? {
        return Ok(Replay::default());
    }
    let mut reader = BufReader::new(File::open(path).map_err(failed)?);
    let mut replay = Replay::default();
    let mut raw = Vec::new();
    loop {
        raw.clear();
        let count = reader
            .by_ref()
            .take(LINE_LIMIT)
            .read_until(b'\n', &mut raw)
            .map_err(failed)?;
        if count == 0 {
            return Ok(replay);
        }
        if raw.pop_if(|byte| *byte == b'\n').is_none() {
            if count as u64 == LINE_LIMIT {
                replay.broken = Some("it is longer than any line".to_owned());
            } else {
                replay.torn = raw;
            }
            return Ok(replay);
        }
        match replay.ledger.read(&raw) {
            Ok(line) => each(line),
            Err(reason) => {
                replay.broken = Some(reason);
                return Ok(replay);
            }
        }
    }
}

/// Every line of a journal that holds.
pub(crate) fn lines(path: &Path) -> Result<Vec<Line>, CaseError> {
    let mut lines = Vec::new();
    replay(path, |line| lines.push(line))?.sound()?;
    Ok(lines)
}

/// The journal of a case that is open for writing.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    ledger: Ledger,
    stopped: bool,
}

impl Journal {
    pub(crate) fn open(path: PathBuf, ledger: Ledger) -> Result<Self, CaseError> {
        let file = atomic::open_append(&path)?;
        Ok(Self {
            path,
            file,
            ledger,
            stopped: false,
        })
    }

    /// Writes down a remark, cut at 4000 characters, and makes it durable.
    ///
    /// # Errors
    /// When it could not be written.
    pub fn note(&mut self, text: &str, at: Timestamp) -> Result<(), CaseError> {
        self.append(
            at,
            &Entry::Note {
                text: bounded(text, NOTE_LIMIT),
            },
        )
    }

    /// How far the case has come.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.ledger.state
    }

    /// The hash of the last line. Noted elsewhere, it proves that no line was cut off since.
    #[must_use]
    pub const fn head(&self) -> &Digest {
        &self.ledger.head
    }

    /// Every line so far, read from disk.
    ///
    /// # Errors
    /// When the file cannot be read or no longer holds.
    pub fn lines(&self) -> Result<Vec<Line>, CaseError> {
        lines(&self.path)
    }

    pub(crate) const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Whether a line may follow now.
    pub(crate) fn admit(&self, entry: &Entry) -> Result<State, CaseError> {
        if self.stopped {
            return Err(CaseError::Stopped);
        }
        Ok(legal(&self.ledger.state, entry)?)
    }

    /// Writes a line and makes it durable. After a failure nothing more is written: what is on the disk is no
    /// longer known, and opening the case again finds out.
    pub(crate) fn append(&mut self, at: Timestamp, entry: &Entry) -> Result<(), CaseError> {
        let next = self.admit(entry)?;
        let (bytes, hash) = seal(self.ledger.lines, at, entry, &self.ledger.head)
            .map_err(|error| CaseError::io("write", &self.path, error.into()))?;
        let written = atomic::append(&mut self.file, &self.path, &bytes)
            .and_then(|()| atomic::sync(&self.file, &self.path));
        if written.is_err() {
            self.stop();
        }
        written?;
        self.ledger.accept(next, entry, hash, bytes.len() as u64);
        Ok(())
    }

    /// Refuses every further write of this process.
    pub(crate) const fn stop(&mut self) {
        self.stopped = true;
    }
}
