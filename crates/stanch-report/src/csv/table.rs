//! Rows of any table as CSV, one at a time: for tables too large for memory, such as the lines of a bill.

use std::io;

use super::cell::{Row, header};

/// A cell.
#[derive(Debug, Clone, Copy)]
pub enum CsvCell<'t> {
    /// Text that anybody may have written: quoted, and no formula.
    Text(&'t str),
    /// An exact decimal number that this program wrote: a number to every program.
    Decimal(&'t str),
}

/// Writes the header line. Names are those of this program: plain words.
///
/// # Errors
/// When `out` does not take them.
pub fn csv_header(columns: &[&str], out: &mut dyn io::Write) -> io::Result<()> {
    header(columns, out)
}

/// Writes a row. What is given as a decimal and is none is written as text.
///
/// # Errors
/// When `out` does not take it.
pub fn csv_row(cells: &[CsvCell<'_>], out: &mut dyn io::Write) -> io::Result<()> {
    let mut row = Row::new(out);
    for cell in cells {
        match cell {
            CsvCell::Decimal(number) if is_decimal(number) => row.decimal(number)?,
            CsvCell::Text(text) | CsvCell::Decimal(text) => row.text(text)?,
        }
    }
    row.end()
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_numbers_and_texts_become_no_formula() {
        let mut out = Vec::new();
        csv_header(&["cost", "tag"], &mut out).unwrap();
        csv_row(&[CsvCell::Decimal("-1.5"), CsvCell::Text("=1+1")], &mut out).unwrap();
        csv_row(&[CsvCell::Decimal("-cmd"), CsvCell::Text("a\"b")], &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "cost,tag\r\n-1.5,\"'=1+1\"\r\n\"'-cmd\",\"a\"\"b\"\r\n"
        );
    }
}
