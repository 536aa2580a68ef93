//! JSON: one array, or one object a line, every column in every object, NULL as `null`.
//!
//! Characters that act on a terminal are written as `\u` and four digits: a parser reads the very texts that were logged.

use std::fmt::Write as _;
use std::io::Write;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::json::writer::{LineDelimited, WriterBuilder};
use stanch_core::text::is_deceptive;

use crate::error::QueryError;

pub(super) struct Json<'o> {
    out: &'o mut (dyn Write + Send),
    is_array: bool,
    is_begun: bool,
}

impl<'o> Json<'o> {
    pub(super) fn array(out: &'o mut (dyn Write + Send)) -> Result<Self, QueryError> {
        out.write_all(b"[")?;
        Ok(Self {
            out,
            is_array: true,
            is_begun: false,
        })
    }

    pub(super) const fn lines(out: &'o mut (dyn Write + Send)) -> Self {
        Self {
            out,
            is_array: false,
            is_begun: false,
        }
    }

    pub(super) fn add(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        let mut bytes = Vec::new();
        let mut writer = WriterBuilder::new()
            .with_explicit_nulls(true)
            .build::<_, LineDelimited>(&mut bytes);
        writer.write(batch)?;
        writer.finish()?;
        drop(writer);
        for line in String::from_utf8_lossy(&bytes).lines() {
            let separator: &str = match (self.is_array, self.is_begun) {
                (true, false) => "\n",
                (true, true) => ",\n",
                (false, _) => "",
            };
            self.is_begun = true;
            let end = if self.is_array { "" } else { "\n" };
            write!(self.out, "{separator}{}{end}", inert(line))?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), QueryError> {
        if self.is_array {
            let end = if self.is_begun { "\n]\n" } else { "]\n" };
            self.out.write_all(end.as_bytes())?;
        }
        Ok(())
    }
}

/// Outside of strings JSON is ASCII, so that whatever is found stands inside one.
fn inert(line: &str) -> String {
    let mut safe = String::with_capacity(line.len());
    for character in line.chars() {
        if is_deceptive(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(character);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_escaped_and_reads_back_the_same() {
        let text = "a\u{202e}b\u{9b}31m\u{e0041}ä";
        let line = serde_json::to_string(&serde_json::json!({ "name": text })).unwrap();
        let safe = inert(&line);
        assert_eq!(safe, "{\"name\":\"a\\u202eb\\u009b31m\\udb40\\udc41ä\"}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&safe).unwrap()["name"],
            text
        );
    }
}
