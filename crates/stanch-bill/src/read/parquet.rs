//! Lines of a Parquet file, in batches of rows; only the columns that a line has are read.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Decimal128Type, Float32Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::reader::ChunkReader;

use super::columns::{Columns, Field, tag_key};
use super::{Delivered, RowSink};
use crate::decimal::Decimal;

/// Rows of a batch.
const BATCH: usize = 2048;

/// Calls `sink` with every row; returns none when the file is no bill.
pub(super) fn read(input: impl ChunkReader + 'static, sink: &mut RowSink<'_>) -> io::Result<Option<Columns>> {
    // The library may panic on a damaged file: that is a damaged input, not the end of the program.
    catch_unwind(AssertUnwindSafe(|| rows(input, sink)))
        .unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::InvalidData)))
}

fn rows(input: impl ChunkReader + 'static, sink: &mut RowSink<'_>) -> io::Result<Option<Columns>> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(input).map_err(io::Error::other)?;
    let names: Vec<String> = builder
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    let Some(all) = Columns::of(names.iter().map(String::as_str)) else {
        return Ok(None);
    };
    let mut wanted: Vec<usize> = all.places.iter().flatten().copied().collect();
    wanted.extend(all.tags.iter().map(|(_, place)| *place));
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
    let batches = builder
        .with_projection(mask)
        .with_batch_size(BATCH)
        .build()
        .map_err(io::Error::other)?;
    for batch in batches {
        let batch = batch.map_err(io::Error::other)?;
        let schema = batch.schema();
        let columns = Columns::of(schema.fields().iter().map(|field| field.name().as_str()))
            .ok_or(io::ErrorKind::InvalidData)?;
        let texts = texts(&batch);
        for row in 0..batch.num_rows() {
            let cell = |place: usize| {
                texts
                    .get(place)
                    .and_then(|column| column.get(row))
                    .map_or("", String::as_str)
            };
            let id = columns.place(Field::LineId).map_or("", &cell);
            let period = columns.place(Field::BillingPeriod).map_or("", &cell);
            sink(columns.line(&cell).map(|line| Delivered {
                line,
                id,
                period,
                form: all.form,
            }))?;
        }
    }
    Ok(Some(all))
}

/// All cells of a batch as texts, by column.
fn texts(batch: &RecordBatch) -> Vec<Vec<String>> {
    batch
        .columns()
        .iter()
        .map(|column| {
            (0..batch.num_rows())
                .map(|row| text(column.as_ref(), row))
                .collect()
        })
        .collect()
}

fn text(column: &dyn Array, row: usize) -> String {
    if column.is_null(row) {
        return String::new();
    }
    let double = |value: f64| {
        Decimal::of_double(value).map_or_else(|_| "not a number".to_owned(), |value| value.to_string())
    };
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        DataType::LargeUtf8 => column.as_string::<i64>().value(row).to_owned(),
        DataType::Utf8View => column.as_string_view().value(row).to_owned(),
        DataType::Float64 => double(column.as_primitive::<Float64Type>().value(row)),
        DataType::Float32 => double(f64::from(column.as_primitive::<Float32Type>().value(row))),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Int32 => column.as_primitive::<Int32Type>().value(row).to_string(),
        DataType::Decimal128(_, scale) => {
            Decimal::of_scaled(column.as_primitive::<Decimal128Type>().value(row), *scale)
                .map_or_else(|_| "not a number".to_owned(), |value| value.to_string())
        }
        DataType::Timestamp(unit, _) => stamp(column, *unit, row),
        DataType::Dictionary(key, _) if **key == DataType::Int32 => {
            let dictionary = column.as_dictionary::<Int32Type>();
            dictionary
                .key(row)
                .map_or_else(String::new, |place| text(dictionary.values().as_ref(), place))
        }
        DataType::Map(_, _) => tags(column, row),
        _ => String::new(),
    }
}

fn stamp(column: &dyn Array, unit: TimeUnit, row: usize) -> String {
    let millis = match unit {
        TimeUnit::Second => column
            .as_primitive::<TimestampSecondType>()
            .value(row)
            .saturating_mul(1000),
        TimeUnit::Millisecond => column.as_primitive::<TimestampMillisecondType>().value(row),
        TimeUnit::Microsecond => column.as_primitive::<TimestampMicrosecondType>().value(row) / 1000,
        TimeUnit::Nanosecond => column.as_primitive::<TimestampNanosecondType>().value(row) / 1_000_000,
    };
    stanch_core::Timestamp(millis).to_string()
}

/// AWS's own tags of a row, as a JSON object.
fn tags(column: &dyn Array, row: usize) -> String {
    let entries = column.as_map().value(row);
    let (keys, values) = (entries.column(0), entries.column(1));
    let mut found = serde_json::Map::new();
    for place in 0..entries.len() {
        let key = text(keys.as_ref(), place);
        if tag_key(&key).starts_with("aws") {
            found.insert(key, text(values.as_ref(), place).into());
        }
    }
    if found.is_empty() {
        String::new()
    } else {
        serde_json::Value::Object(found).to_string()
    }
}
