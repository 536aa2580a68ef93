//! Any bytes as one input file: every container, every damage.

use crate::properties;
use crate::reading;

/// Reads bytes as one input file.
///
/// # Panics
/// When a property of reading does not hold.
pub fn file(bytes: &[u8]) {
    properties::in_bounded_time(|| {
        let outcome = reading::read(bytes);
        properties::outcome(bytes, &outcome);
        properties::records_stand_alone(bytes, &outcome);
    });
}
