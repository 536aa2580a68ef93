//! Finds the files to read: recursively, in one order, each once.
//!
//! Follows symbolic links, sees loops, refuses what is no regular file. It must not open a file.

use std::collections::HashSet;
use std::fs::{self, FileType, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use stanch_core::source::{Problem, ProblemKind, SourceKind};
use stanch_core::{SourceId, SourceReport, Timestamp, text::shown};

use crate::limits::Limits;

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file, or a folder with everything below it.
    Path(PathBuf),
    /// Standard input.
    StandardInput,
}

/// One file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its place in the list.
    pub id: SourceId,
    /// Its path as found; `-` is standard input.
    pub path: PathBuf,
    /// The path, safe to show.
    pub shown: String,
    /// Its size in bytes; 0 when not known.
    pub size: u64,
    /// Where its bytes come from.
    pub origin: Origin,
}

/// Where the bytes of a source come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// The file system, or standard input.
    #[default]
    Disk,
    /// Elsewhere: whoever listed it hands its bytes over.
    Elsewhere {
        /// When they were last changed there, if that is known.
        modified: Option<Timestamp>,
    },
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The files, sorted by path.
    pub sources: Vec<Source>,
    /// What can't be read, numbered in the same order.
    pub refused: Vec<SourceReport>,
}

enum Found {
    File(u64),
    Refused(ProblemKind, String),
}

/// A folder yet to be read. `above` are the real paths of the folders around it.
struct Folder {
    path: PathBuf,
    real: PathBuf,
    above: Vec<PathBuf>,
}

/// Finds all files of the inputs.
#[must_use]
pub fn list(inputs: &[Input], limits: &Limits) -> Listing {
    let mut search = Search {
        limits: *limits,
        found: Vec::new(),
        files: HashSet::new(),
        folders: HashSet::new(),
        full: false,
    };
    for input in inputs {
        match input {
            Input::StandardInput => search.file(Path::new("-"), PathBuf::from("-"), 0),
            Input::Path(path) => search.tree(path),
        }
    }
    search.listing()
}

struct Search {
    limits: Limits,
    found: Vec<(PathBuf, Found)>,
    files: HashSet<PathBuf>,
    folders: HashSet<PathBuf>,
    full: bool,
}

impl Search {
    fn tree(&mut self, path: &Path) {
        let mut folders = Vec::new();
        match resolve(path) {
            Ok((real, metadata)) if metadata.is_dir() => folders.push(Folder {
                path: path.to_owned(),
                real,
                above: Vec::new(),
            }),
            Ok((real, metadata)) if metadata.is_file() => self.file(path, real, metadata.len()),
            // Whoever names a pipe means it; one that is merely found would block without end.
            Ok((real, metadata)) if is_pipe(metadata.file_type()) => self.file(path, real, 0),
            Ok(_) => self.refuse(path, ProblemKind::NotAFile, "not a file or a folder"),
            Err(error) => self.unreadable(path, &error),
        }
        while let Some(folder) = folders.pop() {
            if self.full {
                return;
            }
            if self.folders.insert(folder.real.clone()) {
                self.folder(&folder, &mut folders);
            }
        }
    }

    fn folder(&mut self, folder: &Folder, folders: &mut Vec<Folder>) {
        let entries = match fs::read_dir(&folder.path) {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(&folder.path, &error),
        };
        let mut paths = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => paths.push((entry.path(), entry.file_name())),
                Err(error) => self.unreadable(&folder.path, &error),
            }
        }
        // In order, so that the same one of two ways to a file is taken every time.
        paths.sort_unstable();
        let mut below = Vec::new();
        for (path, name) in paths {
            if self.full {
                return;
            }
            let link = fs::symlink_metadata(&path).map(|metadata| metadata.file_type().is_symlink());
            // Only links need the system to say where they lead.
            let resolved = match link {
                Ok(false) => fs::metadata(&path).map(|metadata| (folder.real.join(name), metadata)),
                Ok(true) => resolve(&path),
                Err(error) => Err(error),
            };
            match resolved {
                Ok((real, metadata)) if metadata.is_dir() => {
                    let mut above = folder.above.clone();
                    above.push(folder.real.clone());
                    if above.contains(&real) {
                        self.refuse(&path, ProblemKind::SymlinkLoop, "leads back to a folder above it");
                    } else {
                        below.push(Folder { path, real, above });
                    }
                }
                Ok((real, metadata)) if metadata.is_file() => self.file(&path, real, metadata.len()),
                Ok(_) => self.refuse(&path, ProblemKind::NotAFile, "not a file or a folder"),
                Err(error) if is_loop(&error) => {
                    self.refuse(&path, ProblemKind::SymlinkLoop, "leads back to itself");
                }
                Err(error) => self.unreadable(&path, &error),
            }
        }
        folders.extend(below.into_iter().rev());
    }

    fn file(&mut self, path: &Path, real: PathBuf, size: u64) {
        if self.found.len() as u64 >= self.limits.files {
            if !self.full {
                let detail = format!(
                    "more than {} files; this and the rest was left out",
                    self.limits.files
                );
                self.refuse(path, ProblemKind::TooMany, &detail);
            }
            self.full = true;
        } else if self.files.insert(real) {
            self.found.push((path.to_owned(), Found::File(size)));
        }
    }

    fn refuse(&mut self, path: &Path, kind: ProblemKind, detail: &str) {
        self.found
            .push((path.to_owned(), Found::Refused(kind, detail.to_owned())));
    }

    fn unreadable(&mut self, path: &Path, error: &io::Error) {
        self.refuse(path, ProblemKind::Unreadable, &error.to_string());
    }

    fn listing(mut self) -> Listing {
        let bytes = |path: &PathBuf| path.as_os_str().as_encoded_bytes().to_owned();
        self.found.sort_by_cached_key(|(path, _)| bytes(path));
        let mut listing = Listing::default();
        for (index, (path, found)) in self.found.into_iter().enumerate() {
            let id = SourceId(u32::try_from(index).unwrap_or(u32::MAX));
            let shown = shown(&path.to_string_lossy(), 1024);
            match found {
                Found::File(size) => listing.sources.push(Source {
                    id,
                    path,
                    shown,
                    size,
                    origin: Origin::Disk,
                }),
                Found::Refused(kind, detail) => listing.refused.push(refusal(id, shown, kind, &detail)),
            }
        }
        listing
    }
}

fn refusal(id: SourceId, path: String, kind: ProblemKind, detail: &str) -> SourceReport {
    let problem = Problem {
        kind,
        member: String::new(),
        offset: None,
        detail: shown(detail, 300),
    };
    let mut report = SourceReport::new(id, path, SourceKind::Unknown);
    report.add_problem(problem);
    report
}

fn resolve(path: &Path) -> io::Result<(PathBuf, Metadata)> {
    let metadata = fs::metadata(path)?;
    // A pipe of the shell has a path that can't be resolved.
    let real = if metadata.is_dir() || metadata.is_file() {
        fs::canonicalize(path)?
    } else {
        path.to_owned()
    };
    Ok((real, metadata))
}

fn is_loop(error: &io::Error) -> bool {
    // `ErrorKind::FilesystemLoop` is not stable; this is ELOOP of Linux and of the BSDs.
    matches!(error.raw_os_error(), Some(40 | 62))
}

#[cfg(unix)]
fn is_pipe(kind: FileType) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    kind.is_fifo() || kind.is_char_device()
}

#[cfg(not(unix))]
fn is_pipe(_kind: FileType) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(listing: &Listing, root: &Path) -> Vec<(u32, String)> {
        let relative = |path: &Path| {
            path.strip_prefix(root)
                .unwrap_or(path)
                .to_string_lossy()
                .into_owned()
        };
        let mut all: Vec<(u32, String)> = listing
            .sources
            .iter()
            .map(|source| (source.id.0, relative(&source.path)))
            .collect();
        let refused = listing.refused.iter();
        all.extend(refused.map(|report| {
            let kind = report.problems[0].kind;
            (
                report.id.0,
                format!("{} {kind:?}", relative(Path::new(&report.path))),
            )
        }));
        all.sort();
        all
    }

    #[test]
    fn files_come_once_each_in_the_order_of_their_paths() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path();
        fs::create_dir_all(path.join("b/c")).unwrap();
        for name in ["b/c/2.json", "b/1.json", "a.gz", "b.json"] {
            fs::write(path.join(name), "x").unwrap();
        }
        let inputs = [
            Input::Path(path.join("b/1.json")),
            Input::Path(path.to_owned()),
            Input::Path(path.join("b")),
            Input::Path(path.join("missing")),
        ];
        let listing = list(&inputs, &Limits::default());
        insta::assert_debug_snapshot!(paths(&listing, path), @r#"
        [
            (
                0,
                "a.gz",
            ),
            (
                1,
                "b.json",
            ),
            (
                2,
                "b/1.json",
            ),
            (
                3,
                "b/c/2.json",
            ),
            (
                4,
                "missing Unreadable",
            ),
        ]
        "#);
        assert_eq!(listing.sources[0].size, 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_loops_and_sockets_refused() {
        use std::os::unix::fs::symlink;
        let root = tempfile::tempdir().unwrap();
        let path = root.path();
        fs::create_dir_all(path.join("real/deep")).unwrap();
        fs::write(path.join("real/deep/1.json"), "x").unwrap();
        symlink(path.join("real"), path.join("real/deep/up")).unwrap();
        symlink(path.join("real/deep/1.json"), path.join("z.json")).unwrap();
        symlink("self", path.join("self")).unwrap();
        symlink("nowhere", path.join("dangling")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(path.join("socket")).unwrap();
        let listing = list(&[Input::Path(path.to_owned())], &Limits::default());
        insta::assert_debug_snapshot!(paths(&listing, path), @r#"
        [
            (
                0,
                "dangling Unreadable",
            ),
            (
                1,
                "real/deep/up SymlinkLoop",
            ),
            (
                2,
                "self SymlinkLoop",
            ),
            (
                3,
                "socket NotAFile",
            ),
            (
                4,
                "z.json",
            ),
        ]
        "#);
    }

    #[test]
    fn more_files_than_the_limit_are_named() {
        let root = tempfile::tempdir().unwrap();
        for name in ["1", "2", "3"] {
            fs::write(root.path().join(name), "x").unwrap();
        }
        let limits = Limits {
            files: 2,
            ..Limits::default()
        };
        let listing = list(&[Input::Path(root.path().to_owned())], &limits);
        assert_eq!((listing.sources.len(), listing.refused.len()), (2, 1));
        assert_eq!(listing.refused[0].problems[0].kind, ProblemKind::TooMany);
    }

    #[test]
    fn standard_input_is_a_source_named_dash() {
        let listing = list(&[Input::StandardInput, Input::StandardInput], &Limits::default());
        assert_eq!(listing.sources.len(), 1);
        assert_eq!(listing.sources[0].path, Path::new("-"));
    }
}
