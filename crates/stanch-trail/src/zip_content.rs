//! The content of a zip archive's member: stored or deflated, and held against what the directory says of it.
//!
//! What came before a flaw is given first. It must not know where members lie.

use std::io::{self, BufRead, Read, Take};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use crate::zip_directory::Entry;

/// A member's content, read from where it begins.
pub(crate) struct Content<'e, R> {
    packed: Packed<R>,
    entry: &'e Entry,
    read: u64,
    crc: Crc,
    ended: bool,
}

enum Packed<R> {
    Stored(Take<R>),
    Deflated(DeflateDecoder<Take<R>>),
}

impl<'e, R: BufRead> Content<'e, R> {
    /// The content of this member; says why when it can't be read.
    pub(crate) fn of(entry: &'e Entry, input: R) -> Result<Self, String> {
        let input = input.take(entry.packed);
        let packed = match entry.method {
            0 => Packed::Stored(input),
            8 => Packed::Deflated(DeflateDecoder::new(input)),
            method => {
                return Err(format!(
                    "the member is compressed by a method that is not read here ({method}); unpack it first"
                ));
            }
        };
        Ok(Self {
            packed,
            entry,
            read: 0,
            crc: Crc::new(),
            ended: false,
        })
    }

    /// Holds what was read against what the directory says.
    fn check(&self) -> io::Result<()> {
        let flaw = |kind, detail| Err(io::Error::new(kind, detail));
        if self.read < self.entry.unpacked {
            return flaw(io::ErrorKind::UnexpectedEof, "it is shorter than it should be");
        }
        if self.read > self.entry.unpacked {
            return flaw(io::ErrorKind::InvalidData, "it is longer than it should be");
        }
        if self.crc.sum() != self.entry.crc {
            return flaw(io::ErrorKind::InvalidData, "its checksum is wrong");
        }
        match &self.packed {
            Packed::Deflated(decoder) if decoder.total_in() != self.entry.packed => {
                flaw(io::ErrorKind::InvalidData, "bytes behind its end were not read")
            }
            _ => Ok(()),
        }
    }
}

impl<R: BufRead> Read for Content<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.packed {
            Packed::Stored(input) => input.read(buffer)?,
            Packed::Deflated(input) => input.read(buffer)?,
        };
        self.crc.update(&buffer[..count]);
        self.read += count as u64;
        if count == 0 && !buffer.is_empty() && !self.ended {
            self.ended = true;
            self.check()?;
        }
        Ok(count)
    }
}
