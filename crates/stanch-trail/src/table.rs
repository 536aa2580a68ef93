//! Tables: a header that names columns, and rows of cells between commas, semicolons, tabs or bars.
//!
//! A row becomes an object with its columns as members; what it means is for others. It must not know records beyond
//! the names of their members, by which a header is told from any other line.

use std::fmt::Write as _;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use crate::canonical::{RECORD_KEYS, known};
use crate::format::{s3_server_access, vpc_flow};

/// Delimiters in the order in which they are tried.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Largest number of columns.
const COLUMNS: usize = 1024;
/// Bytes of a column's name.
const NAME: usize = 200;

/// Columns of exports that hold a whole record or log line.
const WHOLE: [&str; 9] = [
    "_raw",
    "@message",
    "message",
    "eventjson",
    "cloudtrailevent",
    "event.original",
    "event_original",
    "_source",
    "logevent",
];

/// Names that the console and spreadsheets use, and the member that each stands for.
const ALIASES: [(&str, &str); 3] = [
    ("username", "userIdentity.userName"),
    ("awsaccesskey", "userIdentity.accessKeyId"),
    ("accesskeyid", "userIdentity.accessKeyId"),
];

/// Table that is being read.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<String>,
    delimiter: u8,
    header: String,
    /// The table has a column for request parameters, or one with whole records.
    has_parameters: bool,
    /// The table has columns of CloudTrail records.
    has_record_columns: bool,
}

/// Row at the start of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Row {
    /// An object of the columns, and the bytes that the row takes.
    Object(String, usize),
    /// The header again, or an empty row.
    Skip(usize),
    /// It continues behind what is there.
    More,
    /// It has another number of cells than the table has columns.
    Misfit,
}

impl Table {
    /// Reads a header; `None` for any other line. `next` is the text behind it.
    pub(crate) fn of_header(line: &str, next: &str) -> Option<Self> {
        if line.starts_with(['{', '[']) || line.len() > COLUMNS * NAME {
            return None;
        }
        let mut tables = DELIMITERS
            .iter()
            .filter_map(|&delimiter| Self::of(line, next, delimiter));
        let first = tables.next()?;
        Some(tables.fold(first, |best, other| {
            if other.columns.len() > best.columns.len() {
                other
            } else {
                best
            }
        }))
    }

    fn of(line: &str, next: &str, delimiter: u8) -> Option<Self> {
        let (columns, _) = cells(line, delimiter, true)?;
        if columns.len() > COLUMNS || !columns.iter().all(|name| is_name(name)) {
            return None;
        }
        let plain: Vec<String> = columns
            .iter()
            .map(|name| name.trim().to_ascii_lowercase())
            .collect();
        let has_whole = plain.iter().any(|name| WHOLE.contains(&name.as_str()));
        let named = columns.iter().filter(|name| is_known(name)).count();
        let is_header = has_whole && (columns.len() > 1 || !next.starts_with(char::is_alphabetic))
            || columns.len() >= 2 && (named >= 2 || holds_object(next, delimiter, columns.len()));
        let is_record = columns
            .iter()
            .any(|name| known(name, RECORD_KEYS) == Some("eventName"));
        is_header.then(|| Self {
            has_parameters: has_whole
                || plain
                    .iter()
                    .any(|name| name.replace(['_', ' '], "").starts_with("requestparameters")),
            has_record_columns: is_record,
            columns: columns.iter().map(|name| member_of(name.trim())).collect(),
            delimiter,
            header: line.to_owned(),
        })
    }

    /// Returns whether the rows are records without their request parameters.
    pub(crate) const fn lacks_parameters(&self) -> bool {
        self.has_record_columns && !self.has_parameters
    }

    /// Reads the row at the start of `text`.
    pub(crate) fn row(&self, text: &str, last: bool) -> Row {
        let Some((cells, length)) = cells(text, self.delimiter, last) else {
            return if last { Row::Misfit } else { Row::More };
        };
        let line = text[..length]
            .trim_end_matches(['\r', '\n'])
            .trim_start_matches('\u{feff}');
        if line == self.header || line.trim_matches([char::from(self.delimiter), ' ']).is_empty() {
            return Row::Skip(length);
        }
        if cells.len() != self.columns.len() {
            return Row::Misfit;
        }
        Row::Object(object(&self.columns, &cells), length)
    }
}

/// Returns an object of these columns with the cells that are not empty.
pub(crate) fn object(columns: &[String], cells: &[String]) -> String {
    let mut object = String::from("{");
    for (column, cell) in columns.iter().zip(cells) {
        let Some(cell) = value_of(column, cell) else {
            continue;
        };
        if object.len() > 1 {
            object.push(',');
        }
        // Writing to a string can't fail.
        let _ = write!(
            object,
            "{}:{}",
            serde_json::Value::from(column.as_str()),
            serde_json::Value::from(cell)
        );
    }
    object.push('}');
    object
}

/// Returns the columns of a header as members are named.
pub(crate) fn columns_of(header: &[String]) -> Option<Table> {
    let line: Vec<String> = header.iter().map(|name| name.replace('\t', " ")).collect();
    Table::of(&line.join("\t"), "", b'\t')
}

impl Table {
    /// Returns the object of a row of cells that were cut already; `None` when the row has more than the table.
    pub(crate) fn object_of(&self, cells: &[String]) -> Option<String> {
        (cells.len() <= self.columns.len()).then(|| object(&self.columns, cells))
    }
}

/// Returns a cell as the value of its column; `None` for an empty one and for one that a spreadsheet has spoiled.
fn value_of(column: &str, cell: &str) -> Option<String> {
    let cell = cell.trim_matches(['\u{feff}', '\u{a0}']);
    if cell.is_empty() || cell == "null" || cell == "-" {
        return None;
    }
    if known(column, RECORD_KEYS) != Some("recipientAccountId") {
        return Some(cell.to_owned());
    }
    // A spreadsheet takes an account number for a number: it drops leading zeros, or digits beyond repair.
    let digits = cell.trim_start_matches(['\'', '=', '"']).trim_end_matches('"');
    let digits = digits.strip_suffix(".0").unwrap_or(digits);
    let is_whole = digits.len() <= 12 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_whole.then(|| format!("{digits:0>12}"))
}

/// Returns whether a line before the header says how the table is written.
pub(crate) fn is_preamble(line: &str) -> bool {
    line.starts_with("#TYPE ") || line.len() == 5 && line.starts_with("sep=")
}

/// Reads the cells of the row at the start of `text`, and the bytes they take; `None` when it continues behind it.
fn cells(text: &str, delimiter: u8, last: bool) -> Option<(Vec<String>, usize)> {
    let mut reader: Reader = ReaderBuilder::new().delimiter(delimiter).build();
    let mut output = vec![0; 1024];
    let mut ends = vec![0; 64];
    let (mut input, mut taken, mut written, mut count) = (text.as_bytes(), 0, 0, 0);
    loop {
        let (result, read, wrote, ended) =
            reader.read_record(input, &mut output[written..], &mut ends[count..]);
        input = &input[read..];
        taken += read;
        written += wrote;
        count += ended;
        match result {
            ReadRecordResult::InputEmpty if !last => return None,
            ReadRecordResult::InputEmpty => input = &[],
            ReadRecordResult::OutputFull => output.resize(output.len() * 2, 0),
            ReadRecordResult::OutputEndsFull if ends.len() > COLUMNS => return Some((Vec::new(), taken)),
            ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
            ReadRecordResult::Record => break,
            ReadRecordResult::End if count == 0 => return Some((Vec::new(), text.len())),
            ReadRecordResult::End => break,
        }
    }
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let cells = starts.zip(&ends).take(count);
    let cells = cells.map(|(start, end)| String::from_utf8_lossy(&output[start..*end]).into_owned());
    // A line feed behind the carriage return is the row's as well.
    let rest = &text[taken..];
    let feed = usize::from(rest.starts_with('\n') && text[..taken].ends_with('\r'));
    Some((cells.collect(), taken + feed))
}

fn is_name(name: &str) -> bool {
    let name = name.trim_matches([' ', '\u{feff}']);
    let begins = name.starts_with(|first: char| first.is_alphabetic() || "@_#".contains(first));
    let is_part = |letter: char| letter.is_alphanumeric() || "@_#.-/ {}[]()$:".contains(letter);
    begins && name.len() <= NAME && name.chars().all(is_part)
}

fn is_known(name: &str) -> bool {
    let name = name.trim_matches([' ', '\u{feff}']);
    let head = name.split(['.', '{', '[']).next().unwrap_or(name);
    let is_alias = || {
        let plain = plain(name);
        ALIASES.iter().any(|(alias, _)| *alias == plain)
    };
    known(head, RECORD_KEYS).is_some()
        || is_alias()
        || s3_server_access::is_field(name)
        || vpc_flow::is_field(name)
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(|letter| !" _-".contains(*letter));
    letters.collect::<String>().to_ascii_lowercase()
}

/// Returns the member that a column stands for.
fn member_of(name: &str) -> String {
    let name = name.trim_matches([' ', '\u{feff}']);
    let plain = plain(name);
    let alias = ALIASES.iter().find(|(alias, _)| *alias == plain);
    alias.map_or(name, |(_, member)| *member).to_owned()
}

/// Returns whether a row of this many cells follows, one of which is an object.
fn holds_object(next: &str, delimiter: u8, width: usize) -> bool {
    let head = &next[..next.len().min(64 << 10)];
    if !head.contains("{\"") {
        return false;
    }
    cells(next, delimiter, true).is_some_and(|(cells, _)| {
        cells.len() == width
            && cells
                .iter()
                .any(|cell| cell.trim_start().starts_with("{\"") && cell.ends_with('}'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Row> {
        let (header, rest) = text.split_once('\n').unwrap();
        let table = Table::of_header(header.trim_end(), rest).unwrap();
        let mut rows = Vec::new();
        let mut rest = rest;
        while !rest.is_empty() {
            let row = table.row(rest, true);
            let length = match &row {
                Row::Object(_, length) | Row::Skip(length) => *length,
                _ => rest.len(),
            };
            rows.push(row);
            rest = &rest[length..];
        }
        rows
    }

    #[test]
    fn rows_become_objects_whatever_stands_between_the_cells() {
        for delimiter in [",", ";", "\t", "|"] {
            let text = ["Event name", "User name", "Recipient Account Id"].join(delimiter)
                + "\r\n"
                + &["A", "\"x\"\"\n y\"", "12345678901"].join(delimiter)
                + "\r\n"
                + &["B", "", "1,11122E+11"]
                    .map(|cell| format!("\"{cell}\""))
                    .join(delimiter);
            let rows = rows(&text);
            let Row::Object(first, _) = &rows[0] else {
                panic!("{rows:?}")
            };
            assert_eq!(
                first,
                r#"{"Event name":"A","userIdentity.userName":"x\"\n y","Recipient Account Id":"012345678901"}"#
            );
            let Row::Object(second, _) = &rows[1] else {
                panic!("{rows:?}")
            };
            assert_eq!(second, r#"{"Event name":"B"}"#);
        }
    }

    #[test]
    fn a_header_is_told_from_other_lines() {
        for (line, next) in [
            ("_raw", "\"{\"\"a\"\":1}\"\n"),
            ("\"eventJson\"", "\"{}\"\n"),
            ("eventName,eventSource,sourceIPAddress", ""),
            ("id,payload", "1,\"{\"\"eventName\"\":\"\"A\"\"}\"\n"),
            ("srcaddr,dstaddr,start", ""),
            ("bucketowner,bucket_name,requestdatetime,operation", ""),
        ] {
            assert!(Table::of_header(line, next).is_some(), "{line}");
        }
        for (line, next) in [
            ("Hello, world", "the message\n"),
            ("{\"eventName\":1,\"eventSource\":2}", ""),
            ("eventName eventSource", ""),
            ("2024-05-01,eventName,eventSource", ""),
            ("", ""),
        ] {
            assert!(Table::of_header(line, next).is_none(), "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn rows_never_panic_and_take_what_they_say(text in "[a\",;\r\n\u{feff}é]{0,40}", last: bool) {
            let table = Table::of_header("eventName,eventSource", "").unwrap();
            if let Row::Object(_, length) | Row::Skip(length) = table.row(&text, last) {
                proptest::prop_assert!(text.is_char_boundary(length) && (length > 0 || text.is_empty()));
            }
        }
    }
}
