//! The summary on a terminal: what a tired person must know, in ten seconds.
//!
//! It says what is not known as plainly as what is, and ends with the next command. Colour only repeats what
//! the words say. It must not know where the report lies or which commands exist: the caller says so.

mod assessment;
mod brief;
mod dossier;
mod plan;
mod problems;
mod screen;
mod story;
mod urgent;

use std::collections::BTreeSet;
use std::io;
use std::time::Duration;

use stanch_core::verdict::{Analysis, Conclusion};
use stanch_core::{Finding, FindingId, Severity, Timestamp};

use crate::layout::length;
use crate::remarks;
use crate::times;
use crate::words;
use screen::{Screen, Style, safe};

pub use assessment::terminal_assessment;
pub use dossier::terminal_dossier;
pub use plan::{PlanFrame, terminal_plan};
pub(crate) use plan::{remaining, seconds, undo_word};
pub use problems::terminal_problems;

/// Options of a screen.
#[derive(Debug, Clone)]
pub struct TerminalOptions {
    /// Columns of the terminal.
    pub width: usize,
    /// True if to add colour.
    pub colour: bool,
    /// True if to list what is otherwise only counted.
    pub verbose: bool,
    /// Duration of the run, if it is to be printed.
    pub elapsed: Option<Duration>,
    /// Commands that stop the attack, in order, each with what it does.
    pub urgent: Vec<(String, String)>,
    /// Now, for the age of the last call of an attacker; none where it is not to be printed.
    pub clock: Option<Timestamp>,
    /// The next useful commands, each with what it does.
    pub next: Vec<(String, String)>,
    /// Path of the report.
    pub report_path: Option<String>,
}

impl Default for TerminalOptions {
    fn default() -> Self {
        Self {
            width: 80,
            colour: false,
            verbose: false,
            elapsed: None,
            urgent: Vec::new(),
            clock: None,
            next: Vec::new(),
            report_path: None,
        }
    }
}

/// Number of findings next to the stories are listed unless `verbose`.
const FINDING_LINES: usize = 8;

/// Writes the summary.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn terminal(analysis: &Analysis, options: &TerminalOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let mut screen = Screen::new(options.width, options.colour, out);
    header(analysis, options, &mut screen)?;
    conclusion(analysis, &mut screen)?;
    let stories = &analysis.verdict.stories;
    let severities = analysis
        .findings
        .iter()
        .map(|finding| (&finding.id, finding.severity))
        .collect();
    let findings = analysis
        .findings
        .iter()
        .map(|finding| (&finding.id, finding))
        .collect();
    for (place, story) in stories.iter().enumerate() {
        if stories.len() > 1 {
            let of = format!(
                "{} {} of {} ({})",
                words::story_name(story),
                place + 1,
                stories.len(),
                words::confidence_words(story.confidence)
            );
            screen.heading(&of)?;
        }
        if options.verbose {
            let report = options.report_path.as_deref();
            story::write(story, &severities, true, report, &mut screen)?;
        } else if place == 0 {
            brief::first(
                story,
                &findings,
                if stories.len() == 1 { 4 } else { 1 },
                &mut screen,
            )?;
        } else {
            brief::other(story, &findings, &mut screen)?;
        }
        if options.verbose || place + 1 == stories.len() {
            screen.blank()?;
        }
    }
    not_known(analysis, options.verbose, &mut screen)?;
    beside(analysis, options.verbose, &mut screen)?;
    unread(analysis, options.verbose, &mut screen)?;
    urgent::write(analysis, options, &mut screen)?;
    footer(options, &mut screen)
}

/// Writes the extent of the logs, and the duration.
fn header(analysis: &Analysis, options: &TerminalOptions, screen: &mut Screen<'_>) -> io::Result<()> {
    let coverage = &analysis.coverage;
    let (files, accounts, regions) = words::extent(coverage);
    let mut pieces = vec![
        format!("Read {}", words::count(files, "file")),
        words::count(coverage.events, "event"),
        words::count(accounts, "account"),
        words::count(regions, "region"),
    ];
    if let Some(span) = coverage.span {
        pieces.push(format!("{} UTC", times::span_minutes(span.first, span.last)));
    }
    if let Some(elapsed) = options.elapsed {
        pieces.push(duration(elapsed));
    }
    screen.pieces(0, 5, &pieces)?;
    for sentence in remarks::sentences(coverage) {
        screen.paragraph(2, &sentence)?;
    }
    // With several stories, each line counts.
    if options.verbose || analysis.verdict.stories.len() < 2 {
        screen.blank()?;
    }
    Ok(())
}

/// `0.4 s`, `4.1 s`, `2 min 03 s`.
fn duration(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    if seconds < 60 {
        format!("{:.1} s", elapsed.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

fn conclusion(analysis: &Analysis, screen: &mut Screen<'_>) -> io::Result<()> {
    let verdict = &analysis.verdict;
    let word = words::conclusion_word(verdict.conclusion).to_uppercase();
    let style = match verdict.conclusion {
        Conclusion::Compromised => Style::Alarm,
        Conclusion::Suspicious => Style::Warning,
        Conclusion::NothingFound | Conclusion::Unknown => Style::Strong,
    };
    let surest = verdict.stories.iter().map(|story| story.confidence).max();
    let confidence = surest.map(|surest| format!(" ({})", words::confidence_words(surest)));
    let line = format!("{}{}", screen.paint(style, &word), confidence.unwrap_or_default());
    screen.painted_line(&line)?;
    if verdict.conclusion != Conclusion::Compromised {
        screen.paragraph(2, &words::conclusion_sentence(analysis))?;
    } else if verdict.stories.len() > 1 {
        return Ok(());
    }
    screen.blank()
}

/// Time and places without logs, and what could not be judged.
fn not_known(analysis: &Analysis, verbose: bool, screen: &mut Screen<'_>) -> io::Result<()> {
    let verdict = &analysis.verdict;
    let is_brief = !verbose && !verdict.stories.is_empty();
    let limit = if is_brief {
        2
    } else if verbose {
        usize::MAX
    } else {
        5
    };
    let mut written = false;
    for (label, sentences) in [("Not logged", &verdict.blind), ("Not known", &verdict.unknown)] {
        if sentences.is_empty() {
            continue;
        }
        match (is_brief, sentences.as_slice()) {
            (true, [one]) => screen.labelled_lines(label, one, 2)?,
            (true, [first, ..]) => {
                screen.labelled_line(label, &format!("{} gaps, the first: {first}", sentences.len()))?;
            }
            _ => screen.labelled(label, &screen::shortened(sentences, limit))?,
        }
        written = true;
    }
    if written && !is_brief {
        screen.blank()
    } else {
        Ok(())
    }
}

/// The findings that are part of no story: the most severe in a line each, the rest counted.
fn beside(analysis: &Analysis, verbose: bool, screen: &mut Screen<'_>) -> io::Result<()> {
    let told: BTreeSet<&FindingId> = analysis
        .verdict
        .stories
        .iter()
        .flat_map(|story| &story.findings)
        .collect();
    let others: Vec<&Finding> = analysis
        .findings
        .iter()
        .filter(|finding| !told.contains(&finding.id))
        .collect();
    if others.is_empty() {
        return Ok(());
    }
    let heading = match analysis.verdict.stories.len() {
        0 => "Findings",
        _ => "Other findings",
    };
    let counts = words::by_severity(others.iter().copied());
    let counts = counts
        .iter()
        .map(|(severity, count)| format!("{} {}", words::thousands(*count), severity.as_str()));
    let is_grave = |finding: &&Finding| finding.severity >= Severity::Medium;
    let hint = if verbose || others.iter().any(is_grave) {
        ""
    } else {
        " (-v lists them)"
    };
    screen.heading(&format!(
        "{heading}: {}{hint}",
        counts.collect::<Vec<_>>().join(", ")
    ))?;
    if verbose {
        for finding in &others {
            finding_line(analysis, &[finding], screen)?;
        }
        return screen.blank();
    }
    let grave = others.iter().copied().filter(is_grave);
    let groups = by_detection(grave);
    for group in groups.iter().take(FINDING_LINES) {
        finding_line(analysis, group, screen)?;
    }
    if groups.len() > FINDING_LINES {
        let rest = words::count((groups.len() - FINDING_LINES) as u64, "more detection");
        screen.paragraph(
            2,
            &format!("and {rest} of medium severity or above (-v lists them)"),
        )?;
    }
    screen.blank()
}

/// Findings of one detection and severity together, in the order in which each first appears: many principals
/// doing the same thing are one line, not a page.
fn by_detection<'f>(findings: impl Iterator<Item = &'f Finding>) -> Vec<Vec<&'f Finding>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        let same = |group: &&mut Vec<&Finding>| {
            group.first().is_some_and(|first| {
                (&first.detection, first.severity) == (&finding.detection, finding.severity)
            })
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups
}

/// One line for findings of one detection and severity.
fn finding_line(analysis: &Analysis, group: &[&Finding], screen: &mut Screen<'_>) -> io::Result<()> {
    let Some(finding) = group.first() else {
        return Ok(());
    };
    let first = group
        .iter()
        .map(|finding| finding.first)
        .min()
        .unwrap_or(finding.first);
    let last = group
        .iter()
        .map(|finding| finding.last)
        .max()
        .unwrap_or(finding.last);
    let who = match group.len() {
        1 => safe(&finding.principal.name, 80),
        more => format!(
            "{} and {}",
            safe(&finding.principal.name, 60),
            words::count(more as u64 - 1, "other")
        ),
    };
    let style = match finding.severity {
        Severity::Critical | Severity::High => Style::Alarm,
        Severity::Medium => Style::Warning,
        Severity::Low | Severity::Informational => Style::Plain,
    };
    let word = finding.severity.as_str();
    let padding = " ".repeat(10_usize.saturating_sub(length(word)).max(1));
    let lead = format!("  {}{padding}", screen.paint(style, word));
    let pieces = [
        safe(words::title(analysis, finding), 160),
        who,
        words::count(group.iter().map(|finding| finding.count).sum(), "event"),
        times::span_minutes(first, last),
    ];
    screen.pieces_after(&lead, 2 + length(word) + padding.len(), 12, &pieces)
}

/// Writes what could not be read, by reason.
fn unread(analysis: &Analysis, verbose: bool, screen: &mut Screen<'_>) -> io::Result<()> {
    let coverage = &analysis.coverage;
    let refused = &analysis.rules_refused;
    if coverage.problem_source_count == 0 && refused.is_empty() {
        return Ok(());
    }
    let is_told = !verbose && !analysis.verdict.stories.is_empty() && !analysis.verdict.unknown.is_empty();
    if is_told && refused.is_empty() {
        return Ok(());
    }
    if coverage.problem_source_count > 0 && !is_told {
        screen.paragraph(0, &problems::summary(coverage))?;
        for reason in problems::reasons(coverage, if verbose { usize::MAX } else { 3 }) {
            screen.paragraph(2, &reason)?;
        }
    }
    if !refused.is_empty() {
        let count = words::count(refused.len() as u64, "rule");
        screen.paragraph(
            0,
            &format!("{count} of yours could not be loaded and did not run:"),
        )?;
        let lines: Vec<String> = refused
            .iter()
            .map(|rule| format!("{}: {}", rule.path, rule.reason))
            .collect();
        for line in screen::shortened(&lines, if verbose { usize::MAX } else { 3 }) {
            screen.paragraph(2, &line)?;
        }
    }
    screen.blank()
}

/// Writes the path of the report and the next commands.
fn footer(options: &TerminalOptions, screen: &mut Screen<'_>) -> io::Result<()> {
    if let Some(path) = &options.report_path {
        screen.commands("Report", &[(path.clone(), String::new())])?;
        if !options.next.is_empty() {
            screen.blank()?;
        }
    }
    screen.commands("Next", &options.next)
}

#[cfg(test)]
mod tests;
