//! The only place that changes the disk: folders 0700, files 0600, replaced whole or appended to.
//!
//! It must not know what is written.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::CollectError;

/// Makes a folder and those above it.
pub(crate) fn make_folder(path: &Path) -> Result<(), CollectError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(CollectError::io("make the folder", path))
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Opens a file to append to it.
pub(crate) fn append(path: &Path) -> Result<File, CollectError> {
    private()
        .append(true)
        .create(true)
        .open(path)
        .map_err(CollectError::io("open", path))
}

/// Replaces a file: it is the old one or the new one at any moment, and the new one is on the disk when this returns.
pub(crate) fn replace(
    path: &Path,
    write: impl FnOnce(&mut io::BufWriter<File>) -> io::Result<()>,
) -> Result<(), CollectError> {
    Aside::write(path, write)?.settle()?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// A file written next to the one it will replace. Many are written before the first is settled: the disk then takes
/// them
/// together.
#[derive(Debug)]
pub(crate) struct Aside {
    file: File,
    aside: PathBuf,
    path: PathBuf,
}

impl Aside {
    /// Writes it.
    pub(crate) fn write(
        path: &Path,
        write: impl FnOnce(&mut io::BufWriter<File>) -> io::Result<()>,
    ) -> Result<Self, CollectError> {
        let aside = path.with_extension("new");
        let written = || -> io::Result<File> {
            let file = private().write(true).create(true).truncate(true).open(&aside)?;
            let mut out = io::BufWriter::new(file);
            write(&mut out)?;
            out.into_inner().map_err(io::IntoInnerError::into_error)
        };
        let file = written().map_err(CollectError::io("write", &aside))?;
        Ok(Self {
            file,
            aside,
            path: path.to_owned(),
        })
    }

    /// Makes it durable and puts it in its place. The new name counts when its folder has been made durable too.
    pub(crate) fn settle(self) -> Result<(), CollectError> {
        self.file
            .sync_all()
            .map_err(CollectError::io("write", &self.aside))?;
        fs::rename(&self.aside, &self.path).map_err(CollectError::io("replace", &self.path))
    }
}

/// Writes a file that is there whole or not at all, whatever moment this process is killed at. It is durable once
/// [`sync_file`] and [`sync_folder`] say so.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), CollectError> {
    let aside = Aside::write(path, |out| io::Write::write_all(out, bytes))?;
    fs::rename(&aside.aside, &aside.path).map_err(CollectError::io("write", &aside.path))
}

/// Makes what a file holds durable.
pub(crate) fn sync_file(path: &Path) -> Result<(), CollectError> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(CollectError::io("sync", path))
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), CollectError> {
    #[cfg(unix)]
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(CollectError::io("sync", path))?;
    Ok(())
}

/// A text as a name of a file or folder: whatever is not plain is replaced, and a name that had to be changed
/// carries a hash, so that two never meet.
pub(crate) fn safe_name(text: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    if !text.is_empty() && text.len() <= 80 && text.chars().all(is_plain) {
        return text.to_owned();
    }
    let plain: String = text
        .chars()
        .take(40)
        .map(|character| if is_plain(character) { character } else { '_' })
        .collect();
    let hash = crate::keep::sha256(text.as_bytes());
    format!("{plain}.{}", &hash[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere_else() {
        assert_eq!(safe_name("eu-west-1"), "eu-west-1");
        for text in ["", "..", "a/b", "a\0b", "ä", &"x".repeat(300)] {
            let name = safe_name(text);
            assert!(
                !name.contains('/') && !name.contains('\0') && name.len() < 80 && name != "..",
                "{name}"
            );
        }
        assert_ne!(safe_name("a/b"), safe_name("a\\b"));
    }
}
