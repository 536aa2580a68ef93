//! Logs of one line per record, and lines that stand before or between JSON.
//!
//! Remembers what earlier lines have settled: the columns of a flow log are named by its first line. It must
//! not cut the text into lines itself.

use stanch_core::Timestamp;
use stanch_core::source::SourceKind;

use crate::delivery::{Delivery, Place};
use crate::format::{s3_server_access, vpc_flow};

/// What a line is.
pub(crate) enum LineMeaning {
    /// It was delivered, skipped or named.
    Understood,
    /// So many bytes stand before JSON.
    Prefix(usize),
    /// A Git LFS pointer.
    Pointer,
    /// None of the known.
    Strange,
}

/// What the lines so far have settled.
#[derive(Debug, Default)]
pub(crate) struct LineFormats {
    flow_columns: Option<Vec<String>>,
    settled: bool,
}

impl LineFormats {
    /// Whether a line has fitted a format.
    pub(crate) fn is_settled(&self) -> bool {
        self.settled
    }

    /// Reads one line, without its end.
    pub(crate) fn read(&mut self, line: &str, place: Place, out: &mut Delivery<'_>) -> LineMeaning {
        // Files that begin with a byte order mark were joined: the mark says nothing here either.
        let whole = line.len();
        let line = line.strip_prefix('\u{feff}').unwrap_or(line);
        let mark = whole - line.len();
        if line.starts_with("version https://git-lfs.") {
            return LineMeaning::Pointer;
        }
        if line.starts_with("CloudTrail validation message.") {
            out.skip(SourceKind::Notification);
            return LineMeaning::Understood;
        }
        if let Some(length) = time_before_json(line) {
            return LineMeaning::Prefix(mark + length);
        }
        let line = without_time(line);
        if let Some(columns) = vpc_flow::header(line) {
            self.flow_columns = Some(columns);
            return self.skipped(out);
        }
        if vpc_flow::is_without_data(line, self.flow_columns.as_deref()) {
            return self.skipped(out);
        }
        let event =
            s3_server_access::line(line).or_else(|| vpc_flow::line(line, self.flow_columns.as_deref()));
        match event {
            Some(mut event) => {
                self.settled = true;
                out.emit(&mut event, place);
                LineMeaning::Understood
            }
            None => LineMeaning::Strange,
        }
    }

    fn skipped(&mut self, out: &mut Delivery<'_>) -> LineMeaning {
        self.settled = true;
        out.skip(SourceKind::VpcFlow);
        LineMeaning::Understood
    }
}

/// The length of a time before JSON, as CloudWatch Logs exports have it on each line.
fn time_before_json(line: &str) -> Option<usize> {
    let json = memchr::memchr(b'{', &line.as_bytes()[..line.len().min(64)])?;
    let time = line[..json].trim();
    let is_epoch = time.len() >= 10 && time.bytes().all(|byte| byte.is_ascii_digit());
    (is_epoch || Timestamp::parse(time).is_some()).then_some(json)
}

/// A line without the time that CloudWatch Logs exports put before it.
fn without_time(line: &str) -> &str {
    match line.split_once([' ', '\t']) {
        Some((time, rest)) if time.contains('T') && Timestamp::parse(time).is_some() => rest.trim_start(),
        _ => line,
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
}
