//! Timeline of a support case.
//!
//! It must not judge a charge.

use stanch_core::Timestamp;
use stanch_core::text::shown;

use super::{CurrencyClaim, DisputeFacts, Section, call_text, of_claim};

/// Returns the entries in the order of time: first and last call, calls behind the charges, verified containment.
pub(super) fn entries(facts: &DisputeFacts, claimed: &[&CurrencyClaim]) -> Vec<(Timestamp, String)> {
    let mut entries: Vec<(Timestamp, String)> = Vec::new();
    entries.extend(facts.first.iter().map(|first| {
        (
            first.time,
            format!("{} (first attributed call)", call_text(first)),
        )
    }));
    let mut events: Vec<_> = claimed
        .iter()
        .flat_map(|sums| of_claim(sums))
        .filter_map(|row| Some((row.event.clone()?, row)))
        .collect();
    events.sort_by(|(one, first), (other, second)| (one, &first.resource).cmp(&(other, &second.resource)));
    events.dedup_by(|(one, _), (other, _)| one.key == other.key);
    entries.extend(events.into_iter().map(|(event, row)| {
        let text = format!(
            "{} in {}, event {}",
            shown(&event.name, 64),
            shown(&row.region, 32),
            shown(&event.event_id, 64)
        );
        (event.time, text)
    }));
    entries.extend(
        facts
            .last_accepted
            .iter()
            .map(|last| (last.time, format!("{} (last accepted call)", call_text(last)))),
    );
    entries.extend(
        facts
            .contained
            .iter()
            .map(|step| (step.time, format!("verified: {}", shown(&step.does, 200)))),
    );
    entries.sort();
    entries
}

/// The timeline as a part of the document.
pub(super) fn section(entries: &[(Timestamp, String)]) -> Section {
    Section {
        title: "Timeline (UTC)",
        text: Vec::new(),
        entries: entries
            .iter()
            .map(|(time, text)| format!("{time} {text}"))
            .collect(),
    }
}
