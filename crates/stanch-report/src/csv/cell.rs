//! One row of CSV, in which no cell can act on the spreadsheet that opens it.
//!
//! A spreadsheet takes a cell for a formula when it begins with one of a few characters. Which bytes begin a cell is
//! not ours to say: a program set to another separator than the comma begins one after a semicolon or a tab inside of
//! our cell. So what could begin a formula is made text by an apostrophe wherever any program could see a cell begin.
//! Source: OWASP, "CSV Injection". It must not know what the columns are.

use std::io;

use crate::escape::plain;

/// Characters that begin a formula: the ASCII signs, and those that spreadsheets for East Asian languages treat alike.
const TRIGGERS: [char; 13] = [
    '=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−',
];
const SEPARATORS: [char; 3] = [',', ';', '|'];
const QUOTES: [char; 11] = ['"', '\'', '`', '“', '”', '„', '‘', '’', '«', '＂', '＇'];

/// Text made visible, bounded, and inert in a spreadsheet.
pub(super) fn inert(text: &str) -> String {
    let visible = plain(text);
    let mut cell = String::with_capacity(visible.len() + 2);
    let mut begins = true;
    for character in visible.chars() {
        if begins && TRIGGERS.contains(&character) {
            cell.push('\'');
        }
        begins = SEPARATORS.contains(&character)
            || (begins && (character.is_whitespace() || QUOTES.contains(&character)));
        cell.push(character);
    }
    cell
}

/// Writes the header line.
pub(super) fn header(columns: &[&str], out: &mut dyn io::Write) -> io::Result<()> {
    write!(out, "{}\r\n", columns.join(","))
}

/// A row that is being written.
pub(super) struct Row<'w> {
    out: &'w mut dyn io::Write,
    begun: bool,
}

impl<'w> Row<'w> {
    /// Begins a row.
    pub(super) fn new(out: &'w mut dyn io::Write) -> Self {
        Self { out, begun: false }
    }

    fn separate(&mut self) -> io::Result<()> {
        let separator = if self.begun { "," } else { "" };
        self.begun = true;
        self.out.write_all(separator.as_bytes())
    }

    /// A cell of text, always in quotes; empty text is an empty cell.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        self.separate()?;
        if text.is_empty() {
            return Ok(());
        }
        write!(self.out, "\"{}\"", inert(text).replace('"', "\"\""))
    }

    /// A cell that is a number to every program; nothing when there is none.
    pub(super) fn number(&mut self, number: Option<u64>) -> io::Result<()> {
        self.separate()?;
        number.map_or(Ok(()), |number| write!(self.out, "{number}"))
    }

    /// A cell that is a decimal number.
    pub(super) fn decimal(&mut self, number: &str) -> io::Result<()> {
        self.separate()?;
        self.out.write_all(number.as_bytes())
    }

    /// Ends the row.
    pub(super) fn end(self) -> io::Result<()> {
        self.out.write_all(b"\r\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_begin_a_formula_is_text() {
        for (text, cell) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            (" \"=1+1", " \"'=1+1"),
            ("\u{a0}＝1", "\u{a0}'＝1"),
            ("\t=1", "\\u{9}=1"),
            ("a;=1, -2", "a;'=1, '-2"),
            ("2026-03-05", "2026-03-05"),
            ("user ann", "user ann"),
        ] {
            assert_eq!(inert(text), cell);
        }
    }
}
