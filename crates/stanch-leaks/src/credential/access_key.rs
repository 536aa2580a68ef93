//! Access key ids and the secrets near them, with the ranking that keeps look-alikes low.
//!
//! The measured false positive rates are in `docs/decisions/0019-leaks.md`. A doubtful id is ranked low and never dropped.

use stanch_core::Severity;
use stanch_core::unique_id::account_of_key;

use super::decode::{self, AROUND};
use super::{Doubt, Encoding, Found, Kind, SecretKey};

/// Length of an access key id.
pub(super) const ID: usize = 20;
/// Length of a secret access key.
pub(super) const SECRET: usize = 40;
/// Entropy in bits a character below which 16 characters are not random: loses 1 in 6,000 of real ids.
const ID_ENTROPY: f64 = 2.75;
/// The same for 40 characters of a secret: loses 1 in 50,000.
const SECRET_ENTROPY: f64 = 4.2;
/// Filler text of documentation and tests.
const FILLERS: [&str; 20] = [
    "EXAMPL",
    "XXXX",
    "ZZZZ",
    "NNNN",
    "12345",
    "23456",
    "34567",
    "ABCDEF",
    "BCDEFG",
    "CDEFGH",
    "DEFGHI",
    "EFGHIJ",
    "QWERTY",
    "ASDFG",
    "ZXCVB",
    "FAKE",
    "DUMMY",
    "PLACEHOLDER",
    "SAMPLE",
    "REDACTED",
];

/// Reads the access key id at `at`, if there is one.
pub(super) fn read(text: &[u8], at: usize, key: &SecretKey, encoding: Encoding) -> Option<Found> {
    let written = text.get(at..at + ID)?;
    let is_lower = written[0].is_ascii_lowercase();
    let is_of_case = |byte: &u8| {
        byte.is_ascii_digit()
            || if is_lower {
                byte.is_ascii_lowercase()
            } else {
                byte.is_ascii_uppercase()
            }
    };
    if !written.iter().all(is_of_case) {
        return None;
    }
    let id = std::str::from_utf8(written).ok()?.to_ascii_uppercase();
    let is_alone = has_edges(text, at, ID);
    let doubt = doubt(&id, is_alone, is_lower);
    let is_certain_filler = matches!(doubt, Some(Doubt::Example | Doubt::WithinWord));
    let secret = if is_certain_filler {
        None
    } else {
        secret_near(text, at)
    };
    // A secret next to it settles a doubt that is only about the letters.
    let doubt = doubt.filter(|doubt| secret.is_none() || *doubt != Doubt::LettersOnly);
    let severity = match (doubt, &secret) {
        (Some(Doubt::Example), _) => Severity::Informational,
        (Some(_), _) => Severity::Low,
        (None, Some(_)) => Severity::High,
        (None, None) => Severity::Medium,
    };
    Some(Found {
        kind: Kind::AccessKey,
        account: account_of_key(&id).map(|account| account.as_str().to_owned()),
        id,
        secret: secret.map(|secret| key.mask(&secret)),
        offset: at,
        severity,
        doubt,
        encoding,
    })
}

/// Returns the first reason to doubt an id.
fn doubt(id: &str, is_alone: bool, is_lower: bool) -> Option<Doubt> {
    let body = &id.as_bytes()[4..];
    if is_filler(id) {
        return Some(Doubt::Example);
    }
    if is_lower {
        return Some(Doubt::LowerCase);
    }
    if !is_alone {
        return Some(Doubt::WithinWord);
    }
    if body.iter().any(|byte| matches!(byte, b'0' | b'1' | b'8' | b'9')) {
        return Some(Doubt::NotBase32);
    }
    // Old keys begin with I or J, newer ones have the top bit of the account field set: Q to Z and 2 to 7.
    if !matches!(body[0], b'I' | b'J' | b'Q'..=b'Z' | b'2'..=b'7') {
        return Some(Doubt::NeverIssued);
    }
    if entropy(body) < ID_ENTROPY {
        return Some(Doubt::Repetitive);
    }
    if body.iter().all(u8::is_ascii_hexdigit) {
        return Some(Doubt::Hexadecimal);
    }
    let is_letters = body.iter().all(u8::is_ascii_alphabetic);
    (is_letters && !id.starts_with("AKIA")).then_some(Doubt::LettersOnly)
}

/// Returns whether text is an example or filler.
pub(super) fn is_filler(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    FILLERS.iter().any(|filler| upper.contains(filler))
}

/// Returns whether a run stands alone: no letter or digit before or after it, escapes not counted.
fn has_edges(text: &[u8], at: usize, length: usize) -> bool {
    if text.get(at + length).is_some_and(u8::is_ascii_alphanumeric) {
        return false;
    }
    let before = &text[at.saturating_sub(6)..at];
    decode::unescaped(before)
        .last()
        .is_none_or(|byte| !byte.is_ascii_alphanumeric())
}

/// Returns the nearest secret within 400 bytes of an id.
fn secret_near(text: &[u8], at: usize) -> Option<Vec<u8>> {
    let start = at.saturating_sub(AROUND);
    let window = &text[start..text.len().min(at + ID + AROUND)];
    let place = at - start;
    nearest(window, place).or_else(|| {
        let written_out = decode::with_slashes(window);
        let moved = memchr::memmem::find(&written_out, &window[place..place + ID])?;
        (written_out != window)
            .then(|| nearest(&written_out, moved))
            .flatten()
    })
}

fn nearest(window: &[u8], place: usize) -> Option<Vec<u8>> {
    let clean = decode::unescaped(window);
    let runs = secrets(&clean);
    runs.min_by_key(|(at, _)| at.abs_diff(place))
        .map(|(_, secret)| secret.to_vec())
}

/// Returns every run of 40 characters that may be a secret access key.
pub(super) fn secrets(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < text.len() {
            let start = at + text[at..].iter().position(|byte| decode::is_base64(*byte))?;
            let length = text[start..]
                .iter()
                .position(|byte| !decode::is_base64(*byte))
                .unwrap_or(text.len() - start);
            at = start + length;
            // A path or URL may stand right before it, as in `/secret`: only a whole run counts.
            if length == SECRET && (text.get(at) != Some(&b'=') || is_assigned(text, at)) {
                let run = &text[start..at];
                if is_secret(run) {
                    return Some((start, run));
                }
            }
        }
        None
    })
}

/// Returns whether the equals sign at a place is an assignment and not padding.
fn is_assigned(text: &[u8], at: usize) -> bool {
    text.get(at + 1)
        .is_some_and(|byte| !matches!(byte, b'=' | b'"' | b'\'' | b'\n' | b'\r'))
}

/// Returns whether 40 characters have what random ones have.
pub(super) fn is_secret(run: &[u8]) -> bool {
    let has = |class: fn(&u8) -> bool| run.iter().any(class);
    has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
        && !run.iter().all(u8::is_ascii_hexdigit)
        && entropy(run) >= SECRET_ENTROPY
        && !std::str::from_utf8(run).is_ok_and(|text| text.to_ascii_uppercase().contains("EXAMPLE"))
}

/// Shannon entropy in bits a byte.
pub(super) fn entropy(text: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text {
        counts[usize::from(*byte)] += 1;
    }
    let total = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX));
    let share = |count: &u32| f64::from(*count) / total;
    let parts = counts.iter().filter(|count| **count > 0).map(share);
    parts.map(|share| -share * share.log2()).sum()
}
