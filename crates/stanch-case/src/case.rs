//! A case that is open for writing: made, opened, and the one door through which bytes come in.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use stanch_core::Timestamp;
use stanch_core::text::shown;

use crate::artefact;
use crate::atomic;
use crate::digest::{Digest, Digesting};
use crate::entry::{Artefact, Entry};
use crate::error::CaseError;
use crate::info::{CaseInfo, FORMAT_VERSION, FormatVersion, NewCase};
use crate::journal::{self, Journal, Ledger};
use crate::layout::{CASE_FILE, JOURNAL, LOCK, Layout, STAGING};
use crate::lock::Lock;
use crate::recover;
use crate::verify::{self, Verification};
use crate::view::CaseView;

const CASE_FILE_LIMIT: u64 = 16 * 1024 * 1024;

/// A case that is open for writing. Holds the lock as long as it lives.
#[derive(Debug)]
pub struct Case {
    pub(crate) layout: Layout,
    pub(crate) journal: Journal,
    info: CaseInfo,
    _lock: Lock,
}

impl Case {
    /// Makes a case in a folder that is empty or does not exist yet, and opens it. Finishes what an
    /// interrupted call left.
    ///
    /// # Errors
    /// When there is no responder, a break-glass principal is not the ARN of a principal, or the folder holds anything
    /// else or cannot be written to.
    pub fn create(dir: &Path, new: &NewCase) -> Result<Self, CaseError> {
        new.check()?;
        let existed = dir.exists();
        if !existed {
            make_root(dir)?;
        }
        let layout = root(dir)?;
        check_vacant(&layout)?;
        if existed {
            make_private(layout.root())?;
        }
        let lock = Lock::exclusive(&layout, new.opened_at)?;
        check_vacant(&layout)?;
        let info = CaseInfo::new(new);
        atomic::make_folder(&layout.path(STAGING))?;
        recover::finish_staged(&layout, &Ledger::default())?;
        atomic::remove_file(&layout.path(JOURNAL))?;
        let journal = Journal::open(layout.path(JOURNAL), Ledger::default())?;
        atomic::sync_folder(layout.root())?;
        let mut case = Self {
            layout,
            journal,
            info,
            _lock: lock,
        };
        let (id, bytes) = (case.info.id.clone(), case.info.to_bytes());
        case.commit(new.opened_at, CASE_FILE, &[&bytes], |file| Entry::CaseOpened {
            case: id,
            format_version: FORMAT_VERSION,
            file,
        })?;
        Ok(case)
    }

    /// Opens a case for writing: takes the lock, checks the journal, and repairs what a process that died
    /// left half-way. Whatever does not belong is kept aside and recorded.
    ///
    /// # Errors
    /// When it is no case, in use, of a newer format, or its journal or `case.json` does not hold.
    pub fn open(dir: &Path, at: Timestamp) -> Result<Self, CaseError> {
        let layout = case_root(dir)?;
        let lock = Lock::exclusive(&layout, at)?;
        let replay = journal::replay(&layout.path(JOURNAL), drop)?;
        check_opened(&layout, replay.sound()?)?;
        let info = read_info(&layout, &replay.ledger)?;
        let journal = recover::recover(&layout, replay, at)?;
        let mut case = Self {
            layout,
            journal,
            info,
            _lock: lock,
        };
        case.raise_format(at)?;
        Ok(case)
    }

    /// Raises a case of an earlier format, so that an earlier program refuses it by its format version.
    fn raise_format(&mut self, at: Timestamp) -> Result<(), CaseError> {
        if self.info.format_version >= FORMAT_VERSION {
            return Ok(());
        }
        let raised = CaseInfo {
            format_version: FORMAT_VERSION,
            ..self.info.clone()
        };
        self.commit(at, CASE_FILE, &[&raised.to_bytes()], |file| Entry::FormatRaised {
            format_version: FORMAT_VERSION,
            file,
        })?;
        self.info = raised;
        Ok(())
    }

    /// Opens a case for reading only: takes no lock and writes nothing.
    ///
    /// # Errors
    /// When it is no case, of a newer format, or its journal or `case.json` does not hold.
    pub fn open_read_only(dir: &Path) -> Result<CaseView, CaseError> {
        let layout = case_root(dir)?;
        let replay = journal::replay(&layout.path(JOURNAL), drop)?;
        check_opened(&layout, replay.sound()?)?;
        let info = read_info(&layout, &replay.ledger)?;
        Ok(CaseView::new(layout, info, replay.ledger))
    }

    /// The case's own description.
    #[must_use]
    pub const fn info(&self) -> &CaseInfo {
        &self.info
    }

    /// The folder of the case.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.layout.root()
    }

    /// The journal.
    pub const fn journal(&mut self) -> &mut Journal {
        &mut self.journal
    }

    /// Checks everything in the case while it is held open; see [`verify()`](crate::verify()).
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn verify(&self) -> Result<Verification, CaseError> {
        verify::verify_layout(&self.layout)
    }

    /// The one door: stages bytes, makes a journal line durable that names them, moves them into place. A
    /// process may die anywhere in between; opening the case finishes the move or drops the staged bytes.
    pub(crate) fn commit(
        &mut self,
        at: Timestamp,
        path: &str,
        parts: &[&[u8]],
        entry: impl FnOnce(Artefact) -> Entry,
    ) -> Result<(), CaseError> {
        let mut digesting = Digesting::default();
        parts.iter().for_each(|part| digesting.add(part));
        let file = Artefact {
            path: path.to_owned(),
            size: digesting.size(),
            sha256: digesting.finish(),
        };
        let entry = entry(file.clone());
        self.journal.admit(&entry)?;
        atomic::write_new(&self.layout.staged(&file.sha256), parts, atomic::PRIVATE)?;
        self.place(at, &entry)
    }

    /// The second half of [`Self::commit`]: staged files get their journal line and their places.
    pub(crate) fn place(&mut self, at: Timestamp, entry: &Entry) -> Result<(), CaseError> {
        atomic::sync_folder(&self.layout.path(STAGING))?;
        let mut moves = Vec::new();
        for file in entry.file().into_iter().chain(entry.part()) {
            let target = artefact::prepare(&self.layout, &file.path)?;
            moves.push((self.layout.staged(&file.sha256), target));
        }
        self.journal.append(at, entry)?;
        let moved = moves.iter().try_for_each(|(from, to)| atomic::rename(from, to));
        if moved.is_err() {
            self.journal.stop();
        }
        moved
    }
}

/// The folder of something that may become a case.
fn root(dir: &Path) -> Result<Layout, CaseError> {
    let root = fs::canonicalize(dir).map_err(|error| CaseError::io("open", dir, error))?;
    if !root.is_dir() {
        return Err(CaseError::NotAFolder {
            dir: dir.to_path_buf(),
        });
    }
    Ok(Layout::new(root))
}

/// The folder of a case, of a format this program reads.
pub(crate) fn case_root(dir: &Path) -> Result<Layout, CaseError> {
    if !dir.exists() {
        return Err(CaseError::NotACase {
            dir: dir.to_path_buf(),
        });
    }
    let layout = root(dir)?;
    if !layout.path(CASE_FILE).exists() && !layout.path(JOURNAL).exists() {
        let dir = dir.to_path_buf();
        // The lock is the first thing a new case gets, so that a lone lock means an interrupted creation.
        let begun = layout.path(LOCK).is_file();
        return Err(if begun {
            CaseError::UnfinishedCreation { dir }
        } else {
            CaseError::NotACase { dir }
        });
    }
    let mut said = Vec::new();
    if atomic::plain_file(&layout.path(CASE_FILE))?
        && let Ok(file) = fs::File::open(layout.path(CASE_FILE))
    {
        // What cannot be read here is found damaged later, against the journal.
        file.take(CASE_FILE_LIMIT).read_to_end(&mut said).ok();
    }
    if let Ok(version) = serde_json::from_slice::<FormatVersion>(&said)
        && version.format_version > FORMAT_VERSION
    {
        return Err(CaseError::NewerFormat {
            dir: dir.to_path_buf(),
            found: version.format_version,
            supported: FORMAT_VERSION,
        });
    }
    Ok(layout)
}

/// A journal without lines: the case was never finished, or somebody took the journal away.
fn check_opened(layout: &Layout, ledger: &Ledger) -> Result<(), CaseError> {
    if ledger.state.format > 0 {
        return Ok(());
    }
    if layout.path(CASE_FILE).exists() {
        return Err(CaseError::JournalBroken {
            line: 1,
            reason: "the journal is missing or empty".to_owned(),
        });
    }
    Err(CaseError::UnfinishedCreation {
        dir: layout.root().to_path_buf(),
    })
}

fn read_info(layout: &Layout, ledger: &Ledger) -> Result<CaseInfo, CaseError> {
    let damaged = |reason| CaseError::Damaged {
        path: layout.path(CASE_FILE),
        reason,
    };
    let file = ledger
        .artefacts
        .get(CASE_FILE)
        .ok_or_else(|| damaged("the journal does not name it"))?;
    let bytes = artefact::read(layout, file)?;
    serde_json::from_slice(&bytes).map_err(|_| damaged("it cannot be understood"))
}

/// Whether a new case may be made here: nothing, or what an interrupted creation leaves.
fn check_vacant(layout: &Layout) -> Result<(), CaseError> {
    let dir = || layout.root().to_path_buf();
    let failed = |error| CaseError::io("read", layout.root(), error);
    let mut names = Vec::new();
    for found in fs::read_dir(layout.root()).map_err(failed)? {
        names.push(found.map_err(failed)?.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    let has = |name: &str| names.iter().any(|found| found == name);
    if has(CASE_FILE) {
        return Err(CaseError::AlreadyACase { dir: dir() });
    }
    let foreign = names
        .iter()
        .find(|name| ![LOCK, JOURNAL, STAGING].contains(&name.as_str()));
    if let Some(name) = foreign
        .or(names.first())
        .filter(|_| foreign.is_some() || !has(LOCK))
    {
        return Err(CaseError::NotEmpty {
            dir: dir(),
            found: shown(name, 100),
        });
    }
    let replay = journal::replay(&layout.path(JOURNAL), drop)?;
    if replay.broken.is_some() || replay.ledger.lines > 0 {
        return Err(CaseError::AlreadyACase { dir: dir() });
    }
    Ok(())
}

/// Makes the folder of a case, and those above it if need be, for its owner only.
fn make_root(dir: &Path) -> Result<(), CaseError> {
    let missing: Vec<PathBuf> = dir
        .ancestors()
        .take_while(|path| !path.as_os_str().is_empty() && !path.exists())
        .map(PathBuf::from)
        .collect();
    missing
        .iter()
        .rev()
        .try_for_each(|path| atomic::make_folder(path))
}

#[cfg_attr(
    not(unix),
    expect(
        clippy::unnecessary_wraps,
        unused_variables,
        reason = "modes exist on Unix only"
    )
)]
fn make_private(root: &Path) -> Result<(), CaseError> {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        fs::set_permissions(root, mode).map_err(|error| CaseError::io("make private", root, error))?;
    }
    Ok(())
}

/// The artefact of some bytes that lie or will lie at a place.
pub(crate) fn artefact_of(path: String, bytes: &[u8]) -> Artefact {
    Artefact {
        path,
        size: bytes.len() as u64,
        sha256: Digest::of(bytes),
    }
}
