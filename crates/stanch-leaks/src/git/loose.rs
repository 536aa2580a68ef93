//! Loose objects of an object folder.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::read::ZlibDecoder;
use libdeflater::Decompressor;

use super::entry::ObjectKind;
use super::oid::ObjectId;
use crate::problem::{ProblemKind, Problems};

/// Bytes of a file, and of an object, that is read whole. Larger ones are streamed.
const WHOLE: u64 = 16 << 20;

/// Content of a loose object: whole, or as a stream.
pub(crate) enum Loose<'l> {
    /// Whole.
    Whole(&'l [u8]),
    /// Stream.
    Large(&'l mut dyn Read),
}

/// Reads every loose object.
pub(crate) fn each(
    objects: &Path,
    problems: &mut Problems,
    found: &mut dyn FnMut(ObjectId, ObjectKind, Loose<'_>),
) {
    let mut inflate = Decompressor::new();
    let mut buffer = Vec::new();
    let mut packed = Vec::new();
    for first in 0..=255_u8 {
        let name = hex::encode([first]);
        let folder = objects.join(&name);
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.filter_map(Result::ok) {
            let path = entry.path();
            let rest = entry.file_name();
            let Some(id) = rest
                .to_str()
                .and_then(|rest| ObjectId::parse(format!("{name}{rest}").as_bytes()))
            else {
                continue;
            };
            let read = one(
                &path,
                &mut packed,
                &mut buffer,
                &mut inflate,
                &mut |kind, content| found(id, kind, content),
            );
            if let Err(error) = read {
                let kind = if error.kind() == io::ErrorKind::InvalidData {
                    ProblemKind::Damaged
                } else {
                    ProblemKind::Unreadable
                };
                problems.add(kind, path.display().to_string(), error.to_string(), 1);
            }
        }
    }
}

fn one(
    path: &PathBuf,
    packed: &mut Vec<u8>,
    buffer: &mut Vec<u8>,
    inflate: &mut Decompressor,
    found: &mut dyn FnMut(ObjectKind, Loose<'_>),
) -> io::Result<()> {
    let file = File::open(path)?;
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(io::Error::other("the object is no file"));
    }
    packed.clear();
    (&file).take(WHOLE).read_to_end(packed)?;
    let mut start = [0; 64];
    let count = prefix(&mut ZlibDecoder::new(packed.as_slice()), &mut start);
    let (kind, size, head) = header(&start[..count]).ok_or_else(damaged)?;
    if size > WHOLE || meta.len() > WHOLE {
        let mut stream = ZlibDecoder::new(File::open(path)?);
        io::copy(&mut (&mut stream).take(head as u64), &mut io::sink())?;
        found(kind, Loose::Large(&mut stream.take(size)));
        return Ok(());
    }
    let size = usize::try_from(size).map_err(|_| damaged())?;
    buffer.resize(head + size, 0);
    if inflate.zlib_decompress(packed, buffer) == Ok(head + size) {
        found(kind, Loose::Whole(&buffer[head..]));
        return Ok(());
    }
    let mut part = Vec::new();
    drop(
        ZlibDecoder::new(packed.as_slice())
            .take((head + size) as u64)
            .read_to_end(&mut part),
    );
    found(kind, Loose::Whole(part.get(head..).unwrap_or_default()));
    Err(damaged())
}

/// Reads as much as there is, up to the size of the buffer.
fn prefix(input: &mut impl Read, buffer: &mut [u8]) -> usize {
    let mut count = 0;
    while count < buffer.len() {
        match input.read(&mut buffer[count..]) {
            Ok(0) | Err(_) => break,
            Ok(more) => count += more,
        }
    }
    count
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the object is damaged")
}

/// Reads `blob 12\0`: kind, size and length of the header.
pub(crate) fn header(start: &[u8]) -> Option<(ObjectKind, u64, usize)> {
    let end = start.iter().position(|byte| *byte == 0)?;
    let space = start[..end].iter().position(|byte| *byte == b' ')?;
    let kind = ObjectKind::parse(&start[..space])?;
    let size = std::str::from_utf8(&start[space + 1..end]).ok()?.parse().ok()?;
    Some((kind, size, end + 1))
}
