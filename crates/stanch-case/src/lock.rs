//! One writer at a time: a lock of the operating system that goes with the process, however it ends.
//!
//! The lock file's text only says who holds it, for the message; it decides nothing.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};
use stanch_core::Timestamp;
use stanch_core::text::shown;

use crate::atomic;
use crate::error::CaseError;
use crate::layout::{LOCK, Layout};

/// Holder of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its process id.
    pub pid: u32,
    /// The host it runs on, where that could be learned.
    pub host: Option<String>,
    /// Since when.
    pub since: Timestamp,
}

impl Holder {
    /// The end of the sentence "the case is in use …".
    pub(crate) fn phrase(&self) -> String {
        let host = self
            .host
            .as_ref()
            .map(|host| format!(" on {}", shown(host, 100)))
            .unwrap_or_default();
        format!(" by process {}{host} since {}", self.pid, self.since)
    }
}

/// A held lock. Gives the case back when it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    writer: bool,
}

impl Lock {
    /// The lock of the one writer.
    pub(crate) fn exclusive(layout: &Layout, at: Timestamp) -> Result<Self, CaseError> {
        let path = layout.path(LOCK);
        atomic::plain_file(&path)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true);
        atomic::set_mode(&mut options, atomic::PRIVATE);
        let mut file = options
            .open(&path)
            .map_err(|error| CaseError::io("open", &path, error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(refused(layout, &mut file)),
            Err(TryLockError::Error(error)) => return Err(CaseError::io("lock", &path, error)),
        }
        let holder = Holder {
            pid: std::process::id(),
            host: host_name(),
            since: at,
        };
        let text = serde_json::to_vec(&holder).unwrap_or_default();
        file.set_len(0)
            .and_then(|()| file.write_all(&text))
            .map_err(|error| CaseError::io("write", &path, error))?;
        Ok(Self { file, writer: true })
    }

    /// The lock of a reader that needs the case to hold still. `None` where no lock can be had at all (no lock
    /// file in a copy of the case, a file system without locks): nobody can be writing by our rules then.
    pub(crate) fn shared(layout: &Layout) -> Result<Option<Self>, CaseError> {
        let path = layout.path(LOCK);
        if !atomic::plain_file(&path)? {
            return Ok(None);
        }
        let Ok(mut file) = File::open(path) else {
            return Ok(None);
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(Some(Self { file, writer: false })),
            Err(TryLockError::WouldBlock) => Err(refused(layout, &mut file)),
            Err(TryLockError::Error(_)) => Ok(None),
        }
    }
}

impl Drop for Lock {
    /// Takes the holder's name out (failing that, the next holder overwrites it) and gives the lock back. Closing
    /// the file is not enough: a child process that is just being started shares it for a moment.
    fn drop(&mut self) {
        if self.writer {
            self.file.set_len(0).ok();
        }
        self.file.unlock().ok();
    }
}

fn refused(layout: &Layout, file: &mut File) -> CaseError {
    let mut text = Vec::new();
    let read = file
        .rewind()
        .and_then(|()| file.take(4096).read_to_end(&mut text));
    CaseError::Locked {
        dir: layout.root().to_path_buf(),
        holder: read.ok().and_then(|_| serde_json::from_slice(&text).ok()),
    }
}

/// The host's name where a file tells it; the message does without elsewhere.
fn host_name() -> Option<String> {
    ["/proc/sys/kernel/hostname", "/etc/hostname"]
        .iter()
        .find_map(|file| std::fs::read_to_string(Path::new(file)).ok())
        .map(|name| shown(name.trim(), 100))
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_handle_is_refused_and_told_who_holds_the_case() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::new(folder.path().to_path_buf());
        let held = Lock::exclusive(&layout, Timestamp(1_772_719_331_000)).unwrap();
        for error in [
            Lock::exclusive(&layout, Timestamp(0)).unwrap_err(),
            Lock::shared(&layout).unwrap_err(),
        ] {
            let text = error.to_string();
            assert!(
                text.contains(&format!("by process {}", std::process::id())),
                "{text}"
            );
            assert!(text.contains("since 2026-03-05T14:02:11Z"), "{text}");
            assert!(error.next().contains("wait"));
        }
        drop(held);
        assert!(Lock::shared(&layout).unwrap().is_some());
        Lock::exclusive(&layout, Timestamp(0)).unwrap();
    }

    #[test]
    fn a_reader_keeps_writers_out_and_other_readers_in() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::new(folder.path().to_path_buf());
        assert!(
            Lock::shared(&layout).unwrap().is_none(),
            "no lock file is made by a reader"
        );
        drop(Lock::exclusive(&layout, Timestamp(0)).unwrap());
        let first = Lock::shared(&layout).unwrap();
        let second = Lock::shared(&layout).unwrap();
        let error = Lock::exclusive(&layout, Timestamp(0)).unwrap_err();
        assert!(
            error.to_string().ends_with("is in use by another process"),
            "{error}"
        );
        drop((first, second));
        Lock::exclusive(&layout, Timestamp(0)).unwrap();
    }
}
