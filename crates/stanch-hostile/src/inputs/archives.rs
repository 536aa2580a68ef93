//! Archives that lie about sizes, share their content, nest, link elsewhere, or have names and members without end.

use std::io::{self, Cursor, Write};

use flate2::Compression;

use super::Expected::{Named, Whole};
use super::packed::gzipped;
use super::{HostileInput, file_of_two, record};

pub(super) const INPUTS: &[HostileInput] = &[
    HostileInput::light("member-of-8-exabytes.tar", Named(1), |out, name| {
        member(out, "good.json", b'0', record(name, 1).as_bytes(), None)?;
        member(
            out,
            "absurd.json",
            b'0',
            b"{",
            Some(*b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff"),
        )
    }),
    HostileInput::light("member-of-8-gigabytes.tar", Named(0), |out, _| {
        member(out, "absurd.json", b'0', b"{", Some(*b"77777777777\0"))
    }),
    HostileInput::light("member-of-no-size.tar", Named(0), |out, _| {
        member(out, "absurd.json", b'0', b"{", Some(*b"-1 nonsense\0"))
    }),
    HostileInput::light("long-name-of-8-gigabytes.tar", Named(0), |out, _| {
        member(out, "././@LongLink", b'L', b"name", Some(*b"77777777777\0"))
    }),
    HostileInput::light("extension-of-4-megabytes.tar", Whole(1), |out, name| {
        let line = format!("{} comment={}\n", 4 << 20, "c".repeat((4 << 20) - 17));
        member(out, "pax", b'x', line.as_bytes(), None)?;
        member(out, "good.json", b'0', record(name, 1).as_bytes(), None)?;
        out.write_all(&[0; 1024])
    }),
    HostileInput::light("links-and-devices.tar", Whole(1), |out, name| {
        for kind in *b"1234567" {
            if kind != b'7' {
                member(out, "../../../../etc/passwd", kind, b"", None)?;
            }
        }
        member(
            out,
            "/absolute/../good.json",
            b'0',
            record(name, 1).as_bytes(),
            None,
        )?;
        out.write_all(&[0; 1024])
    }),
    HostileInput::light("20000-members.tar.gz", Whole(1), |out, name| {
        gzipped(out, |out| {
            for number in 0..20_000 {
                member(out, &format!("{number}.json"), b'0', b"", None)?;
            }
            member(out, "good.json", b'0', record(name, 1).as_bytes(), None)?;
            out.write_all(&[0; 1024])
        })
    }),
    HostileInput::light("members-that-share-content.zip", Whole(1), |out, name| {
        overlapping(out, &record(name, 1), 1 << 20, 40)
    }),
    HostileInput::light("16000-extra-fields.zip", Whole(1), |out, name| {
        with_extra_fields(out, &record(name, 1), 100)
    }),
    HostileInput::light("empty-archive-behind.zip", Named(2), |out, name| {
        out.write_all(&zip(file_of_two(name).as_bytes())?)?;
        out.write_all(b"PK\x05\x06")?;
        out.write_all(&[0; 18])
    }),
    HostileInput::light("zip-in-zip-in-zip.zip", Named(0), |out, name| {
        let packed = (0..3).try_fold(file_of_two(name).into_bytes(), |content, _| zip(&content))?;
        out.write_all(&packed)
    }),
    HostileInput::light("directory-of-4-billion.zip", Named(0), |out, _| {
        out.write_all(b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0")
    }),
    HostileInput::light("directory-elsewhere.zip", Named(0), |out, name| {
        let mut bytes = zip(file_of_two(name).as_bytes())?;
        let end = bytes.len() - 6;
        bytes[end..end + 4].copy_from_slice(&[0xff, 0xff, 0xff, 0x7f]);
        out.write_all(&bytes)
    }),
    HostileInput::light("without-a-directory.zip", Named(0), |out, name| {
        let bytes = zip(file_of_two(name).as_bytes())?;
        out.write_all(&bytes[..bytes.len() / 2])
    }),
    HostileInput::heavy("members-that-share-100-gigabytes.zip", Named(1), |out, name| {
        overlapping(out, &record(name, 1), 2 << 20, 50_000)
    }),
    HostileInput::heavy("a-million-entries.zip", Whole(1), |out, name| {
        overlapping(out, &record(name, 1), 0, 1_000_000)
    }),
    HostileInput::heavy("13-million-extra-fields.zip", Whole(1), |out, name| {
        with_extra_fields(out, &record(name, 1), 800)
    }),
    HostileInput::heavy("a-million-long-names.tar.gz", Named(1), |out, name| {
        let long = "n".repeat(500);
        gzipped(out, |out| {
            member(out, "good.json", b'0', record(name, 1).as_bytes(), None)?;
            for _ in 0..1_100_000 {
                member(out, "././@LongLink", b'L', long.as_bytes(), None)?;
                member(out, "x", b'0', b"", None)?;
            }
            out.write_all(&[0; 1024])
        })
    }),
    HostileInput::heavy("500-names-of-60000-bytes.zip", Whole(1), |out, name| {
        let names: Vec<String> = (0..500).map(|number| format!("{number:0>60000}")).collect();
        many(out, &names, record(name, 1).as_bytes())
    }),
];

/// One tar member; `size` says another size than the content has.
fn member(
    out: &mut dyn Write,
    name: &str,
    kind: u8,
    content: &[u8],
    size: Option<[u8; 12]>,
) -> io::Result<()> {
    let mut header = [0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..108].copy_from_slice(b"0000600\0");
    let own = format!("{:011o}\0", content.len());
    header[124..136].copy_from_slice(size.as_ref().map_or(own.as_bytes(), <[u8; 12]>::as_slice));
    header[156] = kind;
    if !matches!(kind, b'0' | b'x' | b'L') {
        header[157..168].copy_from_slice(b"/etc/passwd");
    }
    header[257..265].copy_from_slice(b"ustar\x0000");
    header[148..156].copy_from_slice(b"        ");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    out.write_all(&header)?;
    out.write_all(content)?;
    out.write_all(&vec![0; content.len().next_multiple_of(512) - content.len()])
}

fn zip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("member", zip::write::SimpleFileOptions::default())?;
    writer.write_all(content)?;
    Ok(writer.finish()?.into_inner())
}

/// Members of these names with the same stored content.
fn many(out: &mut dyn Write, names: &[String], content: &[u8]) -> io::Result<()> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in names {
        writer.start_file(name.as_str(), zip::write::SimpleFileOptions::default())?;
        writer.write_all(content)?;
    }
    out.write_all(&writer.finish()?.into_inner())
}

/// A zip archive whose members all have the bytes of one: a record and spaces.
fn overlapping(out: &mut dyn Write, record: &str, spaces: usize, count: u32) -> io::Result<()> {
    sharing(out, &format!("{record}{}", " ".repeat(spaces)), b"", count)
}

/// A zip archive of so many members, each with as many empty extra fields as an entry can have.
fn with_extra_fields(out: &mut dyn Write, record: &str, count: u32) -> io::Result<()> {
    sharing(out, record, &b"\x99\x99\0\0".repeat(16_383), count)
}

/// A zip archive whose members all have the bytes of one, and these extra fields in the directory.
fn sharing(out: &mut dyn Write, content: &str, extra: &[u8], count: u32) -> io::Result<()> {
    let mut crc = flate2::Crc::new();
    crc.update(content.as_bytes());
    let mut deflated = flate2::write::DeflateEncoder::new(Vec::new(), Compression::best());
    deflated.write_all(content.as_bytes())?;
    let deflated = deflated.finish()?;
    let mut sizes = crc.sum().to_le_bytes().to_vec();
    sizes.extend(le(deflated.len()));
    sizes.extend(le(content.len()));
    // Local header: signature, version, flags, method, time, date, then sizes, length of name and extra.
    let mut file = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\x21\x5c".to_vec();
    file.extend(&sizes);
    file.extend(b"\x08\0\0\0membersx");
    file.extend(&deflated);
    let start = file.len();
    for number in 0..count {
        // Entry of the directory: as above with two versions, and behind the lengths five fields and the place.
        file.extend(b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\x21\x5c");
        file.extend(&sizes);
        file.extend(b"\x08\0");
        file.extend(&le(extra.len())[..2]);
        file.extend([0; 14]);
        file.extend(format!("{number:08}").bytes());
        file.extend(extra);
    }
    let directory = le(file.len() - start);
    // More than 16 bits are told by their last 16.
    let entries = &count.to_le_bytes()[..2];
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([entries, entries].concat());
    file.extend(directory);
    file.extend(le(start));
    file.extend(b"\0\0");
    out.write_all(&file)
}

/// A size as zip archives write it.
fn le(size: usize) -> [u8; 4] {
    u32::try_from(size).unwrap_or(u32::MAX).to_le_bytes()
}
