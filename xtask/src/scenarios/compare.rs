//! One answer compared with the labels.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::Severity;
use stanch_core::verdict::{Analysis, Conclusion, Confidence};
use stanch_scenarios::{Made, Took};

/// Figures of one hunt.
pub(super) struct Compared {
    pub(super) name: &'static str,
    pub(super) seed: u64,
    pub(super) events: usize,
    pub(super) conclusion: Conclusion,
    pub(super) confidence: Option<Confidence>,
    /// Labelled events that were found, of how many.
    pub(super) found: usize,
    pub(super) labelled: usize,
    /// Events that were named as the attacker's.
    pub(super) named: usize,
    pub(super) vector: bool,
    pub(super) left: bool,
    pub(super) took: bool,
    /// Principals of stories that made none of the attacker's events.
    pub(super) wrong_names: Vec<String>,
    /// Groups of findings of medium severity or above: one per detection and principal.
    pub(super) groups: usize,
    /// Reasons, for people.
    pub(super) reasons: Vec<String>,
}

impl Compared {
    pub(super) fn of(name: &'static str, seed: u64, made: &Made, analysis: &Analysis) -> Self {
        let labels = &made.labels;
        let named: BTreeSet<&str> = analysis
            .attacker_events
            .iter()
            .map(|event| event.event_id.as_str())
            .collect();
        let found = named.iter().filter(|id| labels.events.contains(**id)).count();
        let stories = &analysis.verdict.stories;
        let mut reasons = missed(made, &named);
        let vector = labels.vector.map(stanch_scenarios::Vector::name);
        let access = main_story(made, analysis).map(|story| stories[story].access.name());
        if vector != access {
            reasons.push(format!("initial access {access:?}, not {vector:?}"));
        }
        let lines = || stories.iter().flat_map(|story| &story.left);
        let extra: Vec<&String> = lines()
            .filter(|line| !labels.left.iter().any(|name| line.contains(name)))
            .collect();
        let absent: Vec<&String> = labels
            .left
            .iter()
            .filter(|name| !lines().any(|line| line.contains(*name)))
            .collect();
        reasons.extend(extra.iter().map(|line| format!("not left: {line}")));
        reasons.extend(absent.iter().map(|name| format!("left, not named: {name}")));
        let took = took(made, analysis);
        reasons.extend(took.iter().cloned());
        let wrong_names = wrong_names(made, analysis);
        reasons.extend(wrong_names.iter().map(|name| format!("wrong name: {name}")));
        let groups = groups(analysis);
        if labels.vector.is_none() {
            reasons.extend(
                groups
                    .iter()
                    .map(|(group, title)| format!("medium or above: {group}: {title}")),
            );
        }
        Self {
            name,
            seed,
            events: made.records.len(),
            conclusion: analysis.verdict.conclusion,
            confidence: stories.first().map(|story| story.confidence),
            found,
            labelled: labels.events.len(),
            named: named.len(),
            vector: vector == access,
            left: extra.is_empty() && absent.is_empty(),
            took: took.is_empty(),
            wrong_names,
            groups: groups.len(),
            reasons,
        }
    }

    pub(super) fn recall(&self) -> f64 {
        share(self.found, self.labelled)
    }

    pub(super) fn precision(&self) -> f64 {
        share(self.found, self.named)
    }
}

/// A part of a whole; of nothing, all.
pub(super) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

/// The story with most of the attacker's events.
fn main_story(made: &Made, analysis: &Analysis) -> Option<usize> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for event in &analysis.attacker_events {
        if made.labels.events.contains(&event.event_id) {
            *counts.entry(event.story).or_default() += 1;
        }
    }
    let (story, _) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    Some(story as usize)
}

/// Calls that were missed or wrongly named, counted by name.
fn missed(made: &Made, named: &BTreeSet<&str>) -> Vec<String> {
    let mut counts: BTreeMap<(bool, String), usize> = BTreeMap::new();
    for record in &made.records {
        let id = record["eventID"].as_str().unwrap_or_default();
        let (is_labelled, is_named) = (made.labels.events.contains(id), named.contains(id));
        if is_labelled != is_named {
            let who = record["userIdentity"]["arn"]
                .as_str()
                .or_else(|| record["userIdentity"]["invokedBy"].as_str())
                .or_else(|| record["userIdentity"]["type"].as_str())
                .unwrap_or_default();
            let what = format!("{} by {who}", record["eventName"].as_str().unwrap_or_default());
            *counts.entry((is_labelled, what)).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .map(|((is_labelled, what), count)| {
            let verb = if is_labelled { "missed" } else { "wrongly named" };
            format!("{verb}: {count} {what}")
        })
        .collect()
}

/// Differences between what was taken and what the sentences say.
fn took(made: &Made, analysis: &Analysis) -> Vec<String> {
    let sentences: Vec<&String> = analysis
        .verdict
        .stories
        .iter()
        .flat_map(|story| &story.took)
        .collect();
    let says = |sentence: &str, took: &Took| match took {
        Took::Objects { bucket, count, bytes } => {
            sentence.contains(bucket.as_str())
                && sentence.starts_with(&format!("{count} object"))
                && sentence.contains(&format!("({})", decimal(*bytes)))
        }
        Took::Secrets(count) => sentence.starts_with(&format!("{count} secret")),
        Took::Shared(name) => sentence.contains(name.as_str()),
    };
    let mut reasons = Vec::new();
    for took in &made.labels.took {
        if !sentences.iter().any(|sentence| says(sentence, took)) {
            reasons.push(format!("taken, not said: {took:?}"));
        }
    }
    for sentence in sentences {
        // A sentence on data that was not logged states no amount.
        let is_amount = !sentence.contains("not known");
        if is_amount && !made.labels.took.iter().any(|took| says(sentence, took)) {
            reasons.push(format!("not taken: {sentence}"));
        }
    }
    reasons
}

/// An amount of bytes with a decimal unit and one digit.
fn decimal(count: u64) -> String {
    let size = count as f64;
    [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)]
        .into_iter()
        .find(|(_, factor)| size >= *factor)
        .map_or_else(
            || format!("{count} bytes"),
            |(unit, factor)| format!("{:.1} {unit}", size / factor),
        )
}

/// Principals of stories without an event of the attacker.
fn wrong_names(made: &Made, analysis: &Analysis) -> Vec<String> {
    let right: BTreeSet<&str> = analysis
        .attacker_events
        .iter()
        .filter(|event| made.labels.events.contains(&event.event_id))
        .map(|event| event.principal.as_str())
        .collect();
    analysis
        .verdict
        .stories
        .iter()
        .flat_map(|story| &story.principals)
        .filter(|principal| !right.contains(principal.key.as_str()))
        .map(|principal| principal.key.clone())
        .collect()
}

/// Groups of findings that a reader looks at, with the title.
fn groups(analysis: &Analysis) -> BTreeMap<String, String> {
    analysis
        .findings
        .iter()
        .filter(|finding| finding.severity >= Severity::Medium)
        .map(|finding| {
            let group = format!("{} of {}", finding.detection, finding.principal.key);
            (group, format!("{:?} {}", finding.severity, finding.summary))
        })
        .collect()
}

/// The detection whose findings cite most of the attacker's events at the highest severity.
pub(super) fn strongest(made: &Made, analysis: &Analysis) -> Option<String> {
    let is_cited = |finding: &&stanch_core::Finding| {
        let mut records = finding.events.iter().filter_map(|key| analysis.events.get(key));
        records.any(|record| made.labels.events.contains(&record.event_id))
    };
    analysis
        .findings
        .iter()
        .filter(is_cited)
        .max_by_key(|finding| (finding.severity, finding.count))
        .map(|finding| finding.detection.to_string())
}
