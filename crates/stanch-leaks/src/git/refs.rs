//! Objects that a repository names: refs, heads, reflogs and index. It must not know what they lead to.

use std::fs;
use std::path::Path;

use super::discover::{Repository, small};
use super::oid::ObjectId;

/// Folders of refs and reflogs below each other.
const DEPTH: usize = 32;
/// Bytes of a list of refs, a reflog or an index that is read.
const LIST: u64 = 512 << 20;

/// Objects that a repository names.
#[derive(Debug, Default)]
pub(crate) struct Refs {
    /// By refs and heads.
    pub(crate) current: Vec<ObjectId>,
    /// By reflogs.
    pub(crate) logged: Vec<ObjectId>,
    /// Content of the index, in which staged blobs are named.
    index: Vec<Vec<u8>>,
}

impl Refs {
    /// Reads them.
    pub(crate) fn of(repository: &Repository) -> Self {
        let mut refs = Self::default();
        let mut folders = vec![repository.git_dir.clone()];
        if repository.common_dir != repository.git_dir {
            folders.push(repository.common_dir.clone());
        }
        let worktrees = fs::read_dir(repository.common_dir.join("worktrees"))
            .into_iter()
            .flatten();
        folders.extend(worktrees.filter_map(Result::ok).map(|entry| entry.path()));
        for folder in folders {
            refs.folder(&folder);
        }
        refs
    }

    fn folder(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
            if entry
                .file_name()
                .to_str()
                .is_some_and(|name| name == "HEAD" || name.ends_with("_HEAD"))
            {
                ids(&small(&entry.path()), &mut self.current);
            }
        }
        each_file(&folder.join("refs"), 0, &mut |path| {
            ids(&small(path), &mut self.current);
        });
        ids(&list(&folder.join("packed-refs")), &mut self.current);
        each_file(&folder.join("logs"), 0, &mut |path| {
            ids(&list(path), &mut self.logged);
        });
        self.index.push(list(&folder.join("index")));
    }

    /// Returns whether a blob is staged.
    pub(crate) fn is_staged(&self, id: &ObjectId) -> bool {
        self.index
            .iter()
            .any(|index| memchr::memmem::find(index, id.as_bytes()).is_some())
    }
}

fn list(path: &Path) -> Vec<u8> {
    let is_fine = fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() <= LIST);
    if is_fine {
        fs::read(path).unwrap_or_default()
    } else {
        Vec::new()
    }
}

fn each_file(folder: &Path, depth: usize, found: &mut dyn FnMut(&Path)) {
    if depth > DEPTH {
        return;
    }
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => each_file(&entry.path(), depth + 1, found),
            Ok(kind) if kind.is_file() => found(&entry.path()),
            _ => {}
        }
    }
}

/// Adds every word that is an object id.
fn ids(text: &[u8], found: &mut Vec<ObjectId>) {
    for line in text.split(|byte| *byte == b'\n') {
        // In a reflog the message stands behind the tab.
        let line = line.split(|byte| *byte == b'\t').next().unwrap_or_default();
        let words = line.split(|byte| matches!(byte, b' ' | b'^')).take(4);
        found.extend(
            words
                .filter_map(ObjectId::parse)
                .filter(|id| id.as_bytes().iter().any(|byte| *byte != 0)),
        );
    }
}
