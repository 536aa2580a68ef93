//! The journal: one sealed line after another.
//!
//! A line is durable before [`Journal`] says it is written. Reading replays every line through
//! [`legal`]; the end of a line that a dying process left half-written is told apart
//! from a line that was changed. It must not know how a case is repaired.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use stanch_core::Timestamp;
use stanch_core::text::bounded;

use crate::atomic;
use crate::digest::Digest;
use crate::entry::{Artefact, Entry};
use crate::error::CaseError;
use crate::format_one;
use crate::layout::{self, HUNTS};
use crate::line::{Line, seal, unseal};
use crate::transition::{Change, State, legal};

/// The most bytes of a line, its newline included. The longest are replies that a run keeps for taking it back.
pub(crate) const LINE_LIMIT: u64 = 8 * 1024 * 1024;
const NOTE_LIMIT: usize = 4000;

/// State that the journal's lines add up to.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    pub(crate) state: State,
    /// Every file the journal vouches for, by its path.
    pub(crate) artefacts: BTreeMap<String, Artefact>,
    pub(crate) lines: u64,
    pub(crate) head: Digest,
    /// Number of bytes of the file these lines take.
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
    /// Counts a line that holds; what it makes of the state is put in already.
    fn count(&mut self, hash: Digest, bytes: u64) {
        self.head = hash;
        self.lines += 1;
        self.length += bytes;
    }

    /// Vouches for the files of a line from here on.
    fn vouch(&mut self, entry: &Entry) {
        if gives_up_files(entry) {
            let is_of_a_hunt = |path: &str| layout::hunt_of_part(path).is_some() || path.starts_with(HUNTS);
            self.artefacts.retain(|path, _| !is_of_a_hunt(path));
        }
        for file in entry.file().into_iter().chain(entry.part()) {
            self.artefacts.insert(file.path.clone(), file.clone());
        }
    }

    /// Parses a line; those of format 1 as what they mean today.
    fn parsed(&self, raw: &[u8]) -> Option<Line> {
        let line = serde_json::from_slice::<Line>(raw).ok();
        if self.state.format != 1 {
            return line;
        }
        let mut line = line.or_else(|| format_one::line(raw))?;
        line.entry = format_one::meaning(line.entry);
        Some(line)
    }

    /// Checks a line (without its newline) against the ones before it and takes it in.
    fn read(&mut self, raw: &[u8]) -> Result<Line, String> {
        let (sealed, hash) = unseal(raw).ok_or("it does not end with its hash")?;
        if Digest::of(sealed) != hash {
            return Err("its bytes do not give its hash".to_owned());
        }
        let line = self.parsed(raw).ok_or("it is of no kind this program knows")?;
        if line.seq != self.lines || line.prev != self.head {
            return Err("it does not follow the line before".to_owned());
        }
        let change = legal(&self.state, &line.entry).map_err(|refused| refused.to_string())?;
        self.state.put(change);
        self.vouch(&line.entry);
        self.count(hash, raw.len() as u64 + 1);
        Ok(line)
    }
}

/// Returns true when a line ends what the journal vouched for.
const fn gives_up_files(entry: &Entry) -> bool {
    matches!(entry, Entry::HuntBegun { .. })
}

/// Result of reading a journal.
#[derive(Debug, Default)]
pub(crate) struct Replay {
    /// State that the valid lines add up to.
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

/// A line that is checked and sealed, and not yet in the file.
#[derive(Debug)]
struct Staged {
    bytes: Vec<u8>,
    hash: Digest,
    /// The change that reverts the line.
    before: Change,
    /// The line itself, if it says something about files.
    files: Option<Entry>,
}

/// The journal of a case that is open for writing.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// What the file adds up to; the state alone is ahead of it by the lines that are staged.
    ledger: Ledger,
    staged: Vec<Staged>,
    stopped: bool,
}

impl Journal {
    pub(crate) fn open(path: PathBuf, ledger: Ledger) -> Result<Self, CaseError> {
        let file = atomic::open_append(&path)?;
        Ok(Self {
            path,
            file,
            ledger,
            staged: Vec::new(),
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

    /// Progress of the case.
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
    pub(crate) fn admit(&self, entry: &Entry) -> Result<(), CaseError> {
        if self.stopped {
            return Err(CaseError::Stopped);
        }
        legal(&self.ledger.state, entry)?;
        Ok(())
    }

    /// Writes a line and makes it durable. After a failure nothing more is written: what is on the disk is no
    /// longer known, and opening the case again finds out.
    pub(crate) fn append(&mut self, at: Timestamp, entry: &Entry) -> Result<(), CaseError> {
        self.append_all(at, std::slice::from_ref(entry))
    }

    /// As [`Self::append`], several lines with one flush. When one of them may not follow, none is written. A process
    /// that dies meanwhile may leave the first of them.
    pub(crate) fn append_all(&mut self, at: Timestamp, entries: &[Entry]) -> Result<(), CaseError> {
        self.stage(at, entries)?;
        self.flush()
    }

    /// Checks and seals lines that the next [`Self::flush`] writes: all of them, or none when one may not follow.
    pub(crate) fn stage(&mut self, at: Timestamp, entries: &[Entry]) -> Result<(), CaseError> {
        if self.stopped {
            return Err(CaseError::Stopped);
        }
        let mark = self.staged.len();
        let staged = entries.iter().try_for_each(|entry| self.stage_one(at, entry));
        if staged.is_err() {
            self.take_back(mark);
        }
        staged
    }

    fn stage_one(&mut self, at: Timestamp, entry: &Entry) -> Result<(), CaseError> {
        let change = legal(&self.ledger.state, entry)?;
        let seq = self.ledger.lines + self.staged.len() as u64;
        let prev = self.staged.last().map_or(&self.ledger.head, |last| &last.hash);
        let (bytes, hash) =
            seal(seq, at, entry, prev).map_err(|error| CaseError::io("write", &self.path, error.into()))?;
        if bytes.len() as u64 > LINE_LIMIT {
            return Err(CaseError::LineTooLong { kind: entry.kind() });
        }
        let says_of_files = entry.file().is_some() || gives_up_files(entry);
        self.staged.push(Staged {
            bytes,
            hash,
            before: self.ledger.state.put(change),
            files: says_of_files.then(|| entry.clone()),
        });
        Ok(())
    }

    /// Makes what is staged durable.
    pub(crate) fn flush(&mut self) -> Result<(), CaseError> {
        if self.stopped {
            return Err(CaseError::Stopped);
        }
        if self.staged.is_empty() {
            return Ok(());
        }
        let lines: Vec<&[u8]> = self.staged.iter().map(|line| line.bytes.as_slice()).collect();
        let written = atomic::append(&mut self.file, &self.path, &lines.concat())
            .and_then(|()| atomic::sync(&self.file, &self.path));
        if written.is_err() {
            self.take_back(0);
            self.stop();
        }
        for line in std::mem::take(&mut self.staged) {
            self.ledger.count(line.hash, line.bytes.len() as u64);
            if let Some(entry) = &line.files {
                self.ledger.vouch(entry);
            }
        }
        written
    }

    /// Takes staged lines back until so many are left.
    fn take_back(&mut self, mark: usize) {
        for line in self.staged.drain(mark..).rev() {
            self.ledger.state.put(line.before);
        }
    }

    /// Refuses every further write of this process.
    pub(crate) const fn stop(&mut self) {
        self.stopped = true;
    }
}
