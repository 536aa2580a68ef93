//! Bytes to text, whatever the bytes are.
//!
//! Offsets must survive: a byte that is no UTF-8 becomes one `?`, so that every other byte keeps its place.
//! It must not know what the text says.

use std::borrow::Cow;

/// A stretch of bytes as text.
pub(crate) struct Readable<'b> {
    /// The text, as long as the bytes it stands for.
    pub(crate) text: Cow<'b, str>,
    /// Where the first byte lay that is no UTF-8.
    pub(crate) first_bad: Option<usize>,
}

/// Reads bytes as UTF-8. Unless they are the `last`, a character that is cut off at the end is left out.
pub(crate) fn readable(bytes: &[u8], last: bool) -> Readable<'_> {
    let bad = match std::str::from_utf8(bytes) {
        Ok(text) => {
            return Readable {
                text: Cow::Borrowed(text),
                first_bad: None,
            };
        }
        Err(error) => error,
    };
    let whole = bad.valid_up_to();
    if bad.error_len().is_none() && !last {
        let text = String::from_utf8_lossy(&bytes[..whole]);
        return Readable {
            text,
            first_bad: None,
        };
    }
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        let Err(error) = std::str::from_utf8(rest) else {
            text.push_str(&String::from_utf8_lossy(rest));
            break;
        };
        let (good, others) = rest.split_at(error.valid_up_to());
        text.push_str(&String::from_utf8_lossy(good));
        if error.error_len().is_none() && !last {
            break;
        }
        let bad = error.error_len().unwrap_or(others.len());
        text.extend(std::iter::repeat_n('?', bad));
        rest = &others[bad..];
    }
    Readable {
        text: Cow::Owned(text),
        first_bad: Some(whole),
    }
}

/// UTF-16 with a byte order mark (what PowerShell's `>` writes) as text, and whether all of it was UTF-16; `None` for
/// anything else.
pub(crate) fn from_utf16(bytes: &[u8]) -> Option<(String, bool)> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let (pairs, half) = bytes[2..].as_chunks();
    let mut is_sound = half.is_empty();
    let text = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .map(|character| {
            is_sound &= character.is_ok();
            character.unwrap_or(char::REPLACEMENT_CHARACTER)
        })
        .collect();
    Some((text, is_sound))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_bytes_keep_every_other_byte_in_its_place() {
        let read = readable(b"ab\xff\xc3(\xe2\x82z\xe2\x82", true);
        assert_eq!(read.text, "ab??(??z??");
        assert_eq!(read.first_bad, Some(2));
    }

    #[test]
    fn a_character_cut_off_at_a_window_is_left_for_the_next() {
        let read = readable("aé".as_bytes().split_at(2).0, false);
        assert_eq!((&*read.text, read.first_bad), ("a", None));
        let read = readable(b"\xffa\xc3", false);
        assert_eq!((&*read.text, read.first_bad), ("?a", Some(0)));
    }

    #[test]
    fn utf_16_is_read_in_both_orders_and_its_damage_seen() {
        let read = |bytes: &[u8]| from_utf16(bytes).map(|(text, is_sound)| format!("{text} {is_sound}"));
        assert_eq!(read(b"\xff\xfe{\0}\0").as_deref(), Some("{} true"));
        assert_eq!(read(b"\xfe\xff\0{\0}\0").as_deref(), Some("{} false"));
        assert_eq!(read(b"\xfe\xff\0{\0}").as_deref(), Some("{} true"));
        assert_eq!(
            read(b"\xff\xfe{\0\x3d\xd8}\0").as_deref(),
            Some("{\u{fffd}} false")
        );
        assert_eq!(read(b"{}"), None);
    }

    proptest::proptest! {
        #[test]
        fn text_is_as_long_as_its_bytes(bytes: Vec<u8>) {
            proptest::prop_assert_eq!(readable(&bytes, true).text.len(), bytes.len());
        }
    }
}
