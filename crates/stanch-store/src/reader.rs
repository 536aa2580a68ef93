//! The reader of parts: chosen columns of chosen rows, each event once.
//!
//! A case may hold millions of events, of which few matter to one question: narrow columns are read for all rows, wide ones
//! only for the rows that are kept. It must not know what is looked for. For SQL there is the query engine.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray as _;
use arrow_array::types::{TimestampMillisecondType, UInt32Type, UInt64Type};
use arrow_array::{Array as _, ArrayRef, BooleanArray, RecordBatch};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowPredicate, ArrowPredicateFn, ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder, RowFilter,
};

use crate::error::ReadError;
use crate::writer::COPIES;

/// Rows that are decoded at once.
const ROWS_AT_ONCE: usize = 4096;
/// Columns that say where a record lies in the input.
const PLACE: [&str; 3] = ["input", "member", "offset"];

/// Place of a record: input, member, offset.
type Place = (u32, u32, u64);

/// One row, as far as its columns were read.
#[derive(Clone, Copy)]
pub struct Row<'r> {
    batch: &'r RecordBatch,
    number: usize,
}

impl<'r> Row<'r> {
    /// Returns a text column; empty where it is NULL or was not read.
    #[must_use]
    pub fn text(&self, column: &str) -> &'r str {
        self.get(column)
            .and_then(|array| array.as_string_opt::<i32>())
            .map_or("", |array| array.value(self.number))
    }

    /// Returns a boolean column; none where it is NULL or was not read.
    #[must_use]
    pub fn flag(&self, column: &str) -> Option<bool> {
        let array = self.get(column)?.as_boolean_opt()?;
        Some(array.value(self.number))
    }

    /// Returns the column `time` in milliseconds since 1970; zero where it was not read.
    #[must_use]
    pub fn time(&self) -> i64 {
        self.get("time")
            .and_then(|array| array.as_primitive_opt::<TimestampMillisecondType>())
            .map_or(0, |array| array.value(self.number))
    }

    fn place(&self) -> Place {
        let small = |column| {
            self.get(column)
                .and_then(|array| array.as_primitive_opt::<UInt32Type>())
                .map_or(0, |array| array.value(self.number))
        };
        let offset = self
            .get("offset")
            .and_then(|array| array.as_primitive_opt::<UInt64Type>());
        (
            small("input"),
            small("member"),
            offset.map_or(0, |array| array.value(self.number)),
        )
    }

    /// The column, unless this row has NULL there.
    fn get(&self, column: &str) -> Option<&'r ArrayRef> {
        let array = self.batch.column_by_name(column)?;
        array.is_valid(self.number).then_some(array)
    }
}

/// Decides by the narrow columns whether a row is kept.
pub type Keep = Box<dyn Fn(&Row<'_>) -> bool + Send + Sync>;

/// Rows and columns to read.
pub struct Selection {
    /// Columns that `keep` sees.
    pub narrow: Vec<&'static str>,
    /// Decides whether a row is kept.
    pub keep: Keep,
    /// Columns read of the kept rows; the narrow ones are among them only when named.
    pub columns: Vec<&'static str>,
}

/// The parts of a case.
pub struct Reader {
    parts: Vec<PathBuf>,
    /// Keys of events that have several rows, with the place of the row that counts.
    first: HashMap<String, Place>,
}

impl Reader {
    /// Opens parts. Where earlier copies of events were found after their rows had been written, finds which row counts.
    ///
    /// # Errors
    /// When a part can't be read.
    pub fn open(parts: Vec<PathBuf>) -> Result<Self, ReadError> {
        let mut copies = 0;
        for part in &parts {
            copies += copies_in(part)?;
        }
        let mut reader = Self {
            parts,
            first: HashMap::new(),
        };
        if copies > 0 {
            reader.first = reader.competing()?;
        }
        Ok(reader)
    }

    /// Calls `each` with every selected event, in the order of the parts.
    ///
    /// # Errors
    /// When a part can't be read, or `each` fails.
    pub fn select<E: From<ReadError>>(
        &self,
        selection: Selection,
        mut each: impl FnMut(&Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut columns = selection.columns;
        if !self.first.is_empty() {
            columns.extend(PLACE.into_iter().chain(["key"]));
        }
        let keep = std::sync::Arc::new(selection.keep);
        for part in &self.parts {
            let keep = std::sync::Arc::clone(&keep);
            let filter = (selection.narrow.as_slice(), move |row: &Row<'_>| keep(row));
            self.rows(part, &columns, Some(filter), |row| {
                let counts = self
                    .first
                    .get(row.text("key"))
                    .is_none_or(|place| *place == row.place());
                if counts { each(row) } else { Ok(()) }
            })?;
        }
        Ok(())
    }

    /// Finds the events with several rows, and of each the place that lies first.
    fn competing(&self) -> Result<HashMap<String, Place>, ReadError> {
        let mut keys = HashSet::new();
        for part in &self.parts {
            let copied = |row: &Row<'_>| row.flag(COPIES) == Some(true);
            self.rows(part, &["key"], Some((&[COPIES], copied)), |row| {
                keys.insert(row.text("key").to_owned());
                Ok::<(), ReadError>(())
            })?;
        }
        let keys = std::sync::Arc::new(keys);
        let mut first: HashMap<String, Place> = HashMap::new();
        for part in &self.parts {
            let keys = std::sync::Arc::clone(&keys);
            let competes = move |row: &Row<'_>| keys.contains(row.text("key"));
            self.rows(
                part,
                &["key", "input", "member", "offset"],
                Some((&["key"], competes)),
                |row| {
                    let place = row.place();
                    first
                        .entry(row.text("key").to_owned())
                        .and_modify(|known| *known = (*known).min(place))
                        .or_insert(place);
                    Ok::<(), ReadError>(())
                },
            )?;
        }
        Ok(first)
    }

    fn rows<E: From<ReadError>>(
        &self,
        part: &Path,
        columns: &[&str],
        filter: Option<(&[&str], impl Fn(&Row<'_>) -> bool + Send + 'static)>,
        mut each: impl FnMut(&Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let batches = batches(part, columns, filter)?;
        for batch in batches {
            let batch = batch.map_err(ReadError::from)?;
            for number in 0..batch.num_rows() {
                each(&Row {
                    batch: &batch,
                    number,
                })?;
            }
        }
        Ok(())
    }
}

/// Opens one part and decodes the wanted rows and columns in batches.
fn batches(
    part: &Path,
    columns: &[&str],
    filter: Option<(&[&str], impl Fn(&Row<'_>) -> bool + Send + 'static)>,
) -> Result<ParquetRecordBatchReader, ReadError> {
    let file = File::open(part)?;
    let mut builder = ParquetRecordBatchReaderBuilder::try_new(file)?.with_batch_size(ROWS_AT_ONCE);
    let mask = |columns: &[&str]| ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let wanted = mask(columns);
    let filter = filter.map(|(narrow, keep)| {
        let predicate = ArrowPredicateFn::new(mask(narrow), move |batch: RecordBatch| {
            let kept = (0..batch.num_rows()).map(|number| {
                Some(keep(&Row {
                    batch: &batch,
                    number,
                }))
            });
            Ok(kept.collect::<BooleanArray>())
        });
        RowFilter::new(vec![Box::new(predicate) as Box<dyn ArrowPredicate>])
    });
    builder = builder.with_projection(wanted);
    if let Some(filter) = filter {
        builder = builder.with_row_filter(filter);
    }
    Ok(builder.build()?)
}

/// The number of rows of a part that were written for earlier copies.
fn copies_in(part: &Path) -> Result<u64, ReadError> {
    let metadata = ArrowReaderMetadata::load(&File::open(part)?, ArrowReaderOptions::new())?;
    let name = format!("stanch.{COPIES}");
    let entries = metadata.metadata().file_metadata().key_value_metadata();
    Ok(entries
        .into_iter()
        .flatten()
        .filter(|entry| entry.key == name)
        .filter_map(|entry| entry.value.as_deref()?.parse::<u64>().ok())
        .sum())
}
