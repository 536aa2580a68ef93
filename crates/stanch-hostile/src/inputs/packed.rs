//! Compressed content that unpacks to far more than it weighs, ends early, or is no such thing.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::Expected::{Named, Whole};
use super::{HostileInput, file_of_two, record, text};

pub(super) const INPUTS: &[HostileInput] = &[
    HostileInput::light("zeros-32-megabytes.gz", Named(0), |out, _| members_of(out, 0, 32)),
    HostileInput::light("spaces-behind-a-record.gz", Whole(1), |out, name| {
        gzipped(out, |out| {
            out.write_all(record(name, 1).as_bytes())?;
            out.write_all(&[b' '; 4 << 20])
        })
    }),
    HostileInput::light("gzip-in-gzip-in-gzip.gz", Whole(2), |out, name| {
        nested(out, file_of_two(name).into_bytes(), 3)
    }),
    HostileInput::light("gzip-four-times.gz", Named(0), |out, name| {
        nested(out, file_of_two(name).into_bytes(), 4)
    }),
    HostileInput::light("members-without-content.gz", Whole(2), |out, name| {
        for _ in 0..20_000 {
            gzipped(out, |_| Ok(()))?;
        }
        gzipped(out, |out| out.write_all(file_of_two(name).as_bytes()))
    }),
    HostileInput::light("a-member-for-every-byte.gz", Whole(2), |out, name| {
        for byte in file_of_two(name).bytes() {
            gzipped(out, |out| out.write_all(&[byte]))?;
        }
        Ok(())
    }),
    HostileInput::light("rubbish-behind.gz", Named(2), |out, name| {
        gzipped(out, |out| out.write_all(file_of_two(name).as_bytes()))?;
        out.write_all(b"rubbish")
    }),
    HostileInput::light("wrong-checksum.gz", Named(2), |out, name| {
        let mut bytes = Vec::new();
        gzipped(&mut bytes, |out| out.write_all(file_of_two(name).as_bytes()))?;
        if let Some(byte) = bytes.len().checked_sub(6).and_then(|at| bytes.get_mut(at)) {
            *byte ^= 0xff;
        }
        out.write_all(&bytes)
    }),
    HostileInput::light("header-only.gz", Named(0), |out, _| {
        out.write_all(b"\x1f\x8b\x08\0\0\0\0\0\0\x03")
    }),
    HostileInput::light("header-with-endless-name.gz", Named(0), |out, _| {
        out.write_all(b"\x1f\x8b\x08\x08\0\0\0\0\0\x03")?;
        out.write_all(&[b'n'; 4 << 20])
    }),
    HostileInput::light("noise-behind-a-header.gz", Named(0), |out, _| {
        out.write_all(b"\x1f\x8b\x08\0\0\0\0\0\0\x03")?;
        out.write_all(&noise(100_000))
    }),
    HostileInput::light("noise.json", Named(0), |out, _| out.write_all(&noise(1 << 20))),
    HostileInput::heavy("zeros-10-gigabytes.gz", Named(0), |out, _| {
        members_of(out, 0, 10 << 10)
    }),
    HostileInput::heavy("spaces-10-gigabytes.gz", Named(0), |out, _| {
        members_of(out, b' ', 10 << 10)
    }),
    HostileInput::heavy("spaces-10-gigabytes-in-one-member.gz", Named(0), |out, _| {
        one_member_of(out, b' ', 10 << 10)
    }),
    // Within the bounds, so that it is read in full; that there is no event in it is told by the exit code.
    HostileInput::heavy("new-lines-2-gigabytes.gz", Whole(0), |out, _| {
        members_of(out, b'\n', 2 << 10)
    }),
    HostileInput::heavy("brackets-2-gigabytes.gz", Named(0), |out, _| {
        members_of(out, b'[', 2 << 10)
    }),
    HostileInput::heavy("braces-2-gigabytes.gz", Named(0), |out, _| {
        members_of(out, b'{', 2 << 10)
    }),
    HostileInput::heavy("quotes-2-gigabytes.gz", Named(0), |out, _| {
        members_of(out, b'"', 2 << 10)
    }),
    HostileInput::heavy("gzip-three-times-10-gigabytes.gz", Named(0), |out, _| {
        let mut bytes = Vec::new();
        members_of(&mut bytes, b' ', 10 << 10)?;
        nested(out, bytes, 2)
    }),
    HostileInput::heavy("a-string-of-1-gigabyte.json.gz", Named(2), |out, name| {
        // Two bytes of noise in each 64 keep it below the ratio at which a content is taken for a bomb.
        let noise = noise(1 << 20);
        gzipped(out, |out| {
            text::record_of(out, name, 1 << 10, |at| match at % 64 {
                0 | 1 => b'a' + noise[at] % 26,
                _ => b'x',
            })
        })
    }),
    HostileInput::heavy("empty-records-10-million.json.gz", Named(0), |out, _| {
        gzipped(out, |out| text::empty_records(out, 10_000_000))
    }),
    HostileInput::heavy("records-1-million-without-time.json.gz", Named(0), |out, name| {
        let record = record(name, 1).replace("eventTime", "time");
        gzipped(out, |out| {
            for _ in 0..1_000_000 {
                out.write_all(record.as_bytes())?;
            }
            Ok(())
        })
    }),
];

/// Writes what `content` writes, as one gzip member.
pub(super) fn gzipped(
    out: &mut dyn Write,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut encoder = GzEncoder::new(out, Compression::fast());
    content(&mut encoder)?;
    encoder.finish().map(drop)
}

/// The same byte for so many megabytes, in gzip members of 16 each.
fn members_of(out: &mut dyn Write, byte: u8, megabytes: usize) -> io::Result<()> {
    const EACH: usize = 16;
    let mut member = Vec::new();
    gzipped(&mut member, |out| out.write_all(&vec![byte; EACH << 20]))?;
    (0..megabytes / EACH).try_for_each(|_| out.write_all(&member))
}

/// The same in one member: a block of deflate that ends at a byte's bounds may be repeated. The checksum is wrong,
/// but lies far beyond every limit.
fn one_member_of(out: &mut dyn Write, byte: u8, megabytes: usize) -> io::Result<()> {
    let mut compress = flate2::Compress::new(Compression::best(), false);
    let content = vec![byte; 1 << 20];
    let mut block = Vec::with_capacity(1 << 20);
    compress.compress_vec(&content, &mut block, flate2::FlushCompress::Full)?;
    out.write_all(b"\x1f\x8b\x08\0\0\0\0\0\0\x03")?;
    (0..megabytes).try_for_each(|_| out.write_all(&block))?;
    out.write_all(b"\x03\0")?;
    out.write_all(&[0; 8])
}

/// Content packed so many times over.
fn nested(out: &mut dyn Write, content: Vec<u8>, times: u32) -> io::Result<()> {
    let mut bytes = content;
    for _ in 0..times {
        let mut packed = Vec::new();
        gzipped(&mut packed, |out| out.write_all(&bytes))?;
        bytes = packed;
    }
    out.write_all(&bytes)
}

/// Bytes without pattern, always the same.
pub(super) fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..count).map(|_| next()).collect()
}
