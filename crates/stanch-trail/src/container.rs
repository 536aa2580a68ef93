//! Walks text and cuts it into items, whatever container they come in: `{"Records":[…]}` and similar, arrays, one
//! object per line, objects one after another, rows of tables, plain lines.
//!
//! Text may come in windows of any size; only one item must fit into one. Each item goes to [`Items`]; a damaged one
//! is reported and passed over, and the walk continues behind it. It must not know what items mean.

mod damage;

use std::ops::Range;

use stanch_core::ProblemKind;

use crate::emitter::Place;
use crate::items::{Items, LineMeaning, RowMeaning};
use crate::record::{self, Record};
use crate::split::{self, Container, Peek, Skipper};

/// An open bracket around the items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frame {
    Object,
    Array,
    /// An object of unknown form that is too large to be held: all its members are walked. Holds what had been found
    /// before it.
    Wrapper(u64),
}

/// Rest of a line behind an item that began within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// No item began within a line.
    None,
    /// The item is next.
    Ahead,
    /// The item was read; what follows on its line is passed over.
    Behind,
}

/// Containers in containers.
const FRAMES: usize = 8;
/// Lines at the start that may make no sense before the content is given up.
const STRANGE_LINES: u64 = 200;

/// What was passed over is still continuing.
#[derive(Debug, Clone, Copy)]
enum Skipping {
    Value(Skipper),
    Line,
}

/// What one step of the walk came to.
enum Step {
    /// Go on at this place.
    To(usize),
    /// The item continues behind the window.
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
    tail: Tail,
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
            tail: Tail::None,
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
    pub(crate) fn feed(&mut self, text: &str, last: bool, items: &mut impl Items) -> usize {
        let mut at = 0;
        if self.offset == 0 && text.starts_with('\u{feff}') {
            at = '\u{feff}'.len_utf8();
        }
        at = self.walk(text, at, last, items);
        if last {
            self.finish(text.len(), items);
            at = text.len();
        }
        self.offset += at as u64;
        at
    }

    fn walk(&mut self, text: &str, mut at: usize, last: bool, items: &mut impl Items) -> usize {
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
            let is_row = self.frames.is_empty() && items.is_in_table();
            at = if is_row {
                split::skip_line_ends(text.as_bytes(), at)
            } else {
                match self.skip_tail(text, at, last) {
                    Some(next) => split::skip_space(text.as_bytes(), next),
                    None => return at,
                }
            };
            if at == text.len() {
                return at;
            }
            let tail = self.tail;
            if self.frames.is_empty() && tail == Tail::Ahead {
                self.tail = Tail::Behind;
            }
            let step = match self.frames.last() {
                None => self.top(text, at, last, items),
                Some(Frame::Array) => self.element(text, at, last, items),
                Some(Frame::Object | Frame::Wrapper(_)) => self.member(text, at, last, items),
            };
            match step {
                Step::To(next) => at = next,
                Step::More if text.len() - at > items.limits().record_bytes => {
                    at = self.too_large(text, at, items);
                }
                Step::More if last => match self.enter_wrapper(text, at, items) {
                    Some(next) => at = next,
                    None => {
                        self.truncated(at, items);
                        return text.len();
                    }
                },
                Step::More => {
                    self.tail = tail;
                    return at;
                }
            }
        }
    }

    /// Passes over the rest of the line behind an item that began within it, up to a further item. `None` when the
    /// line continues behind the window.
    fn skip_tail(&mut self, text: &str, at: usize, last: bool) -> Option<usize> {
        if self.tail != Tail::Behind || !self.frames.is_empty() {
            return Some(at);
        }
        let end = self.line_end(text.as_bytes(), at);
        let line = &text[at..end.unwrap_or(text.len())];
        if end.is_none() && !last {
            return None;
        }
        self.tail = Tail::None;
        let goes_on = line.contains('{') || line.trim_start().starts_with('[');
        Some(if goes_on { at } else { at + line.len() })
    }

    /// Enters an object that can't be held whole and is no record by its first members. Returns where its members
    /// begin.
    fn enter_wrapper(&mut self, text: &str, at: usize, items: &impl Items) -> Option<usize> {
        let is_wrapper = text.as_bytes()[at] == b'{'
            && self.frames.len() < FRAMES
            && !self.frames.contains(&Frame::Object)
            && split::peek(&text.as_bytes()[at..], true) != Peek::Record;
        is_wrapper.then(|| {
            self.frames.push(Frame::Wrapper(items.found()));
            at + 1
        })
    }

    /// Enters an item that is larger than may be held, or starts to pass over it.
    fn too_large(&mut self, text: &str, at: usize, items: &mut impl Items) -> usize {
        self.enter_wrapper(text, at, items).unwrap_or_else(|| {
            self.pass_over(text, at, items);
            at
        })
    }

    fn place(&self, at: usize) -> Place {
        Place {
            offset: self.fixed.unwrap_or(self.offset + at as u64),
            nested: self.fixed.is_some()
                || self.frames.iter().any(|frame| matches!(frame, Frame::Wrapper(_))),
        }
    }

    fn problem(&self, kind: ProblemKind, at: usize, detail: &str, items: &mut impl Items) {
        items.problem(kind, Some(self.place(at).offset), detail);
    }

    fn truncated(&mut self, at: usize, items: &mut impl Items) {
        self.frames.clear();
        if self.fixed.is_some() || !items.was_cut_below() {
            self.problem(
                ProblemKind::Truncated,
                at,
                "the content ends in the middle of a record",
                items,
            );
        }
    }

    fn finish(&mut self, end: usize, items: &mut impl Items) {
        if self.skipping.take().is_some() | !self.frames.is_empty() {
            self.truncated(end, items);
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
    fn pass_over(&mut self, text: &str, at: usize, items: &mut impl Items) {
        let detail = format!("a record is larger than {} bytes", items.limits().record_bytes);
        self.problem(ProblemKind::RecordTooLarge, at, &detail, items);
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
    fn top(&mut self, text: &str, at: usize, last: bool, items: &mut impl Items) -> Step {
        match items.row(&text[at..], last, self.place(at)) {
            RowMeaning::Taken(length) => return Step::To(at + length),
            RowMeaning::More => return Step::More,
            RowMeaning::None => {}
        }
        match text.as_bytes()[at] {
            b'{' if !is_python(&text[at..]) => self.object(text, at, last, items),
            b'[' if begins_array(&text[at..]) => {
                self.open(Frame::Array, at, items);
                Step::To(at + 1)
            }
            b'"' if begins_wrapped(&text[at..]) => self.string(text, at, items),
            // Separators of objects one after another, and of JSON text sequences.
            b',' | 0x1e => Step::To(at + 1),
            // Files that begin with a byte order mark were joined.
            _ if text[at..].starts_with('\u{feff}') => Step::To(at + '\u{feff}'.len_utf8()),
            _ => self.line(text, at, last, items),
        }
    }

    /// In an array of items.
    fn element(&mut self, text: &str, at: usize, last: bool, items: &mut impl Items) -> Step {
        match text.as_bytes()[at] {
            b'{' => self.object(text, at, last, items),
            b'[' => {
                self.open(Frame::Array, at, items);
                Step::To(at + 1)
            }
            b'"' => self.string(text, at, items),
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
                    items,
                );
                Step::To(at + 1)
            }
            _ => {
                let rest = &text.as_bytes()[at..];
                match rest.iter().position(|byte| b",]}[{\"\n".contains(byte)) {
                    None if !last => Step::More,
                    end => {
                        items.unrelated(self.place(at), "an array item that is no object");
                        Step::To(at + end.unwrap_or(rest.len()))
                    }
                }
            }
        }
    }

    /// In a container, between or behind its arrays.
    fn member(&mut self, text: &str, at: usize, last: bool, items: &mut impl Items) -> Step {
        let bytes = text.as_bytes();
        match bytes[at] {
            b',' => return Step::To(at + 1),
            b'}' => {
                if let Some(Frame::Wrapper(before)) = self.frames.pop()
                    && items.found() == before
                {
                    items.unrelated(self.place(at), "a large object that holds no AWS log record");
                }
                return Step::To(at + 1);
            }
            b'"' => {}
            _ => return self.lost(text, at, items),
        }
        let Some(key) = split::value_end(&bytes[at..]) else {
            return Step::More;
        };
        let colon = split::skip_space(bytes, at + key);
        if bytes.get(colon).is_some_and(|&byte| byte != b':') {
            return self.lost(text, at, items);
        }
        let value = split::skip_space(bytes, (colon + 1).min(bytes.len()));
        if value >= bytes.len() {
            return Step::More;
        }
        let is_wrapper = matches!(self.frames.last(), Some(Frame::Wrapper(_)));
        match (Container::of_key(&bytes[at + 1..at + key - 1]), bytes[value]) {
            (Some(container), b'[') => {
                items.hint(container.kind());
                self.open(Frame::Array, value, items);
                Step::To(value + 1)
            }
            (None, b'[') if is_wrapper => {
                self.open(Frame::Array, value, items);
                Step::To(value + 1)
            }
            (_, b'{' | b'"') if is_wrapper => self.wrapper_member(text, [at, value], last, items),
            (_, b'{' | b'[' | b'"') => {
                self.skipping = Some(Skipping::Value(Skipper::default()));
                Step::To(value)
            }
            _ => match split::value_end(&bytes[value..]) {
                Some(0) => self.lost(text, at, items),
                Some(length) => Step::To(value + length),
                None if last => Step::To(bytes.len()),
                None => Step::More,
            },
        }
    }

    /// In an object of unknown form: a member with this place and this place of its value.
    fn wrapper_member(
        &mut self,
        text: &str,
        [at, value]: [usize; 2],
        last: bool,
        items: &mut impl Items,
    ) -> Step {
        let is_object = text.as_bytes()[value] == b'{';
        let step = if is_object {
            self.object(text, value, last, items)
        } else if begins_wrapped(&text[value..]) {
            self.string(text, value, items)
        } else {
            self.skipping = Some(Skipping::Value(Skipper::default()));
            return Step::To(value);
        };
        // The window begins with the member's name: a value that can't be held must be entered or passed over now.
        match step {
            Step::More if last || text.len() - at > items.limits().record_bytes => {
                let entered = is_object
                    .then(|| self.enter_wrapper(text, value, items))
                    .flatten();
                Step::To(entered.unwrap_or_else(|| {
                    self.skipping = Some(Skipping::Value(Skipper::default()));
                    value
                }))
            }
            step => step,
        }
    }

    /// The rest of a container makes no sense: continue with whatever stands alone behind it.
    fn lost(&mut self, text: &str, at: usize, items: &mut impl Items) -> Step {
        self.problem(
            ProblemKind::MalformedJson,
            at,
            "the container is damaged behind its items",
            items,
        );
        self.frames.clear();
        let rest = &text.as_bytes()[at..];
        Step::To(at + 1 + memchr::memchr2(b'{', b'\n', &rest[1..]).unwrap_or(rest.len() - 1))
    }

    fn open(&mut self, frame: Frame, at: usize, items: &mut impl Items) {
        if self.frames.len() < FRAMES {
            self.frames.push(frame);
        } else {
            self.problem(ProblemKind::TooDeep, at, "containers nest too deep", items);
            let mut skipper = Skipper::default();
            // The bracket itself is left behind by the caller; the skipper must count it.
            let _ = skipper.advance(if frame == Frame::Array { b"[" } else { b"{" });
            self.skipping = Some(Skipping::Value(skipper));
        }
    }

    fn object(&mut self, text: &str, at: usize, last: bool, items: &mut impl Items) -> Step {
        let rest = &text[at..];
        match split::peek(rest.as_bytes(), last) {
            Peek::More => return Step::More,
            Peek::Container(container, array) => {
                items.hint(container.kind());
                self.open(Frame::Object, at, items);
                if self.skipping.is_none() {
                    self.open(Frame::Array, at + array, items);
                    return Step::To(at + array + 1);
                }
                return Step::To(at + 1);
            }
            Peek::Whole | Peek::Record => {}
        }
        let mut record = Record::default();
        match record::parse_prefix(rest, &mut record) {
            Ok(length) if length > items.limits().record_bytes => {
                self.pass_over(text, at, items);
                Step::To(at)
            }
            Ok(length) => {
                items.object(&record, &rest[..length], self.place(at));
                Step::To(at + length)
            }
            Err(error) if error.is_eof() && !last => Step::More,
            Err(error) => self.damaged(text, at, last, &error, items),
        }
    }

    /// A string item: `lookup-events --query 'Events[].CloudTrailEvent'` gives an array of them.
    fn string(&mut self, text: &str, at: usize, items: &mut impl Items) -> Step {
        let rest = &text[at..];
        let Some(length) = split::value_end(rest.as_bytes()) else {
            return Step::More;
        };
        let place = self.place(at);
        match record::string(&rest[..length]) {
            Some(inner) => items.text(&inner, place),
            None => items.unrelated(place, "text that holds no record"),
        }
        Step::To(at + length)
    }

    /// Where the line ends that continues at this place. Looks at no byte twice: a line of many objects, each with a
    /// time
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

    fn line(&mut self, text: &str, at: usize, last: bool, items: &mut impl Items) -> Step {
        let rest = &text[at..];
        let (line, length) = match self.line_end(text.as_bytes(), at).map(|end| end - at) {
            Some(end) => (&rest[..end], end + 1),
            // What is left of a line may well fit its format, with a field cut short.
            None if last && self.fixed.is_none() && items.is_cut() => return Step::More,
            None if last => (rest, rest.len()),
            None => return Step::More,
        };
        if line.len() > items.limits().record_bytes {
            self.pass_over(text, at, items);
            return Step::To(at);
        }
        let line = line.trim_end();
        match items.line(line, rest, last, self.place(at)) {
            LineMeaning::Prefix(length) => {
                self.tail = Tail::Ahead;
                return Step::To(at + length);
            }
            LineMeaning::Taken(length) => {
                self.tail = Tail::Behind;
                return Step::To(at + length);
            }
            LineMeaning::More => return Step::More,
            LineMeaning::Understood => {}
            LineMeaning::GiveUp => self.given_up = true,
            LineMeaning::Misfit => {
                let detail = "a line that does not fit the format of the others";
                self.problem(ProblemKind::MalformedLine, at, detail, items);
            }
            LineMeaning::Strange => {
                self.strange_lines += 1;
                self.given_up = self.strange_lines > STRANGE_LINES && items.found() == 0;
            }
        }
        Step::To(at + length)
    }
}

/// Returns whether a string begins here that holds an object, in JSON's way of writing it.
fn begins_wrapped(text: &str) -> bool {
    text.starts_with("\"{") && !text.starts_with("\"{\"\"")
}

/// Returns whether a dictionary or a list of them begins here as Python prints it.
fn is_python(text: &str) -> bool {
    let bytes = text.as_bytes();
    let open = bytes
        .iter()
        .take(4)
        .take_while(|byte| b"{[ ".contains(byte))
        .count();
    bytes.get(open) == Some(&b'\'')
}

/// Returns whether a bracket begins an array of items, and not a line of text.
fn begins_array(text: &str) -> bool {
    if is_python(text) {
        return false;
    }
    let next = text[1..].trim_start().chars().next();
    next.is_none_or(|next| {
        matches!(next, '{' | '[' | '"' | ']' | ',')
            || next.is_ascii_digit()
            || next == '-'
            || "tfn".contains(next)
    })
}
