//! Findings and cited events as CSV, for spreadsheets and for pandas, DuckDB and their like.
//!
//! RFC 4180: commas, text in double quotes, lines that end in CR LF, UTF-8, one header line. No cell can become a
//! formula (`cell`). It must not hold nested data: `jsonl` does.

mod attacker_events;
mod cell;
mod table;

pub use attacker_events::csv_attacker_events;
pub use table::{CsvCell, csv_header, csv_row};

use std::io::{self, Write as _};

use stanch_core::{Analysis, Finding, Principal, TechniqueId};

use crate::cited::{self, Cited};
use crate::times;
use crate::words;
use cell::Row;

const FINDING_COLUMNS: [&str; 20] = [
    "finding",
    "severity",
    "title",
    "detection",
    "origin",
    "takeover",
    "principal",
    "principal_key",
    "principal_kind",
    "account",
    "first",
    "last",
    "events",
    "succeeded",
    "cited",
    "tactics",
    "techniques",
    "summary",
    "facts",
    "next",
];

const EVENT_COLUMNS: [&str; 21] = [
    "time",
    "log",
    "event_source",
    "event_name",
    "outcome",
    "error_code",
    "account",
    "region",
    "principal",
    "principal_key",
    "access_key_id",
    "source_address",
    "user_agent",
    "event_id",
    "shared_event_id",
    "severity",
    "findings",
    "file",
    "member",
    "offset",
    "key",
];

/// Writes the findings as CSV, a row for each, the most severe first.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn csv(analysis: &Analysis, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let stories = cited::stories(analysis);
    cell::header(&FINDING_COLUMNS, &mut out)?;
    for finding in &analysis.findings {
        let story = stories.get(&finding.id).map(|(number, _)| *number);
        finding_row(analysis, finding, story, &mut out)?;
    }
    out.flush()
}

fn finding_row(
    analysis: &Analysis,
    finding: &Finding,
    story: Option<u64>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let about = analysis.detections.get(&finding.detection);
    let Principal {
        key,
        kind,
        name,
        account,
    } = &finding.principal;
    let tactics: Vec<&str> = about
        .iter()
        .flat_map(|about| &about.tactics)
        .map(|tactic| tactic.as_str())
        .collect();
    let techniques: Vec<&str> = about
        .iter()
        .flat_map(|about| &about.techniques)
        .map(TechniqueId::as_str)
        .collect();
    let facts: Vec<String> = finding
        .facts
        .iter()
        .map(|fact| format!("{}: {}", fact.label, fact.value))
        .collect();
    let next: Vec<&str> = about
        .iter()
        .flat_map(|about| &about.next)
        .map(String::as_str)
        .collect();
    let mut row = Row::new(out);
    row.text(finding.id.as_str())?;
    row.text(finding.severity.as_str())?;
    row.text(words::title(analysis, finding))?;
    row.text(finding.detection.as_str())?;
    row.text(about.map_or("", |about| words::origin_words(about.origin)))?;
    row.number(story)?;
    row.text(name)?;
    row.text(key)?;
    row.text(words::identity_kind(*kind))?;
    row.text(account)?;
    row.text(&times::rfc3339(finding.first))?;
    row.text(&times::rfc3339(finding.last))?;
    row.number(Some(finding.count))?;
    row.number(Some(finding.succeeded))?;
    row.number(Some(finding.events.len() as u64))?;
    row.text(&tactics.join(" "))?;
    row.text(&techniques.join(" "))?;
    row.text(&finding.summary)?;
    row.text(&facts.join("; "))?;
    row.text(&next.join(" "))?;
    row.end()
}

/// Writes the cited events as CSV, a row for each, the earliest first.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn csv_events(analysis: &Analysis, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    cell::header(&EVENT_COLUMNS, &mut out)?;
    for cited in cited::events(analysis) {
        event_row(analysis, &cited, &mut out)?;
    }
    out.flush()
}

fn event_row(analysis: &Analysis, cited: &Cited<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let record = cited.record;
    let mut row = Row::new(out);
    row.text(&times::rfc3339(record.time))?;
    row.text(words::log_kind(record.log))?;
    row.text(&record.source)?;
    row.text(&record.name)?;
    row.text(words::outcome_word(record.outcome))?;
    row.text(&record.error_code)?;
    row.text(&record.account)?;
    row.text(&record.region)?;
    row.text(&cited::principal_name(record))?;
    row.text(&record.principal)?;
    row.text(&record.access_key_id)?;
    row.text(&record.source_address)?;
    row.text(&record.user_agent)?;
    row.text(&record.event_id)?;
    row.text(&record.shared_event_id)?;
    row.text(cited.severity().map_or("", |severity| severity.as_str()))?;
    row.text(&cited.finding_ids().join(" "))?;
    row.text(cited::path(analysis, record))?;
    row.number(Some(u64::from(record.location.member)))?;
    row.number(Some(record.location.offset))?;
    row.text(&record.key.to_string())?;
    row.end()
}

#[cfg(test)]
mod tests;
