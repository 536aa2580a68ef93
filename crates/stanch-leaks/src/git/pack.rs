//! Packs of an object folder: file, index and forest. Bytes are read at their place, not mapped.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use super::forest::Forest;
use super::index::PackIndex;
use super::oid::{HashKind, ObjectId};
use super::reindex;
use crate::problem::{ProblemKind, Problems};

/// Bytes read ahead: less costs calls, more costs bytes, since the walk jumps.
const AHEAD: usize = 8 << 10;
/// Bytes of the largest index that is read: some 100 million objects.
const INDEX: u64 = 4 << 30;

/// Pack with its index and forest.
#[derive(Debug)]
pub struct Pack {
    pub(crate) path: PathBuf,
    pub(crate) file: File,
    pub(crate) index: PackIndex,
    pub(crate) forest: Forest,
    pub(crate) hash: HashKind,
    /// Bytes of the file.
    pub(crate) size: u64,
}

impl Pack {
    /// Opens a pack. Without an index, or with one that can't be read, the pack is read from its start.
    ///
    /// # Errors
    /// When neither can be read.
    pub(crate) fn open(
        path: &Path,
        index: Option<&Path>,
        hash: HashKind,
        problems: &mut Problems,
    ) -> io::Result<Self> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        let shown = path.display().to_string();
        let own = index.and_then(|index| {
            let is_small = fs::metadata(index).is_ok_and(|found| found.len() <= INDEX);
            let data = fs::read(index).ok().filter(|_| is_small)?;
            PackIndex::parse(data, hash)
                .map_err(|detail| problems.add(ProblemKind::Damaged, index.display().to_string(), detail, 0))
                .ok()
        });
        let index = match own {
            Some(index) => index,
            None => {
                let data = reindex::build(&file, size, hash, &shown, problems)?;
                PackIndex::parse(data, hash).map_err(io::Error::other)?
            }
        };
        let end = size.saturating_sub(hash.length() as u64);
        let forest = Forest::of(&index, &mut Window::new(&file, hash), end);
        Ok(Self {
            path: path.to_owned(),
            file,
            index,
            forest,
            hash,
            size,
        })
    }

    /// Returns the id of an object.
    pub(crate) fn id(&self, node: u32) -> ObjectId {
        self.index.id(self.forest.position(node))
    }
}

/// Opens all packs of an object folder, also those that links lead to and those without an index.
pub(crate) fn packs(objects: &Path, hash: HashKind, problems: &mut Problems) -> Vec<Pack> {
    let folder = objects.join("pack");
    let names = match fs::read_dir(&folder) {
        Ok(entries) => entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .collect::<Vec<_>>(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            problems.add(
                ProblemKind::Unreadable,
                folder.display().to_string(),
                error.to_string(),
                0,
            );
            return Vec::new();
        }
    };
    let has_ending = |path: &Path, ending: &str| path.extension().is_some_and(|found| found == ending);
    let mut found: Vec<&PathBuf> = names.iter().filter(|path| has_ending(path, "pack")).collect();
    found.sort();
    for index in names
        .iter()
        .filter(|path| has_ending(path, "idx") && !names.contains(&path.with_extension("pack")))
    {
        problems.add(
            ProblemKind::Damaged,
            index.display().to_string(),
            "the pack of this index is missing",
            0,
        );
    }
    let mut packs = Vec::new();
    for path in found {
        if fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()) {
            let target = fs::canonicalize(path)
                .map(|target| target.display().to_string())
                .unwrap_or_default();
            problems.add(
                ProblemKind::Note,
                path.display().to_string(),
                format!("the pack is a link to {target}; it was read"),
                0,
            );
        }
        let index = path.with_extension("idx");
        let index = names.contains(&index).then_some(index);
        match Pack::open(path, index.as_deref(), hash, problems) {
            Ok(pack) => packs.push(pack),
            Err(error) => problems.add(
                ProblemKind::Unreadable,
                path.display().to_string(),
                error.to_string(),
                0,
            ),
        }
    }
    packs
}

/// Part of a file, read ahead.
#[derive(Debug)]
pub(crate) struct Window<'f> {
    file: &'f File,
    pub(crate) hash: HashKind,
    start: u64,
    bytes: Vec<u8>,
}

impl<'f> Window<'f> {
    pub(crate) const fn new(file: &'f File, hash: HashKind) -> Self {
        Self {
            file,
            hash,
            start: 0,
            bytes: Vec::new(),
        }
    }

    /// Returns the bytes from `from` to `to`, fewer at the end of the file; `None` when they can't be read.
    pub(crate) fn get(&mut self, from: u64, to: u64) -> Option<&[u8]> {
        let wanted = usize::try_from(to.checked_sub(from)?).ok()?;
        let held = from >= self.start && to <= self.start + self.bytes.len() as u64;
        if !held {
            self.bytes.resize(wanted.max(AHEAD), 0);
            self.start = from;
            let mut filled = 0;
            while filled < self.bytes.len() {
                match self.file.read_at(&mut self.bytes[filled..], from + filled as u64) {
                    Ok(0) => break,
                    Ok(count) => filled += count,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => {
                        self.bytes.clear();
                        return None;
                    }
                }
            }
            self.bytes.truncate(filled);
        }
        let at = usize::try_from(from - self.start).ok()?;
        self.bytes.get(at..self.bytes.len().min(at + wanted))
    }
}

/// Part of a file as a stream.
#[derive(Debug)]
pub(crate) struct Part<'f> {
    pub(crate) file: &'f File,
    pub(crate) at: u64,
    pub(crate) end: u64,
}

impl io::Read for Part<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.end.saturating_sub(self.at))
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let count = self.file.read_at(&mut buffer[..most], self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}
