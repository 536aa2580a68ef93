//! Apache Parquet files, row by row as objects: Security Lake, CloudTrail and flow logs in tables of Glue and Athena.
//!
//! Before a row group is read, its pages are looked through: what they say they unpack to counts against the budget of the
//! input, so that no file takes more memory than any other. It must not know what the rows mean.

mod thrift;

use std::fs::File;
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::{ChunkReader, FileReader as _, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, List, Map, Row};
use serde_json::Value;
use stanch_core::{ProblemKind, Timestamp};

use crate::interpret::Interpreter;
use crate::output::Output;

/// Bytes that a page may unpack to.
const PAGE: i64 = 64 << 20;
/// Bytes of a page's header.
const HEADER: u64 = 64 << 10;
/// Bytes of the metadata at the end.
const METADATA: u64 = 32 << 20;
/// Values of nested columns in one row group: one row may hold them all.
const NESTED: i64 = 2 << 20;
/// Levels of nesting.
const DEPTH: usize = 32;

/// Reads a Parquet file.
pub(crate) fn read_file(file: &File, out: &mut Output<'_>) {
    match file.try_clone() {
        Ok(file) => read(file, out),
        Err(error) => out.problem(ProblemKind::Unreadable, None, &error.to_string()),
    }
}

/// Reads a Parquet file that is held whole.
pub(crate) fn read_bytes(bytes: &[u8], out: &mut Output<'_>) {
    read(Bytes::copy_from_slice(bytes), out);
}

fn read(input: impl ChunkReader + 'static, out: &mut Output<'_>) {
    if let Err((kind, detail)) = metadata_is_bounded(&input) {
        return out.problem(kind, None, &detail);
    }
    // The library is well tested, but not against whoever wants it to panic.
    let result = catch_unwind(AssertUnwindSafe(|| rows(input, out)));
    let failure = match result {
        Ok(Ok(())) => return,
        Ok(Err(failure)) => failure,
        Err(_) => (
            ProblemKind::CorruptCompression,
            "the Parquet file is damaged".to_owned(),
        ),
    };
    out.problem(failure.0, None, &failure.1);
}

type Failure = (ProblemKind, String);

fn damaged(error: &impl std::fmt::Display) -> Failure {
    (
        ProblemKind::CorruptCompression,
        format!("the Parquet file is damaged: {error}"),
    )
}

/// Checks the metadata at the end before the library reads it.
fn metadata_is_bounded(input: &impl ChunkReader) -> Result<(), Failure> {
    let cut = || {
        (
            ProblemKind::Truncated,
            "the Parquet file has no metadata at its end; it may be cut off".to_owned(),
        )
    };
    let length = input.len();
    let tail = input
        .get_bytes(length.checked_sub(8).ok_or_else(cut)?, 8)
        .map_err(|_| cut())?;
    let (size, magic) = tail.split_at(4);
    if magic != b"PAR1" {
        return Err(cut());
    }
    let size = u64::from(
        size.iter()
            .rev()
            .fold(0_u32, |size, byte| size << 8 | u32::from(*byte)),
    );
    if size > METADATA {
        return Err((
            ProblemKind::TooLarge,
            "the metadata of the Parquet file is too large".to_owned(),
        ));
    }
    let start = length.checked_sub(8 + size).ok_or_else(cut)?;
    let bytes = input
        .get_bytes(start, usize::try_from(size).unwrap_or(0))
        .map_err(|_| cut())?;
    let is_sound = thrift::structure(&bytes, &mut |_, _| {}).is_some();
    is_sound
        .then_some(())
        .ok_or_else(|| damaged(&"its metadata can't be read"))
}

fn rows(input: impl ChunkReader + 'static, out: &mut Output<'_>) -> Result<(), Failure> {
    let input = std::sync::Arc::new(input);
    let pages = Shared(std::sync::Arc::clone(&input));
    let reader = SerializedFileReader::new(pages).map_err(|error| damaged(&error))?;
    let mut interpreter = Interpreter::new(out);
    let mut number = 0_u64;
    for group in 0..reader.num_row_groups() {
        let bytes = unpacked_bytes(reader.metadata().row_group(group), &*input)?;
        let budget = std::rc::Rc::clone(&interpreter.out().budget);
        if bytes > budget.left() {
            let detail = "it unpacks to more than is allowed; the rest was not read";
            return Err((ProblemKind::TooLarge, detail.to_owned()));
        }
        budget.spend(bytes);
        let group = reader.get_row_group(group).map_err(|error| damaged(&error))?;
        let rows = RowIter::from_row_group(None, group.as_ref()).map_err(|error| damaged(&error))?;
        for row in rows {
            let row = row.map_err(|error| damaged(&error))?;
            let text = object(&row, 0).to_string();
            // Dictionaries let few bytes stand for many rows.
            if text.len() as u64 > budget.left() {
                let detail = "its rows hold more than is allowed; the rest was not read";
                return Err((ProblemKind::TooLarge, detail.to_owned()));
            }
            budget.spend(text.len() as u64);
            interpreter.row_content(&text, number);
            number += 1;
        }
    }
    Ok(())
}

/// Returns the bytes that the pages of a row group say they unpack to.
fn unpacked_bytes(group: &RowGroupMetaData, input: &impl ChunkReader) -> Result<u64, Failure> {
    let mut bytes = 0_u64;
    for column in group.columns() {
        let is_nested = column.column_descr().max_rep_level() > 0;
        let (start, length) = range(column).ok_or_else(|| damaged(&"a column lies nowhere"))?;
        let (mut at, mut values) = (start, 0_i64);
        while at < start + length {
            let header = page_header(input, at)?;
            if header.unpacked > PAGE {
                return Err((
                    ProblemKind::TooLarge,
                    "a page of the Parquet file is too large".to_owned(),
                ));
            }
            values = values.saturating_add(header.values);
            if is_nested && values > NESTED {
                return Err((
                    ProblemKind::TooLarge,
                    "a nested column of the Parquet file is too large".to_owned(),
                ));
            }
            bytes = bytes.saturating_add(header.unpacked.unsigned_abs());
            at = at
                .saturating_add(header.length)
                .saturating_add(header.packed.unsigned_abs());
        }
    }
    Ok(bytes)
}

fn range(column: &parquet::file::metadata::ColumnChunkMetaData) -> Option<(u64, u64)> {
    let first = column
        .dictionary_page_offset()
        .unwrap_or_else(|| column.data_page_offset());
    let start = u64::try_from(first.min(column.data_page_offset())).ok()?;
    let length = u64::try_from(column.compressed_size()).ok()?;
    start.checked_add(length)?;
    Some((start, length))
}

struct PageHeader {
    length: u64,
    packed: i64,
    unpacked: i64,
    values: i64,
}

fn page_header(input: &impl ChunkReader, at: u64) -> Result<PageHeader, Failure> {
    let mut bytes = Vec::new();
    let read = input.get_read(at).map_err(|error| damaged(&error))?;
    read.take(HEADER)
        .read_to_end(&mut bytes)
        .map_err(|error| damaged(&error))?;
    let mut header = PageHeader {
        length: 0,
        packed: 0,
        unpacked: 0,
        values: 0,
    };
    let length = thrift::structure(&bytes, &mut |path, number| match path {
        [2] => header.unpacked = number,
        [3] => header.packed = number,
        // The number of values of a data page of either version.
        [5 | 8, 1] => header.values = number,
        _ => {}
    });
    header.length = length.ok_or_else(|| damaged(&"the header of a page can't be read"))? as u64;
    let is_sound = header.packed >= 0 && header.unpacked >= 0 && header.values >= 0;
    is_sound
        .then_some(header)
        .ok_or_else(|| damaged(&"a page has a negative size"))
}

/// One input read by the library and by the look through its pages.
struct Shared<R>(std::sync::Arc<R>);

impl<R: ChunkReader> parquet::file::reader::Length for Shared<R> {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl<R: ChunkReader> ChunkReader for Shared<R> {
    type T = R::T;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        self.0.get_read(start)
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        self.0.get_bytes(start, length)
    }
}

fn object(row: &Row, depth: usize) -> Value {
    let members = row
        .get_column_iter()
        .filter(|(_, field)| !matches!(field, Field::Null));
    Value::Object(
        members
            .map(|(name, field)| (name.clone(), value(field, depth + 1)))
            .collect(),
    )
}

fn value(field: &Field, depth: usize) -> Value {
    if depth > DEPTH {
        return Value::Null;
    }
    match field {
        Field::Bool(value) => Value::from(*value),
        Field::Byte(value) => Value::from(*value),
        Field::Short(value) => Value::from(*value),
        Field::Int(value) => Value::from(*value),
        Field::Long(value) => Value::from(*value),
        Field::UByte(value) => Value::from(*value),
        Field::UShort(value) => Value::from(*value),
        Field::UInt(value) => Value::from(*value),
        Field::ULong(value) => Value::from(*value),
        Field::Float(value) => Value::from(*value),
        Field::Double(value) => Value::from(*value),
        Field::Str(text) => Value::from(text.as_str()),
        Field::Bytes(bytes) => Value::from(String::from_utf8_lossy(bytes.data()).into_owned()),
        Field::TimestampMillis(millis) => Value::from(Timestamp(*millis).to_string()),
        Field::TimestampMicros(micros) => Value::from(Timestamp(micros.div_euclid(1000)).to_string()),
        Field::Group(row) => object(row, depth),
        Field::ListInternal(list) => items(list, depth),
        Field::MapInternal(map) => pairs(map, depth),
        Field::Null => Value::Null,
        other => Value::from(other.to_string()),
    }
}

fn items(list: &List, depth: usize) -> Value {
    Value::Array(
        list.elements()
            .iter()
            .map(|item| value(item, depth + 1))
            .collect(),
    )
}

fn pairs(map: &Map, depth: usize) -> Value {
    let pairs = map.entries().iter().map(|(key, item)| {
        let key = match key {
            Field::Str(text) => text.clone(),
            other => other.to_string(),
        };
        (key, value(item, depth + 1))
    });
    Value::Object(pairs.collect())
}

#[cfg(test)]
mod tests;
