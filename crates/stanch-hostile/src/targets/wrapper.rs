//! Objects of unknown form around records.

use crate::{properties, reading};

/// Reads bytes as an object around records, and again within other objects.
///
/// # Panics
/// When a property of reading does not hold, or something inside a record is taken for a record.
pub fn wrapper(bytes: &[u8]) {
    properties::in_bounded_time(|| {
        properties::outcome(bytes, &reading::read(bytes));
        let Ok(value) = serde_json::from_slice::<serde_json::Value>(bytes) else {
            return;
        };
        let inside = serde_json::json!({"userName": value, "text": value.to_string()});
        let record = serde_json::json!({"eventVersion": "1.08", "eventTime": "2024-05-01T10:00:00Z", "eventID": "outer",
            "eventSource": "iam.amazonaws.com", "eventName": "Outer", "userIdentity": {"type": "Root"},
            "requestParameters": inside, "responseElements": inside, "additionalEventData": inside});
        for wrapped in [record.clone(), serde_json::json!({"data": {"x": record}})] {
            let outcome = reading::read(wrapped.to_string().as_bytes());
            assert!(
                outcome.events.len() <= 1,
                "something inside a record was taken for a record"
            );
        }
    });
}
