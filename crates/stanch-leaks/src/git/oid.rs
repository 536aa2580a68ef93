//! Object ids of both hash functions.

use sha1::{Digest as _, Sha1};
use sha2::Sha256;

/// Hash function of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashKind {
    /// SHA-1, 20 bytes.
    Sha1,
    /// SHA-256, 32 bytes.
    Sha256,
}

impl HashKind {
    /// Bytes of an id.
    #[must_use]
    pub const fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    /// Returns the id of an object.
    pub(crate) fn id_of(self, kind: &str, content: &[u8]) -> ObjectId {
        let head = format!("{kind} {}\0", content.len());
        match self {
            Self::Sha1 => {
                let mut hash = Sha1::new();
                hash.update(head.as_bytes());
                hash.update(content);
                ObjectId::of(&hash.finalize())
            }
            Self::Sha256 => {
                use sha2::Digest as _;
                let mut hash = Sha256::new();
                hash.update(head.as_bytes());
                hash.update(content);
                ObjectId::of(&hash.finalize())
            }
        }
    }
}

/// Id of a git object.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId {
    bytes: [u8; 32],
    length: u8,
}

impl ObjectId {
    /// Returns the id with these 20 or 32 bytes; bytes beyond are ignored.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let length = bytes.len().min(32);
        let mut own = [0; 32];
        own[..length].copy_from_slice(&bytes[..length]);
        Self {
            bytes: own,
            length: u8::try_from(length).unwrap_or(32),
        }
    }

    /// Parses hexadecimal text of either length.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let is_id = matches!(text.len(), 40 | 64);
        let bytes = hex::decode(text).ok().filter(|_| is_id)?;
        Some(Self::of(&bytes))
    }

    /// Bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// First 20 bytes, enough to tell objects of one repository apart.
    pub(crate) fn key(&self) -> [u8; 20] {
        let mut key = [0; 20];
        key.copy_from_slice(&self.bytes[..20]);
        key
    }
}

impl std::fmt::Display for ObjectId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.as_bytes()))
    }
}

impl std::fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}
