//! Real paths: one input is one input, however its path was typed.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use stanch_core::EventKey;
use stanch_core::text::shown;

/// The longest path that is kept whole.
const PATH_LIMIT: usize = 4096;

/// Real paths of many files; each folder is looked up once.
#[derive(Default)]
pub(crate) struct RealPaths {
    folders: HashMap<PathBuf, PathBuf>,
}

impl RealPaths {
    /// The real path of a regular file; `None` for what is none (a pipe, a device) or has gone.
    pub(crate) fn of_file(&mut self, path: &Path) -> Option<PathBuf> {
        let metadata = std::fs::symlink_metadata(path).ok()?;
        if metadata.is_symlink() {
            let leads_to_file = std::fs::metadata(path).ok()?.is_file();
            return std::fs::canonicalize(path).ok().filter(|_| leads_to_file);
        }
        if !metadata.is_file() {
            return None;
        }
        Some(self.of_folder(folder_of(path)).ok()?.join(path.file_name()?))
    }

    fn of_folder(&mut self, folder: &Path) -> io::Result<&Path> {
        if !self.folders.contains_key(folder) {
            let real = std::fs::canonicalize(folder)?;
            self.folders.insert(folder.to_owned(), real);
        }
        Ok(&self.folders[folder])
    }
}

/// The folder that a file lies in; `.` for a bare name.
fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."))
}

/// A path as text that is safe to show and no other path has: what text can't carry is told by a hash.
pub(crate) fn unique_text(path: &Path) -> String {
    let text = shown(&path.to_string_lossy(), PATH_LIMIT);
    let bytes = path.as_os_str().as_encoded_bytes();
    if text.as_bytes() == bytes {
        return text;
    }
    format!("{text} ({})", EventKey::of(&[bytes]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn paths_that_look_alike_have_texts_of_their_own() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt as _;
        let text = |bytes: &[u8]| unique_text(Path::new(OsStr::from_bytes(bytes)));
        assert_eq!(text(b"/logs/a.json"), "/logs/a.json");
        assert_ne!(text(b"/logs/\xff"), text(b"/logs/\xfe"));
        assert_ne!(text(b"/logs/\x1b"), text(br"/logs/\u{1b}"));
        assert!(text(b"/logs/\xff").starts_with("/logs/\u{fffd} ("));
    }
}
