//! The data that the script works on: times, filters, cited events.
//!
//! The page must stay quick to open whatever the size of the analysis. So what only some readers open, the
//! events, lies in blocks that are parsed when first needed, and the raw records of the most severe findings go
//! in first, up to a limit.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde::Serialize;
use stanch_core::{Analysis, EventKey, EventRecord, Finding, FindingId, Outcome, Severity, Tactic};

use super::findings::anchor;
use super::markup::Markup;
use crate::words;

/// Bytes of raw records that a page holds. Past that a record's place is given instead.
const RAW_BUDGET: usize = 32 << 20;
/// Bytes of events in one block.
const BLOCK_SIZE: usize = 256 << 10;

/// Data that the script reads first.
#[derive(Serialize)]
struct PageData<'a> {
    /// First and last moment, in milliseconds.
    span: Option<(i64, i64)>,
    /// Width of a bar of the histogram, in milliseconds.
    bar_millis: i64,
    /// Start, events and events that did not succeed of each bar.
    bars: Vec<(i64, u64, u64)>,
    /// Since and until of each takeover.
    stories: Vec<(i64, i64)>,
    findings: Vec<PageFinding<'a>>,
    /// The first event key of each block of events.
    blocks: Vec<EventKey>,
}

#[derive(Serialize)]
struct PageFinding<'a> {
    anchor: String,
    title: &'a str,
    severity: Severity,
    tactics: &'a [Tactic],
    principal: &'a str,
    principal_key: &'a str,
    first: i64,
    last: i64,
    count: u64,
    events: &'a [EventKey],
}

#[derive(Serialize)]
struct PageEvent<'a> {
    time: i64,
    source: &'a str,
    name: &'a str,
    region: &'a str,
    account: &'a str,
    principal: &'a str,
    access_key_id: &'a str,
    source_address: &'a str,
    user_agent: &'a str,
    outcome: &'static str,
    succeeded: bool,
    error_code: &'a str,
    event_id: &'a str,
    file: &'a str,
    member: u32,
    offset: u64,
    /// Absent when the page's limit was reached before.
    raw: Option<&'a str>,
}

/// Writes all blocks.
pub(super) fn write(analysis: &Analysis, page: &mut Markup<'_>) -> io::Result<()> {
    let with_raw = with_raw(analysis, RAW_BUDGET);
    let blocks = blocks(analysis, &with_raw);
    let data = PageData {
        span: analysis.coverage.span.map(|span| (span.first.0, span.last.0)),
        bar_millis: analysis.activity_bar_millis,
        bars: analysis
            .activity
            .iter()
            .map(|bar| (bar.start.0, bar.events, bar.errors))
            .collect(),
        stories: analysis
            .verdict
            .stories
            .iter()
            .map(|story| (story.since.0, story.until.0))
            .collect(),
        findings: analysis
            .findings
            .iter()
            .map(|finding| page_finding(analysis, finding))
            .collect(),
        blocks: blocks
            .iter()
            .filter_map(|block| block.keys().next().copied())
            .collect(),
    };
    page.data("analysis", &data)?;
    for (place, block) in blocks.iter().enumerate() {
        page.data(&format!("events-{place}"), block)?;
    }
    Ok(())
}

fn page_finding<'a>(analysis: &'a Analysis, finding: &'a Finding) -> PageFinding<'a> {
    let about = analysis.detections.get(&finding.detection);
    PageFinding {
        anchor: anchor(&finding.id),
        title: words::title(analysis, finding),
        severity: finding.severity,
        tactics: about.map_or(&[], |about| &about.tactics),
        principal: &finding.principal.name,
        principal_key: &finding.principal.key,
        first: finding.first.0,
        last: finding.last.0,
        count: finding.count,
        events: &finding.events,
    }
}

/// The events whose raw records the page holds: those of takeovers first, then of the most severe findings.
fn with_raw(analysis: &Analysis, budget: usize) -> BTreeSet<EventKey> {
    let told: BTreeSet<&FindingId> = analysis
        .verdict
        .stories
        .iter()
        .flat_map(|story| &story.findings)
        .collect();
    let (first, then): (Vec<&Finding>, Vec<&Finding>) = analysis
        .findings
        .iter()
        .partition(|finding| told.contains(&finding.id));
    let mut left = budget;
    let mut chosen = BTreeSet::new();
    for key in first.iter().chain(&then).flat_map(|finding| &finding.events) {
        let Some(event) = analysis.events.get(key) else {
            continue;
        };
        if event.raw.len() <= left && chosen.insert(*key) {
            left -= event.raw.len();
        }
    }
    chosen
}

/// The events in the order of their keys, in blocks of bounded size.
fn blocks<'a>(
    analysis: &'a Analysis,
    with_raw: &BTreeSet<EventKey>,
) -> Vec<BTreeMap<EventKey, PageEvent<'a>>> {
    let mut blocks = Vec::new();
    let mut block = BTreeMap::new();
    let mut size = 0;
    for (key, event) in &analysis.events {
        let raw = with_raw.contains(key).then_some(event.raw.as_str());
        size += 600 + raw.map_or(0, str::len);
        block.insert(*key, page_event(analysis, event, raw));
        if size >= BLOCK_SIZE {
            blocks.push(std::mem::take(&mut block));
            size = 0;
        }
    }
    if !block.is_empty() {
        blocks.push(block);
    }
    blocks
}

fn page_event<'a>(analysis: &'a Analysis, event: &'a EventRecord, raw: Option<&'a str>) -> PageEvent<'a> {
    let path = analysis.source_paths.get(&event.location.source.0);
    PageEvent {
        time: event.time.0,
        source: &event.source,
        name: &event.name,
        region: &event.region,
        account: &event.account,
        principal: &event.principal,
        access_key_id: &event.access_key_id,
        source_address: &event.source_address,
        user_agent: &event.user_agent,
        outcome: words::outcome_word(event.outcome),
        succeeded: event.outcome == Outcome::Success,
        error_code: &event.error_code,
        event_id: &event.event_id,
        file: path.map_or("", String::as_str),
        member: event.location.member,
        offset: event.location.offset,
        raw,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::sample;

    #[test]
    fn raw_records_of_takeovers_go_in_first() {
        let mut analysis = sample();
        analysis.findings.rotate_right(1);
        let (other, told) = (&analysis.findings[0], &analysis.findings[1]);
        let budget = told.events.iter().map(|key| analysis.events[key].raw.len()).sum();
        let chosen = with_raw(&analysis, budget);
        assert!(told.events.iter().all(|key| chosen.contains(key)));
        assert!(!other.events.iter().any(|key| chosen.contains(key)));
        assert_eq!(with_raw(&analysis, usize::MAX).len(), analysis.events.len());
    }

    #[test]
    fn every_event_lies_in_one_block_of_bounded_size() {
        let mut analysis = sample();
        for event in analysis.events.values_mut() {
            event.raw = "x".repeat(EventRecord::RAW_LIMIT);
        }
        let with_raw = with_raw(&analysis, usize::MAX);
        let blocks = blocks(&analysis, &with_raw);
        assert!(blocks.len() > 1);
        let keys: Vec<EventKey> = blocks.iter().flat_map(BTreeMap::keys).copied().collect();
        assert_eq!(keys, analysis.events.keys().copied().collect::<Vec<_>>());
        assert!(blocks.iter().all(|block| block.len() <= 16));
    }
}
