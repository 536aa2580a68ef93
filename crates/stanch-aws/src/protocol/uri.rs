//! Percent-encoding as AWS signs it: only letters, digits and `-._~` stand for themselves.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

const SAFE: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
const GREEDY: AsciiSet = SAFE.remove(b'/');

/// A path segment, a query name or a query value.
#[must_use]
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, &SAFE).to_string()
}

/// A path, with its slashes.
#[must_use]
pub fn encode_greedy(text: &str) -> String {
    utf8_percent_encode(text, &GREEDY).to_string()
}

/// The text behind an encoding; bytes that are no UTF-8 become replacement characters.
#[must_use]
pub fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A model's path template with its labels filled; `label` gives a label's value.
///
/// # Errors
/// Whatever `label` says.
pub(super) fn fill<E>(template: &str, mut label: impl FnMut(&str) -> Result<String, E>) -> Result<String, E> {
    let (mut out, mut rest) = (String::new(), template);
    while let Some((before, from)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = from.split_once('}') else {
            rest = from;
            break;
        };
        match name.strip_suffix('+') {
            Some(name) => out.push_str(&encode_greedy(&label(name)?)),
            None => out.push_str(&encode(&label(name)?)),
        }
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_encoded_and_greedy_ones_keep_their_slashes() {
        let filled = fill::<()>("/{Bucket}/{Key+}?x", |name| {
            Ok(if name == "Bucket" { "a/b c" } else { "d/e f~" }.to_owned())
        });
        assert_eq!(filled.unwrap(), "/a%2Fb%20c/d/e%20f~?x");
        assert_eq!(decode("a%2Fb+c%20%FF"), "a/b+c \u{fffd}");
    }
}
