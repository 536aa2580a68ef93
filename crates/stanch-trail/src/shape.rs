//! Shape of a content: compression, archive, text or something else, by its first bytes and never by its name.
//!
//! It must not know what the content says.

use crate::inflate::GZIP_MAGIC;

/// What a content is by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Gzip,
    Zip,
    Tar,
    Text,
    /// UTF-16, with or without a byte order mark; `true` with the higher byte first.
    Utf16(bool),
    /// A spreadsheet in a zip archive.
    Workbook,
    /// An Apache Parquet file.
    Parquet,
    /// What an operating system leaves next to files.
    Clutter,
    OtherFormat(&'static str),
}

impl Shape {
    pub(crate) fn of(head: &[u8]) -> Self {
        const KNOWN: [(&[u8], Shape); 14] = [
            (GZIP_MAGIC, Shape::Gzip),
            (b"PK\x03\x04", Shape::Zip),
            (b"PK\x05\x06", Shape::Zip),
            (b"\xff\xfe", Shape::Utf16(false)),
            (b"\xfe\xff", Shape::Utf16(true)),
            (b"\x00\x05\x16\x07", Shape::Clutter),
            (b"\x00\x00\x00\x01Bud1", Shape::Clutter),
            (
                b"\xd0\xcf\x11\xe0",
                Shape::OtherFormat("an old Excel or other Office file; save the sheet as CSV or .xlsx"),
            ),
            (
                b"\x28\xb5\x2f\xfd",
                Shape::OtherFormat("zstd-compressed; unpack it first"),
            ),
            (b"BZh", Shape::OtherFormat("bzip2-compressed; unpack it first")),
            (b"\xfd7zXZ", Shape::OtherFormat("xz-compressed; unpack it first")),
            (
                b"7z\xbc\xaf\x27\x1c",
                Shape::OtherFormat("a 7z archive; unpack it first"),
            ),
            (b"PAR1", Shape::Parquet),
            (
                b"SQLite format 3\0",
                Shape::OtherFormat("an SQLite database, not a log"),
            ),
        ];
        if let Some((_, shape)) = KNOWN.iter().find(|(magic, _)| head.starts_with(magic)) {
            return if *shape == Self::Zip && is_workbook(head) {
                Self::Workbook
            } else {
                *shape
            };
        }
        if is_tar(head) {
            return Self::Tar;
        }
        let start = &head[..head.len().min(1024)];
        if let Some(high_first) = utf16_order(start) {
            return Self::Utf16(high_first);
        }
        let is_json = matches!(start.trim_ascii().first(), Some(b'{' | b'['));
        if start.contains(&0) && !is_json {
            return Self::OtherFormat("binary content, not a log");
        }
        Self::Text
    }
}

/// Whether a tar archive begins here. Its mark alone may stand in any log, put there by whoever wants the log to be
/// taken for an archive; the sum over its first block can't.
fn is_tar(head: &[u8]) -> bool {
    const SUM: std::ops::Range<usize> = 148..156;
    let Some(block) = head.get(..512).filter(|block| &block[257..262] == b"ustar") else {
        return false;
    };
    let written = std::str::from_utf8(&block[SUM]).ok();
    let written = written.map(|sum| sum.trim_matches([' ', '\0']));
    let written = written.and_then(|sum| u32::from_str_radix(sum, 8).ok());
    let sum: u32 = (0..512)
        .map(|place| {
            if SUM.contains(&place) {
                u32::from(b' ')
            } else {
                u32::from(block[place])
            }
        })
        .sum();
    written == Some(sum)
}

/// Returns true when a zip archive begins as spreadsheets do: with one of the parts that only they have.
fn is_workbook(head: &[u8]) -> bool {
    let length = head
        .get(26..28)
        .map_or(0, |bytes| usize::from(u16::from_le_bytes([bytes[0], bytes[1]])));
    let name = head.get(30..30 + length).unwrap_or_default();
    name == b"[Content_Types].xml"
        || [&b"xl/"[..], b"_rels/.rels", b"docProps/"]
            .iter()
            .any(|part| name.starts_with(part))
}

/// The order of bytes of UTF-16 text without a byte order mark: in text of logs nearly every character is of one byte,
/// and the other is zero.
fn utf16_order(start: &[u8]) -> Option<bool> {
    let (pairs, _) = start.as_chunks::<2>();
    let sample = &pairs[..pairs.len().min(64)];
    let count = |of: fn(&[u8; 2]) -> bool| sample.iter().filter(|pair| of(pair)).count();
    let low_first = count(|[low, high]| *high == 0 && *low != 0 && low.is_ascii());
    let high_first = count(|[high, low]| *high == 0 && *low != 0 && low.is_ascii());
    let most = sample.len() - sample.len() / 8;
    match sample.len() {
        0..=1 => None,
        _ if low_first >= most => Some(false),
        _ if high_first >= most => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_is_seen_without_a_mark_in_both_orders() {
        let text: Vec<u16> = "{\"Records\":[]}".encode_utf16().collect();
        let low: Vec<u8> = text.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let high: Vec<u8> = text.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(
            (Shape::of(&low), Shape::of(&high)),
            (Shape::Utf16(false), Shape::Utf16(true))
        );
        assert_eq!(Shape::of(b"{\0}\0\0\0\0\0\0\0\0\0"), Shape::Text);
        assert_eq!(
            Shape::of(&[0; 600]),
            Shape::OtherFormat("binary content, not a log")
        );
    }
}
