//! Parquet files, whatever their metadata and pages say.

use crate::{properties, reading};

/// Reads bytes as a Parquet file.
///
/// # Panics
/// When a property of reading does not hold.
pub fn parquet(bytes: &[u8]) {
    let mut file = b"PAR1".to_vec();
    file.extend_from_slice(bytes.strip_prefix(b"PAR1").unwrap_or(bytes));
    properties::in_bounded_time(|| properties::outcome(&file, &reading::read(&file)));
}
