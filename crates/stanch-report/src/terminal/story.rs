//! One attack: identities, time, entry, actions, what is left, data taken.
//!
//! It must not know of other stories or of the frame around them.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use stanch_core::verdict::{Step, Story};
use stanch_core::{FindingId, Severity};

use super::screen::{Screen, safe, shortened};
use crate::times;
use crate::words;

/// Number of actions that are listed unless `verbose`.
const STEPS: usize = 12;

/// Severity of each finding.
pub(super) type Severities<'a> = BTreeMap<&'a FindingId, Severity>;

/// Writes one story.
pub(super) fn write(
    story: &Story,
    severities: &Severities<'_>,
    verbose: bool,
    report: Option<&str>,
    screen: &mut Screen<'_>,
) -> io::Result<()> {
    let limit = if verbose { usize::MAX } else { 4 };
    let things = if verbose { usize::MAX } else { 8 };
    screen.labelled("Identities", &who(story, verbose))?;
    screen.labelled("Time", &[since(story, if verbose { usize::MAX } else { 3 })])?;
    screen.labelled("Entry", &or_said(shortened(&story.how, limit), "Not known."))?;
    let steps = did(
        &story.did,
        if verbose { usize::MAX } else { STEPS },
        severities,
        report,
    );
    screen.labelled_rows(2, "Actions", &steps)?;
    let left = or_said(
        shortened(&story.left, things),
        "Not known: no finding names a resource that was created or changed.",
    );
    screen.labelled("Left behind", &left)?;
    let unseen = "Not known: no finding shows data or secrets that were read.";
    screen.labelled("Data taken", &or_said(shortened(&story.took, limit), unseen))
}

/// Texts, or what stands in their place.
pub(super) fn or_said(texts: Vec<String>, otherwise: &str) -> Vec<String> {
    if texts.is_empty() {
        vec![otherwise.to_owned()]
    } else {
        texts
    }
}

/// `a, b, c and 4 more`.
pub(super) fn listed(texts: &[String], limit: usize) -> String {
    let names: Vec<String> = texts.iter().take(limit).map(|text| safe(text, 200)).collect();
    let mut line = names.join(", ");
    if texts.len() > limit {
        line.push_str(&format!(" and {} more", texts.len() - limit));
    }
    line
}

fn who(story: &Story, verbose: bool) -> Vec<String> {
    let limit = if verbose { usize::MAX } else { 4 };
    let names: Vec<String> = story
        .principals
        .iter()
        .map(|principal| principal.name.clone())
        .collect();
    let Some((first, made)) = names.split_first() else {
        return vec!["Not known.".to_owned()];
    };
    let mut first = safe(first, 160);
    let account = &story.principals[0].account;
    if !account.is_empty() && !first.contains(account.as_str()) {
        first.push_str(&format!(", account {}", safe(account, 20)));
    }
    let mut lines = vec![first];
    if !made.is_empty() {
        lines.push(format!("then, created or used by it: {}", listed(made, limit)));
    }
    if !story.access_keys.is_empty() {
        let word = if story.access_keys.len() == 1 {
            "key"
        } else {
            "keys"
        };
        lines.push(format!(
            "{word} {}",
            listed(&story.access_keys, if verbose { limit } else { 3 })
        ));
    }
    lines
}

/// First and last event, and the networks of the first of them.
pub(super) fn since(story: &Story, limit: usize) -> String {
    let mut text = format!("{} UTC", times::span(story.since, story.until));
    if !story.networks.is_empty() {
        text.push_str(&format!(", from {}", listed(&story.networks, limit)));
    }
    text
}

/// The actions with their times; of many, the most severe, still in the order of time.
fn did(
    steps: &[Step],
    limit: usize,
    severities: &Severities<'_>,
    report: Option<&str>,
) -> Vec<(String, String)> {
    if steps.is_empty() {
        return vec![(String::new(), "Not known.".to_owned())];
    }
    let one_day = same_day(steps);
    let severity = |step: &Step| severities.get(&step.finding).copied();
    let mut shown: Vec<(usize, &Step)> = steps.iter().enumerate().collect();
    shown.sort_by_key(|(place, step)| (std::cmp::Reverse((step.succeeded, severity(step))), *place));
    shown.truncate(limit);
    shown.sort_by_key(|(place, _)| *place);
    let mut rows: Vec<_> = shown.iter().map(|(_, step)| row(step, one_day)).collect();
    if steps.len() > limit {
        let others = words::count((steps.len() - limit) as u64, "more action");
        let chosen: BTreeSet<usize> = shown.iter().map(|(place, _)| *place).collect();
        let rest = steps
            .iter()
            .enumerate()
            .filter(|(place, _)| !chosen.contains(place));
        let severe = rest
            .filter(|(_, step)| severity(step) >= Some(Severity::High))
            .count();
        let severe = if severe > 0 {
            format!(", {severe} of them of high severity")
        } else {
            String::new()
        };
        let place = report.map_or_else(|| "-v lists them".to_owned(), |path| format!("open {path}"));
        rows.push(("…".to_owned(), format!("{others}{severe}: {place}")));
    }
    rows
}

/// Returns true when all actions began on one day.
pub(super) fn same_day(steps: &[Step]) -> bool {
    steps
        .windows(2)
        .all(|pair| times::date(pair[0].first) == times::date(pair[1].first))
}

/// Time and text of an action.
pub(super) fn row(step: &Step, one_day: bool) -> (String, String) {
    let clock = times::minute(step.first);
    let time = if one_day {
        clock
    } else {
        format!("{} {clock}", short_date(&times::date(step.first)))
    };
    let text = safe(&step.text, 300);
    let text = if step.succeeded {
        text
    } else {
        format!("{text} (failed)")
    };
    (time, text)
}

fn short_date(date: &str) -> &str {
    date.rsplit_once(' ').map_or(date, |(day, _)| day)
}
