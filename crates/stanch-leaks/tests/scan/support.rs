//! Repositories built with git, and the scan of a folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use stanch_leaks::{Credential, Kind, Place, Scan, ScanLimits, SecretKey, scan};
use tempfile::TempDir;

/// Folder with repositories.
pub(crate) struct Ground {
    folder: TempDir,
    clock: std::cell::Cell<u64>,
}

/// Returns the key id of a number; put together here, so that no scanner takes the source for a leak.
pub(crate) fn key_id(number: usize) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let letter = |at: usize| char::from(letters[at % 32]);
    format!(
        "AKIA{}{}{}{}",
        "QNZGKIQY56J",
        letter(number / 32),
        letter(number),
        "7XK"
    )
}

/// Returns whether git is there to build repositories with. Where it is not, the tests of written objects still run.
pub(crate) fn has_git() -> bool {
    Path::new("/usr/bin/git").exists()
}

impl Ground {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            clock: std::cell::Cell::new(1_700_000_000),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs git in a folder, a minute after the last time.
    pub(crate) fn git(&self, folder: &str, arguments: &[&str]) -> String {
        let now = self.clock.get() + 60;
        self.clock.set(now);
        let date = format!("{now} +0000");
        let folder = self.path(folder);
        std::fs::create_dir_all(&folder).unwrap();
        let ran = Command::new("/usr/bin/git")
            .current_dir(folder)
            .args(arguments)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.folder.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs([
                ("GIT_AUTHOR_NAME", "Author"),
                ("GIT_AUTHOR_EMAIL", "author@example.com"),
            ])
            .envs([
                ("GIT_COMMITTER_NAME", "Committer"),
                ("GIT_COMMITTER_EMAIL", "committer@example.com"),
            ])
            .envs([("GIT_AUTHOR_DATE", &date), ("GIT_COMMITTER_DATE", &date)])
            .output()
            .unwrap();
        assert!(
            ran.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&ran.stderr)
        );
        String::from_utf8_lossy(&ran.stdout).trim().to_owned()
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Writes a file and commits it.
    pub(crate) fn commit(&self, repository: &str, name: &str, content: impl AsRef<[u8]>) -> String {
        self.write(&format!("{repository}/{name}"), content);
        self.git(repository, &["add", "-A"]);
        self.git(repository, &["commit", "-q", "-m", name]);
        self.git(repository, &["rev-parse", "HEAD"])
    }

    pub(crate) fn scan(&self, name: &str) -> Scan {
        scan_with(&self.path(name), 2)
    }
}

pub(crate) fn scan_with(path: &Path, threads: usize) -> Scan {
    let limits = ScanLimits {
        threads,
        ..ScanLimits::default()
    };
    scan(&[path.to_owned()], SecretKey::new(&[3; 32]), limits).unwrap()
}

pub(crate) fn key<'s>(scan: &'s Scan, id: &str) -> &'s Credential {
    let of = |credential: &&Credential| credential.kind == Kind::AccessKey && credential.id == id;
    scan.credentials
        .iter()
        .find(of)
        .unwrap_or_else(|| panic!("{id} was not found: {:?}", scan.problems))
}

/// Returns the first place of a key in a git object.
pub(crate) fn in_git<'s>(scan: &'s Scan, id: &str) -> &'s Place {
    let found = key(scan, id).places.iter().find(|place| place.object.is_some());
    found.unwrap_or_else(|| panic!("{id} is in no object"))
}
