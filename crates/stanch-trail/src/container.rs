//! Walks text and cuts it into items, whatever container they come in: `{"Records":[…]}` and its kin, arrays,
//! one object per line, objects one after another, plain lines.
//!
//! Text may come in windows of any size; only the item at hand must fit into one. Each item goes to
//! `delivery`; a damaged one is named and passed over, and the walk goes on behind it. It must not know what
//! items mean.

use std::ops::Range;

use stanch_core::{ProblemKind, source::SourceKind};

use crate::canonical;
use crate::delivery::{Delivery, Place};
use crate::lines::{LineFormats, LineMeaning};
use crate::record::{self, Record};
use crate::split::{self, Peek, Skipper};

/// Objects that hold an array of items, by the name of the array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    /// CloudTrail files, and notifications too.
    Records,
    /// `aws cloudtrail lookup-events`.
    LookupEvents,
    /// CloudWatch Logs.
    Messages,
    /// GuardDuty.
    Findings,
    /// `aws sqs receive-message`.
    Queue,
}

impl Container {
    /// Reads the name of the array.
    pub(crate) fn of_key(key: &[u8]) -> Option<Self> {
        match key {
            b"Records" | b"records" => Some(Self::Records),
            b"Events" => Some(Self::LookupEvents),
            b"logEvents" | b"events" => Some(Self::Messages),
            b"Findings" | b"findings" => Some(Self::Findings),
            b"Messages" => Some(Self::Queue),
            _ => None,
        }
    }

    /// What a file is that has an empty one.
    const fn kind(self) -> SourceKind {
        match self {
            Self::Records | Self::LookupEvents | Self::Messages => SourceKind::CloudTrail,
            Self::Findings => SourceKind::GuardDuty,
            Self::Queue => SourceKind::Notification,
        }
    }
}

/// An open bracket around the items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frame {
    Object,
    Array,
}

/// Containers in containers.
const FRAMES: usize = 8;
/// Bytes that may be looked at again after damage before the rest is given up, and how many more each byte
/// read earns. Without this, crafted damage would cost quadratic time.
const SALVAGE: u64 = 256 << 20;
const SALVAGE_PER_BYTE: u64 = 8;
/// Lines at the start that may make no sense before the content is given up.
const STRANGE_LINES: u64 = 200;

/// What was passed over is still going on.
#[derive(Debug, Clone, Copy)]
enum Skipping {
    Value(Skipper),
    Line,
}

/// What one step of the walk came to.
enum Step {
    /// Go on at this place.
    To(usize),
    /// The item goes on behind the window.
    More,
}

/// The walk through one content.
pub(crate) struct Walker {
    frames: Vec<Frame>,
    skipping: Option<Skipping>,
    offset: u64,
    fixed: Option<u64>,
    salvaged: u64,
    /// Where no line ends, as far as was looked: from one place in the content to another.
    endless: Range<u64>,
    lines: LineFormats,
    strange_lines: u64,
    given_up: bool,
}

impl Walker {
    /// A walk from the start of a content.
    pub(crate) fn new() -> Self {
        Self {
            frames: Vec::new(),
            skipping: None,
            offset: 0,
            fixed: None,
            salvaged: 0,
            endless: 0..0,
            lines: LineFormats::default(),
            strange_lines: 0,
            given_up: false,
        }
    }

    /// A walk through text that was wrapped in an item at this place.
    pub(crate) fn within(offset: u64) -> Self {
        Self {
            fixed: Some(offset),
            ..Self::new()
        }
    }

    /// Takes what it can of a window and says how many bytes that were. Takes all of the `last` one.
    pub(crate) fn feed(&mut self, text: &str, last: bool, out: &mut Delivery<'_>) -> usize {
        let mut at = 0;
        if self.offset == 0 && text.starts_with('\u{feff}') {
            at = '\u{feff}'.len_utf8();
        }
        at = self.walk(text, at, last, out);
        if last {
            self.finish(text.len(), out);
            at = text.len();
        }
        self.offset += at as u64;
        at
    }

    fn walk(&mut self, text: &str, mut at: usize, last: bool, out: &mut Delivery<'_>) -> usize {
        loop {
            if self.given_up {
                return text.len();
            }
            if self.skipping.is_some() {
                match self.skip(&text.as_bytes()[at..]) {
                    Some(length) => at += length,
                    None => return text.len(),
                }
            }
            at = split::skip_space(text.as_bytes(), at);
            if at == text.len() {
                return at;
            }
            let step = match self.frames.last() {
                None => self.top(text, at, last, out),
                Some(Frame::Array) => self.element(text, at, last, out),
                Some(Frame::Object) => self.member(text, at, last, out),
            };
            match step {
                Step::To(next) => at = next,
                Step::More if text.len() - at > out.limits.record_bytes => self.pass_over(text, at, out),
                Step::More if last => {
                    self.truncated(at, out);
                    return text.len();
                }
                Step::More => return at,
            }
        }
    }

    fn place(&self, at: usize) -> Place {
        Place {
            offset: self.fixed.unwrap_or(self.offset + at as u64),
            nested: self.fixed.is_some(),
        }
    }

    fn problem(&self, kind: ProblemKind, at: usize, detail: &str, out: &mut Delivery<'_>) {
        out.problem(kind, Some(self.place(at).offset), detail);
    }

    fn truncated(&mut self, at: usize, out: &mut Delivery<'_>) {
        self.frames.clear();
        if self.fixed.is_some() || !out.was_cut_below() {
            self.problem(
                ProblemKind::Truncated,
                at,
                "the content ends in the middle of a record",
                out,
            );
        }
    }

    fn finish(&mut self, end: usize, out: &mut Delivery<'_>) {
        if self.skipping.take().is_some() | !self.frames.is_empty() {
            self.truncated(end, out);
        }
    }

    fn skip(&mut self, bytes: &[u8]) -> Option<usize> {
        let end = match &mut self.skipping {
            Some(Skipping::Value(skipper)) => skipper.advance(bytes),
            _ => memchr::memchr(b'\n', bytes).map(|end| end + 1),
        }?;
        self.skipping = None;
        Some(end)
    }

    /// Starts to pass over an item that is larger than may be held.
    fn pass_over(&mut self, text: &str, at: usize, out: &mut Delivery<'_>) {
        let detail = format!("a record is larger than {} bytes", out.limits.record_bytes);
        self.problem(ProblemKind::RecordTooLarge, at, &detail, out);
        // A line may begin with a quote. Passed over as text it would end at the next one, and whatever stands behind
        // that would be looked through to the end of the line again.
        let is_value = match text.as_bytes()[at] {
            b'{' | b'[' => true,
            b'"' => !self.frames.is_empty() || begins_wrapped(&text[at..]),
            _ => false,
        };
        self.skipping = Some(if is_value {
            Skipping::Value(Skipper::default())
        } else {
            Skipping::Line
        });
    }

    /// Between values that stand alone.
    fn top(&mut self, text: &str, at: usize, last: bool, out: &mut Delivery<'_>) -> Step {
        match text.as_bytes()[at] {
            b'{' => self.object(text, at, last, out),
            b'[' => {
                self.open(Frame::Array, at, out);
                Step::To(at + 1)
            }
            b'"' if begins_wrapped(&text[at..]) => self.string(text, at, out),
            // Separators of objects one after another, and of JSON text sequences.
            b',' | 0x1e => Step::To(at + 1),
            _ => self.line(text, at, last, out),
        }
    }

    /// In an array of items.
    fn element(&mut self, text: &str, at: usize, last: bool, out: &mut Delivery<'_>) -> Step {
        match text.as_bytes()[at] {
            b'{' => self.object(text, at, last, out),
            b'[' => {
                self.open(Frame::Array, at, out);
                Step::To(at + 1)
            }
            b'"' => self.string(text, at, out),
            b',' => Step::To(at + 1),
            b']' => {
                self.frames.pop();
                Step::To(at + 1)
            }
            b'}' | b':' => {
                self.problem(
                    ProblemKind::MalformedJson,
                    at,
                    "a bracket that closes nothing",
                    out,
                );
                Step::To(at + 1)
            }
            _ => {
                let rest = &text.as_bytes()[at..];
                match rest.iter().position(|byte| b",]}[{\"\n".contains(byte)) {
                    None if !last => Step::More,
                    end => {
                        out.not_an_event(self.place(at), "an array item that is no object");
                        Step::To(at + end.unwrap_or(rest.len()))
                    }
                }
            }
        }
    }

    /// In a container, between or behind its arrays.
    fn member(&mut self, text: &str, at: usize, last: bool, out: &mut Delivery<'_>) -> Step {
        let bytes = text.as_bytes();
        match bytes[at] {
            b',' => return Step::To(at + 1),
            b'}' => {
                self.frames.pop();
                return Step::To(at + 1);
            }
            b'"' => {}
            _ => return self.lost(text, at, out),
        }
        let Some(key) = split::value_end(&bytes[at..]) else {
            return Step::More;
        };
        let colon = split::skip_space(bytes, at + key);
        if bytes.get(colon).is_some_and(|&byte| byte != b':') {
            return self.lost(text, at, out);
        }
        let value = split::skip_space(bytes, (colon + 1).min(bytes.len()));
        if value >= bytes.len() {
            return Step::More;
        }
        match (Container::of_key(&bytes[at + 1..at + key - 1]), bytes[value]) {
            (Some(container), b'[') => {
                out.hint(container.kind());
                self.open(Frame::Array, value, out);
                Step::To(value + 1)
            }
            (_, b'{' | b'[' | b'"') => {
                self.skipping = Some(Skipping::Value(Skipper::default()));
                Step::To(value)
            }
            _ => match split::value_end(&bytes[value..]) {
                Some(0) => self.lost(text, at, out),
                Some(length) => Step::To(value + length),
                None if last => Step::To(bytes.len()),
                None => Step::More,
            },
        }
    }

    /// The rest of a container makes no sense: go on with whatever stands alone behind it.
    fn lost(&mut self, text: &str, at: usize, out: &mut Delivery<'_>) -> Step {
        self.problem(
            ProblemKind::MalformedJson,
            at,
            "the container is damaged behind its items",
            out,
        );
        self.frames.clear();
        let rest = &text.as_bytes()[at..];
        Step::To(at + 1 + memchr::memchr2(b'{', b'\n', &rest[1..]).unwrap_or(rest.len() - 1))
    }

    fn open(&mut self, frame: Frame, at: usize, out: &mut Delivery<'_>) {
        if self.frames.len() < FRAMES {
            self.frames.push(frame);
        } else {
            self.problem(ProblemKind::TooDeep, at, "containers nest too deep", out);
            let mut skipper = Skipper::default();
            // The bracket itself is left behind by the caller; the skipper must count it.
            let _ = skipper.advance(if frame == Frame::Array { b"[" } else { b"{" });
            self.skipping = Some(Skipping::Value(skipper));
        }
    }

    fn object(&mut self, text: &str, at: usize, last: bool, out: &mut Delivery<'_>) -> Step {
        let rest = &text[at..];
        match split::peek(rest.as_bytes(), last) {
            Peek::More => return Step::More,
            Peek::Container(container, array) => {
                out.hint(container.kind());
                self.open(Frame::Object, at, out);
                if self.skipping.is_none() {
                    self.open(Frame::Array, at + array, out);
                    return Step::To(at + array + 1);
                }
                return Step::To(at + 1);
            }
            Peek::Whole => {}
        }
        let mut record = Record::default();
        match record::parse_prefix(rest, &mut record) {
            Ok(length) if length > out.limits.record_bytes => {
                self.pass_over(text, at, out);
                Step::To(at)
            }
            Ok(length) => {
                out.record(&record, &rest[..length], self.place(at));
                Step::To(at + length)
            }
            Err(error) if error.is_eof() && !last => Step::More,
            Err(error) => self.damaged(text, at, last, &error, out),
        }
    }

    /// An object that is no JSON: mend it if that is clear, else name it and find the next.
    fn damaged(
        &mut self,
        text: &str,
        at: usize,
        last: bool,
        error: &serde_json::Error,
        out: &mut Delivery<'_>,
    ) -> Step {
        let rest = &text[at..];
        let end = floor_boundary(rest, out.limits.record_bytes.max(1));
        let (extent, cost) = split::damaged_extent(&rest[..end], self.frames.is_empty());
        // The parser has been to the end for nothing if it missed something there.
        let parsed = if error.is_eof() { rest.len() } else { 0 };
        self.salvaged += (cost + parsed + split::peek_cost(rest.as_bytes())) as u64;
        if self.salvaged > SALVAGE + (self.offset + at as u64) * SALVAGE_PER_BYTE {
            self.problem(
                ProblemKind::MalformedJson,
                at,
                "too much damage; the rest was not read",
                out,
            );
            self.given_up = true;
            return Step::To(text.len());
        }
        let Some(extent) = extent else {
            return Step::More;
        };
        if extent.length == rest.len() && !extent.balanced && !last {
            return Step::More;
        }
        let item = &rest[..extent.length];
        let mended = extent.balanced.then(|| canonical::mend(item)).flatten();
        let mut record = Record::default();
        if let Some(mended) = &mended
            && record::parse_prefix(&mended.text, &mut record).is_ok()
        {
            if mended.was_malformed {
                let detail = "control characters in a string; the record was read with them escaped";
                self.problem(ProblemKind::MalformedJson, at, detail, out);
            }
            out.record(&record, &mended.text, self.place(at));
        } else {
            self.problem(
                ProblemKind::MalformedJson,
                at,
                &format!("a record is no JSON: {error}"),
                out,
            );
        }
        Step::To(at + extent.length)
    }

    /// A string item: `lookup-events --query 'Events[].CloudTrailEvent'` gives an array of them.
    fn string(&mut self, text: &str, at: usize, out: &mut Delivery<'_>) -> Step {
        let rest = &text[at..];
        let Some(length) = split::value_end(rest.as_bytes()) else {
            return Step::More;
        };
        let inner = record::string(&rest[..length]);
        let place = self.place(at);
        if !inner.is_some_and(|inner| out.wrapped(&inner, place)) {
            out.not_an_event(place, "text that holds no record");
        }
        Step::To(at + length)
    }

    /// Where the line ends that goes on at this place. Looks at no byte twice: a line of many objects, each with a time
    /// before it, is come back to behind each of them.
    fn line_end(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        let here = self.offset + at as u64;
        let known = if self.endless.contains(&here) {
            usize::try_from(self.endless.end - self.offset).unwrap_or(at)
        } else {
            at
        };
        let found = bytes.get(known..).and_then(|rest| memchr::memchr(b'\n', rest));
        let found = found.map(|end| known + end);
        self.endless = here..self.offset + found.unwrap_or(bytes.len()) as u64;
        found
    }

    fn line(&mut self, text: &str, at: usize, last: bool, out: &mut Delivery<'_>) -> Step {
        let rest = &text[at..];
        let (line, length) = match self.line_end(text.as_bytes(), at).map(|end| end - at) {
            Some(end) => (&rest[..end], end + 1),
            // What is left of a line may well fit its format, with a field cut short.
            None if last && self.fixed.is_none() && out.strain.is_cut() => return Step::More,
            None if last => (rest, rest.len()),
            None => return Step::More,
        };
        if line.len() > out.limits.record_bytes {
            self.pass_over(text, at, out);
            return Step::To(at);
        }
        let line = line.trim_end();
        match self.lines.read(line, self.place(at), out) {
            LineMeaning::Prefix(length) => return Step::To(at + length),
            LineMeaning::Understood => {}
            LineMeaning::Pointer => {
                let detail = "a Git LFS pointer stands in place of the file; fetch it with git lfs pull";
                self.problem(ProblemKind::LfsPointer, at, detail, out);
                self.given_up = true;
            }
            LineMeaning::Strange if self.lines.is_settled() => {
                let detail = "a line that does not fit the format of the others";
                self.problem(ProblemKind::MalformedLine, at, detail, out);
            }
            LineMeaning::Strange => {
                out.strange_line(self.place(at));
                self.strange_lines += 1;
                self.given_up = self.strange_lines > STRANGE_LINES && !out.has_found_anything();
            }
        }
        Step::To(at + length)
    }
}

/// Whether text that stands alone holds an object.
fn begins_wrapped(text: &str) -> bool {
    text.starts_with("\"{")
}

/// The largest place up to `most` at which the text may be cut.
fn floor_boundary(text: &str, most: usize) -> usize {
    let most = most.min(text.len());
    (0..=most)
        .rev()
        .find(|&place| text.is_char_boundary(place))
        .unwrap_or(0)
}
