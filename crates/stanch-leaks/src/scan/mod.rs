//! The scan of paths: folders are walked, repositories read object by object, files opened, finds grouped by credential.
//!
//! It must not know the case, and it never writes.

mod files;
mod group;
mod objects;
mod texts;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::credential::{Matcher, SecretKey};
use crate::git::{self, Budget, Repository};
use crate::problem::{Problem, Problems};

pub use group::{Credential, Place};

/// Limits of a scan. Whatever is over them is named and passed over.
#[derive(Debug, Clone, Copy)]
pub struct ScanLimits {
    /// Threads.
    pub threads: usize,
    /// Bytes that one file, with all archives in it, may unpack to.
    pub unpacked: u64,
    /// Bytes of the largest git object that others hang from.
    pub object: u64,
}

impl Default for ScanLimits {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            threads: threads.min(16),
            unpacked: 64 << 30,
            object: 256 << 20,
        }
    }
}

impl ScanLimits {
    pub(crate) const fn budget(self) -> Budget {
        Budget {
            streamed: 16 << 20,
            held: self.object,
            path: 2 * self.object,
            ratio: 2000,
        }
    }
}

/// Amount that was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Plain files.
    pub files: u64,
    /// Repositories.
    pub repositories: u64,
    /// Git objects.
    pub objects: u64,
    /// Bytes, unpacked.
    pub bytes: u64,
}

/// Result of a scan.
#[derive(Debug, Default)]
pub struct Scan {
    /// Credentials, the most severe first.
    pub credentials: Vec<Credential>,
    /// Parts that were not read.
    pub problems: Vec<Problem>,
    /// Problems that are only counted.
    pub more_problems: u64,
    /// Amount that was read.
    pub totals: Totals,
}

/// Scans paths.
///
/// # Errors
/// When the search can't be built, which no input causes.
pub fn scan(paths: &[PathBuf], key: SecretKey, limits: ScanLimits) -> Result<Scan, aho_corasick::BuildError> {
    let matcher = Matcher::new(key)?;
    let mut problems = Problems::default();
    let mut totals = Totals::default();
    let mut group = group::Group::default();
    let mut found = files::Listed::default();
    for path in paths {
        files::list(path, &mut found, &mut problems);
    }
    let (hits, read) = texts::scan(&found.files, &matcher, limits, &mut problems);
    totals.files = found.files.len() as u64;
    totals.bytes += read;
    group.add_files(hits);
    for repository in repositories(&found.git_dirs, &mut problems) {
        totals.repositories += 1;
        let read = objects::scan(&repository, &matcher, limits, &mut problems);
        totals.objects += read.objects;
        totals.bytes += read.bytes;
        group.add_repository(&repository, read);
    }
    let (problems, more_problems) = problems.finish();
    Ok(Scan {
        credentials: group.finish(),
        problems,
        more_problems,
        totals,
    })
}

/// Describes each repository once, whatever worktrees lead to it.
fn repositories(git_dirs: &[PathBuf], problems: &mut Problems) -> Vec<Repository> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for git_dir in git_dirs {
        let mut own = Problems::default();
        let mut repository = git::repository(git_dir, &mut own);
        if repository.common_dir != repository.git_dir && git::is_git_dir(&repository.common_dir) {
            own = Problems::default();
            repository = git::repository(&repository.common_dir.clone(), &mut own);
        }
        let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if seen.insert(real(&repository.common_dir)) {
            problems.append(own);
            found.push(repository);
        }
    }
    found
}
