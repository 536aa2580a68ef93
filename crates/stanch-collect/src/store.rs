//! A snapshot being written: every reading as it comes, sorted into its file at the end.
//!
//! Killed at any moment, the next run reads what is there and asks only what is missing; for the same answers the finished
//! files are the same to the byte. It must not know where readings come from.

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use stanch_core::snapshot::SnapshotManifest;
use stanch_core::{EventKey, Reading, Timestamp};

use crate::coverage;
use crate::error::CollectError;
use crate::files;
use crate::queue::{Ended, Keep};
use crate::seal::{Recipient, Sealer};
use crate::shelf::{self, BookKey, COVERAGE, INCOMING, Lines, MANIFEST, Shelf, damaged};
use crate::writer::Writer;

/// The layout that this version writes.
pub const FORMAT: u32 = 1;

/// Files that are made durable together; each is open until then.
const TOGETHER: usize = 200;

/// A snapshot being written.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    manifest: SnapshotManifest,
    /// Replies of an earlier run: file, place, length.
    known: HashMap<EventKey, (u32, u64, usize)>,
    files: Vec<PathBuf>,
    open: Option<(u32, File)>,
    writer: Writer,
    sealer: Option<Sealer>,
}

impl Store {
    /// Begins a snapshot in a folder named by its id below `snapshots`.
    ///
    /// # Errors
    /// When the id can't be a name, is taken, or the disk refuses.
    pub fn create(snapshots: &Path, mut manifest: SnapshotManifest) -> Result<Self, CollectError> {
        if files::safe_name(&manifest.id) != manifest.id {
            return Err(CollectError::Name(manifest.id));
        }
        let folder = snapshots.join(&manifest.id);
        let path = folder.join(MANIFEST);
        if path.exists() {
            let taken = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
            return Err(CollectError::io("begin", &folder)(taken));
        }
        files::make_folder(&folder)?;
        manifest.format = FORMAT;
        manifest.ended = None;
        write_manifest(&path, &manifest)?;
        files::sync_folder(snapshots)?;
        Self::go_on(folder, manifest)
    }

    /// Takes up a snapshot that was interrupted, or asks again for what failed in a finished one.
    ///
    /// # Errors
    /// When there is none, or the disk refuses.
    pub fn resume(folder: &Path) -> Result<Self, CollectError> {
        let mut manifest = read_manifest(folder)?;
        manifest.ended = None;
        write_manifest(&folder.join(MANIFEST), &manifest)?;
        Self::go_on(folder.to_owned(), manifest)
    }

    fn go_on(folder: PathBuf, manifest: SnapshotManifest) -> Result<Self, CollectError> {
        let shelf = Shelf::scan(&folder)?;
        let incoming = shelf.incoming();
        if incoming.exists() {
            // The torn line of a run that was killed.
            OpenOptions::new()
                .write(true)
                .open(&incoming)
                .and_then(|file| file.set_len(shelf.whole))
                .map_err(CollectError::io("open", &incoming))?;
        }
        let writer = Writer::open(&incoming)?;
        let mut store = Self {
            folder,
            manifest,
            known: HashMap::new(),
            files: Vec::new(),
            open: None,
            writer,
            sealer: None,
        };
        for (key, book) in &shelf.books {
            if book.is_finished {
                store.learn(shelf.file(key))?;
            }
        }
        store.learn(incoming)?;
        Ok(store)
    }

    /// Notes what readings a file holds, those aside that are worth asking again.
    fn learn(&mut self, path: PathBuf) -> Result<(), CollectError> {
        let Some(mut lines) = Lines::open(&path)? else {
            return Ok(());
        };
        let file = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        while let Some((at, line)) = lines.next()? {
            let length = line.len();
            let reading = shelf::reading(line, &path)?;
            if !reading.outcome.may_change() {
                self.known.insert(reading.key(), (file, at, length));
            }
        }
        self.files.push(path);
        Ok(())
    }

    /// From now on replies are kept as they came too, sealed.
    #[must_use]
    pub fn sealed_to(mut self, recipient: Recipient) -> Self {
        self.sealer = Some(Sealer::new(recipient, &self.folder));
        self
    }

    /// Its header.
    #[must_use]
    pub const fn manifest(&self) -> &SnapshotManifest {
        &self.manifest
    }

    /// Number of readings an earlier run left that are not asked again.
    #[must_use]
    pub fn known_readings(&self) -> usize {
        self.known.len()
    }

    /// Sorts everything into its file and writes what is covered. A snapshot that was cut short stays open: it can be judged
    /// as it is, and taken up again.
    ///
    /// # Errors
    /// When the disk refuses. Nothing is lost then: the readings lie where they came in.
    pub fn finish(mut self, ended: &Ended, at: Timestamp) -> Result<SnapshotManifest, CollectError> {
        self.writer.close()?;
        self.sealer.as_mut().map_or(Ok(()), Sealer::settle)?;
        let shelf = Shelf::scan(&self.folder)?;
        let mut incoming = shelf.open_incoming()?;
        let mut folders = BTreeSet::new();
        let mut aside = Vec::new();
        for (key, book) in &shelf.books {
            if !book.incoming.is_empty() {
                aside.push(sort_book(&shelf, key, incoming.as_mut())?);
                if aside.len() == TOGETHER {
                    aside.drain(..).try_for_each(files::Aside::settle)?;
                }
                let path = shelf.file(key);
                // The folder of the region, of the account, and the snapshot's own.
                folders.extend(path.ancestors().skip(1).take(3).map(Path::to_owned));
            }
        }
        aside.into_iter().try_for_each(files::Aside::settle)?;
        folders.iter().try_for_each(|folder| files::sync_folder(folder))?;
        let sorted = Shelf::scan(&self.folder)?;
        let disabled = &self.manifest.scope;
        files::replace(&self.folder.join(COVERAGE), |out| {
            coverage::write(&sorted, &ended.not_asked, disabled, out)
        })?;
        self.manifest.ended = (!ended.is_cut_short).then_some(at);
        write_manifest(&self.folder.join(MANIFEST), &self.manifest)?;
        let path = self.folder.join(INCOMING);
        fs::remove_file(&path).map_err(CollectError::io("remove", &path))?;
        files::sync_folder(&self.folder)?;
        Ok(self.manifest.clone())
    }
}

/// Writes the file of a book again next to it, with what came in.
fn sort_book(
    shelf: &Shelf,
    key: &BookKey,
    incoming: Option<&mut File>,
) -> Result<files::Aside, CollectError> {
    let lines = shelf.lines(key, incoming)?;
    let path = shelf.file(key);
    if let Some(folder) = path.parent() {
        files::make_folder(folder)?;
    }
    files::Aside::write(&path, |out| {
        lines.iter().try_for_each(|line| {
            out.write_all(line.text.as_bytes())
                .and_then(|()| out.write_all(b"\n"))
        })
    })
}

impl Keep for Store {
    fn known(&mut self, key: EventKey) -> Result<Option<Reading>, CollectError> {
        let Some((file, at, length)) = self.known.get(&key).copied() else {
            return Ok(None);
        };
        let path = &self.files[file as usize];
        if self.open.as_ref().is_none_or(|(open, _)| *open != file) {
            let opened = File::open(path).map_err(CollectError::io("open", path))?;
            self.open = Some((file, opened));
        }
        let Some((_, open)) = &mut self.open else {
            return Ok(None);
        };
        let line = shelf::read_at(open, at, length).map_err(CollectError::io("read", path))?;
        shelf::reading(&line, path).map(Some)
    }

    fn keep(&mut self, reading: &Reading) -> Result<(), CollectError> {
        let mut line = serde_json::to_vec(reading).map_err(damaged(&self.folder, "reading"))?;
        line.push(b'\n');
        self.writer.line(line)
    }

    fn seal(&mut self, raw: &[Vec<u8>]) -> Result<(), CollectError> {
        let Some(sealer) = &mut self.sealer else {
            return Ok(());
        };
        raw.iter().try_for_each(|body| sealer.seal(body))
    }
}

fn write_manifest(path: &Path, manifest: &SnapshotManifest) -> Result<(), CollectError> {
    files::replace(path, |out| {
        serde_json::to_writer_pretty(&mut *out, manifest)?;
        out.write_all(b"\n")
    })
}

/// The manifest of a snapshot.
pub(crate) fn read_manifest(folder: &Path) -> Result<SnapshotManifest, CollectError> {
    let path = folder.join(MANIFEST);
    let bytes = fs::read(&path).map_err(CollectError::io("read", &path))?;
    let manifest: SnapshotManifest =
        serde_json::from_slice(&bytes).map_err(damaged(&path, "manifest of a snapshot"))?;
    if manifest.format > FORMAT {
        return Err(CollectError::Format {
            path: folder.to_owned(),
            found: manifest.format,
            known: FORMAT,
        });
    }
    Ok(manifest)
}
