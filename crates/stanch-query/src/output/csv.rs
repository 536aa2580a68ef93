//! CSV by RFC 4180: a heading, CRLF, quotes where needed.
//!
//! A spreadsheet runs a cell that begins like a formula. Text that does gets an apostrophe in front, which makes it
//! text there and can be taken off by a program. Control and reordering characters other than tabs and line ends are
//! written as `\u{…}`: CSV has no escape of its own, and people print it. NULL is an empty cell.

use std::io::Write;

use datafusion::arrow::array::{Array as _, RecordBatch};
use datafusion::arrow::datatypes::SchemaRef;

use stanch_core::text::is_deceptive;

use super::{Cells, is_text};
use crate::error::QueryError;

pub(super) struct Csv<'o> {
    out: &'o mut (dyn Write + Send),
    line: String,
}

impl<'o> Csv<'o> {
    pub(super) fn new(schema: &SchemaRef, out: &'o mut (dyn Write + Send)) -> Result<Self, QueryError> {
        let mut line = String::new();
        for (place, field) in schema.fields().iter().enumerate() {
            separate(place, &mut line);
            push(&mut line, field.name(), true);
        }
        line.push_str("\r\n");
        out.write_all(line.as_bytes())?;
        Ok(Self { out, line })
    }

    pub(super) fn add(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        let columns = Cells::all(batch)?;
        let mut text = String::new();
        for row in 0..batch.num_rows() {
            self.line.clear();
            for (place, cells) in columns.iter().enumerate() {
                separate(place, &mut self.line);
                if cells.read(row, &mut text)? {
                    push(&mut self.line, &text, is_text(cells.array.data_type()));
                }
            }
            self.line.push_str("\r\n");
            self.out.write_all(self.line.as_bytes())?;
        }
        Ok(())
    }
}

fn separate(place: usize, line: &mut String) {
    if place > 0 {
        line.push(',');
    }
}

fn push(line: &mut String, text: &str, is_text: bool) {
    let is_formula = is_text && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let is_quoted = text.contains(['"', ',', '\r', '\n']) || text.starts_with(' ') || text.ends_with(' ');
    if is_quoted {
        line.push('"');
    }
    if is_formula {
        line.push('\'');
    }
    for character in text.chars() {
        match character {
            '"' => line.push_str("\"\""),
            '\r' | '\n' | '\t' => line.push(character),
            other if is_deceptive(other) => line.extend(other.escape_unicode()),
            other => line.push(other),
        }
    }
    if is_quoted {
        line.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_made_text() {
        let cell = |text: &str| {
            let mut line = String::new();
            push(&mut line, text, true);
            line
        };
        assert_eq!(cell("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
        assert_eq!(cell("@SUM(1,2)"), "\"'@SUM(1,2)\"");
        for text in ["+1", "-1", "\tx"] {
            assert!(cell(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(cell("\r=1"), "\"'\r=1\"");
        assert_eq!(cell("a \"b\"\nc"), "\"a \"\"b\"\"\nc\"");
        assert_eq!(cell("plain"), "plain");
    }

    #[test]
    fn a_negative_number_stays_a_number() {
        let mut line = String::new();
        push(&mut line, "-5", false);
        assert_eq!(line, "-5");
    }
}
