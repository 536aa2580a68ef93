//! Files and repositories below the paths that are named. Links are not followed; those that lead outside are named.

use std::fs;
use std::path::{Path, PathBuf};

use crate::git;
use crate::problem::{ProblemKind, Problems};

/// Folders in folders.
const DEPTH: usize = 256;

/// Files and git folders.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub(super) files: Vec<PathBuf>,
    pub(super) git_dirs: Vec<PathBuf>,
}

/// Lists a path. The path itself may be a link.
pub(super) fn list(root: &Path, listed: &mut Listed, problems: &mut Problems) {
    let meta = match fs::metadata(root) {
        Ok(meta) => meta,
        Err(error) => return unreadable(root, &error, problems),
    };
    if !meta.is_dir() {
        return listed.files.push(root.to_owned());
    }
    let real = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let mut stack = vec![(root.to_owned(), 0)];
    while let Some((folder, depth)) = stack.pop() {
        if depth > DEPTH {
            let detail = "folders nested deeper than 256 were not read";
            problems.add(ProblemKind::TooDeep, folder.display().to_string(), detail, 0);
            continue;
        }
        let is_git = git::is_git_dir(&folder);
        if is_git {
            listed.git_dirs.push(folder.clone());
        }
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                unreadable(&folder, &error, problems);
                continue;
            }
        };
        let mut entries: Vec<_> = entries.filter_map(Result::ok).collect();
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            if is_git && entry.file_name() == "objects" {
                continue;
            }
            if let Some(inner) = one(&entry, &real, listed, problems) {
                stack.push((inner, depth + 1));
            }
        }
    }
}

/// Lists an entry of a folder, and returns it where it is a folder.
fn one(entry: &fs::DirEntry, root: &Path, listed: &mut Listed, problems: &mut Problems) -> Option<PathBuf> {
    let path = entry.path();
    match entry.file_type() {
        Ok(kind) if kind.is_dir() => return Some(path),
        Ok(kind) if kind.is_symlink() => link(&path, root, problems),
        Ok(kind) if kind.is_file() => {
            if entry.file_name() == ".git" {
                listed.git_dirs.extend(git::named_by(&path));
            }
            listed.files.push(path);
        }
        Ok(_) => {}
        Err(error) => unreadable(&path, &error, problems),
    }
    None
}

fn unreadable(path: &Path, error: &std::io::Error, problems: &mut Problems) {
    problems.add(
        ProblemKind::Unreadable,
        path.display().to_string(),
        error.to_string(),
        0,
    );
}

fn link(path: &Path, root: &Path, problems: &mut Problems) {
    if let Ok(target) = fs::canonicalize(path)
        && !target.starts_with(root)
    {
        let detail = format!(
            "the link leads to {}, outside the path; it was not followed",
            target.display()
        );
        problems.add(ProblemKind::Link, path.display().to_string(), detail, 0);
    }
}
