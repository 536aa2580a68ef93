//! VPC flow logs: lines, with and without a header.

use stanch_core::LogKind;

use crate::{properties, reading};

const HEADER: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";

/// Reads bytes as lines of a flow log.
///
/// # Panics
/// When a property of reading does not hold, or a line reads differently below a header that names the usual
/// fields.
pub fn flow_log(bytes: &[u8]) {
    properties::in_bounded_time(|| {
        let outcome = reading::read(bytes);
        properties::outcome(bytes, &outcome);
        properties::records_stand_alone(bytes, &outcome);
        if let Ok(text) = std::str::from_utf8(bytes) {
            what_comes_first_is_read_first(text, &outcome);
            text.lines().take(20).for_each(a_header_that_says_nothing_new);
        }
    });
}

/// Lines before a cut between lines are read as if there were no others.
pub(super) fn what_comes_first_is_read_first(text: &str, whole: &reading::Outcome) {
    let is_lines = |log| matches!(log, LogKind::VpcFlow | LogKind::S3ServerAccess);
    // A zero byte makes it no text, and is named.
    if text.contains('\0')
        || properties::is_packed(text.as_bytes())
        || !whole
            .events
            .iter()
            .all(|event| is_lines(event.log) && event.member == 0)
    {
        return;
    }
    // In bytes: half of the text may end within a character.
    let first_half = &text.as_bytes()[..text.len() / 2];
    let Some(cut) = first_half.iter().rposition(|byte| *byte == b'\n') else {
        return;
    };
    let first = reading::read(&text.as_bytes()[..=cut]);
    // Where a value continues behind the cut, the cut itself is damage.
    if first.report.is_complete() {
        assert!(
            whole.events.starts_with(&first.events),
            "the first lines read differently without the others"
        );
    }
}

fn a_header_that_says_nothing_new(line: &str) {
    let bare = reading::read(line.as_bytes());
    let is_one_flow =
        bare.events.len() == 1 && bare.events[0].log == LogKind::VpcFlow && bare.report.is_complete();
    if is_one_flow && !line.contains(['{', '\r', '\u{b}', '\u{c}', '\u{1e}']) && !line.starts_with(',') {
        let headed = reading::read(format!("{HEADER}\n{line}").as_bytes());
        assert_eq!(
            bare.keys(),
            headed.keys(),
            "a header changed what a line says: {line:.300}"
        );
    }
}
