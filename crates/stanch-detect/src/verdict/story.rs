//! One takeover from its first act to its last.
//!
//! A story starts from a principal whose own findings make it, and takes in every principal that came out of
//! it by an exact link.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::finding::Finding;
use stanch_core::principal::Principal;
use stanch_core::text::shown;
use stanch_core::verdict::{Confidence, Step, Story};
use stanch_core::{EventRecord, Severity, Tactic, Timestamp};

use super::lineage::Lineage;
use super::score::Score;
use super::{Evidence, how, left, score, took};

/// How many steps, keys or networks one story lists.
const LIST_LIMIT: usize = 40;

/// Tells every story, the gravest first.
pub(super) fn tell(evidence: &Evidence<'_>) -> Vec<Story> {
    let mut by_principal: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in evidence.findings {
        by_principal
            .entry(&finding.principal.key)
            .or_default()
            .push(finding);
    }
    let lineage = Lineage::of(evidence);
    let mut candidates: Vec<Candidate<'_>> = by_principal
        .keys()
        .filter_map(|seed| Candidate::from(evidence, &lineage, seed, &by_principal))
        .collect();
    // The widest first, so that a created user's own story is absorbed by its maker's.
    candidates.sort_by(|a, b| {
        (b.keys.len(), b.score.weight(), a.since, a.seed).cmp(&(
            a.keys.len(),
            a.score.weight(),
            b.since,
            b.seed,
        ))
    });
    let mut told: BTreeSet<String> = BTreeSet::new();
    let mut stories: Vec<(u32, Story)> = Vec::new();
    for candidate in candidates {
        if told.contains(candidate.seed) {
            continue;
        }
        told.extend(candidate.keys.iter().cloned());
        stories.push((candidate.score.weight(), candidate.tell(evidence)));
    }
    stories.sort_by(|a, b| {
        (b.1.confidence, b.0, a.1.since, &a.1.findings).cmp(&(a.1.confidence, a.0, b.1.since, &b.1.findings))
    });
    stories.into_iter().map(|(_, story)| story).collect()
}

struct Candidate<'f> {
    seed: &'f str,
    keys: Vec<String>,
    findings: Vec<&'f Finding>,
    score: Score,
    confidence: Confidence,
    since: Timestamp,
}

impl<'f> Candidate<'f> {
    /// A principal whose own findings make a story, with everything that came out of it since the story began.
    fn from(
        evidence: &Evidence<'_>,
        lineage: &Lineage,
        seed: &'f str,
        by_principal: &BTreeMap<&'f str, Vec<&'f Finding>>,
    ) -> Option<Self> {
        let own = by_principal.get(seed)?;
        let (since, _) = score::densest(evidence, own)?;
        let keys: Vec<String> = lineage
            .descendants(seed, since)
            .into_iter()
            .filter(|key| {
                key == seed
                    || by_principal
                        .get(key.as_str())
                        .is_some_and(|of| is_suspicious(of, since))
            })
            .collect();
        let findings: Vec<&Finding> = keys
            .iter()
            .filter_map(|key| by_principal.get(key.as_str()))
            .flatten()
            .filter(|finding| finding.last >= since)
            .copied()
            .collect();
        let score = Score::of(evidence, findings.iter().copied());
        let confidence = score.confidence()?;
        Some(Self {
            seed,
            keys,
            findings,
            score,
            confidence,
            since,
        })
    }

    fn tell(mut self, evidence: &Evidence<'_>) -> Story {
        self.findings
            .sort_by(|a, b| (a.first, &a.id).cmp(&(b.first, &b.id)));
        let grave: Vec<&Finding> = self
            .findings
            .iter()
            .filter(|finding| finding.severity >= Severity::Low)
            .copied()
            .collect();
        let mut records = distinct_records(evidence, &grave);
        records.retain(|record| record.time >= self.since);
        Story {
            principals: self.principals(),
            access_keys: access_keys(&records),
            since: self.since,
            until: grave
                .iter()
                .map(|finding| finding.last)
                .max()
                .unwrap_or(self.since),
            confidence: self.confidence,
            how: how::sentences(evidence, self.seed, self.since, &self.findings),
            did: steps(evidence, &grave, self.since),
            left: left::items(&records),
            took: took::sentences(evidence, &self.findings),
            networks: networks(evidence, &records),
            findings: self.findings.iter().map(|finding| finding.id.clone()).collect(),
        }
    }

    fn principals(&self) -> Vec<Principal> {
        let known = |key: &String| self.findings.iter().find(|finding| finding.principal.key == *key);
        self.keys
            .iter()
            .filter_map(known)
            .map(|finding| finding.principal.clone())
            .collect()
    }
}

/// Whether a principal did something of medium severity or above since the story began.
fn is_suspicious(findings: &[&Finding], since: Timestamp) -> bool {
    findings
        .iter()
        .any(|finding| finding.severity >= Severity::Medium && finding.last >= since)
}

fn distinct_records<'e>(evidence: &Evidence<'e>, findings: &[&Finding]) -> Vec<&'e EventRecord> {
    let keys: BTreeSet<_> = findings.iter().flat_map(|finding| &finding.events).collect();
    let mut records: Vec<&EventRecord> = keys
        .into_iter()
        .filter_map(|key| evidence.events.get(key))
        .collect();
    records.sort_by_key(|record| (record.time, record.key));
    records
}

fn access_keys(records: &[&EventRecord]) -> Vec<String> {
    let mut keys: Vec<&str> = records
        .iter()
        .map(|record| record.access_key_id.as_str())
        .collect();
    keys.retain(|key| !key.is_empty());
    keys.sort_by_key(|key| (!key.starts_with("AKIA"), *key));
    keys.dedup();
    keys.into_iter()
        .take(LIST_LIMIT)
        .map(|key| shown(key, 128))
        .collect()
}

fn networks(evidence: &Evidence<'_>, records: &[&EventRecord]) -> Vec<String> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for record in records.iter().filter(|record| !record.source_address.is_empty()) {
        *counts.entry(&record.source_address).or_default() += 1;
    }
    let mut order: Vec<(&str, u64)> = counts.into_iter().collect();
    order.sort_by_key(|(address, count)| (std::cmp::Reverse(*count), *address));
    let label = |(address, _): (&str, u64)| shown(&evidence.networks.describe(address).label(), 160);
    order.into_iter().take(LIST_LIMIT).map(label).collect()
}

/// The acts in the order of time; of too many, the gravest.
fn steps(evidence: &Evidence<'_>, findings: &[&Finding], since: Timestamp) -> Vec<Step> {
    let mut chosen: Vec<(usize, &Finding)> = findings.iter().copied().enumerate().collect();
    chosen.sort_by_key(|(place, finding)| (std::cmp::Reverse(finding.severity), *place));
    chosen.truncate(LIST_LIMIT);
    chosen.sort_by_key(|(place, _)| *place);
    let step = |(_, finding): (usize, &Finding)| {
        let about = evidence.about(finding)?;
        Some(Step {
            tactic: about.tactics.first().copied().unwrap_or(Tactic::Execution),
            text: shown(&step_text(finding, &about.title), 200),
            first: finding.first.max(since),
            last: finding.last,
            succeeded: finding.succeeded > 0,
            finding: finding.id.clone(),
        })
    };
    chosen.into_iter().filter_map(step).collect()
}

/// The detection's title, how often, and what it was done to.
fn step_text(finding: &Finding, title: &str) -> String {
    const TELLING: [&str; 12] = [
        "user",
        "role",
        "key",
        "policy",
        "function",
        "bucket",
        "trail",
        "instance type",
        "snapshot",
        "secret",
        "account",
        "detector",
    ];
    let is_telling = |label: &str| {
        TELLING
            .iter()
            .any(|word| label.to_ascii_lowercase().contains(word))
    };
    let targets: Vec<&str> = finding
        .facts
        .iter()
        .filter(|fact| is_telling(&fact.label) && fact.value != finding.principal.key)
        .map(|fact| short_name(&fact.value))
        .take(2)
        .collect();
    let mut text = title.to_owned();
    if !targets.is_empty() {
        text = format!("{text}: {}", targets.join(", "));
    }
    if finding.count > 1 {
        text = format!("{text} ({} calls)", finding.count);
    }
    text
}

/// The last part of an ARN; anything else as it is.
fn short_name(value: &str) -> &str {
    if value.starts_with("arn:") {
        value.rsplit(['/', ':']).next().unwrap_or(value)
    } else {
        value
    }
}
