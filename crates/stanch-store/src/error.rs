//! What can go wrong while a part is written.

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
