//! Errors of writing and reading parts.

/// A part that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Encoding failed, or the disk refused.
    #[error("the events can't be written as Parquet")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// The columns did not fit together.
    #[error("the events can't be laid out in columns")]
    Arrow(#[from] arrow_schema::ArrowError),
}

/// A part that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file can't be opened or read.
    #[error("the stored events can't be opened")]
    File(#[from] std::io::Error),
    /// The content is not what was written.
    #[error("the stored events are damaged")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// The content can't be decoded.
    #[error("the stored events can't be decoded")]
    Arrow(#[from] arrow_schema::ArrowError),
}
