//! Columns for a terminal, as wide as it allows; one block a row where so many columns don't fit side by side.
//!
//! No cell is cut: one that is longer than its column continues on the next line, so that a row can always be identified.
//!
//! Control and reordering characters are made visible, so that no field can pose as another or as the program's own words.

use std::io::Write;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use stanch_core::text::shown;
use stanch_query_api::TableOptions;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::Cells;
use crate::error::QueryError;

/// Characters of one cell that are kept.
const CELL_LIMIT: usize = 2000;
/// Least width of a text column.
const LEAST: usize = 8;
/// Number of lines that a cell may take in a column; if one needs more, rows are shown as blocks.
const LINES: usize = 3;
/// Between columns.
const GAP: usize = 2;

pub(super) struct Table<'o> {
    out: &'o mut (dyn Write + Send),
    options: TableOptions,
    names: Vec<String>,
    is_right: Vec<bool>,
    rows: Vec<Vec<String>>,
}

impl<'o> Table<'o> {
    pub(super) fn new(options: TableOptions, schema: &SchemaRef, out: &'o mut (dyn Write + Send)) -> Self {
        let fields = schema.fields();
        Self {
            out,
            options,
            names: fields.iter().map(|field| shown(field.name(), 80)).collect(),
            is_right: fields
                .iter()
                .map(|field| field.data_type().is_numeric())
                .collect(),
            rows: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        let left = self
            .options
            .rows
            .saturating_sub(self.rows.len())
            .min(batch.num_rows());
        let columns = Cells::all(batch)?;
        let mut text = String::new();
        for row in 0..left {
            let mut cells = Vec::with_capacity(columns.len());
            for column in &columns {
                let is_there = column.read(row, &mut text)?;
                cells.push(if is_there {
                    shown(&text, CELL_LIMIT)
                } else {
                    String::new()
                });
            }
            self.rows.push(cells);
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<u64, QueryError> {
        match self.widths() {
            Some(widths) => self.columns(&widths)?,
            None => self.blocks()?,
        }
        Ok(self.rows.len() as u64)
    }

    /// The width of each column so that all fit; `None` when they can't.
    fn widths(&self) -> Option<Vec<usize>> {
        let mut widths: Vec<usize> = self.names.iter().map(|name| name.width()).collect();
        let mut least: Vec<usize> = widths
            .iter()
            .map(|width| LEAST.max((*width).min(2 * LEAST)))
            .collect();
        for row in &self.rows {
            for ((width, least), cell) in widths.iter_mut().zip(&mut least).zip(row) {
                *width = (*width).max(cell.width());
                *least = (*least).max(narrowest(cell));
            }
        }
        let room = self
            .options
            .width
            .saturating_sub(GAP * widths.len().saturating_sub(1));
        loop {
            let total: usize = widths.iter().sum();
            if total <= room {
                return Some(widths);
            }
            // The widest gives way first, as far as the next one or what is too much.
            let may_shrink = |place: &usize| widths[*place] > least[*place] && !self.is_right[*place];
            let widest = (0..widths.len())
                .filter(may_shrink)
                .max_by_key(|place| widths[*place])?;
            let others = (0..widths.len())
                .filter(|place| *place != widest)
                .map(|place| widths[place]);
            let next = others.filter(|width| *width < widths[widest]).max().unwrap_or(0);
            let excess = total - room;
            let to = next.max(widths[widest].saturating_sub(excess)).max(least[widest]);
            widths[widest] = to.min(widths[widest] - 1);
        }
    }

    fn columns(&mut self, widths: &[usize]) -> Result<(), QueryError> {
        let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        let head = [&self.names, &rules];
        for row in head.into_iter().chain(&self.rows) {
            let cells: Vec<Vec<String>> = row
                .iter()
                .zip(widths)
                .map(|(cell, width)| wrapped(cell, *width))
                .collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or(1);
            for number in 0..height {
                let mut line = String::new();
                for (place, lines) in cells.iter().enumerate() {
                    let text = lines.get(number).map_or("", String::as_str);
                    let blank = " ".repeat(widths[place].saturating_sub(text.width()));
                    if place > 0 {
                        line.push_str(&" ".repeat(GAP));
                    }
                    if self.is_right[place] {
                        line.extend([blank.as_str(), text]);
                    } else {
                        line.extend([text, blank.as_str()]);
                    }
                }
                writeln!(self.out, "{}", line.trim_end())?;
            }
        }
        Ok(())
    }

    fn blocks(&mut self) -> Result<(), QueryError> {
        let width = self.names.iter().map(|name| name.width()).max().unwrap_or(0);
        for (number, row) in self.rows.iter().enumerate() {
            if number > 0 {
                writeln!(self.out)?;
            }
            for (name, cell) in self.names.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
                let blank = " ".repeat(width.saturating_sub(name.width()));
                writeln!(self.out, "{name}{blank}  {cell}")?;
            }
        }
        Ok(())
    }
}

/// The least width at which a cell takes at most [`LINES`] lines; of a very long cell, about.
fn narrowest(cell: &str) -> usize {
    const LONGEST: usize = 600;
    let mut width = cell.width().div_ceil(LINES).max(1);
    while width * LINES < LONGEST && wrapped(cell, width).len() > LINES {
        width += 1;
    }
    width
}

/// A text in lines of a width, broken after a space, `/`, `:`, `,` or `-` where there is one in the second half of a line.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut taken = 0;
    for character in text.chars() {
        let columns = character.width().unwrap_or(0);
        if taken + columns > width && !line.is_empty() {
            let breaks = line
                .char_indices()
                .rev()
                .find(|(_, known)| " /:,-".contains(*known));
            let end = breaks.map(|(place, known)| place + known.len_utf8());
            let end = end.filter(|end| *end * 2 > line.len()).unwrap_or(line.len());
            let rest = line.split_off(end);
            lines.push(line.trim_end().to_owned());
            line = rest;
            taken = line.width();
        }
        line.push(character);
        taken += columns;
    }
    lines.push(line.trim_end().to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_cell_continues_on_the_next_line_and_nothing_of_it_is_lost() {
        let arn = "arn:aws:iam::111122223333:user/team/ci-release";
        assert_eq!(
            wrapped(arn, 31),
            ["arn:aws:iam::111122223333:user/", "team/ci-release"]
        );
        for width in 1..60 {
            let lines = wrapped(arn, width);
            assert_eq!(lines.concat(), arn, "{width}");
            assert!(
                lines.iter().all(|line| line.width() <= width),
                "{width}: {lines:?}"
            );
        }
        assert!(wrapped(arn, narrowest(arn)).len() <= LINES);
        assert_eq!(wrapped("", 5), [""]);
    }
}
