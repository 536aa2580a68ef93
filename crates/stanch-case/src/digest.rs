//! SHA-256 as the case writes it down. It must not know what is hashed.

use std::fmt;
use std::io::{self, Read};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A SHA-256 as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

impl Digest {
    /// The digest of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut digesting = Digesting::default();
        digesting.add(bytes);
        digesting.finish()
    }

    /// Reads a digest; `None` unless it is exactly 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 64 && text.bytes().all(is_hex)).then(|| Self(text.to_owned()))
    }

    /// The 64 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The hash that the first journal line names as the line before it.
    pub(crate) fn zero() -> Self {
        Self("0".repeat(64))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Digest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a SHA-256 in lower-case hexadecimal")
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.0
    }
}

/// A digest in the making, with the number of bytes seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Digesting {
    state: Sha256,
    size: u64,
}

impl Digesting {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.state.update(bytes);
        self.size += bytes.len() as u64;
    }

    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn finish(&self) -> Digest {
        let hash = self.state.clone().finalize();
        let hex = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
        Digest(
            hash.iter()
                .flat_map(|byte| [hex(byte >> 4), hex(byte & 15)])
                .collect(),
        )
    }

    /// Digests all that a reader gives, handing each piece to `then`.
    pub(crate) fn read(
        reader: &mut dyn Read,
        mut then: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<Self> {
        let mut digesting = Self::default();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return Ok(digesting),
                Ok(count) => {
                    digesting.add(&buffer[..count]);
                    then(&buffer[..count])?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_sha_256() {
        assert_eq!(
            Digest::of(b"abc").as_str(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        let read = Digesting::read(&mut &b"abc"[..], |_| Ok(())).unwrap();
        assert_eq!((read.finish(), read.size()), (Digest::of(b"abc"), 3));
    }

    #[test]
    fn upper_case_and_other_lengths_are_no_digests() {
        let good = Digest::of(b"x").to_string();
        assert!(Digest::parse(&good).is_some());
        assert!(Digest::parse(&good.to_uppercase()).is_none());
        assert!(Digest::parse(&good[1..]).is_none());
        assert!(serde_json::from_str::<Digest>("\"../../etc/passwd\"").is_err());
    }
}
