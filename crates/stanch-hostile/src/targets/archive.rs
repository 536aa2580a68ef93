//! Bytes as gzip, tar and zip, and the same bytes packed in each: packing must change nothing.

use std::io::{Cursor, Write as _};

use flate2::{Compression, write::GzEncoder};

use crate::{properties, reading};

/// Reads bytes as an archive, or packs them first; the first byte says which.
///
/// # Panics
/// When a property of reading does not hold, or packed content reads differently from plain.
pub fn archive(bytes: &[u8]) {
    let Some((way, content)) = bytes.split_first() else {
        return;
    };
    properties::in_bounded_time(|| {
        let packed = match way % 9 {
            0 => content.to_vec(),
            1 => with_sums(content),
            2 => gzip(content),
            3 => gzip(&gzip(content)),
            4 => tar(content),
            5 => gzip(&tar(content)),
            6 => zip(content),
            7 => tar(&zip(content)),
            _ => zip_of_entries(content),
        };
        let outcome = reading::read(&packed);
        properties::outcome(&packed, &outcome);
        if (2..8).contains(&(way % 9)) && !properties::is_packed(content) {
            packing_changed_nothing(content, &outcome);
        }
        cut_in_half(&packed, &outcome);
    });
}

fn packing_changed_nothing(content: &[u8], packed: &reading::Outcome) {
    let plain = reading::read(content);
    let too_large = content.len() as u64 > reading::LIMITS.unpacked_bytes / 4;
    assert!(
        plain.keys() == packed.keys() || too_large,
        "packed content reads differently"
    );
    assert!(
        plain.report.is_complete() == packed.report.is_complete() || too_large,
        "packing hid a problem or made one"
    );
}

/// Half an archive gives no event that the whole does not, unless it can't be told from damage.
fn cut_in_half(packed: &[u8], whole: &reading::Outcome) {
    let half = &packed[..packed.len() / 2];
    let cut = reading::read(half);
    properties::outcome(half, &cut);
    if properties::is_packed(half) && whole.report.is_complete() {
        let fewer = cut.events.len() < whole.events.len();
        assert!(
            !fewer || !cut.report.is_complete() || half.len().is_multiple_of(512),
            "half an archive reads as if it were whole"
        );
    }
}

/// Tar headers with the checksums they should have, without which hardly any would be read.
fn with_sums(bytes: &[u8]) -> Vec<u8> {
    let mut all = bytes.to_vec();
    for header in all
        .chunks_exact_mut(512)
        .filter(|block| block.get(257..262) == Some(b"ustar"))
    {
        header[148..156].copy_from_slice(b"        ");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
    all
}

/// A zip archive whose directory is the content, with marks, lengths and an end that fit, without which hardly any
/// entry would be read.
fn zip_of_entries(content: &[u8]) -> Vec<u8> {
    const FIXED: usize = 46;
    const NAME: u8 = 4;
    const EXTRA: u8 = 14;
    let mut all = b"PK\x03\x04\x14\0\0\0\0\0\0\0\x21\x5c\0\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\0\0x{}".to_vec();
    let start = all.len();
    let (entries, _) = content.as_chunks::<{ FIXED + NAME as usize + EXTRA as usize }>();
    for entry in entries {
        let mut entry = *entry;
        entry[..4].copy_from_slice(b"PK\x01\x02");
        entry[28..34].copy_from_slice(&[NAME, 0, EXTRA, 0, 0, 0]);
        all.extend(entry);
    }
    let count = &entries.len().to_le_bytes()[..2];
    let figure = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
    let (bytes, start) = (figure(all.len() - start), figure(start));
    all.extend([b"PK\x05\x06\0\0\0\0", count, count, &bytes, &start, b"\0\0"].concat());
    all
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder
        .write_all(content)
        .and_then(|()| encoder.finish())
        .unwrap_or_else(|error| in_memory(&error))
}

fn tar(content: &[u8]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o600);
    builder
        .append_data(&mut header, "member", content)
        .and_then(|()| builder.into_inner())
        .unwrap_or_else(|error| in_memory(&error))
}

fn zip(content: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let written = writer
        .start_file("member", zip::write::SimpleFileOptions::default())
        .map_err(std::io::Error::other)
        .and_then(|()| writer.write_all(content))
        .and_then(|()| writer.finish().map_err(std::io::Error::other));
    written.map_or_else(|error| in_memory(&error), Cursor::into_inner)
}

/// Writing to memory can't fail.
fn in_memory(error: &std::io::Error) -> Vec<u8> {
    unreachable!("{error}")
}
