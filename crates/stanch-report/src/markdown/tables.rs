//! The tables: findings, and what was read.

use std::io;

use stanch_core::Analysis;

use super::inline::prose;
use crate::times;
use crate::words;

/// Number of rows one table holds.
const ROWS: usize = 100;

/// Writes the findings, the most severe first.
pub(super) fn findings(analysis: &Analysis, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "\n## Findings\n")?;
    if analysis.findings.is_empty() {
        return writeln!(out, "None.");
    }
    let counts: Vec<String> = words::by_severity(analysis.findings.iter())
        .iter()
        .map(|(severity, count)| format!("{} {}", words::thousands(*count), severity.as_str()))
        .collect();
    writeln!(out, "{}.\n", counts.join(", "))?;
    writeln!(
        out,
        "| Severity | Detection | Identity | Time (UTC) | Events | Id |"
    )?;
    writeln!(out, "|---|---|---|---|---:|---|")?;
    for finding in analysis.findings.iter().take(ROWS) {
        writeln!(
            out,
            "| {} | {}: {} | {} | {} | {} | {} |",
            finding.severity.as_str(),
            prose(words::title(analysis, finding)),
            prose(&finding.summary),
            prose(&finding.principal.name),
            times::span(finding.first, finding.last),
            words::thousands(finding.count),
            prose(finding.id.as_str()),
        )?;
    }
    rest(analysis.findings.len(), "finding", out)
}

/// Writes what was read and what was not.
pub(super) fn coverage(analysis: &Analysis, out: &mut dyn io::Write) -> io::Result<()> {
    let coverage = &analysis.coverage;
    writeln!(out, "\n## Coverage\n")?;
    let rows: Vec<_> = coverage
        .regions
        .iter()
        .flat_map(|(account, regions)| regions.iter().map(move |(region, span)| (account, region, span)))
        .collect();
    if rows.is_empty() {
        writeln!(out, "No events.")?;
    } else {
        writeln!(out, "| Account | Region | Events | First (UTC) | Last (UTC) |")?;
        writeln!(out, "|---|---|---:|---|---|")?;
    }
    for (account, region, span) in rows.iter().take(ROWS) {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            prose(account),
            prose(region),
            words::thousands(span.events),
            times::table_time(span.first),
            times::table_time(span.last)
        )?;
    }
    rest(rows.len(), "region", out)?;
    let services: Vec<String> = coverage
        .data_events
        .iter()
        .take(ROWS)
        .map(|(service, count)| format!("{} ({})", prose(service), words::count(*count, "event")))
        .collect();
    let services = if services.is_empty() {
        "none".to_owned()
    } else {
        services.join(", ")
    };
    writeln!(out, "\nData events logged: {services}.")?;
    unread(analysis, out)
}

fn unread(analysis: &Analysis, out: &mut dyn io::Write) -> io::Result<()> {
    let coverage = &analysis.coverage;
    if !coverage.is_complete() {
        let problems: Vec<String> = coverage
            .problems
            .iter()
            .map(|(kind, count)| format!("{} {}", words::thousands(*count), words::problem_words(*kind)))
            .collect();
        writeln!(
            out,
            "\n**Not read in full:** {}: {}. Their other events are unknown.",
            words::count(coverage.problem_source_count, "input"),
            problems.join(", ")
        )?;
    }
    if !analysis.rules_refused.is_empty() {
        writeln!(out, "\n**Rules that could not be loaded and did not run:**\n")?;
        for rule in analysis.rules_refused.iter().take(ROWS) {
            writeln!(out, "- {}: {}", prose(&rule.path), prose(&rule.reason))?;
        }
    }
    Ok(())
}

fn rest(all: usize, singular: &str, out: &mut dyn io::Write) -> io::Result<()> {
    if all <= ROWS {
        return Ok(());
    }
    let more = words::count((all - ROWS) as u64, &format!("more {singular}"));
    writeln!(out, "\nAnd {more}.")
}
