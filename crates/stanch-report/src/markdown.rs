//! The report as Markdown, to be pasted into a ticket or a chat.
//!
//! CommonMark with GitHub's tables. What an attacker wrote stays text in it (`inline`). Bounded, because tickets are: of
//! many findings the most severe are listed and the rest counted. It must not hold single events: the page does.

mod inline;
mod tables;

use std::collections::BTreeSet;
use std::io::{self, Write as _};

use stanch_core::verdict::{Story, Verdict};
use stanch_core::{Analysis, DetectionId, Severity};

use crate::times;
use crate::words;
pub(crate) use inline::{coded, prose};

/// Number of lines one list holds.
const LINES: usize = 50;
/// Number of detections whose next steps are listed.
const NEXT_DETECTIONS: usize = 8;

/// Writes the report.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn markdown(analysis: &Analysis, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    header(analysis, &mut out)?;
    let stories = &analysis.verdict.stories;
    for (place, story) in stories.iter().enumerate().take(LINES) {
        let of = if stories.len() > 1 {
            format!(" {} of {}", place + 1, stories.len())
        } else {
            String::new()
        };
        let name = words::story_name(story);
        writeln!(
            out,
            "\n## {name}{of} ({})\n",
            words::confidence_words(story.confidence)
        )?;
        takeover(story, &mut out)?;
    }
    not_known(&analysis.verdict, &mut out)?;
    tables::findings(analysis, &mut out)?;
    next(analysis, &mut out)?;
    tables::coverage(analysis, &mut out)?;
    writeln!(
        out,
        "\nWritten by Stanch {} from local copies of the logs. Country table: {}",
        prose(&analysis.stanch_version),
        prose(&analysis.country_table)
    )?;
    out.flush()
}

fn header(analysis: &Analysis, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(
        out,
        "# AWS incident report: {}\n",
        words::conclusion_word(analysis.verdict.conclusion)
    )?;
    writeln!(out, "{}\n", words::conclusion_sentence(analysis))?;
    let coverage = &analysis.coverage;
    let (files, accounts, regions) = words::extent(coverage);
    write!(
        out,
        "Read: {}, {}, {}, {}",
        words::count(files, "file"),
        words::count(coverage.events, "event"),
        words::count(accounts, "account"),
        words::count(regions, "region")
    )?;
    match coverage.span {
        Some(span) => writeln!(
            out,
            ", {} UTC. All times are in UTC.",
            times::span_minutes(span.first, span.last)
        ),
        None => writeln!(out, "."),
    }
}

fn takeover(story: &Story, out: &mut dyn io::Write) -> io::Result<()> {
    let mut principals = story.principals.iter();
    if let Some(first) = principals.next() {
        write!(out, "- **Who:** {}", prose(&first.name))?;
        if !first.account.is_empty() {
            write!(out, ", account {}", prose(&first.account))?;
        }
        let others: Vec<String> = principals.map(|principal| principal.name.clone()).collect();
        if !others.is_empty() {
            write!(out, "; then, created or used by it: {}", listed(&others))?;
        }
        writeln!(out)?;
    }
    if !story.access_keys.is_empty() {
        writeln!(out, "- **Access keys:** {}", listed(&story.access_keys))?;
    }
    writeln!(out, "- **When:** {} UTC", times::span(story.since, story.until))?;
    if !story.networks.is_empty() {
        writeln!(out, "- **From:** {}", listed(&story.networks))?;
    }
    section("Entry", &story.how, out)?;
    let did: Vec<String> = story
        .did
        .iter()
        .map(|step| {
            let attempt = if step.succeeded { "" } else { " (failed)" };
            format!(
                "{} {}: {}{attempt}",
                times::date(step.first),
                times::clock(step.first),
                step.text
            )
        })
        .collect();
    section("Actions", &did, out)?;
    section("Left behind", &story.left, out)?;
    section("Data taken", &story.took, out)
}

/// Texts in one line.
fn listed(texts: &[String]) -> String {
    let mut line: Vec<String> = texts.iter().take(LINES).map(|text| prose(text)).collect();
    if texts.len() > LINES {
        line.push(format!("and {} more", texts.len() - LINES));
    }
    line.join(", ")
}

/// A small heading and a list; nothing when the list is empty.
fn section(heading: &str, texts: &[String], out: &mut dyn io::Write) -> io::Result<()> {
    if texts.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n**{heading}**\n")?;
    for text in texts.iter().take(LINES) {
        writeln!(out, "- {}", prose(text))?;
    }
    if texts.len() > LINES {
        writeln!(out, "- and {} more", texts.len() - LINES)?;
    }
    Ok(())
}

fn not_known(verdict: &Verdict, out: &mut dyn io::Write) -> io::Result<()> {
    if verdict.blind.is_empty() && verdict.unknown.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## Not known")?;
    section("Not logged", &verdict.blind, out)?;
    section("Not judged", &verdict.unknown, out)
}

/// Next steps of the most severe detections, each once.
fn next(analysis: &Analysis, out: &mut dyn io::Write) -> io::Result<()> {
    let mut seen: BTreeSet<&DetectionId> = BTreeSet::new();
    let mut written = false;
    for finding in &analysis.findings {
        let Some(about) = analysis.detections.get(&finding.detection) else {
            continue;
        };
        let told = finding.severity >= Severity::Medium && !about.next.is_empty();
        if !told || seen.len() >= NEXT_DETECTIONS || !seen.insert(&finding.detection) {
            continue;
        }
        if !written {
            writeln!(out, "\n## Next steps")?;
            written = true;
        }
        writeln!(out, "\n**{}**\n", prose(words::title(analysis, finding)))?;
        for text in about.next.iter().take(LINES) {
            writeln!(out, "- [ ] {}", prose(text))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
