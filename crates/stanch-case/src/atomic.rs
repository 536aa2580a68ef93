//! The only place that changes the disk. Each function is one step; a process may die between any two.
//!
//! It must not know what the bytes mean. In this crate's own tests every step can be made the last one.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::path::Path;

use crate::digest::Digesting;
use crate::error::CaseError;

/// Mode of a file that may be replaced.
pub(crate) const PRIVATE: u32 = 0o600;
/// Mode of a file that never changes.
pub(crate) const SEALED: u32 = 0o400;

/// Makes one folder, 0700, unless it is there.
pub(crate) fn make_folder(path: &Path) -> Result<(), CaseError> {
    let made = crash::point().and_then(|()| {
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path)
    });
    match made {
        Ok(()) => path.parent().map_or(Ok(()), sync_folder),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_folder(path) => Ok(()),
        Err(error) => Err(CaseError::io("make the folder", path, error)),
    }
}

/// Returns true when a folder itself, not a link to one, lies there.
pub(crate) fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

/// True when a plain file lies there. A case may come from somebody else: what would lead a read or write out of
/// it (a link) or block it (a pipe) is refused.
pub(crate) fn plain_file(path: &Path) -> Result<bool, CaseError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(true),
        Ok(_) => Err(CaseError::Damaged {
            path: path.to_path_buf(),
            reason: "it is no plain file",
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(CaseError::io("read", path, error)),
    }
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), CaseError> {
    crash::point().map_err(|error| CaseError::io("sync", path, error))?;
    #[cfg(unix)]
    {
        // A relative path of one part has an empty parent, which means the working folder.
        let path = if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        };
        File::open(path)
            .and_then(|folder| flush(&folder))
            .map_err(|error| CaseError::io("sync", path, error))?;
    }
    Ok(())
}

/// Makes a file for writing bit by bit, for its owner only. A leftover of that name is removed first.
pub(crate) fn create(path: &Path) -> Result<File, CaseError> {
    create_new(path, PRIVATE).map_err(|error| CaseError::io("make", path, error))
}

/// Writes a file that did not exist (a leftover of that name is removed first) and makes its bytes durable.
pub(crate) fn write_new(path: &Path, parts: &[&[u8]], mode: u32) -> Result<(), CaseError> {
    let write = || {
        let mut file = create_new(path, mode)?;
        for part in parts {
            write_through(&mut file, part)?;
        }
        crash::point()?;
        flush(&file)
    };
    write().map_err(|error| CaseError::io("write", path, error))
}

/// As [`write_new`], from a reader, for what does not fit into memory.
pub(crate) fn copy_new(path: &Path, reader: &mut dyn Read, mode: u32) -> Result<Digesting, CaseError> {
    let mut copy = || {
        let mut file = create_new(path, mode)?;
        let digesting = Digesting::read(reader, |bytes| write_through(&mut file, bytes))?;
        crash::point()?;
        flush(&file)?;
        Ok(digesting)
    };
    copy().map_err(|error| CaseError::io("write", path, error))
}

/// Moves a file over another, at once, and makes that durable.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), CaseError> {
    crash::point()
        .and_then(|()| fs::rename(from, to))
        .map_err(|error| CaseError::io("put in place", to, error))?;
    to.parent().map_or(Ok(()), sync_folder)
}

/// Opens a file for adding to its end, making it if need be.
pub(crate) fn open_append(path: &Path) -> Result<File, CaseError> {
    plain_file(path)?;
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    set_mode(&mut options, PRIVATE);
    crash::point()
        .and_then(|()| options.open(path))
        .map_err(|error| CaseError::io("open", path, error))
}

/// Adds bytes to the end of a file; durable only after [`sync`].
pub(crate) fn append(file: &mut File, path: &Path, bytes: &[u8]) -> Result<(), CaseError> {
    write_through(file, bytes).map_err(|error| CaseError::io("write", path, error))
}

/// Makes what was added to a file durable.
pub(crate) fn sync(file: &File, path: &Path) -> Result<(), CaseError> {
    crash::point()
        .and_then(|()| flush(file))
        .map_err(|error| CaseError::io("sync", path, error))
}

/// Cuts a file off and makes that durable.
pub(crate) fn truncate(path: &Path, length: u64) -> Result<(), CaseError> {
    plain_file(path)?;
    let cut = || {
        crash::point()?;
        let file = OpenOptions::new().write(true).open(path)?;
        file.set_len(length)?;
        crash::point()?;
        flush(&file)
    };
    cut().map_err(|error| CaseError::io("cut off", path, error))
}

/// Removes a file, if it is there.
pub(crate) fn remove_file(path: &Path) -> Result<(), CaseError> {
    match crash::point().and_then(|()| fs::remove_file(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(CaseError::io("remove", path, error)),
        _ => Ok(()),
    }
}

/// Removes a folder that is empty.
pub(crate) fn remove_folder(path: &Path) -> Result<(), CaseError> {
    crash::point()
        .and_then(|()| fs::remove_dir(path))
        .map_err(|error| CaseError::io("remove", path, error))
}

/// Sets the mode that a file will be made with.
#[cfg_attr(not(unix), expect(unused_variables, reason = "modes exist on Unix only"))]
pub(crate) fn set_mode(options: &mut OpenOptions, mode: u32) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, mode);
}

/// Waits until a file is on the disk. This crate's unit tests end processes, not the power, and do without; they
/// would take minutes.
fn flush(file: &File) -> io::Result<()> {
    if cfg!(test) { Ok(()) } else { file.sync_data() }
}

fn create_new(path: &Path, mode: u32) -> io::Result<File> {
    crash::point()?;
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    crash::point()?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    set_mode(&mut options, mode);
    options.open(path)
}

/// Adds bytes to a file.
pub(crate) fn write_through(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    for part in crash::parts(bytes) {
        crash::point()?;
        file.write_all(part)?;
    }
    Ok(())
}

/// Where a process may die: nothing in the product.
#[cfg(not(test))]
mod crash {
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the same shape as in tests, where it fails"
    )]
    pub(super) const fn point() -> std::io::Result<()> {
        Ok(())
    }

    pub(super) const fn parts(bytes: &[u8]) -> [&[u8]; 1] {
        [bytes]
    }
}

/// Where a process may die: after a set number of steps, every further step of this thread fails.
#[cfg(test)]
pub(crate) mod crash {
    use std::cell::Cell;
    use std::io;

    thread_local! {
        static STEPS_LEFT: Cell<Option<u64>> = const { Cell::new(None) };
    }

    pub(super) fn point() -> io::Result<()> {
        match STEPS_LEFT.get() {
            Some(0) => Err(io::Error::other("killed by a test")),
            left => {
                STEPS_LEFT.set(left.map(|steps| steps - 1));
                Ok(())
            }
        }
    }

    /// Bytes in two halves, so that a process can die in the middle of a write.
    pub(super) fn parts(bytes: &[u8]) -> [&[u8]; 2] {
        let (front, back) = bytes.split_at(bytes.len() / 2);
        [front, back]
    }

    /// Runs something that dies after so many steps; also tells whether it did.
    pub(crate) fn after<T>(steps: u64, work: impl FnOnce() -> T) -> (T, bool) {
        STEPS_LEFT.set(Some(steps));
        let outcome = work();
        let died = STEPS_LEFT.replace(None) == Some(0);
        (outcome, died)
    }
}
