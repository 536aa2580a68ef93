//! Parquet, for other tools.

use std::io::Write;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::WriterProperties;

use crate::error::QueryError;

pub(super) struct Parquet<'o> {
    writer: ArrowWriter<&'o mut (dyn Write + Send)>,
}

impl<'o> Parquet<'o> {
    pub(super) fn new(schema: &SchemaRef, out: &'o mut (dyn Write + Send)) -> Result<Self, QueryError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_created_by("stanch".to_owned())
            .build();
        let writer =
            ArrowWriter::try_new(out, SchemaRef::clone(schema), Some(properties)).map_err(unwritable)?;
        Ok(Self { writer })
    }

    pub(super) fn add(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        self.writer.write(batch).map_err(unwritable)
    }

    pub(super) fn finish(self: Box<Self>) -> Result<(), QueryError> {
        self.writer.close().map(drop).map_err(unwritable)
    }
}

fn unwritable(error: datafusion::parquet::errors::ParquetError) -> QueryError {
    QueryError::Output(std::io::Error::other(error))
}
