//! Lines of web, proxy and load balancer logs.

use crate::properties;

/// Reads bytes as lines of web logs.
///
/// # Panics
/// When a line panics, or is read differently a second time.
pub fn web_log(bytes: &[u8]) {
    properties::in_bounded_time(|| {
        for line in bytes.split(|byte| *byte == b'\n') {
            assert_eq!(stanch_leaks::read_line(line), stanch_leaks::read_line(line));
        }
    });
}
