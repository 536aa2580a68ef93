//! Bytes to text, whatever the bytes are.
//!
//! Offsets must survive: a byte that is no UTF-8 becomes one `?`, so that every other byte keeps its place.
//! It must not know what the text says.

use std::borrow::Cow;
use std::io::{self, Read};

/// Bytes of UTF-16 read at a time.
const UTF16_STEP: u64 = 64 << 10;

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

/// UTF-16 read as UTF-8, of any size.
pub(crate) struct Utf16<R> {
    input: R,
    high_first: bool,
    bytes: Vec<u8>,
    /// The first half of a pair that may continue.
    half: Option<u16>,
    text: Vec<u8>,
    taken: usize,
    sound: bool,
    ended: bool,
}

impl<R: Read> Utf16<R> {
    /// Reads with the lower or the higher byte of each pair first.
    pub(crate) fn new(input: R, high_first: bool) -> Self {
        Self {
            input,
            high_first,
            bytes: Vec::new(),
            half: None,
            text: Vec::new(),
            taken: 0,
            sound: true,
            ended: false,
        }
    }

    /// Returns whether all of it was UTF-16.
    pub(crate) const fn is_sound(&self) -> bool {
        self.sound
    }

    fn next_text(&mut self) -> io::Result<()> {
        self.text.clear();
        self.taken = 0;
        let read = self
            .input
            .by_ref()
            .take(UTF16_STEP)
            .read_to_end(&mut self.bytes)?;
        self.ended = read == 0;
        let mut units: Vec<u16> = self.half.take().into_iter().collect();
        let (pairs, odd) = self.bytes.as_chunks::<2>();
        let unit = if self.high_first {
            u16::from_be_bytes
        } else {
            u16::from_le_bytes
        };
        units.extend(pairs.iter().map(|pair| unit(*pair)));
        let odd = odd.to_vec();
        if self.ended {
            self.sound &= odd.is_empty();
        } else {
            self.half = units.pop_if(|last| (0xd800..0xdc00).contains(last));
        }
        self.bytes = odd;
        for character in char::decode_utf16(units) {
            self.sound &= character.is_ok();
            let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
            self.text
                .extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.text.len() && !self.ended {
            self.next_text()?;
        }
        let count = (&self.text[self.taken..]).read(buffer)?;
        self.taken += count;
        Ok(count)
    }
}

/// Returns the code of an error that Amazon S3 answered with; `None` for any other text.
pub(crate) fn storage_error(text: &str) -> Option<String> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with("<?xml") && !text.starts_with("<Error>") {
        return None;
    }
    let head: String = text.chars().take(4096).collect();
    let error = &head[head.find("<Error>")?..];
    let code = error.split_once("<Code>")?.1.split_once("</Code>")?.0;
    Some(stanch_core::text::shown(code, 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time.
    struct Pieces<'b>(&'b [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let step = self.1.min(buffer.len());
            self.0.read(&mut buffer[..step])
        }
    }

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
        let read = |bytes: &[u8], high_first: bool| {
            let mut reader = Utf16::new(bytes, high_first);
            let mut text = String::new();
            reader.read_to_string(&mut text).unwrap();
            format!("{text} {}", reader.is_sound())
        };
        assert_eq!(read(b"{\0}\0", false), "{} true");
        assert_eq!(read(b"\0{\0}\0", true), "{} false");
        assert_eq!(read(b"\0{\0}", true), "{} true");
        assert_eq!(read(b"{\0\x3d\xd8}\0", false), "{\u{fffd}} false");
    }

    #[test]
    fn an_error_of_s3_is_told_from_other_xml() {
        let error = "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code><Message>no</Message></Error>";
        assert_eq!(storage_error(error).as_deref(), Some("AccessDenied"));
        for text in ["<?xml version=\"1.0\"?><a/>", "Error", "<Error>", "{}"] {
            assert_eq!(storage_error(text), None);
        }
    }

    proptest::proptest! {
        #[test]
        fn utf_16_comes_out_as_it_was_however_it_is_cut(text: String, high_first: bool, step in 1usize..9) {
            let units = text.encode_utf16();
            let bytes: Vec<u8> = units.flat_map(|unit| if high_first { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
            let pieces = Pieces(&bytes, step);
            let mut read = String::new();
            Utf16::new(pieces, high_first).read_to_string(&mut read).unwrap();
            proptest::prop_assert_eq!(read, text);
        }

        #[test]
        fn text_is_as_long_as_its_bytes(bytes: Vec<u8>) {
            proptest::prop_assert_eq!(readable(&bytes, true).text.len(), bytes.len());
        }
    }
}
