//! Unpacks one gzip member and reports its exact end (RFC 1952).
//!
//! A reader that stops at the first member hides what follows, and one that reads on takes it for content. Both hide an
//! altered file, so the end, the checksum and the flags are reported apart from the content. It must not know what the
//! content is.

use flate2::{Decompress, FlushDecompress, Status};

/// Oddity of a gzip container that does not change its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// The CRC-32 of the trailer is not that of the content.
    Checksum,
    /// The length of the trailer is not that of the content.
    Length,
    /// Reserved flags are set.
    ReservedFlags,
    /// Another gzip member follows.
    SecondMember,
    /// Bytes follow that are no gzip member.
    TrailingBytes,
}

/// Reason why no content can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// Not a gzip file.
    #[error("not a gzip file")]
    NotGzip,
    /// The file ends too early.
    #[error("the gzip stream ends too early")]
    Truncated,
    /// The compressed stream is damaged.
    #[error("the gzip stream is damaged")]
    Corrupt,
    /// It unpacks to more than the limit.
    #[error("it unpacks to more than the limit")]
    TooLarge,
}

/// Content of a file.
#[derive(Debug)]
pub struct Unpacked<'u> {
    /// The content of the first member, or the file itself where it is not packed.
    pub content: &'u [u8],
    /// Oddities of the container.
    pub flaws: Vec<Flaw>,
}

/// Unpacks files one after the other in the same memory.
#[derive(Debug)]
pub struct Unpacker {
    inflate: Decompress,
    out: Vec<u8>,
    limit: usize,
}

/// Bytes of the fixed part of a gzip header, and of the trailer.
const HEADER: usize = 10;
const TRAILER: usize = 8;
const MAGIC: [u8; 3] = [0x1f, 0x8b, 0x08];

impl Unpacker {
    /// Returns an unpacker that gives at most `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            inflate: Decompress::new(false),
            out: Vec::new(),
            limit,
        }
    }

    /// Returns the content of a file. JSON that is not packed (a tree that was unpacked) is returned as it is.
    ///
    /// # Errors
    /// When the file is neither JSON nor a whole gzip member within the limit.
    pub fn unpack<'u>(&'u mut self, file: &'u [u8]) -> Result<Unpacked<'u>, Damage> {
        let first = file.iter().find(|byte| !byte.is_ascii_whitespace());
        if first == Some(&b'{') {
            return if file.len() > self.limit {
                Err(Damage::TooLarge)
            } else {
                Ok(Unpacked {
                    content: file,
                    flaws: Vec::new(),
                })
            };
        }
        let (start, has_reserved) = header(file)?;
        let used = self.inflate(&file[start..])?;
        let rest = &file[start + used..];
        let Some((trailer, after)) = rest.split_at_checked(TRAILER) else {
            return Err(Damage::Truncated);
        };
        let mut flaws = Vec::new();
        if has_reserved {
            flaws.push(Flaw::ReservedFlags);
        }
        if trailer[..4] != crc32fast::hash(&self.out).to_le_bytes() {
            flaws.push(Flaw::Checksum);
        }
        // The trailer has the length modulo 2^32.
        if trailer[4..] != (self.out.len() as u32).to_le_bytes() {
            flaws.push(Flaw::Length);
        }
        if after.starts_with(&MAGIC[..2]) {
            flaws.push(Flaw::SecondMember);
        } else if !after.is_empty() {
            flaws.push(Flaw::TrailingBytes);
        }
        Ok(Unpacked {
            content: &self.out,
            flaws,
        })
    }

    /// Inflates a raw deflate stream, and returns the number of bytes that it took.
    fn inflate(&mut self, packed: &[u8]) -> Result<usize, Damage> {
        self.inflate.reset(false);
        self.out.clear();
        self.out
            .reserve(packed.len().saturating_mul(4).clamp(1 << 12, 1 << 22));
        loop {
            let used = self.inflate.total_in() as usize;
            let had = self.out.len();
            let status = self
                .inflate
                .decompress_vec(&packed[used..], &mut self.out, FlushDecompress::None)
                .map_err(|_| Damage::Corrupt)?;
            if self.out.len() > self.limit {
                return Err(Damage::TooLarge);
            }
            let took = self.inflate.total_in() as usize;
            match status {
                Status::StreamEnd => return Ok(took),
                _ if self.out.len() == self.out.capacity() => self.out.reserve(self.out.len().max(1 << 12)),
                _ if took == packed.len() || (took == used && self.out.len() == had) => {
                    return Err(Damage::Truncated);
                }
                Status::Ok | Status::BufError => {}
            }
        }
    }
}

/// Returns the number of bytes of a gzip header, and true when reserved flags are set.
fn header(file: &[u8]) -> Result<(usize, bool), Damage> {
    if !file.starts_with(&MAGIC) {
        return Err(Damage::NotGzip);
    }
    let flags = *file.get(3).ok_or(Damage::Truncated)?;
    let mut at = HEADER;
    if flags & 4 != 0 {
        let length = file.get(at..at + 2).ok_or(Damage::Truncated)?;
        at += 2 + usize::from(u16::from_le_bytes([length[0], length[1]]));
    }
    for text in [8, 16] {
        if flags & text != 0 {
            let rest = file.get(at..).ok_or(Damage::Truncated)?;
            let end = rest.iter().position(|byte| *byte == 0).ok_or(Damage::Truncated)?;
            at += end + 1;
        }
    }
    if flags & 2 != 0 {
        at += 2;
    }
    if at > file.len() {
        return Err(Damage::Truncated);
    }
    Ok((at, flags & 0xe0 != 0))
}
