//! Where readings lie on disk: finished files by account, region and service, and the file of what came in.
//!
//! ```text
//! <id>/manifest.json                          what frames the snapshot
//! <id>/<account>/<region>/<service>.jsonl     one reading per line, sorted by operation and parameters
//! <id>/coverage.json                          what is known and what is not
//! <id>/incoming.jsonl                         readings as they came, until they are sorted into the files
//! ```
//! It must not know what a reading means.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use stanch_core::{CallOutcome, Reading};

use crate::error::CollectError;
use crate::files::safe_name;

/// The file of what came in.
pub(crate) const INCOMING: &str = "incoming.jsonl";
/// Header of a snapshot.
pub(crate) const MANIFEST: &str = "manifest.json";
/// Coverage of a snapshot.
pub(crate) const COVERAGE: &str = "coverage.json";

/// Readings of one service in one region of one account: safe names.
pub(crate) type BookKey = (String, String, String);

/// Where the readings of one service in one region of one account lie.
#[derive(Debug, Clone, Default)]
pub(crate) struct Book {
    /// True when there is a finished file.
    pub(crate) is_finished: bool,
    /// Where lines of the file of what came in begin, and how long they are.
    pub(crate) incoming: Vec<(u64, usize)>,
}

/// All books of a snapshot.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shelf {
    pub(crate) folder: PathBuf,
    pub(crate) books: BTreeMap<BookKey, Book>,
    /// How much of the file of what came in is whole lines.
    pub(crate) whole: u64,
}

/// A line with what orders it.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) operation: String,
    pub(crate) text: String,
}

/// What is read of a line to put it in its place.
#[derive(Debug, Deserialize)]
struct Head {
    account: String,
    region: String,
    service: String,
    operation: String,
    #[serde(default)]
    params: Value,
    outcome: CallOutcome,
}

/// The book of an account, region and service.
pub(crate) fn book_key(account: &str, region: &str, service: &str) -> BookKey {
    (safe_name(account), safe_name(region), safe_name(service))
}

impl Shelf {
    /// Looks what lies there. A last line without an end was being written when the process died; it does not count.
    pub(crate) fn scan(folder: &Path) -> Result<Self, CollectError> {
        let mut shelf = Self {
            folder: folder.to_owned(),
            ..Self::default()
        };
        shelf.scan_finished()?;
        shelf.scan_incoming()?;
        Ok(shelf)
    }

    fn scan_finished(&mut self) -> Result<(), CollectError> {
        for account in folders(&self.folder)? {
            for region in folders(&self.folder.join(&account))? {
                for file in names(&self.folder.join(&account).join(&region))? {
                    if let Some(service) = file.strip_suffix(".jsonl") {
                        let key = (account.clone(), region.clone(), service.to_owned());
                        self.books.entry(key).or_default().is_finished = true;
                    }
                }
            }
        }
        Ok(())
    }

    fn scan_incoming(&mut self) -> Result<(), CollectError> {
        let path = self.incoming();
        let Some(mut lines) = Lines::open(&path)? else {
            return Ok(());
        };
        while let Some((at, line)) = lines.next()? {
            let Ok(head) = serde_json::from_str::<Head>(line) else {
                // A whole line that is no reading: what follows may be, but was not written by us in order.
                break;
            };
            let place = (at, line.len());
            let key = book_key(&head.account, &head.region, &head.service);
            self.books.entry(key).or_default().incoming.push(place);
            self.whole = at + line.len() as u64;
        }
        Ok(())
    }

    pub(crate) fn incoming(&self) -> PathBuf {
        self.folder.join(INCOMING)
    }

    pub(crate) fn file(&self, key: &BookKey) -> PathBuf {
        let (account, region, service) = key;
        self.folder
            .join(account)
            .join(region)
            .join(format!("{service}.jsonl"))
    }

    /// The lines of a book in their final order, one per call: the last that was read.
    pub(crate) fn lines(
        &self,
        key: &BookKey,
        incoming: Option<&mut File>,
    ) -> Result<Vec<Line>, CollectError> {
        let Some(book) = self.books.get(key) else {
            return Ok(Vec::new());
        };
        let mut found: BTreeMap<(String, String), String> = BTreeMap::new();
        let path = self.file(key);
        if book.is_finished
            && let Some(mut lines) = Lines::open(&path)?
        {
            while let Some((_, line)) = lines.next()? {
                insert(&mut found, line, &path)?;
            }
        }
        if let Some(file) = incoming {
            let path = self.incoming();
            for (at, length) in &book.incoming {
                let line = read_at(file, *at, *length).map_err(CollectError::io("read", &path))?;
                insert(&mut found, &line, &path)?;
            }
        }
        Ok(found
            .into_iter()
            .map(|((operation, _), text)| Line { operation, text })
            .collect())
    }

    /// The file of what came in, opened, if it is there.
    pub(crate) fn open_incoming(&self) -> Result<Option<File>, CollectError> {
        let path = self.incoming();
        match File::open(&path) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(CollectError::io("open", &path)(error)),
        }
    }
}

/// Keeps the later of two lines of one call, but never a failure instead of an answer.
fn insert(
    found: &mut BTreeMap<(String, String), String>,
    line: &str,
    path: &Path,
) -> Result<(), CollectError> {
    let head: Head = serde_json::from_str(line).map_err(damaged(path, "reading"))?;
    let key = (head.operation, stanch_core::snapshot::canonical(&head.params));
    if head.outcome.may_change() && found.get(&key).is_some_and(|old| !may_change(old)) {
        return Ok(());
    }
    found.insert(key, line.trim_end().to_owned());
    Ok(())
}

fn may_change(line: &str) -> bool {
    serde_json::from_str::<Head>(line).is_ok_and(|head| head.outcome.may_change())
}

/// A reading from its line.
pub(crate) fn reading(line: &str, path: &Path) -> Result<Reading, CollectError> {
    serde_json::from_str(line).map_err(damaged(path, "reading"))
}

pub(crate) fn damaged(path: &Path, expected: &'static str) -> impl FnOnce(serde_json::Error) -> CollectError {
    let path = path.to_owned();
    move |source| CollectError::Damaged {
        path,
        expected,
        source,
    }
}

/// Reads a piece of a file.
pub(crate) fn read_at(file: &mut File, at: u64, length: usize) -> std::io::Result<String> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = vec![0; length];
    file.read_exact(&mut bytes)?;
    String::from_utf8(bytes).map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidData, error))
}

/// Whole lines of a file and where they begin.
pub(crate) struct Lines {
    path: PathBuf,
    reader: BufReader<File>,
    at: u64,
    line: String,
}

impl Lines {
    pub(crate) fn open(path: &Path) -> Result<Option<Self>, CollectError> {
        match File::open(path) {
            Ok(file) => Ok(Some(Self {
                path: path.to_owned(),
                reader: BufReader::new(file),
                at: 0,
                line: String::new(),
            })),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(CollectError::io("open", path)(error)),
        }
    }

    /// The next line with its end; none at a line without one, or that is no text.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, &str)>, CollectError> {
        self.line.clear();
        match self.reader.read_line(&mut self.line) {
            Ok(0) => return Ok(None),
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => return Ok(None),
            Err(error) => return Err(CollectError::io("read", &self.path)(error)),
        }
        if !self.line.ends_with('\n') {
            return Ok(None);
        }
        let at = self.at;
        self.at += self.line.len() as u64;
        Ok(Some((at, &self.line)))
    }
}

fn folders(path: &Path) -> Result<Vec<String>, CollectError> {
    entries(path, true)
}

fn names(path: &Path) -> Result<Vec<String>, CollectError> {
    entries(path, false)
}

fn entries(path: &Path, folders: bool) -> Result<Vec<String>, CollectError> {
    let io = |error| CollectError::io("list", path)(error);
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(io)? {
        let entry = entry.map_err(io)?;
        // Links lead out of the snapshot: it may come from somebody else.
        let kind = entry.file_type().map_err(io)?;
        let wanted = if folders { kind.is_dir() } else { kind.is_file() };
        if let (true, Ok(name)) = (wanted, entry.file_name().into_string()) {
            found.push(name);
        }
    }
    found.sort();
    Ok(found)
}
