//! Repositories on disk: git folders, worktrees, submodules, alternates, and what a clone does not have.
//!
//! Of the configuration only the object format, marks of partial clones and remotes are read.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::index::PackIndex;
use super::oid::HashKind;
use crate::problem::{ProblemKind, Problems};

/// Alternates of alternates that are followed, as git does.
const ALTERNATES: usize = 5;
/// Bytes of a small file that is read.
const SMALL: u64 = 1 << 20;

/// Repository as it lies on disk.
#[derive(Debug, Clone)]
pub struct Repository {
    /// Folder with `HEAD` and `refs`.
    pub git_dir: PathBuf,
    /// Folder that other worktrees share; the same where there is one only.
    pub common_dir: PathBuf,
    /// Object folders: its own and its alternates.
    pub objects: Vec<PathBuf>,
    /// Hash function.
    pub hash: HashKind,
    /// Addresses of remotes. Escape them where they are shown.
    pub remotes: Vec<String>,
}

/// Returns whether a folder is the git folder of a repository.
pub(crate) fn is_git_dir(folder: &Path) -> bool {
    let has_refs =
        folder.join("refs").is_dir() || folder.join("packed-refs").is_file() || folder.join("HEAD").is_file();
    (folder.join("objects").is_dir() && has_refs)
        || (folder.join("commondir").is_file() && folder.join("HEAD").is_file())
}

/// Reads a small file; empty when it can't be read.
pub(super) fn small(path: &Path) -> Vec<u8> {
    let is_small = fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() <= SMALL);
    if is_small {
        fs::read(path).unwrap_or_default()
    } else {
        Vec::new()
    }
}

/// Returns the git folder that a `.git` file names.
pub(crate) fn named_by(file: &Path) -> Option<PathBuf> {
    let text = String::from_utf8(small(file)).ok()?;
    let path = text.strip_prefix("gitdir:")?.trim();
    let path = file.parent()?.join(path);
    is_git_dir(&path).then_some(path)
}

/// Describes the repository of a git folder.
pub(crate) fn repository(git_dir: &Path, problems: &mut Problems) -> Repository {
    let common = String::from_utf8(small(&git_dir.join("commondir"))).unwrap_or_default();
    let common_dir = if common.trim().is_empty() {
        git_dir.to_owned()
    } else {
        git_dir.join(common.trim())
    };
    let config = String::from_utf8_lossy(&small(&common_dir.join("config"))).into_owned();
    let mut objects = Vec::new();
    let mut seen = BTreeSet::new();
    alternates(&common_dir.join("objects"), 0, &mut seen, &mut objects, problems);
    let shown = git_dir.display().to_string();
    if common_dir.join("shallow").is_file() {
        problems.add(
            ProblemKind::NotInClone,
            &shown,
            "shallow clone: older history is not here; fetch it with git fetch --unshallow",
            0,
        );
    }
    let is_promisor = objects.iter().any(|folder| ends_with(folder, "promisor"));
    let is_partial = ["partialclone", "promisor = true", "promisor=true"]
        .iter()
        .any(|mark| config.to_ascii_lowercase().contains(mark));
    if is_promisor || is_partial {
        problems.add(
            ProblemKind::NotInClone,
            &shown,
            "partial clone: files may be missing here; clone it again without --filter",
            0,
        );
    }
    Repository {
        git_dir: git_dir.to_owned(),
        hash: hash_of(&config, &objects),
        remotes: remotes(&config),
        common_dir,
        objects,
    }
}

fn ends_with(objects: &Path, ending: &str) -> bool {
    let entries = fs::read_dir(objects.join("pack"))
        .into_iter()
        .flatten()
        .filter_map(Result::ok);
    entries
        .map(|entry| entry.path())
        .any(|path| path.extension().is_some_and(|found| found == ending))
}

fn hash_of(config: &str, objects: &[PathBuf]) -> HashKind {
    let value = |line: &str| {
        let (name, value) = line.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("objectformat")
            .then(|| value.trim().to_ascii_lowercase())
    };
    match config.lines().find_map(value).as_deref() {
        Some("sha256") => return HashKind::Sha256,
        Some(_) => return HashKind::Sha1,
        None => {}
    }
    // A copy may lack its configuration: the size of an index or the length of a loose object's name tells.
    let indexes = objects
        .iter()
        .flat_map(|folder| fs::read_dir(folder.join("pack")).into_iter().flatten());
    let index = indexes
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|found| found == "idx"));
    if let Some(data) = index.and_then(|path| fs::read(path).ok()) {
        return PackIndex::guess(&data);
    }
    let folders = objects
        .iter()
        .flat_map(|folder| fs::read_dir(folder).into_iter().flatten())
        .filter_map(Result::ok);
    let mut names = folders
        .filter(|entry| entry.file_name().len() == 2)
        .flat_map(|entry| fs::read_dir(entry.path()).into_iter().flatten())
        .filter_map(Result::ok)
        .map(|entry| entry.file_name().len());
    if names.next() == Some(62) {
        HashKind::Sha256
    } else {
        HashKind::Sha1
    }
}

fn remotes(config: &str) -> Vec<String> {
    let value = |line: &str| {
        let (name, value) = line.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("url")
            .then(|| without_password(value.trim()))
    };
    config.lines().filter_map(value).take(20).collect()
}

/// Returns an address without the user and password in it.
fn without_password(address: &str) -> String {
    match address
        .split_once("://")
        .and_then(|(scheme, rest)| Some((scheme, rest.split_once('@')?.1)))
    {
        Some((scheme, rest)) => format!("{scheme}://{rest}"),
        None => address.to_owned(),
    }
}

/// Adds an object folder and its alternates. A relative alternate is relative to the folder that names it.
fn alternates(
    objects: &Path,
    depth: usize,
    seen: &mut BTreeSet<PathBuf>,
    found: &mut Vec<PathBuf>,
    problems: &mut Problems,
) {
    let shown = objects.display().to_string();
    let Ok(real) = fs::canonicalize(objects) else {
        return problems.add(
            ProblemKind::Unreadable,
            shown,
            "the object folder is missing: its objects were not read",
            0,
        );
    };
    if !seen.insert(real) {
        if depth > 0 {
            problems.add(
                ProblemKind::Damaged,
                shown,
                "the alternates of the repository lead back to themselves",
                0,
            );
        }
        return;
    }
    found.push(objects.to_owned());
    let text = String::from_utf8_lossy(&small(&objects.join("info").join("alternates"))).into_owned();
    for line in text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if depth >= ALTERNATES {
            return problems.add(
                ProblemKind::TooDeep,
                shown,
                "alternates of alternates beyond five were not followed",
                0,
            );
        }
        alternates(&objects.join(line), depth + 1, seen, found, problems);
    }
}
