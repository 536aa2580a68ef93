//! Contents by their shape: whole or as a stream, through compression and archives down to text.

use std::io::{self, Read};
use std::rc::Rc;

use stanch_core::ProblemKind;
use stanch_core::source::SourceKind;

use super::{GZIPS, Layer, Reader, WHOLE, WINDOW, give, take, unreadable};
use crate::container::Walker;
use crate::inflate::{self, Gunzip, Metered};
use crate::interpret::Interpreter;
use crate::output::{Output, StrangeLines};
use crate::shape::Shape;
use crate::text::{self, Utf16};
use crate::{archive, clutter, parquet, workbook};

impl Reader {
    pub(super) fn whole(&mut self, bytes: &[u8], layer: &Layer, out: &mut Output<'_>) {
        match Shape::of(bytes) {
            Shape::Gzip => self.gzip_whole(bytes, layer, out),
            Shape::Zip => self.zip(io::Cursor::new(bytes), layer, out),
            Shape::Tar => self.tar(&mut &*bytes, layer, out),
            Shape::Utf16(high_first) => self.utf16(&mut &*bytes, high_first, out),
            Shape::Workbook => workbook::read(io::Cursor::new(bytes), out),
            Shape::Parquet => parquet::read_bytes(bytes, out),
            Shape::Clutter => out.emitter.skip(SourceKind::Clutter),
            Shape::OtherFormat(what) => out.problem(ProblemKind::NotAnEvent, None, what),
            Shape::Text => {
                let readable = text::readable(bytes, true);
                if let Some(place) = readable.first_bad {
                    invalid(place as u64, out);
                }
                match text::storage_error(&readable.text) {
                    Some(code) => storage_error(&code, out),
                    None => Interpreter::new(out).text_content(&readable.text),
                }
            }
        }
    }

    fn gzip_whole(&mut self, bytes: &[u8], layer: &Layer, out: &mut Output<'_>) {
        let Some(layer) = gunzipped(layer, out) else {
            return;
        };
        let mut unpacked = take(&mut self.outputs);
        let most = usize::try_from(out.budget.left()).unwrap_or(WHOLE).min(WHOLE);
        match inflate::one_shot(&mut self.decompressor, bytes, &mut unpacked, most) {
            Some(length) => {
                out.budget.spend(length as u64);
                self.whole(&unpacked[..length], &layer, out);
            }
            None => self.gunzip(&mut &*bytes, &layer, out),
        }
        give(&mut self.outputs, unpacked);
    }

    fn gunzip(&mut self, input: &mut dyn Read, layer: &Layer, out: &mut Output<'_>) {
        let gunzip = Gunzip::new(input, Rc::clone(&out.budget));
        let mut metered = Metered::new(gunzip, Rc::clone(&out.budget));
        self.read_any(&mut metered, layer, out);
        // A cut in this layer is of no concern to the next content.
        out.was_cut_below();
    }

    pub(super) fn streamed(
        &mut self,
        shape: Shape,
        input: &mut dyn Read,
        layer: &Layer,
        out: &mut Output<'_>,
    ) {
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
            Shape::Utf16(high_first) => self.utf16(input, high_first, out),
            Shape::Workbook | Shape::Parquet => {
                let detail =
                    "a large spreadsheet or Parquet file within another file or a pipe; unpack it first";
                out.problem(ProblemKind::BadArchive, None, detail);
            }
            Shape::Clutter => out.emitter.skip(SourceKind::Clutter),
            Shape::OtherFormat(what) => out.problem(ProblemKind::NotAnEvent, None, what),
        }
    }

    /// Reads UTF-16 of any size as UTF-8.
    fn utf16(&mut self, input: &mut dyn Read, high_first: bool, out: &mut Output<'_>) {
        let mut text = Utf16::new(input, high_first);
        self.windows(&mut text, out);
        if !text.is_sound() {
            let detail = "not valid UTF-16; what is no character was replaced";
            out.problem(ProblemKind::InvalidUtf8, None, detail);
        }
    }

    /// Walks text of any size through a window that grows to one record at most.
    fn windows(&mut self, input: &mut dyn Read, out: &mut Output<'_>) {
        let most = out.limits.record_bytes.saturating_add(WINDOW);
        let mut window = take(&mut self.inputs);
        window.clear();
        let mut walker = Walker::new();
        let mut interpreter = Interpreter::new(out);
        let (mut target, mut start, mut named) = (WINDOW.min(most), 0_u64, false);
        loop {
            let missing = target.saturating_sub(window.len()) as u64;
            let read = (&mut *input).take(missing).read_to_end(&mut window);
            if let Err(error) = &read {
                unreadable(error, interpreter.out());
            }
            let last = read.is_err() || window.len() < target;
            let readable = text::readable(&window, last);
            if let Some(place) = readable.first_bad.filter(|_| !named) {
                named = true;
                invalid(start + place as u64, interpreter.out());
            }
            let used = walker.feed(&readable.text, last, &mut interpreter);
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

    fn tar(&mut self, input: &mut dyn Read, layer: &Layer, out: &mut Output<'_>) {
        if let Some(inner) = within_archive(layer, out) {
            archive::tar(input, &layer.name, out, &mut |member, name, out| {
                self.member(member, &inner, name, out);
            });
        }
    }

    pub(super) fn zip(&mut self, input: impl io::BufRead + io::Seek, layer: &Layer, out: &mut Output<'_>) {
        if let Some(inner) = within_archive(layer, out) {
            archive::zip(input, &layer.name, out, &mut |member, name, out| {
                self.member(member, &inner, name, out);
            });
        }
    }

    fn member(&mut self, input: &mut dyn Read, layer: &Layer, name: &str, out: &mut Output<'_>) {
        let layer = Layer {
            name: name.to_owned(),
            ..layer.clone()
        };
        let before = out.understood();
        self.read_any(input, &layer, out);
        out.was_cut_below();
        if clutter::is_name(name) && out.understood().0 == before.0 && out.problems.forget_since(before.1) {
            out.strange_lines = StrangeLines::default();
            out.emitter.skip(SourceKind::Clutter);
        }
        out.leave_member(before);
    }
}

/// The layer within an archive; `None`, named, when archives nest too deep.
fn within_archive(layer: &Layer, out: &mut Output<'_>) -> Option<Layer> {
    out.emitter.enter_archive();
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
fn gunzipped(layer: &Layer, out: &mut Output<'_>) -> Option<Layer> {
    if layer.gzips >= GZIPS {
        out.problem(ProblemKind::BadArchive, None, "it is compressed over and over");
        return None;
    }
    Some(Layer {
        gzips: layer.gzips + 1,
        ..layer.clone()
    })
}

fn storage_error(code: &str, out: &mut Output<'_>) {
    let detail = format!(
        "Amazon S3's error {code} was saved in place of the file; it is no log: fetch the object again with credentials that may read it"
    );
    out.problem(ProblemKind::StorageError, None, &detail);
}

fn invalid(place: u64, out: &mut Output<'_>) {
    let detail = "not valid UTF-8; each offending byte was read as ?";
    out.problem(ProblemKind::InvalidUtf8, Some(place), detail);
}
