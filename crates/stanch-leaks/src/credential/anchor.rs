//! Anchors of credentials, found in one pass by packed search, each handed to what can read it.
//!
//! It must not know where bytes lie.

use aho_corasick::packed::{MatchKind, Searcher};
use aho_corasick::{AhoCorasick, Span};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::{Encoding, Found, SecretKey, access_key, decode, other};

/// Prefixes of the key ids that can sign requests, or could.
const PREFIXES: [&str; 4] = ["AKIA", "ASIA", "ABIA", "ACCA"];

/// Meaning of an anchor.
#[derive(Debug, Clone, Copy)]
enum Anchor {
    Id,
    IdUtf16,
    /// Base64 of a prefix; the group of four characters begins this many characters before the anchor.
    IdBase64(usize),
    SecretName,
    Token {
        before: usize,
    },
    BedrockLong,
    BedrockShort,
    Smtp,
    ConsoleCsv,
}

/// Finds credentials in bytes.
#[derive(Debug)]
pub struct Matcher {
    search: Search,
    anchors: Vec<(Anchor, usize)>,
    key: SecretKey,
}

#[derive(Debug)]
enum Search {
    Packed(Searcher),
    /// Processors without the vector instructions.
    Plain(AhoCorasick),
}

impl Matcher {
    /// Returns a matcher that hashes secrets with this key.
    ///
    /// # Errors
    /// When the search can't be built.
    pub fn new(key: SecretKey) -> Result<Self, aho_corasick::BuildError> {
        let patterns = patterns();
        let texts = || patterns.iter().map(|(text, _)| text.as_slice());
        let packed = aho_corasick::packed::Config::new()
            .match_kind(MatchKind::LeftmostFirst)
            .builder()
            .extend(texts())
            .build();
        let search = match packed {
            Some(searcher) => Search::Packed(searcher),
            None => Search::Plain(AhoCorasick::new(texts())?),
        };
        let anchors = patterns
            .iter()
            .map(|(text, anchor)| (*anchor, text.len()))
            .collect();
        Ok(Self { search, anchors, key })
    }

    /// Finds every credential in the bytes.
    pub fn find(&self, bytes: &[u8], found: &mut dyn FnMut(Found)) {
        let mut start = 0;
        while start < bytes.len() {
            let Some((at, pattern)) = self.next(bytes, start) else {
                return;
            };
            let (anchor, length) = self.anchors[pattern];
            self.read(bytes, at, (anchor, length), found);
            // Ids may overlap: continue one byte on, not at the end.
            start = at + 1;
        }
    }

    fn next(&self, bytes: &[u8], start: usize) -> Option<(usize, usize)> {
        match &self.search {
            Search::Packed(searcher) => {
                let span = Span {
                    start,
                    end: bytes.len(),
                };
                let hit = searcher.find_in(bytes, span)?;
                Some((hit.start(), hit.pattern().as_usize()))
            }
            Search::Plain(search) => {
                let hit = search.find(&bytes[start..])?;
                Some((start + hit.start(), hit.pattern().as_usize()))
            }
        }
    }

    fn read(&self, bytes: &[u8], at: usize, (anchor, length): (Anchor, usize), found: &mut dyn FnMut(Found)) {
        let key = &self.key;
        let one = match anchor {
            Anchor::Id => access_key::read(bytes, at, key, Encoding::Plain),
            Anchor::IdUtf16 => {
                let (text, place) = decode::narrowed(bytes, at);
                let read = access_key::read(&text, place, key, Encoding::Utf16);
                read.map(|read| Found { offset: at, ..read })
            }
            Anchor::IdBase64(before) => return self.base64(bytes, at, before, found),
            Anchor::SecretName => other::lone_secret(bytes, at + length, key),
            Anchor::Token { before } => at
                .checked_sub(before)
                .and_then(|at| other::session_token(bytes, at, key)),
            Anchor::BedrockLong => other::bedrock_long_term(bytes, at, key),
            Anchor::BedrockShort => other::bedrock_short_term(bytes, at + length, key),
            Anchor::Smtp => other::smtp_password(bytes, at, key),
            Anchor::ConsoleCsv => other::console_password(bytes, at, key),
        };
        if let Some(one) = one {
            found(one);
        }
    }

    /// Reads ids in base64. Only one that has no doubt is reported: at random, base64 text has many that have.
    fn base64(&self, bytes: &[u8], at: usize, before: usize, found: &mut dyn FnMut(Found)) {
        let Some(plain) = at
            .checked_sub(before)
            .and_then(|group| decode::unwrapped(bytes, at, group))
        else {
            return;
        };
        for prefix in PREFIXES {
            for place in memchr::memmem::find_iter(&plain, prefix) {
                let read = access_key::read(&plain, place, &self.key, Encoding::Base64);
                if let Some(read) = read.filter(|read| read.doubt.is_none()) {
                    found(Found { offset: at, ..read });
                }
            }
        }
    }
}

/// Returns all anchors.
fn patterns() -> Vec<(Vec<u8>, Anchor)> {
    let mut patterns = Vec::new();
    for prefix in PREFIXES {
        patterns.push((prefix.as_bytes().to_vec(), Anchor::Id));
        let wide: Vec<u8> = prefix.bytes().flat_map(|byte| [byte, 0]).take(7).collect();
        patterns.push((wide, Anchor::IdUtf16));
        for shift in 0..3 {
            patterns.push(in_base64(prefix, shift));
        }
    }
    let texts: [(&str, Anchor); 13] = [
        ("akia", Anchor::Id),
        ("asia", Anchor::Id),
        ("ecret_access_key", Anchor::SecretName),
        ("ECRET_ACCESS_KEY", Anchor::SecretName),
        ("ecretAccessKey", Anchor::SecretName),
        ("aws_secret_key", Anchor::SecretName),
        ("AWS_SECRET_KEY", Anchor::SecretName),
        ("IQoJb3Jp", Anchor::Token { before: 0 }),
        ("oGZXIvYXdz", Anchor::Token { before: 2 }),
        ("ABSK", Anchor::BedrockLong),
        ("bedrock-api-key-", Anchor::BedrockShort),
        ("email-smtp", Anchor::Smtp),
        ("User name,Password", Anchor::ConsoleCsv),
    ];
    patterns.extend(texts.map(|(text, anchor)| (text.as_bytes().to_vec(), anchor)));
    patterns
}

/// Returns the characters that a prefix has in base64 when it begins `shift` bytes after a group.
fn in_base64(prefix: &str, shift: usize) -> (Vec<u8>, Anchor) {
    let padded = [vec![0; shift], prefix.as_bytes().to_vec()].concat();
    let text = STANDARD_NO_PAD.encode(&padded);
    let (first, last) = ((8 * shift).div_ceil(6), (8 * padded.len()) / 6);
    (text.as_bytes()[first..last].to_vec(), Anchor::IdBase64(first))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
#[cfg(test)]
pub(crate) use tests::random as test_random;
