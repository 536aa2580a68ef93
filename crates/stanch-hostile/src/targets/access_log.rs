//! S3 server access logs: lines.

use stanch_core::LogKind;

use crate::targets::flow_log::what_comes_first_is_read_first;
use crate::{properties, reading};

/// Reads bytes as lines of an S3 server access log.
///
/// # Panics
/// When a property of reading does not hold, or a line reads differently alone.
pub fn access_log(bytes: &[u8]) {
    properties::in_bounded_time(|| {
        let outcome = reading::read(bytes);
        properties::outcome(bytes, &outcome);
        properties::records_stand_alone(bytes, &outcome);
        if let Ok(text) = std::str::from_utf8(bytes) {
            what_comes_first_is_read_first(text, &outcome);
            lines_stand_alone(text, &outcome);
        }
    });
}

/// A line read alone, from the place where its event says that it lies, is the same event.
fn lines_stand_alone(text: &str, whole: &reading::Outcome) {
    if properties::is_packed(text.as_bytes()) {
        return;
    }
    for event in whole
        .events
        .iter()
        .take(20)
        .filter(|event| event.log == LogKind::S3ServerAccess)
    {
        let rest = usize::try_from(event.offset)
            .ok()
            .and_then(|at| text.get(at..))
            .unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        if line.starts_with(['{', '"', '[']) {
            continue;
        }
        let alone = reading::read(line.as_bytes());
        // At the start of a file, what opens a line may make it another kind of file, which is named.
        if !alone.report.is_complete() {
            continue;
        }
        assert_eq!(
            alone.keys(),
            [event.key],
            "a line read alone is another event: {line:.300}"
        );
    }
}
