//! Takes one input apart: reads it, hashes it, unwraps compression and archives, and walks the text inside.
//!
//! What is small is held whole and read in one go; what is large goes through bounded windows. Both ways end
//! in the same walk. It must not know records.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use sha2::{Digest as _, Sha256};
use stanch_core::source::SourceKind;
use stanch_core::{Event, ProblemKind, SourceReport};

use crate::archive;
use crate::container::Walker;
use crate::delivery::Delivery;
use crate::inflate::{self, GZIP_MAGIC, Gunzip, Metered};
use crate::limits::Limits;
use crate::listing::Source;
use crate::text;

/// Contents up to this size are held whole, packed and unpacked alike.
pub(crate) const WHOLE: usize = 32 << 20;
/// The largest buffer that is kept for the next input: a busy account's log file, unpacked, is smaller.
const KEPT: usize = 8 << 20;
/// The first window of a larger content.
const WINDOW: usize = 1 << 20;
/// Compression in compression, archives aside.
const GZIPS: u32 = 3;

/// Reads inputs, one after another. Keeps its buffers; one per thread.
pub struct Reader {
    limits: Limits,
    decompressor: libdeflater::Decompressor,
    inputs: Vec<Vec<u8>>,
    outputs: Vec<Vec<u8>>,
}

/// What is around a content.
#[derive(Debug, Clone, Default)]
struct Layer {
    archives: u32,
    gzips: u32,
    name: String,
}

/// What a content is by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Gzip,
    Zip,
    Tar,
    Text,
    Utf16,
    Foreign(&'static str),
}

impl Shape {
    pub(crate) fn of(head: &[u8]) -> Self {
        const KNOWN: [(&[u8], Shape); 11] = [
            (GZIP_MAGIC, Shape::Gzip),
            (b"PK\x03\x04", Shape::Zip),
            (b"PK\x05\x06", Shape::Zip),
            (b"\xff\xfe", Shape::Utf16),
            (b"\xfe\xff", Shape::Utf16),
            (
                b"\x28\xb5\x2f\xfd",
                Shape::Foreign("zstd-compressed; unpack it first"),
            ),
            (b"BZh", Shape::Foreign("bzip2-compressed; unpack it first")),
            (b"\xfd7zXZ", Shape::Foreign("xz-compressed; unpack it first")),
            (
                b"7z\xbc\xaf\x27\x1c",
                Shape::Foreign("a 7z archive; unpack it first"),
            ),
            (b"PAR1", Shape::Foreign("Parquet, which is not read here")),
            (
                b"SQLite format 3\0",
                Shape::Foreign("an SQLite database, not a log"),
            ),
        ];
        if let Some((_, shape)) = KNOWN.iter().find(|(magic, _)| head.starts_with(magic)) {
            return *shape;
        }
        if is_tar(head) {
            return Self::Tar;
        }
        let start = &head[..head.len().min(1024)];
        let is_json = matches!(start.trim_ascii().first(), Some(b'{' | b'['));
        if start.contains(&0) && !is_json {
            return Self::Foreign("binary content, not a log");
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

impl Reader {
    /// A reader with empty buffers.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            decompressor: libdeflater::Decompressor::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
        }
    }

    /// Reads a source and gives each of its events to `sink`, in the order of their bytes.
    pub fn read(&mut self, source: &Source, sink: &mut dyn FnMut(&Event<'_>)) -> SourceReport {
        if source.path == Path::new("-") {
            return self.read_input(source, &mut io::stdin().lock(), None, sink);
        }
        match File::open(&source.path) {
            Ok(file) => self.read_input(source, &mut &file, Some(&file), sink),
            Err(error) => {
                let mut report = blank(source);
                report.kind = SourceKind::Unknown;
                let mut out = Delivery::new(self.limits, &mut report, sink);
                out.problem(
                    ProblemKind::Unreadable,
                    None,
                    &format!("it could not be opened: {error}"),
                );
                report
            }
        }
    }

    /// Buffers to read and to unpack into.
    pub(crate) fn take_buffers(&mut self) -> (Vec<u8>, Vec<u8>) {
        (take(&mut self.inputs), take(&mut self.outputs))
    }

    /// Takes them back for the next input.
    pub(crate) fn give_back(&mut self, input: Vec<u8>, output: Vec<u8>) {
        give(&mut self.inputs, input);
        give(&mut self.outputs, output);
    }

    pub(crate) const fn decompressor(&mut self) -> &mut libdeflater::Decompressor {
        &mut self.decompressor
    }

    /// Reads bytes as if they lay in the source's file.
    pub fn read_bytes(
        &mut self,
        source: &Source,
        bytes: &[u8],
        sink: &mut dyn FnMut(&Event<'_>),
    ) -> SourceReport {
        let mut report = blank(source);
        report.size = bytes.len() as u64;
        report.sha256 = hexadecimal(&Sha256::digest(bytes));
        let mut out = Delivery::new(self.limits, &mut report, sink);
        self.whole(bytes, &Layer::default(), &mut out);
        out.finish();
        report
    }

    fn read_input(
        &mut self,
        source: &Source,
        input: &mut dyn Read,
        file: Option<&File>,
        sink: &mut dyn FnMut(&Event<'_>),
    ) -> SourceReport {
        let mut report = blank(source);
        let mut buffer = take(&mut self.inputs);
        buffer.clear();
        buffer.reserve(usize::try_from(source.size).unwrap_or(WHOLE).min(WHOLE) + 1);
        let mut out = Delivery::new(self.limits, &mut report, sink);
        let complete = fill(input, &mut buffer, &mut out);
        let mut hash = Sha256::new();
        hash.update(&buffer);
        let mut size = buffer.len() as u64;
        if complete {
            self.whole(&buffer, &Layer::default(), &mut out);
        } else {
            let mut rest = Hashing {
                input,
                hash: &mut hash,
                size: &mut size,
            };
            match (Shape::of(&buffer), file) {
                (Shape::Zip, Some(file)) => {
                    drain(&mut rest, &mut out);
                    self.zip(io::BufReader::new(file), &Layer::default(), &mut out);
                }
                (shape, _) => {
                    let mut chained = buffer.as_slice().chain(&mut rest);
                    self.streamed(shape, &mut chained, &Layer::default(), &mut out);
                    drain(&mut rest, &mut out);
                }
            }
        }
        out.finish();
        give(&mut self.inputs, buffer);
        report.size = size;
        report.sha256 = hexadecimal(&hash.finalize());
        report
    }

    /// Reads a content from its start: whole if it is small, else as a stream.
    fn read_any(&mut self, input: &mut dyn Read, layer: &Layer, out: &mut Delivery<'_>) {
        let mut buffer = take(&mut self.inputs);
        buffer.clear();
        if fill(input, &mut buffer, out) {
            self.whole(&buffer, layer, out);
        } else {
            let shape = Shape::of(&buffer);
            self.streamed(shape, &mut buffer.as_slice().chain(input), layer, out);
        }
        give(&mut self.inputs, buffer);
    }

    fn whole(&mut self, bytes: &[u8], layer: &Layer, out: &mut Delivery<'_>) {
        match Shape::of(bytes) {
            Shape::Gzip => self.gzip_whole(bytes, layer, out),
            Shape::Zip => self.zip(io::Cursor::new(bytes), layer, out),
            Shape::Tar => self.tar(&mut &*bytes, layer, out),
            Shape::Utf16 => {
                let (text, is_sound) = text::from_utf16(bytes).unwrap_or_default();
                if !is_sound {
                    let detail = "not valid UTF-16; what is no character was replaced";
                    out.problem(ProblemKind::InvalidUtf8, None, detail);
                }
                walk(&text, out);
            }
            Shape::Foreign(what) => out.problem(ProblemKind::NotAnEvent, None, what),
            Shape::Text => {
                let readable = text::readable(bytes, true);
                if let Some(place) = readable.first_bad {
                    invalid(place as u64, out);
                }
                walk(&readable.text, out);
            }
        }
    }

    fn gzip_whole(&mut self, bytes: &[u8], layer: &Layer, out: &mut Delivery<'_>) {
        let Some(layer) = gunzipped(layer, out) else {
            return;
        };
        let mut unpacked = take(&mut self.outputs);
        let most = usize::try_from(out.strain.left()).unwrap_or(WHOLE).min(WHOLE);
        match inflate::one_shot(&mut self.decompressor, bytes, &mut unpacked, most) {
            Some(length) => {
                out.strain.spend(length as u64);
                self.whole(&unpacked[..length], &layer, out);
            }
            None => self.gunzip(&mut &*bytes, &layer, out),
        }
        give(&mut self.outputs, unpacked);
    }

    fn gunzip(&mut self, input: &mut dyn Read, layer: &Layer, out: &mut Delivery<'_>) {
        let gunzip = Gunzip::new(input, Rc::clone(&out.strain));
        let mut metered = Metered::new(gunzip, Rc::clone(&out.strain));
        self.read_any(&mut metered, layer, out);
        // A cut in this layer is of no concern to the next content.
        out.was_cut_below();
    }

    fn streamed(&mut self, shape: Shape, input: &mut dyn Read, layer: &Layer, out: &mut Delivery<'_>) {
        match shape {
            Shape::Gzip => {
                if let Some(layer) = gunzipped(layer, out) {
                    self.gunzip(input, &layer, out);
                }
            }
            Shape::Tar => self.tar(input, layer, out),
            Shape::Text => self.windows(input, out),
            Shape::Zip => {
                let detail = "a large zip archive within another file or a pipe; unpack it first";
                out.problem(ProblemKind::BadArchive, None, detail);
            }
            Shape::Utf16 => {
                let detail = "UTF-16 text of this size is not read; convert it to UTF-8 first";
                out.problem(ProblemKind::InvalidUtf8, None, detail);
            }
            Shape::Foreign(what) => out.problem(ProblemKind::NotAnEvent, None, what),
        }
    }

    /// Walks text of any size through a window that grows to one record at most.
    fn windows(&mut self, input: &mut dyn Read, out: &mut Delivery<'_>) {
        let most = out.limits.record_bytes.saturating_add(WINDOW);
        let mut window = take(&mut self.inputs);
        window.clear();
        let mut walker = Walker::new();
        let (mut target, mut start, mut named) = (WINDOW.min(most), 0_u64, false);
        loop {
            let missing = target.saturating_sub(window.len()) as u64;
            let read = (&mut *input).take(missing).read_to_end(&mut window);
            if let Err(error) = &read {
                unreadable(error, out);
            }
            let last = read.is_err() || window.len() < target;
            let readable = text::readable(&window, last);
            if let Some(place) = readable.first_bad.filter(|_| !named) {
                named = true;
                invalid(start + place as u64, out);
            }
            let used = walker.feed(&readable.text, last, out);
            if last {
                break;
            }
            if used == 0 {
                target = target.saturating_mul(2).min(most.max(target + 1));
            }
            window.drain(..used);
            start += used as u64;
        }
        give(&mut self.inputs, window);
    }

    fn tar(&mut self, input: &mut dyn Read, layer: &Layer, out: &mut Delivery<'_>) {
        if let Some(inner) = within_archive(layer, out) {
            archive::tar(input, &layer.name, out, &mut |member, name, out| {
                self.member(member, &inner, name, out);
            });
        }
    }

    fn zip(&mut self, input: impl io::BufRead + io::Seek, layer: &Layer, out: &mut Delivery<'_>) {
        if let Some(inner) = within_archive(layer, out) {
            archive::zip(input, &layer.name, out, &mut |member, name, out| {
                self.member(member, &inner, name, out);
            });
        }
    }

    fn member(&mut self, input: &mut dyn Read, layer: &Layer, name: &str, out: &mut Delivery<'_>) {
        let layer = Layer {
            name: name.to_owned(),
            ..layer.clone()
        };
        let before = out.understood();
        self.read_any(input, &layer, out);
        out.was_cut_below();
        out.finish_member(before);
    }
}

/// The layer within an archive; `None`, named, when archives nest too deep.
fn within_archive(layer: &Layer, out: &mut Delivery<'_>) -> Option<Layer> {
    out.enter_archive();
    if layer.archives >= out.limits.archive_depth {
        out.problem(ProblemKind::BadArchive, None, "archives nest too deep");
        return None;
    }
    Some(Layer {
        archives: layer.archives + 1,
        gzips: 0,
        name: layer.name.clone(),
    })
}

/// The layer within a compressed content; `None`, named, when it is compressed over and over.
fn gunzipped(layer: &Layer, out: &mut Delivery<'_>) -> Option<Layer> {
    if layer.gzips >= GZIPS {
        out.problem(ProblemKind::BadArchive, None, "it is compressed over and over");
        return None;
    }
    Some(Layer {
        gzips: layer.gzips + 1,
        ..layer.clone()
    })
}

fn walk(text: &str, out: &mut Delivery<'_>) {
    Walker::new().feed(text, true, out);
}

fn invalid(place: u64, out: &mut Delivery<'_>) {
    let detail = "not valid UTF-8; each offending byte was read as ?";
    out.problem(ProblemKind::InvalidUtf8, Some(place), detail);
}

fn unreadable(error: &io::Error, out: &mut Delivery<'_>) {
    out.problem(ProblemKind::Unreadable, None, &format!("reading failed: {error}"));
}

/// Reads up to [`WHOLE`] bytes; whether that was all. A failure is named and taken for the end.
///
/// A content that outgrows [`KEPT`] is given all the room it may need at once: growing by doubling would hold it twice.
fn fill(input: &mut dyn Read, buffer: &mut Vec<u8>, out: &mut Delivery<'_>) -> bool {
    let mut read = || {
        (&mut *input).take(KEPT as u64).read_to_end(buffer)?;
        if buffer.len() < KEPT {
            return Ok(());
        }
        buffer.reserve_exact(WHOLE + 1 - buffer.len().min(WHOLE));
        let rest = (WHOLE + 1).saturating_sub(buffer.len());
        input.take(rest as u64).read_to_end(buffer).map(|_| ())
    };
    match read() {
        Ok(()) => buffer.len() <= WHOLE,
        Err(error) => {
            unreadable(&error, out);
            true
        }
    }
}

fn drain(input: &mut dyn Read, out: &mut Delivery<'_>) {
    if let Err(error) = io::copy(input, &mut io::sink()) {
        unreadable(&error, out);
    }
}

fn take(buffers: &mut Vec<Vec<u8>>) -> Vec<u8> {
    buffers.pop().unwrap_or_default()
}

/// Takes a buffer back, unless it has grown so large that holding it costs more than making it again.
fn give(buffers: &mut Vec<Vec<u8>>, buffer: Vec<u8>) {
    if buffer.capacity() <= KEPT {
        buffers.push(buffer);
    }
}

fn blank(source: &Source) -> SourceReport {
    SourceReport {
        size: source.size,
        ..SourceReport::new(source.id, source.shown.clone(), SourceKind::Empty)
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

/// Hashes and counts what is read through it.
struct Hashing<'h> {
    input: &'h mut dyn Read,
    hash: &'h mut Sha256,
    size: &'h mut u64,
}

impl Read for Hashing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.hash.update(&buffer[..count]);
        *self.size += count as u64;
        Ok(count)
    }
}
