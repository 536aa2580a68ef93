//! Takes one input apart: reads it, hashes it, unwraps compression and archives, and walks the text inside.
//!
//! What is small is held whole and read in one go; what is large goes through bounded windows. Both ways end
//! in the same walk. It must not know records.

mod whole;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use stanch_core::source::{Problem, SourceKind};
use stanch_core::text::shown;
use stanch_core::{Event, ProblemKind, SourceReport};

use crate::context::Context;
use crate::limits::Limits;
use crate::listing::Source;
use crate::output::Output;
use crate::shape::Shape;
use crate::{clutter, parquet, workbook};

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
    context: Arc<Context>,
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

impl Reader {
    /// Creates a reader with empty buffers.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self::with_context(limits, Arc::default())
    }

    /// Creates a reader that knows what other inputs say.
    #[must_use]
    pub fn with_context(limits: Limits, context: Arc<Context>) -> Self {
        Self {
            limits,
            context,
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
                report.add_problem(Problem {
                    kind: ProblemKind::Unreadable,
                    member: String::new(),
                    offset: None,
                    detail: shown(&format!("it could not be opened: {error}"), 300),
                });
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
        let context = Arc::clone(&self.context);
        let mut out = Output::new(self.limits, &context, &report, sink);
        self.whole(bytes, &Layer::default(), &mut out);
        out.finish(&mut report);
        clutter::settle(&source.shown, &mut report);
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
        let context = Arc::clone(&self.context);
        let mut out = Output::new(self.limits, &context, &report, sink);
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
                (Shape::Workbook, Some(file)) => {
                    drain(&mut rest, &mut out);
                    workbook::read(io::BufReader::new(file), &mut out);
                }
                (Shape::Parquet, Some(file)) => {
                    drain(&mut rest, &mut out);
                    parquet::read_file(file, &mut out);
                }
                (shape, _) => {
                    let mut chained = buffer.as_slice().chain(&mut rest);
                    self.streamed(shape, &mut chained, &Layer::default(), &mut out);
                    drain(&mut rest, &mut out);
                }
            }
        }
        out.finish(&mut report);
        clutter::settle(&source.shown, &mut report);
        give(&mut self.inputs, buffer);
        report.size = size;
        report.sha256 = hexadecimal(&hash.finalize());
        report
    }

    /// Reads a content from its start: whole if it is small, else as a stream.
    fn read_any(&mut self, input: &mut dyn Read, layer: &Layer, out: &mut Output<'_>) {
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
}

fn unreadable(error: &io::Error, out: &mut Output<'_>) {
    out.problem(ProblemKind::Unreadable, None, &format!("reading failed: {error}"));
}

/// Reads up to [`WHOLE`] bytes; whether that was all. A failure is named and taken for the end.
///
/// A content that outgrows [`KEPT`] is given all the room it may need at once: growing by doubling would hold it twice.
fn fill(input: &mut dyn Read, buffer: &mut Vec<u8>, out: &mut Output<'_>) -> bool {
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

fn drain(input: &mut dyn Read, out: &mut Output<'_>) {
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
