//! Tables: a header, then rows with any delimiter, quotes and line ends.

use crate::{properties, reading};

/// Headers below which bytes are read as rows.
const HEADERS: [&str; 3] = [
    "Event name,Event source,Event time,User name",
    "useridentity;eventtime;eventname;eventsource",
    "_time\t_raw",
];

/// Reads bytes as a table, with their own header and below others.
///
/// # Panics
/// When a property of reading does not hold.
pub fn table(bytes: &[u8]) {
    properties::in_bounded_time(|| {
        properties::outcome(bytes, &reading::read(bytes));
        for header in HEADERS {
            let headed = [header.as_bytes(), b"\n", bytes].concat();
            properties::outcome(&headed, &reading::read(&headed));
        }
    });
}
