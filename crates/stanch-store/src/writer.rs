//! The writer of one part: events in, Parquet out, in bounded memory.
//!
//! It buffers some thousand events in columns that are used again, and hands them to the encoder; a row group goes out
//! as soon as it is full. It must not know where the bytes go.

use std::io::Write;
use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, StringBuilder, TimestampMillisecondBuilder, UInt32Builder, UInt64Builder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use stanch_core::Event;

use crate::columns::{COLUMNS, Fill, schema};
use crate::error::StoreError;
use crate::text;

/// The column and the footer's entry that tell of rows written for earlier copies.
pub const COPIES: &str = "copy";
/// Events that are buffered before they are encoded.
const BUFFERED: usize = 4096;
/// Events of one row group: enough to encode well, few enough to hold and to skip.
const ROW_GROUP: usize = 32 * 1024;
/// Columns whose least and greatest value is worth knowing before reading.
const WITH_STATISTICS: [&str; 5] = ["time", "source", "name", "region", "account"];

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Rows.
    pub rows: u64,
    /// Rows that stand for an earlier copy.
    pub copies: u64,
    /// Bytes.
    pub bytes: u64,
}

/// Writes one part.
pub struct Writer<W: Write + Send> {
    out: ArrowWriter<Counted<W>>,
    schema: SchemaRef,
    columns: Vec<Values>,
    buffered: usize,
    rows: u64,
    copies: u64,
}

/// Passes bytes on and counts them.
struct Counted<W> {
    out: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

enum Values {
    Text(StringBuilder),
    Time(TimestampMillisecondBuilder),
    Flag(BooleanBuilder),
    Small(UInt32Builder),
    Large(UInt64Builder),
}

impl<W: Write + Send> Writer<W> {
    /// A writer of one part into `out`.
    ///
    /// # Errors
    /// When the columns do not fit together.
    pub fn new(out: W) -> Result<Self, StoreError> {
        let schema = schema();
        Ok(Self {
            out: ArrowWriter::try_new(
                Counted { out, bytes: 0 },
                Arc::clone(&schema),
                Some(properties()?),
            )?,
            schema,
            columns: COLUMNS.iter().map(|column| Values::of(column.fill)).collect(),
            buffered: 0,
            rows: 0,
            copies: 0,
        })
    }

    /// Adds an event that is seen for the first time.
    ///
    /// # Errors
    /// When what is buffered can't be written.
    pub fn add(&mut self, event: &Event<'_>) -> Result<(), StoreError> {
        self.push(event, false)
    }

    /// Adds a copy of an event that another row has already, which lies before the one in that row: of all rows with a
    /// key, the one that lies first counts.
    ///
    /// # Errors
    /// When what is buffered can't be written.
    pub fn add_copy(&mut self, event: &Event<'_>) -> Result<(), StoreError> {
        self.copies += 1;
        self.push(event, true)
    }

    /// Number of rows that were added.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Writes the rest and the footer.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn finish(mut self) -> Result<(W, Written), StoreError> {
        self.flush()?;
        let copies = KeyValue::new(format!("stanch.{COPIES}"), self.copies.to_string());
        self.out.append_key_value_metadata(copies);
        let counted = self.out.into_inner()?;
        let written = Written {
            rows: self.rows,
            copies: self.copies,
            bytes: counted.bytes,
        };
        Ok((counted.out, written))
    }

    fn push(&mut self, event: &Event<'_>, is_copy: bool) -> Result<(), StoreError> {
        for (column, values) in COLUMNS.iter().zip(&mut self.columns) {
            values.push(column.fill, event, is_copy);
        }
        self.rows += 1;
        self.buffered += 1;
        if self.buffered == BUFFERED {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        if self.buffered == 0 {
            return Ok(());
        }
        let arrays = self.columns.iter_mut().map(Values::take).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays)?;
        self.out.write(&batch)?;
        self.buffered = 0;
        Ok(())
    }
}

impl Values {
    fn of(fill: Fill) -> Self {
        match fill {
            Fill::Key | Fill::Word(_) | Fill::Text(_) | Fill::Free(_) | Fill::Json(_) => {
                Self::Text(StringBuilder::with_capacity(BUFFERED, BUFFERED * 32))
            }
            Fill::Time => {
                Self::Time(TimestampMillisecondBuilder::with_capacity(BUFFERED).with_timezone("UTC"))
            }
            Fill::Flag(_) | Fill::Copy => Self::Flag(BooleanBuilder::with_capacity(BUFFERED)),
            Fill::Small(_) => Self::Small(UInt32Builder::with_capacity(BUFFERED)),
            Fill::Large(_) => Self::Large(UInt64Builder::with_capacity(BUFFERED)),
        }
    }

    fn push(&mut self, fill: Fill, event: &Event<'_>, is_copy: bool) {
        match (self, fill) {
            (Self::Text(to), Fill::Key) => to.append_value(hexadecimal(&mut [0; 32], event.key.0)),
            (Self::Text(to), Fill::Word(get) | Fill::Text(get)) => {
                push_text(to, &text::cut(get(event), text::TEXT_LIMIT));
            }
            (Self::Text(to), Fill::Free(get)) => push_text(to, &text::free(get(event))),
            (Self::Text(to), Fill::Json(get)) => match get(event) {
                "" | "null" => to.append_null(),
                raw => to.append_value(text::json(raw, &event.name)),
            },
            (Self::Time(to), _) => to.append_value(event.time.0),
            (Self::Flag(to), Fill::Flag(get)) => to.append_option(get(event)),
            (Self::Flag(to), _) => to.append_value(is_copy),
            (Self::Small(to), Fill::Small(get)) => {
                to.append_option(get(event).and_then(|number| u32::try_from(number).ok()));
            }
            (Self::Large(to), Fill::Large(get)) => to.append_option(get(event)),
            // `of` pairs them; a column that is never filled would not fit its batch, and that is an error.
            (Self::Text(_) | Self::Small(_) | Self::Large(_), _) => {}
        }
    }

    fn take(&mut self) -> ArrayRef {
        match self {
            Self::Text(values) => Arc::new(values.finish()),
            Self::Time(values) => Arc::new(values.finish()),
            Self::Flag(values) => Arc::new(values.finish()),
            Self::Small(values) => Arc::new(values.finish()),
            Self::Large(values) => Arc::new(values.finish()),
        }
    }
}

fn push_text(to: &mut StringBuilder, text: &str) {
    if text.is_empty() {
        to.append_null();
    } else {
        to.append_value(text);
    }
}

/// 128 bits as 32 lower-case digits.
fn hexadecimal(digits: &mut [u8; 32], key: u128) -> &str {
    for (place, digit) in digits.iter_mut().enumerate() {
        let nibble = (key >> (124 - 4 * place)) & 15;
        *digit = b"0123456789abcdef"[nibble as usize];
    }
    std::str::from_utf8(digits).unwrap_or_default()
}

fn properties() -> Result<WriterProperties, StoreError> {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_created_by(concat!("stanch ", env!("CARGO_PKG_VERSION")).to_owned());
    for column in COLUMNS {
        let path = || ColumnPath::from(column.name);
        let encoding = match column.fill {
            Fill::Key | Fill::Text(_) | Fill::Json(_) => Some(Encoding::PLAIN),
            Fill::Time | Fill::Large(_) => Some(Encoding::DELTA_BINARY_PACKED),
            _ => None,
        };
        if let Some(encoding) = encoding {
            properties = properties
                .set_column_dictionary_enabled(path(), false)
                .set_column_encoding(path(), encoding);
        }
        if WITH_STATISTICS.contains(&column.name) {
            properties = properties.set_column_statistics_enabled(path(), EnabledStatistics::Chunk);
        }
    }
    Ok(properties.build())
}
