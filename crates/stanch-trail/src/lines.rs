//! Logs of one line per record, and lines that stand before, between or around JSON.
//!
//! Remembers what earlier lines have settled: the columns of a flow log are named by its first line, those of a table by
//! its header. It must not cut the text into lines itself, and must not hand on events.

use stanch_core::{Event, Timestamp};

use crate::context::Context;
use crate::format::{s3_server_access, vpc_flow};
use crate::quoted::{self, Quoted};
use crate::table::{self, Table};
use crate::times;

/// Meaning of a line.
pub(crate) enum Line {
    /// It is an event.
    Event(Box<Event<'static>>),
    /// It is a flow whose fields a format names that other inputs or the responder gave.
    Flow(Box<Event<'static>>),
    /// It is the header or a filler of a log; `true` when it says that records were lost.
    Skipped(bool),
    /// It is the header of a table.
    Header,
    /// It says how a table or a log is written, or that CloudTrail checked the way to the log group.
    Remark,
    /// So many bytes stand before JSON.
    Prefix(usize),
    /// It holds an object in quotes, and so many bytes are taken.
    Quoted(String, usize),
    /// It continues behind the window.
    More,
    /// It is a Git LFS pointer.
    Pointer,
    /// It looks like a flow log in a custom format.
    UnknownFlow,
    /// None of the known.
    Strange,
}

/// What the lines so far have settled.
#[derive(Debug, Default)]
pub(crate) struct LineFormats {
    flow_columns: Option<Vec<String>>,
    pub(crate) table: Option<Table>,
    settled: bool,
}

impl LineFormats {
    /// Returns whether a line has fitted a format.
    pub(crate) const fn is_settled(&self) -> bool {
        self.settled
    }

    /// Reads one line, without its end. `rest` begins with it.
    pub(crate) fn read(&mut self, line: &str, rest: &str, last: bool, context: &Context) -> Line {
        // Files that begin with a byte order mark were joined: the mark says nothing here either.
        let whole = line.len();
        let line = line.strip_prefix('\u{feff}').unwrap_or(line);
        let mark = whole - line.len();
        if line.starts_with("version https://git-lfs.") {
            return Line::Pointer;
        }
        if line.starts_with("CloudTrail validation message.") || table::is_preamble(line) {
            return Line::Remark;
        }
        if let Some(length) = time_before_json(line) {
            return Line::Prefix(mark + length);
        }
        if let Some(event) = s3_server_access::line(line) {
            return self.event(event);
        }
        let next = rest
            .get(whole..)
            .unwrap_or_default()
            .trim_start_matches(['\r', '\n']);
        if let Some(table) = Table::of_header(line, next) {
            self.table = Some(table);
            self.settled = true;
            return Line::Header;
        }
        if let Some(found) = object_within(line, &rest[mark..], last) {
            return match found {
                Line::Prefix(length) => Line::Prefix(mark + length),
                Line::Quoted(object, length) => Line::Quoted(object, mark + length),
                other => other,
            };
        }
        self.flow(line, context)
    }

    fn flow(&mut self, line: &str, context: &Context) -> Line {
        let (time, line) = without_time(line);
        if let Some(columns) = vpc_flow::header(line) {
            self.flow_columns = Some(columns);
            self.settled = true;
            return Line::Skipped(false);
        }
        let columns = self.flow_columns.as_deref();
        if let Some(lost) = vpc_flow::without_data(line, columns) {
            self.settled = true;
            return Line::Skipped(lost);
        }
        if let Some(event) = s3_server_access::line(line).or_else(|| vpc_flow::line(line, columns, time)) {
            return self.event(event);
        }
        if columns.is_some() || !vpc_flow::looks_like_one(line) {
            return Line::Strange;
        }
        match vpc_flow::by_formats(line, time, context) {
            Some(event) => {
                self.settled = true;
                Line::Flow(Box::new(event))
            }
            None => Line::UnknownFlow,
        }
    }

    fn event(&mut self, event: Event<'static>) -> Line {
        self.settled = true;
        Line::Event(Box::new(event))
    }
}

/// Number of quotes in a line that may hold an object.
const QUOTES: usize = 8;

/// Finds the JSON that begins within a line, plain or in quotes.
fn object_within(line: &str, rest: &str, last: bool) -> Option<Line> {
    let bytes = line.as_bytes();
    let (mut from, mut tried) = (0, 0);
    while let Some(found) = memchr::memchr(b'{', &bytes[from..]) {
        let brace = from + found;
        let before = brace.checked_sub(1).map(|at| bytes[at]);
        let after = bytes.get(brace + 1);
        // Each try may read to the end of the line.
        if matches!(before, Some(b'\'' | b'"')) && tried < QUOTES {
            tried += 1;
            let is_python = line[..brace - 1].contains('\'');
            match quoted::read(&rest[brace - 1..], is_python, last) {
                Quoted::Object(object, length) => return Some(Line::Quoted(object, brace - 1 + length)),
                Quoted::More => return Some(Line::More),
                Quoted::None => {}
            }
        }
        if after == Some(&b'"') {
            let start = if before == Some(b'[') { brace - 1 } else { brace };
            // At the start of a line this was tried already, and is no prefix.
            return (start > 0).then_some(Line::Prefix(start));
        }
        from = brace + 1;
    }
    None
}

/// Returns the length of a time before JSON, as CloudWatch Logs exports have it on each line.
fn time_before_json(line: &str) -> Option<usize> {
    let json = memchr::memchr(b'{', &line.as_bytes()[..line.len().min(64)])?;
    let time = line[..json].trim();
    let is_epoch = time.len() >= 10 && time.bytes().all(|byte| byte.is_ascii_digit());
    (is_epoch || Timestamp::parse(time).is_some()).then_some(json)
}

/// Splits off the time that CloudWatch Logs exports put before a line.
fn without_time(line: &str) -> (Option<Timestamp>, &str) {
    match line.split_once([' ', '\t']) {
        Some((time, rest)) if time.contains('T') => match times::time(time) {
            Some(time) => (Some(time), rest.trim_start()),
            None => (None, line),
        },
        _ => (None, line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_may_stand_before_json() {
        assert_eq!(time_before_json("2024-05-01T10:00:00.123Z {\"a\":1}"), Some(25));
        assert_eq!(time_before_json("1714557600123\t{}"), Some(14));
        assert_eq!(time_before_json("see {}"), None);
        assert_eq!(time_before_json("2024-05-01T10:00:00.123Z"), None);
    }

    #[test]
    fn json_is_found_behind_any_prefix() {
        let length = |line: &str| match object_within(line, line, true) {
            Some(Line::Prefix(length)) => Some(length),
            _ => None,
        };
        assert_eq!(length("logs/a.json:{\"Records\":[]}"), Some(12));
        assert_eq!(length("logs/{x}/a.json:[{\"a\":1}]"), Some(16));
        assert_eq!(length("no {json} here"), None);
        let quoted = "- CloudTrailEvent: '{\"a\":1}'";
        assert!(
            matches!(object_within(quoted, quoted, true), Some(Line::Quoted(object, _)) if object == "{\"a\":1}")
        );
    }
}
