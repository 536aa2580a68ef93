//! Results as bytes: one file per format.
//!
//! Every text in a result may have been written by an attacker, so each format makes it inert in its own way.

mod csv;
mod json;
mod parquet;
mod table;

use std::io::Write;

use datafusion::arrow::array::{Array as _, ArrayRef, RecordBatch};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use futures_util::StreamExt as _;
use stanch_query_api::{Format, Shown};

use crate::error::QueryError;

/// Writes a result as it comes.
pub(crate) async fn write(
    mut stream: SendableRecordBatchStream,
    format: &Format,
    out: &mut (dyn Write + Send),
) -> Result<Shown, QueryError> {
    let schema = stream.schema();
    let mut rows = 0;
    let mut sink = Sink::new(format, &schema, out)?;
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(|error| QueryError::running(&error))?;
        rows += batch.num_rows() as u64;
        sink.add(&batch)?;
    }
    let written = sink.finish(rows)?;
    Ok(Shown { rows, written })
}

enum Sink<'o> {
    Table(table::Table<'o>),
    Csv(csv::Csv<'o>),
    Json(json::Json<'o>),
    Parquet(Box<parquet::Parquet<'o>>),
}

impl<'o> Sink<'o> {
    fn new(format: &Format, schema: &SchemaRef, out: &'o mut (dyn Write + Send)) -> Result<Self, QueryError> {
        Ok(match format {
            Format::Table(options) => Self::Table(table::Table::new(*options, schema, out)),
            Format::Csv => Self::Csv(csv::Csv::new(schema, out)?),
            Format::Json => Self::Json(json::Json::array(out)?),
            Format::JsonLines => Self::Json(json::Json::lines(out)),
            Format::Parquet => Self::Parquet(Box::new(parquet::Parquet::new(schema, out)?)),
        })
    }

    fn add(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        match self {
            Self::Table(sink) => sink.add(batch),
            Self::Csv(sink) => sink.add(batch),
            Self::Json(sink) => sink.add(batch),
            Self::Parquet(sink) => sink.add(batch),
        }
    }

    fn finish(self, rows: u64) -> Result<u64, QueryError> {
        match self {
            Self::Table(sink) => return sink.finish(),
            Self::Csv(_) => {}
            Self::Json(sink) => sink.finish()?,
            Self::Parquet(sink) => sink.finish()?,
        }
        Ok(rows)
    }
}

/// A column whose values are had as text, one at a time.
struct Cells<'a> {
    array: &'a ArrayRef,
    formatter: ArrayFormatter<'a>,
}

impl<'a> Cells<'a> {
    fn of(array: &'a ArrayRef) -> Result<Self, QueryError> {
        const OPTIONS: FormatOptions<'static> = FormatOptions::new().with_display_error(true);
        let formatter = ArrayFormatter::try_new(array.as_ref(), &OPTIONS)
            .map_err(|error| QueryError::running(&DataFusionError::from(error)))?;
        Ok(Self { array, formatter })
    }

    fn all(batch: &'a RecordBatch) -> Result<Vec<Self>, QueryError> {
        batch.columns().iter().map(Self::of).collect()
    }

    /// Writes the value over what `text` held; `false` for NULL.
    fn read(&self, row: usize, text: &mut String) -> Result<bool, QueryError> {
        text.clear();
        if self.array.is_null(row) {
            return Ok(false);
        }
        self.formatter
            .value(row)
            .write(text)
            .map_err(|error| QueryError::Failed {
                reason: error.to_string(),
            })?;
        Ok(true)
    }
}

/// Returns true when a column holds text, which somebody may have written, rather than a number, a time or a yes or no.
fn is_text(data_type: &DataType) -> bool {
    !(data_type.is_numeric() || data_type.is_temporal() || *data_type == DataType::Boolean)
}
