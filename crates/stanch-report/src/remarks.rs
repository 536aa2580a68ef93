//! Remarks on the inputs: which logs were judged and which only kept, which way records were read, and what that way can't
//! tell.
//!
//! It must not know how a remark is laid out.

use stanch_core::source::{Note, NoteKind};
use stanch_core::{Coverage, LogKind};

use crate::words;

/// Returns one sentence for each remark; none for plain CloudTrail logs.
pub(crate) fn sentences(coverage: &Coverage) -> Vec<String> {
    let mut sentences = Vec::new();
    let is_plain = coverage.logs.keys().all(|log| *log == LogKind::CloudTrail);
    if !is_plain {
        let of = |judged: bool| -> Vec<String> {
            let logs = coverage
                .logs
                .iter()
                .filter(|(log, count)| (**log != LogKind::VpcFlow) == judged && **count > 0);
            logs.map(|(log, count)| format!("{} ({})", words::log_kind(*log), words::count(*count, "event")))
                .collect()
        };
        let (judged, kept) = (of(true), of(false));
        if !judged.is_empty() {
            sentences.push(format!("Judged: {}.", judged.join(", ")));
        }
        if !kept.is_empty() {
            sentences.push(format!("Kept for queries, not judged: {}.", kept.join(", ")));
        }
    }
    sentences.extend(coverage.notes.iter().map(sentence));
    sentences
}

fn sentence(note: &Note) -> String {
    let records = words::count(note.count, "record");
    let detail = &note.detail;
    match note.kind {
        NoteKind::RecordsInside => format!("{records} found inside other objects, at {detail}."),
        NoteKind::Extract => format!("{records} put together from {detail}."),
        NoteKind::NoRequestParameters => {
            format!(
                "{records} without request parameters: what exactly was changed or read is not in {detail}."
            )
        }
        NoteKind::RoundedTimes => format!("{records} with times rounded to the minute."),
        NoteKind::FlowsLost => {
            format!(
                "{} of flow logs ({detail}) say that flows were lost.",
                words::count(note.count, "line")
            )
        }
        NoteKind::FlowFormat => format!("{records} of flow logs read by the format {detail}."),
        NoteKind::NotJudged => format!("{records} kept or counted, not judged: {detail}."),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn what_was_judged_and_what_was_kept_is_said() {
        let mut coverage = Coverage {
            logs: BTreeMap::from([(LogKind::CloudTrail, 54), (LogKind::VpcFlow, 2)]),
            ..Coverage::default()
        };
        coverage.notes.push(Note {
            kind: NoteKind::RecordsInside,
            detail: "result._raw".to_owned(),
            count: 54,
        });
        assert_eq!(
            sentences(&coverage),
            [
                "Judged: CloudTrail (54 events).",
                "Kept for queries, not judged: VPC flow log (2 events).",
                "54 records found inside other objects, at result._raw.",
            ]
        );
        assert!(sentences(&Coverage::default()).is_empty());
    }
}
