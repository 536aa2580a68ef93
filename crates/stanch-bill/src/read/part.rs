//! Files of a bill: what lies below the given paths, members of archives included, and their bytes as a stream.
//!
//! It must not know columns or manifests.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::problem::{Problem, ProblemKind};

/// Files and members below one path.
const PARTS: usize = 200_000;
/// Levels of folders.
const DEPTH: usize = 24;

/// Place of a file's bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// The file itself.
    File,
    /// Member of a ZIP archive.
    Zip(usize),
    /// Member of a tar archive, compressed with gzip or not.
    Tar(usize, bool),
}

/// One file or member.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Part {
    /// Path with `/`, of the file or, in an archive, of archive and member.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) place: Place,
    /// Seconds of the last change of the file: of archives, of the member where it says so.
    pub(crate) modified: u64,
}

/// Finds all parts below a path, sorted by name.
pub(crate) fn below(path: &Path, parts: &mut Vec<Part>, problems: &mut Vec<Problem>) {
    walk(path, 0, parts, problems);
    parts.sort();
    parts.dedup();
}

fn problem(kind: ProblemKind, name: &str) -> Problem {
    Problem {
        kind,
        path: name.to_owned(),
        rows: 0,
    }
}

fn walk(path: &Path, depth: usize, parts: &mut Vec<Part>, problems: &mut Vec<Problem>) {
    let name = path.to_string_lossy().replace('\\', "/");
    if depth > DEPTH || parts.len() >= PARTS {
        return problems.push(problem(ProblemKind::Unreadable, &name));
    }
    let about = if depth == 0 {
        path.metadata()
    } else {
        path.symlink_metadata()
    };
    let Ok(about) = about else {
        return problems.push(problem(ProblemKind::Unreadable, &name));
    };
    if about.is_dir() {
        let Ok(entries) = path.read_dir() else {
            return problems.push(problem(ProblemKind::Unreadable, &name));
        };
        let mut below: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        below.sort();
        for each in below {
            walk(&each, depth + 1, parts, problems);
        }
    } else if about.is_file() {
        let modified = about
            .modified()
            .ok()
            .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok())
            .map_or(0, |since| since.as_secs());
        if members(path, &name, modified, parts).is_err() {
            problems.push(problem(ProblemKind::Damaged, &name));
        }
    }
}

/// Adds the file, or the members of the archive that it is.
fn members(path: &Path, name: &str, modified: u64, parts: &mut Vec<Part>) -> io::Result<()> {
    let mut head = Vec::new();
    File::open(path)?.take(4).read_to_end(&mut head)?;
    let member = |member: &str, place: Place| Part {
        name: format!("{name}/{}", member.replace('\\', "/")),
        path: path.to_owned(),
        place,
        modified,
    };
    if head.starts_with(b"PK") {
        let archive = zip::ZipArchive::new(BufReader::new(File::open(path)?))?;
        for place in 0..archive.len().min(PARTS - parts.len()) {
            let Some(inner) = archive.name_for_index(place).transpose()? else {
                continue;
            };
            if !inner.ends_with('/') {
                parts.push(member(&inner, Place::Zip(place)));
            }
        }
        return Ok(());
    }
    let gzip = head.starts_with(&[0x1f, 0x8b]);
    if is_tar(path, gzip) {
        let mut archive = tar::Archive::new(unzipped(File::open(path)?, gzip));
        for (place, entry) in archive.entries()?.enumerate().take(PARTS - parts.len()) {
            let entry = entry?;
            if entry.header().entry_type().is_file() {
                let inner = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
                parts.push(member(&inner, Place::Tar(place, gzip)));
            }
        }
        return Ok(());
    }
    parts.push(Part {
        name: name.to_owned(),
        path: path.to_owned(),
        place: Place::File,
        modified,
    });
    Ok(())
}

fn unzipped(file: File, gzip: bool) -> Box<dyn Read> {
    let file = BufReader::with_capacity(1 << 16, file);
    if gzip {
        Box::new(MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    }
}

/// Returns whether the magic of a tar archive lies where it must.
fn is_tar(path: &Path, gzip: bool) -> bool {
    let Ok(file) = File::open(path) else { return false };
    let mut head = Vec::new();
    let read = unzipped(file, gzip).take(263).read_to_end(&mut head);
    read.is_ok() && head.get(257..262) == Some(b"ustar")
}

impl Part {
    /// Calls `each` with the bytes, gzip taken off.
    pub(crate) fn with<T>(&self, each: impl FnOnce(&mut dyn Read) -> io::Result<T>) -> io::Result<T> {
        match self.place {
            Place::File => inflated(
                &mut BufReader::with_capacity(1 << 16, File::open(&self.path)?),
                each,
            ),
            Place::Zip(place) => {
                let mut archive = zip::ZipArchive::new(BufReader::new(File::open(&self.path)?))?;
                inflated(&mut archive.by_index(place)?, each)
            }
            Place::Tar(place, gzip) => {
                let mut archive = tar::Archive::new(unzipped(File::open(&self.path)?, gzip));
                let mut entry = archive
                    .entries()?
                    .nth(place)
                    .ok_or(io::ErrorKind::UnexpectedEof)??;
                inflated(&mut entry, each)
            }
        }
    }

    /// Returns whether the bytes are a Parquet file.
    pub(crate) fn is_parquet(&self) -> bool {
        let head = self.with(|bytes| {
            let mut head = Vec::new();
            bytes.take(4).read_to_end(&mut head)?;
            Ok(head)
        });
        head.is_ok_and(|head| head == b"PAR1")
    }
}

fn inflated<T>(bytes: &mut dyn Read, each: impl FnOnce(&mut dyn Read) -> io::Result<T>) -> io::Result<T> {
    let mut head = [0; 2];
    let mut length = 0;
    while length < 2 {
        match bytes.read(&mut head[length..])? {
            0 => break,
            read => length += read,
        }
    }
    let whole = io::Read::chain(&head[..length], bytes);
    if head == [0x1f, 0x8b] {
        each(&mut BufReader::with_capacity(1 << 16, MultiGzDecoder::new(whole)))
    } else {
        let mut whole = whole;
        each(&mut whole)
    }
}
