//! Columns for a terminal, fitted to its width; one block a row where so many columns can't stand side by side.
//!
//! Control and reordering characters are made visible, so that no field can pose as another or as the program's own words.

use std::io::Write;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use stanch_core::text::shown;
use stanch_query_api::TableOptions;
use unicode_width::UnicodeWidthStr as _;

use super::Cells;
use crate::error::QueryError;

/// Characters of one cell that are held; a block shows them all, a column what fits.
const CELL_LIMIT: usize = 2000;
/// The least width a text column is cut to.
const LEAST: usize = 8;
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

    pub(super) fn finish(mut self) -> Result<(u64, bool), QueryError> {
        let is_cut = match self.widths() {
            Some(widths) => self.columns(&widths)?,
            None => self.blocks()?,
        };
        Ok((self.rows.len() as u64, is_cut))
    }

    /// The width of each column so that all fit; `None` when they can't.
    fn widths(&self) -> Option<Vec<usize>> {
        let mut widths: Vec<usize> = self.names.iter().map(|name| name.width()).collect();
        let least: Vec<usize> = widths
            .iter()
            .map(|width| LEAST.max((*width).min(2 * LEAST)))
            .collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
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

    fn columns(&mut self, widths: &[usize]) -> Result<bool, QueryError> {
        let mut is_cut = false;
        let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        let head = [&self.names, &rules];
        for row in head.into_iter().chain(&self.rows) {
            let mut line = String::new();
            for (place, cell) in row.iter().enumerate() {
                let fitted = fit(cell, widths[place]);
                is_cut |= fitted.len() != cell.len();
                let blank = " ".repeat(widths[place].saturating_sub(fitted.width()));
                if place > 0 {
                    line.push_str(&" ".repeat(GAP));
                }
                if self.is_right[place] {
                    line.extend([blank, fitted]);
                } else {
                    line.extend([fitted, blank]);
                }
            }
            writeln!(self.out, "{}", line.trim_end())?;
        }
        Ok(is_cut)
    }

    fn blocks(&mut self) -> Result<bool, QueryError> {
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
        Ok(false)
    }
}

/// The beginning of a text that fits, with `…` if anything is left out.
fn fit(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut fitted = String::new();
    for character in text.chars() {
        fitted.push(character);
        if fitted.width() >= width {
            fitted.pop();
            break;
        }
    }
    fitted.push('…');
    fitted
}
