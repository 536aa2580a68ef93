//! The assessment of an account on a terminal: time-critical, malicious, suspicious, misconfigured, not judged.
//!
//! Every text of the account passes `safe` before it is written. It must not know how the account was judged.

use std::collections::BTreeMap;
use std::io;

use stanch_core::assessment::{AccountFinding, Assessment, FindingVerdict, MadeBy, NotJudged, Presence};

use super::screen::{Screen, Style, safe};
use super::{TerminalOptions, footer};
use crate::judged;
use crate::words;

/// Number of findings of a kind are listed unless `verbose`.
const LISTED: usize = 6;
/// Number of things that a suspect made are listed unless `verbose`.
const TRACES: usize = 4;
/// The longest id or name that is shown.
const NAME_LIMIT: usize = 120;

/// Writes the page.
///
/// # Errors
///
/// When `out` does not take the bytes.
pub fn terminal_assessment(
    assessment: &Assessment,
    options: &TerminalOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut screen = Screen::new(options.width, options.colour, out);
    head(assessment, &mut screen)?;
    who(assessment, &mut screen)?;
    let limit = if options.verbose { usize::MAX } else { LISTED };
    let (critical, rest): (Vec<_>, Vec<_>) = assessment
        .findings
        .iter()
        .partition(|finding| finding.deadline.is_some());
    group(
        "Time-critical: data or resources will be lost",
        Style::Alarm,
        &critical,
        limit,
        &mut screen,
    )?;
    for (verdict, title, style) in [
        (FindingVerdict::Malicious, "Malicious", Style::Alarm),
        (FindingVerdict::Suspicious, "Suspicious", Style::Warning),
        (
            FindingVerdict::Misconfiguration,
            "Misconfigurations (no sign of compromise by themselves)",
            Style::Strong,
        ),
    ] {
        let found: Vec<_> = rest
            .iter()
            .copied()
            .filter(|finding| finding.verdict == verdict)
            .collect();
        if verdict == FindingVerdict::Misconfiguration && !options.verbose {
            counted(title, &found, &mut screen)?;
        } else {
            group(title, style, &found, limit, &mut screen)?;
        }
    }
    traces(assessment, options.verbose, &mut screen)?;
    not_judged(&assessment.not_judged, options.verbose, &mut screen)?;
    footer(options, &mut screen)
}

fn head(assessment: &Assessment, screen: &mut Screen<'_>) -> io::Result<()> {
    let mut pieces = vec![
        format!(
            "Assessed {}",
            words::count(assessment.accounts.len() as u64, "account")
        ),
        words::count(assessment.readings, "reply").replace("replys", "replies"),
        words::count(assessment.checks_run, "check"),
    ];
    pieces.push(match assessment.logs_begin {
        Some(begin) => format!("with logs from {begin}"),
        None => "without logs".to_owned(),
    });
    screen.pieces(0, 5, &pieces)?;
    screen.blank()?;
    let counts = judged::verdict_counts(assessment);
    let style = if counts.hostile > 0 {
        Style::Alarm
    } else {
        Style::Warning
    };
    let line = format!(
        "{}   {} malicious, {} suspicious, {} misconfigurations, {} time-critical",
        screen.paint(style, &judged::word(assessment).to_uppercase()),
        counts.hostile,
        counts.suspicious,
        counts.weak,
        counts.with_deadline
    );
    screen.painted_line(&line)?;
    if !assessment.is_complete() {
        let open = judged::questions(&assessment.not_judged).len();
        screen.paragraph(
            2,
            &format!(
                "{} without a reply: what they would show is not known.",
                words::count(open as u64, "request")
            ),
        )?;
    }
    screen.blank()
}

fn group(
    title: &str,
    style: Style,
    found: &[&AccountFinding],
    limit: usize,
    screen: &mut Screen<'_>,
) -> io::Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let line = screen.paint(style, title);
    screen.painted_line(&line)?;
    if limit == usize::MAX {
        for finding in found {
            one(finding, screen)?;
        }
        return screen.blank();
    }
    // The first of each check, which is its most severe; one screen has no room for more.
    let mut alike: BTreeMap<&str, u64> = BTreeMap::new();
    let mut firsts: Vec<&AccountFinding> = Vec::new();
    for finding in found {
        let count = alike.entry(finding.check.as_str()).or_default();
        *count += 1;
        if *count == 1 {
            firsts.push(finding);
        }
    }
    for finding in firsts.iter().take(limit) {
        brief(finding, alike[finding.check.as_str()] - 1, screen)?;
    }
    if firsts.len() > limit {
        let rest: u64 = firsts
            .iter()
            .skip(limit)
            .map(|finding| alike[finding.check.as_str()])
            .sum();
        screen.paragraph(
            2,
            &format!(
                "and {} of other checks (-v lists them)",
                words::count(rest, "finding")
            ),
        )?;
    }
    screen.blank()
}

/// A finding in a line or two: what, how many like it, who.
fn brief(finding: &AccountFinding, alike: u64, screen: &mut Screen<'_>) -> io::Result<()> {
    let more = match alike {
        0 => String::new(),
        count => format!(", and {count} more like this"),
    };
    let region = finding.resource.region.as_str();
    let mut said = vec![format!(
        "{} ({}){more}",
        safe(&finding.summary, 400),
        safe(region, 40)
    )];
    if let Some(deadline) = &finding.deadline {
        said.push(safe(&judged::lost(deadline), 300));
    }
    if finding.deadline.is_some() || finding.verdict == FindingVerdict::Malicious {
        said.push(format!("Fix: {}", safe(&finding.action, 300)));
    }
    said.push(safe(&judged::maker_briefly(&finding.made_by), 600));
    screen.labelled(severity_word(finding), &said)
}

fn one(finding: &AccountFinding, screen: &mut Screen<'_>) -> io::Result<()> {
    let place = &finding.resource;
    let mut said = vec![format!(
        "{} ({})",
        safe(&finding.summary, 400),
        place.region.as_str()
    )];
    if let Some(deadline) = &finding.deadline {
        said.push(safe(&judged::lost(deadline), 300));
    }
    said.extend(finding.because.iter().take(2).map(|because| safe(because, 300)));
    said.push(maker(finding));
    said.extend(seen(finding));
    said.push(format!("Fix: {}", safe(&finding.action, 300)));
    screen.labelled(severity_word(finding), &said)
}

const fn severity_word(finding: &AccountFinding) -> &'static str {
    match finding.severity {
        stanch_core::Severity::Critical => "crit",
        stanch_core::Severity::High => "high",
        stanch_core::Severity::Medium => "med",
        stanch_core::Severity::Low => "low",
        stanch_core::Severity::Informational => "info",
    }
}

fn maker(finding: &AccountFinding) -> String {
    safe(&judged::makers(finding), 600)
}

/// Returns the request that shows it.
fn seen(finding: &AccountFinding) -> Option<String> {
    let first = finding.evidence.first()?;
    let more = match finding.evidence.len() {
        1 => String::new(),
        count => format!(
            " and {} more",
            if count == 2 {
                "1 reply".to_owned()
            } else {
                format!("{} replies", count - 1)
            }
        ),
    };
    Some(format!(
        "from {}:{}, read {}{more}",
        safe(first.service.as_str(), 60),
        safe(first.operation.as_str(), 80),
        first.at
    ))
}

fn counted(title: &str, found: &[&AccountFinding], screen: &mut Screen<'_>) -> io::Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let mut checks: BTreeMap<&str, u64> = BTreeMap::new();
    for finding in found {
        *checks.entry(finding.check.as_str()).or_default() += 1;
    }
    let line = screen.paint(Style::Strong, title);
    screen.painted_line(&line)?;
    let pieces: Vec<String> = checks
        .iter()
        .map(|(check, count)| format!("{check} {count}"))
        .collect();
    screen.pieces(2, 2, &pieces)?;
    screen.paragraph(2, "-v lists them")?;
    screen.blank()
}

/// The suspects, and how many of the resources that they created still exist.
fn who(assessment: &Assessment, screen: &mut Screen<'_>) -> io::Result<()> {
    for suspect in &assessment.suspects {
        let name = safe(&suspect.principal.name, NAME_LIMIT);
        let text = format!("{name}: {} (since {})", safe(&suspect.why, 300), suspect.since);
        screen.labelled("Suspect", &[text])?;
    }
    if assessment.traces.is_empty() {
        return Ok(());
    }
    let counts = format!(
        "resources that they created or changed: {} still exist, {} deleted, {} not known",
        count(assessment, Presence::Exists),
        count(assessment, Presence::Gone),
        count(assessment, Presence::Unknown)
    );
    screen.labelled("Left behind", &[counts])?;
    screen.blank()
}

fn count(assessment: &Assessment, wanted: Presence) -> usize {
    let found = assessment.traces.iter().filter(|trace| trace.presence == wanted);
    found.count()
}

/// Resources that suspects created. What still exists has a finding: only the rest is listed, unless `verbose`.
fn traces(assessment: &Assessment, verbose: bool, screen: &mut Screen<'_>) -> io::Result<()> {
    let told: Vec<_> = assessment
        .traces
        .iter()
        .filter(|trace| verbose || trace.presence != Presence::Exists)
        .collect();
    if told.is_empty() {
        return Ok(());
    }
    let line = screen.paint(
        Style::Strong,
        "Created or changed by suspects: deleted or not known",
    );
    screen.painted_line(&line)?;
    let limit = if verbose { usize::MAX } else { TRACES };
    for trace in told.iter().take(limit) {
        let what = format!(
            "{} {}, {}",
            safe(&trace.resource.kind, 60),
            safe(&trace.resource.name, NAME_LIMIT),
            safe(&judged::maker_briefly(&MadeBy::Event(trace.made_by.clone())), 400)
        );
        screen.labelled(judged::presence(trace.presence), &[what])?;
    }
    if told.len() > limit {
        let rest = words::count((told.len() - limit) as u64, "more resource");
        screen.paragraph(2, &format!("and {rest} (-v lists them)"))?;
    }
    screen.blank()
}

fn not_judged(open: &[NotJudged], verbose: bool, screen: &mut Screen<'_>) -> io::Result<()> {
    if open.is_empty() {
        return Ok(());
    }
    let line = screen.paint(Style::Warning, "Not judged: unknown");
    screen.painted_line(&line)?;
    let questions = judged::questions(open);
    let limit = if verbose { usize::MAX } else { LISTED };
    for ((why, service, operation), question) in questions.iter().take(limit) {
        let places = match question.regions.len() {
            0 => String::new(),
            1 => " in 1 region".to_owned(),
            count => format!(" in {count} regions"),
        };
        let text = format!(
            "{}:{}{places}: {}; needed by {}",
            safe(service, 60),
            safe(operation, 80),
            safe(why, 40),
            question.checks.join(", ")
        );
        screen.paragraph(2, &text)?;
    }
    if questions.len() > limit {
        screen.paragraph(
            2,
            &format!("and {} more requests (-v lists them)", questions.len() - limit),
        )?;
    }
    screen.blank()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::assessment as sample;

    fn page(assessment: &Assessment) -> String {
        let mut out = Vec::new();
        terminal_assessment(assessment, &TerminalOptions::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn it_says_what_ticks_first_and_what_is_not_known() {
        insta::assert_snapshot!(page(&sample("1234")), @r"
        Assessed 1 account · 2 replies · 1 check
             with logs from 2026-03-01T00:00:00Z

        SUSPICIOUS   0 malicious, 2 suspicious, 0 misconfigurations, 1 time-critical
          1 request without a reply: what they would show is not known.

          Suspect     user mallory: is behind this: 1234 (since 2026-03-06T12:00:00Z)
          Left behind resources that they created or changed: 0 still exist, 0 deleted,
                      1 not known

        Time-critical: data or resources will be lost
          crit        KMS key 1234 is going to be deleted (eu-west-1)
                      will lose everything encrypted with it at 1234
                      Fix: kms cancel-key-deletion
                      by user mallory, ScheduleKeyDeletion, 2026-03-06 13:00:00

        Suspicious
          crit        KMS key 1234 is going to be deleted (eu-west-1)
                      creator unknown: 1234

        Created or changed by suspects: deleted or not known
          not known   iam CreateUser 1234, by user mallory, CreateUser, 2026-03-06
                      13:00:00

        Not judged: unknown
          kms:ListGrants in 1 region: denied; needed by key-shared
        ");
    }

    #[test]
    fn hostile_text_is_inert() {
        let page = page(&sample("\u{1b}[31mx\u{202e}\r\n\u{9b}y"));
        let deceives = |letter: char| letter != '\n' && stanch_core::text::is_deceptive(letter);
        assert!(!page.chars().any(deceives), "{page}");
    }
}
