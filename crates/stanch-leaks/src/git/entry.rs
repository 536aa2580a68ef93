//! Header of an entry in a pack (gitformat-pack, "Object entries"): kind, size and base.

use super::oid::{HashKind, ObjectId};

/// Kind of a git object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// Commit.
    Commit,
    /// Tree.
    Tree,
    /// Blob.
    Blob,
    /// Annotated tag.
    Tag,
}

impl ObjectKind {
    /// The word in git's own headers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
            Self::Tag => "tag",
        }
    }

    /// The kind that a word names.
    pub(crate) fn parse(word: &[u8]) -> Option<Self> {
        [Self::Commit, Self::Tree, Self::Blob, Self::Tag]
            .into_iter()
            .find(|kind| kind.as_str().as_bytes() == word)
    }
}

/// Content of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    /// The whole object.
    Whole(ObjectKind),
    /// Changes to the object this many bytes before.
    Before(u64),
    /// Changes to the object with this id.
    Named(ObjectId),
}

/// Header of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Content.
    pub(crate) base: Base,
    /// Bytes of the content, unpacked.
    pub(crate) size: u64,
    /// Bytes of the header.
    pub(crate) length: usize,
}

/// Bytes of the longest header.
pub(crate) const HEADER: usize = 64;

/// Reads a header; `None` when it is none.
pub(crate) fn read(bytes: &[u8], hash: HashKind) -> Option<Entry> {
    let first = *bytes.first()?;
    let mut size = u64::from(first & 15);
    let mut at = 1;
    let mut shift = 4;
    let mut byte = first;
    while byte & 0x80 != 0 {
        byte = *bytes.get(at)?;
        at += 1;
        let part = u64::from(byte & 0x7f);
        if shift > 57 || (part << shift) >> shift != part {
            return None;
        }
        size |= part << shift;
        shift += 7;
    }
    let base = match (first >> 4) & 7 {
        1 => Base::Whole(ObjectKind::Commit),
        2 => Base::Whole(ObjectKind::Tree),
        3 => Base::Whole(ObjectKind::Blob),
        4 => Base::Whole(ObjectKind::Tag),
        6 => Base::Before(distance(bytes, &mut at)?),
        7 => {
            let id = bytes.get(at..at + hash.length())?;
            at += hash.length();
            Base::Named(ObjectId::of(id))
        }
        _ => return None,
    };
    Some(Entry {
        base,
        size,
        length: at,
    })
}

fn distance(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut byte = *bytes.get(*at)?;
    *at += 1;
    let mut value = u64::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        byte = *bytes.get(*at)?;
        *at += 1;
        value = value.checked_add(1)?.checked_mul(128)? | u64::from(byte & 0x7f);
    }
    Some(value)
}
