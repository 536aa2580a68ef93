//! A part: a large file that belongs to one segment and is written while the segment is still being learned.
//!
//! It is staged under a number of this process, gets its SHA-256 as it is written, and has no place in the case until
//! its segment's journal line names it. It must not know what the bytes are.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use crate::atomic;
use crate::digest::{Digest, Digesting};
use crate::error::CaseError;
use crate::layout::{Layout, STAGING};

const NAME: &str = "part-";

/// A part that is being written. Dropped unsealed, it is a leftover that the next opening removes.
#[derive(Debug)]
pub struct PartFile {
    path: PathBuf,
    file: File,
    digesting: Digesting,
}

/// A part that is whole and on the disk, but not yet in the case.
#[derive(Debug)]
pub struct SealedPart {
    pub(crate) path: PathBuf,
    pub(crate) size: u64,
    pub(crate) sha256: Digest,
}

impl PartFile {
    pub(crate) fn create(layout: &Layout, number: u32) -> Result<Self, CaseError> {
        let path = layout.path(STAGING).join(format!("{NAME}{number:06}"));
        Ok(Self {
            file: atomic::create(&path)?,
            path,
            digesting: Digesting::default(),
        })
    }

    /// Makes its bytes durable.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn seal(self) -> Result<SealedPart, CaseError> {
        atomic::sync(&self.file, &self.path)?;
        Ok(SealedPart {
            size: self.digesting.size(),
            sha256: self.digesting.finish(),
            path: self.path,
        })
    }
}

impl Write for PartFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        atomic::write_through(&mut self.file, bytes)?;
        self.digesting.add(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns true when a staged name is one that [`PartFile::create`] gives.
pub(crate) fn is_part_name(name: &str) -> bool {
    name.strip_prefix(NAME)
        .is_some_and(|number| number.len() >= 6 && number.bytes().all(|byte| byte.is_ascii_digit()))
}
