//! Lines of a CSV file. Memory is bounded by the longest row that is accepted.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::columns::{Columns, Field};
use super::problem::RowProblem;
use super::{Delivered, RowSink};

/// Bytes of a row.
const ROW: usize = 16 << 20;

/// Bytes that end with an error when no row ends within the limit: an opening quote without its end.
struct Bounded<R> {
    bytes: R,
    since_row: Rc<Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.since_row.get() > ROW {
            return Err(io::Error::from(io::ErrorKind::InvalidData));
        }
        let read = self.bytes.read(buffer)?;
        self.since_row.set(self.since_row.get() + read);
        Ok(read)
    }
}

/// Calls `sink` with every row; returns none when the file is no bill.
pub(super) fn read(bytes: &mut dyn Read, sink: &mut RowSink<'_>) -> io::Result<Option<Columns>> {
    let since_row = Rc::new(Cell::new(0));
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(Bounded {
        bytes,
        since_row: Rc::clone(&since_row),
    });
    let Some(columns) = Columns::of(reader.headers().map_err(io::Error::other)?.iter()) else {
        return Ok(None);
    };
    let width = reader.headers().map_err(io::Error::other)?.len();
    let mut row = csv::StringRecord::new();
    loop {
        since_row.set(0);
        match reader.read_record(&mut row) {
            Ok(false) => return Ok(Some(columns)),
            // A last row that was cut off has fewer cells.
            Ok(true) if row.len() != width => sink(Err(RowProblem::Number))?,
            Ok(true) => {
                let cell = |place: usize| row.get(place).unwrap_or("");
                let id = columns.place(Field::LineId).map_or("", &cell);
                let period = columns.place(Field::BillingPeriod).map_or("", &cell);
                sink(columns.line(&cell).map(|line| Delivered {
                    line,
                    id,
                    period,
                    form: columns.form,
                }))?;
            }
            Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => {
                sink(Err(RowProblem::Number))?;
            }
            Err(error) => return Err(io::Error::other(error)),
        }
    }
}
