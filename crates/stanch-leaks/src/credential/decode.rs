//! Text around an anchor in a form that can be read: UTF-16 narrowed, base64 decoded, escapes removed.
//!
//! It must not know what a credential looks like.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Bytes before and after an anchor that are looked at.
pub(super) const AROUND: usize = 400;

/// Base64 with or without padding, and with bits left over.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Returns decoded base64 with or without padding.
pub(super) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    LENIENT.decode(text).ok()
}

/// Returns whether a byte is of the base64 alphabet.
pub(super) const fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

/// Returns the text around `at` in UTF-16 of ASCII characters, and the place of `at` in it.
pub(super) fn narrowed(bytes: &[u8], at: usize) -> (Vec<u8>, usize) {
    let mut start = at;
    // The byte after a character is zero in one order and the byte before it in the other; the anchor fits both.
    while start >= 2 && at - start < 2 * AROUND && bytes[start - 1] == 0 && bytes[start - 2] != 0 {
        start -= 2;
    }
    let mut text = Vec::new();
    let mut here = start;
    while here < bytes.len() && here < at + 4 * AROUND && bytes[here] != 0 {
        text.push(bytes[here]);
        if bytes.get(here + 1).is_some_and(|byte| *byte != 0) {
            break;
        }
        here += 2;
    }
    (text, (at - start) / 2)
}

/// Returns the decoded base64 around `at`, where a group of four characters begins at `group`.
pub(super) fn unwrapped(bytes: &[u8], at: usize, group: usize) -> Option<Vec<u8>> {
    let group = if group > at { group.checked_sub(4)? } else { group };
    let mut start = group;
    while start >= 4 && at - start < 2 * AROUND && bytes[start - 4..start].iter().copied().all(is_base64) {
        start -= 4;
    }
    let rest = bytes.get(start..bytes.len().min(at + 4 * AROUND))?;
    let length = rest
        .iter()
        .position(|byte| !is_base64(*byte))
        .unwrap_or(rest.len());
    let whole = if length % 4 == 1 { length - 1 } else { length };
    base64(&rest[..whole])
}

/// Returns text in which escapes that hide word edges or slashes are removed. Places do not move.
pub(super) fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut out = text.to_vec();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let length = match rest {
            [b'\\', b'n' | b'r' | b't' | b'"' | b'\'', ..] => 2,
            [b'\\', b'u', a, b, c, d, ..] if [a, b, c, d].iter().all(|byte| byte.is_ascii_hexdigit()) => 6,
            [b'%', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => 3,
            _ => {
                at += 1;
                continue;
            }
        };
        out[at..at + length].fill(b' ');
        at += length;
    }
    out
}

/// Returns text in which escaped slashes and plus signs of a secret are written out.
pub(super) fn with_slashes(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let (byte, length) = match &text[at..] {
            [b'\\', b'/', ..] => (b'/', 2),
            [b'%', b'2', b'F' | b'f', ..] => (b'/', 3),
            [b'%', b'2', b'B' | b'b', ..] => (b'+', 3),
            [b'\\', b'u', b'0', b'0', b'2', b'F' | b'f', ..] => (b'/', 6),
            [b'\\', b'u', b'0', b'0', b'2', b'B' | b'b', ..] => (b'+', 6),
            [byte, ..] => (*byte, 1),
            [] => break,
        };
        out.push(byte);
        at += length;
    }
    out
}
