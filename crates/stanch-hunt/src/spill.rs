//! A temporary file for what is too much for memory: stretches of numbers, written once, read back when asked for.
//!
//! The file has no name and is gone with the process; it holds hashes and input numbers, nothing of any event. It
//! must not know what they stand for.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::copies::Seen;
use crate::locked;

/// Bytes of one entry: a hash and two numbers.
const ENTRY: usize = 16;

/// The file, made when it is first needed.
#[derive(Default)]
pub(crate) struct Spill {
    file: Mutex<Option<File>>,
    lost: AtomicBool,
}

/// Place of some entries.
#[derive(Debug)]
pub(crate) struct Stretch {
    offset: u64,
    length: usize,
}

impl Spill {
    /// Writes entries; `None` when that can't be done, and then they must be kept.
    pub(crate) fn save(&self, entries: &Seen) -> Option<Stretch> {
        let mut bytes = Vec::with_capacity(entries.len() * ENTRY);
        for (hash, (content, number)) in entries {
            bytes.extend_from_slice(&hash.to_le_bytes());
            bytes.extend_from_slice(&content.to_le_bytes());
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        let mut file = locked(&self.file);
        if file.is_none() {
            *file = tempfile::tempfile().ok();
        }
        let file = file.as_mut()?;
        let offset = file.seek(SeekFrom::End(0)).ok()?;
        file.write_all(&bytes).ok()?;
        Some(Stretch {
            offset,
            length: bytes.len(),
        })
    }

    /// Reads entries back. When that fails they are lost, which [`Self::lost_some`] tells.
    pub(crate) fn load(&self, stretch: &Stretch) -> Seen {
        let mut bytes = vec![0; stretch.length];
        let read = locked(&self.file).as_mut().map(|file| {
            file.seek(SeekFrom::Start(stretch.offset))?;
            file.read_exact(&mut bytes)
        });
        if !matches!(read, Some(Ok(()))) {
            self.lost.store(true, Ordering::Relaxed);
            return Seen::default();
        }
        let entries = bytes.as_chunks::<ENTRY>().0.iter();
        entries.map(entry).collect()
    }

    /// Returns whether entries were lost.
    pub(crate) fn lost_some(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }
}

fn entry(bytes: &[u8; ENTRY]) -> (u64, (u32, u32)) {
    let [a, b, c, d, e, f, g, h, i, j, k, l, number @ ..] = *bytes;
    let hash = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
    (
        hash,
        (u32::from_le_bytes([i, j, k, l]), u32::from_le_bytes(number)),
    )
}
