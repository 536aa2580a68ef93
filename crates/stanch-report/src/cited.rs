//! Cited events as exports tell them: each once, in the order of time, with the findings that cite it.
//!
//! It must not know any format.

use std::collections::BTreeMap;

use stanch_core::verdict::Story;
use stanch_core::{Analysis, EventKey, EventRecord, Finding, FindingId, Principal, Severity};

/// A cited event and what cites it.
pub(crate) struct Cited<'a> {
    /// The event.
    pub(crate) record: &'a EventRecord,
    /// The findings that cite it, in the order of the analysis: the most severe first.
    pub(crate) findings: Vec<&'a Finding>,
}

impl Cited<'_> {
    /// The severity of the most severe finding that cites it.
    pub(crate) fn severity(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// The ids of the findings that cite it.
    pub(crate) fn finding_ids(&self) -> Vec<&str> {
        self.findings.iter().map(|finding| finding.id.as_str()).collect()
    }
}

/// Every cited event, the earliest first; at the same moment by key.
pub(crate) fn events(analysis: &Analysis) -> Vec<Cited<'_>> {
    let mut citing: BTreeMap<EventKey, Vec<&Finding>> = BTreeMap::new();
    for finding in &analysis.findings {
        for key in &finding.events {
            citing.entry(*key).or_default().push(finding);
        }
    }
    let mut all: Vec<Cited<'_>> = analysis
        .events
        .iter()
        .map(|(key, record)| Cited {
            record,
            findings: citing.remove(key).unwrap_or_default(),
        })
        .collect();
    all.sort_by_key(|cited| (cited.record.time, cited.record.key));
    all
}

/// The events that a finding cites and the analysis holds.
pub(crate) fn of<'a>(analysis: &'a Analysis, finding: &'a Finding) -> impl Iterator<Item = &'a EventRecord> {
    finding.events.iter().filter_map(|key| analysis.events.get(key))
}

/// The path of the file that an event lies in; empty when it is not known.
pub(crate) fn path<'a>(analysis: &'a Analysis, record: &EventRecord) -> &'a str {
    analysis
        .source_paths
        .get(&record.location.source.0)
        .map_or("", String::as_str)
}

/// The short name of an event's principal.
pub(crate) fn principal_name(record: &EventRecord) -> String {
    Principal::from_key(&record.principal).name
}

/// The stories, by the findings they are made of, each with its number beginning with 1.
pub(crate) fn stories(analysis: &Analysis) -> BTreeMap<&FindingId, (u64, &Story)> {
    let mut by_finding = BTreeMap::new();
    for (story, number) in analysis.verdict.stories.iter().zip(1_u64..) {
        for finding in &story.findings {
            by_finding.entry(finding).or_insert((number, story));
        }
    }
    by_finding
}
