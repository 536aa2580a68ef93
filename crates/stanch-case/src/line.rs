//! A journal line: one JSON object, sealed with its own hash and naming the hash before it.
//!
//! It must not know what may follow what, nor where lines lie.

use serde::{Deserialize, Serialize};
use stanch_core::Timestamp;

use crate::digest::Digest;
use crate::entry::Entry;

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its place, counted from 0.
    pub seq: u64,
    /// When it was written, by the clock of the host that wrote it.
    pub at: Timestamp,
    /// Its content.
    #[serde(flatten)]
    pub entry: Entry,
    /// The hash of the line before; zeros in the first.
    pub prev: Digest,
    /// The SHA-256 of this line up to the `,"hash":` itself.
    pub hash: Digest,
}

/// A line before it is sealed.
#[derive(Serialize)]
struct Unsealed<'a> {
    seq: u64,
    at: Timestamp,
    #[serde(flatten)]
    entry: &'a Entry,
    prev: &'a Digest,
}

/// A line as bytes with its newline, and its hash.
pub(crate) fn seal(
    seq: u64,
    at: Timestamp,
    entry: &Entry,
    prev: &Digest,
) -> Result<(Vec<u8>, Digest), serde_json::Error> {
    let mut bytes = serde_json::to_vec(&Unsealed { seq, at, entry, prev })?;
    bytes.pop();
    let hash = Digest::of(&bytes);
    bytes.extend_from_slice(format!(",\"hash\":\"{hash}\"}}\n").as_bytes());
    Ok((bytes, hash))
}

/// Parts a line into what its hash covers and the hash.
pub(crate) fn unseal(raw: &[u8]) -> Option<(&[u8], Digest)> {
    const TAIL: usize = 9 + 64 + 2;
    let (sealed, tail) = raw.split_at_checked(raw.len().checked_sub(TAIL)?)?;
    let digits = tail.strip_prefix(b",\"hash\":\"")?.strip_suffix(b"\"}")?;
    Some((sealed, Digest::parse(std::str::from_utf8(digits).ok()?)?))
}
