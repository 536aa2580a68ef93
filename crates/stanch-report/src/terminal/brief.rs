//! One attack in a few lines: the most harmful first, nothing of high severity left out.
//!
//! It must not know of other stories or of the frame around them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use stanch_core::finding::FactKind;
use stanch_core::verdict::{Step, Story};
use stanch_core::{EventKey, Finding, FindingId, Severity, Tactic};

use super::screen::{Screen, safe};
use super::story::{listed, or_said, row, same_day, since};

/// Number of actions of the first attack that are listed, unless more are of high severity.
const ACTIONS: usize = 6;
/// Number of things left behind that are listed.
const LEFT: usize = 3;
/// Number of sentences about data that are listed.
const TAKEN: usize = 3;

/// Findings by id: the events behind the actions.
pub(super) type Findings<'a> = BTreeMap<&'a FindingId, &'a Finding>;

/// Writes the first story, with so many lines for a long text.
pub(super) fn first(
    story: &Story,
    findings: &Findings<'_>,
    lines: usize,
    screen: &mut Screen<'_>,
) -> io::Result<()> {
    screen.labelled_line("Identities", &names(story))?;
    if story.accounts.len() > 1 {
        screen.labelled_line("", &format!("accounts {}", listed(&story.accounts, 4)))?;
    }
    if let Some(keys) = keys(story) {
        screen.labelled_line("", &keys)?;
    }
    screen.labelled_line("Time", &since(story, 1))?;
    let entry = story.how.first().map_or("Not known.", String::as_str);
    screen.labelled_lines("Entry", entry, lines + 1)?;
    let (rows, others) = actions(story, findings, ACTIONS);
    let hint = match others {
        0 => String::new(),
        more => format!(" ({more} more, none of high severity: -v)"),
    };
    screen.line(2, &format!("Actions, the most harmful first{hint}"))?;
    for (time, text) in rows {
        screen.line(4, &format!("{time}  {text}"))?;
    }
    let unseen = "Not known: no finding names a resource that was created or changed.";
    screen.labelled_lines("Left behind", left(story).as_deref().unwrap_or(unseen), lines)?;
    let unseen = "Not known: no finding shows data or secrets that were read.";
    let mut label = "Data taken";
    for line in or_said(taken(story), unseen) {
        screen.labelled_lines(label, &line, lines)?;
        label = "";
    }
    Ok(())
}

/// Writes another story: the worst action, and all others of high severity.
pub(super) fn other(story: &Story, findings: &Findings<'_>, screen: &mut Screen<'_>) -> io::Result<()> {
    let keys = keys(story).map(|keys| format!(", {keys}")).unwrap_or_default();
    screen.labelled_line("Identities", &format!("{}{keys}", names(story)))?;
    screen.labelled_line("Time", &since(story, 1))?;
    let (rows, _) = actions(story, findings, 1);
    let mut label = "Actions";
    for (time, text) in rows {
        screen.labelled_line(label, &format!("{time}  {text}"))?;
        label = "";
    }
    let mut label = "Data taken";
    for line in taken(story) {
        screen.labelled_line(label, &line)?;
        label = "";
    }
    Ok(())
}

fn names(story: &Story) -> String {
    let names: Vec<String> = story
        .principals
        .iter()
        .map(|principal| principal.name.clone())
        .collect();
    let Some((first, made)) = names.split_first() else {
        return "Not known.".to_owned();
    };
    let mut line = safe(first, 160);
    if let [account] = story.accounts.as_slice()
        && !line.contains(account.as_str())
    {
        line.push_str(&format!(", account {}", safe(account, 20)));
    }
    if !made.is_empty() {
        line.push_str(&format!(", then {}", listed(made, 1)));
    }
    line
}

fn keys(story: &Story) -> Option<String> {
    let noun = match story.access_keys.len() {
        0 => return None,
        1 => "key",
        _ => "keys",
    };
    Some(format!("{noun} {}", listed(&story.access_keys, 2)))
}

fn left(story: &Story) -> Option<String> {
    match story.left.len() {
        0 => None,
        1 => Some(listed(&story.left, 1)),
        all => Some(format!("{all} things: {}", listed(&story.left, LEFT))),
    }
}

fn taken(story: &Story) -> Vec<String> {
    let mut lines: Vec<String> = story.took.iter().take(TAKEN).cloned().collect();
    if story.took.len() > TAKEN {
        lines.push(format!("and {} more", story.took.len() - TAKEN));
    }
    lines
}

/// Harm of an action, the worst first: theft, destruction and spending, ways back in, the rest.
const fn harm(tactic: Tactic) -> u8 {
    match tactic {
        Tactic::Exfiltration | Tactic::Collection => 0,
        Tactic::Impact => 1,
        Tactic::Persistence | Tactic::PrivilegeEscalation => 2,
        Tactic::CredentialAccess => 3,
        Tactic::DefenseEvasion => 4,
        _ => 5,
    }
}

/// The actions in the order of their harm, and the number of others, which are below high severity. An action is left out when all
/// its events are told by others that name a thing, or that name as little as it does.
fn actions(story: &Story, findings: &Findings<'_>, least: usize) -> (Vec<(String, String)>, u64) {
    let severity = |step: &Step| findings.get(&step.finding).map(|finding| finding.severity);
    let is_high = |step: &Step| step.succeeded && severity(step) >= Some(Severity::High);
    let count = |step: &Step| {
        findings
            .get(&step.finding)
            .map_or(0, |finding| finding.events.len())
    };
    let mut ranked: Vec<&Step> = story.did.iter().collect();
    ranked.sort_by_key(|step| {
        let rank = (!is_high(step), !step.succeeded, harm(step.tactic));
        (rank, Reverse(severity(step)), Reverse(count(step)), step.first)
    });
    let is_vague = |step: &&Step| {
        !findings
            .get(&step.finding)
            .is_some_and(|finding| names_a_thing(finding))
    };
    let (vague, exact): (Vec<&Step>, Vec<&Step>) = ranked.iter().partition(|step| is_vague(step));
    let mut told: BTreeSet<EventKey> = BTreeSet::new();
    let mut shown: Vec<&Step> = Vec::new();
    let mut others = 0;
    for step in exact.into_iter().chain(vague) {
        let finding = findings.get(&step.finding);
        if finding.is_some_and(|finding| is_told(finding, &told)) {
            continue;
        }
        if shown.len() >= least && !is_high(step) {
            others += 1;
            continue;
        }
        told.extend(finding.into_iter().flat_map(|finding| &finding.events));
        shown.push(step);
    }
    let place = |step: &Step| ranked.iter().position(|ranked| std::ptr::eq(*ranked, step));
    shown.sort_by_key(|step| place(step));
    let one_day = same_day(&story.did);
    let rows = shown.into_iter().map(|step| row(step, one_day)).collect();
    (rows, others)
}

/// Returns true when a finding names a resource or credential other than its principal.
fn names_a_thing(finding: &Finding) -> bool {
    let mut facts = finding.facts.iter();
    facts.any(|fact| fact.kind == FactKind::Target && fact.value != finding.principal.key)
}

/// Returns true when all events of a finding are among those told.
fn is_told(finding: &Finding, told: &BTreeSet<EventKey>) -> bool {
    !finding.events.is_empty()
        && finding.count == finding.events.len() as u64
        && finding.events.iter().all(|key| told.contains(key))
}
