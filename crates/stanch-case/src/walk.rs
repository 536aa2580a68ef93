//! Everything that lies in the folder of a case, links not followed. It must not judge.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use crate::error::CaseError;

/// Kind of file at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FoundKind {
    File,
    Folder,
    /// A link, a pipe, a device.
    Other,
}

/// Something that lies in the folder of a case.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) kind: FoundKind,
    /// Its permission bits, where there are any.
    pub(crate) mode: Option<u32>,
}

/// All that lies in a folder, by its place with `/` between the parts; the folder itself is the empty place.
pub(crate) fn walk(root: &Path) -> Result<BTreeMap<String, Found>, CaseError> {
    let failed = |path: &Path, error| CaseError::io("read", path, error);
    let mut found = BTreeMap::new();
    let mut ahead: Vec<(String, PathBuf)> = vec![(String::new(), root.to_path_buf())];
    while let Some((place, path)) = ahead.pop() {
        let metadata = fs::symlink_metadata(&path).map_err(|error| failed(&path, error))?;
        if metadata.is_dir() {
            for entry in fs::read_dir(&path).map_err(|error| failed(&path, error))? {
                let entry = entry.map_err(|error| failed(&path, error))?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let below = if place.is_empty() {
                    name
                } else {
                    format!("{place}/{name}")
                };
                ahead.push((below, entry.path()));
            }
        }
        found.insert(place, look(&metadata));
    }
    Ok(found)
}

fn look(metadata: &Metadata) -> Found {
    let kind = if metadata.is_file() {
        FoundKind::File
    } else if metadata.is_dir() {
        FoundKind::Folder
    } else {
        FoundKind::Other
    };
    #[cfg(unix)]
    let mode = Some(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o7777);
    #[cfg(not(unix))]
    let mode = None;
    Found { kind, mode }
}
