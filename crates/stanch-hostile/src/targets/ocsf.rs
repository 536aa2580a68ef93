//! Events of the Open Cybersecurity Schema Framework, as JSON.

use crate::{properties, reading};

/// Reads bytes as events of the schema.
///
/// # Panics
/// When a property of reading does not hold.
pub fn ocsf(bytes: &[u8]) {
    properties::in_bounded_time(|| properties::outcome(bytes, &reading::read(bytes)));
}
