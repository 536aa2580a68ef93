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

/// How long before the first grave act the records of a story are looked at: what prepared it is mostly milder.
const LEAD: i64 = 3_600_000;

type ByPrincipal<'f> = BTreeMap<&'f str, Vec<&'f Finding>>;

/// Tells every story, the gravest first.
pub(super) fn tell(evidence: &Evidence<'_>) -> Vec<Story> {
    let mut by_principal: ByPrincipal<'_> = BTreeMap::new();
    for finding in evidence.findings {
        by_principal
            .entry(&finding.principal.key)
            .or_default()
            .push(finding);
    }
    let lineage = Lineage::of(evidence, by_principal.keys().copied());
    let seeds = by_principal
        .iter()
        .filter_map(|(seed, own)| Seed::of(evidence, seed, own));
    let mut stories: Vec<(u32, Story)> = joined(seeds.collect(), &lineage, &by_principal)
        .into_iter()
        .map(|plot| plot.tell(evidence, &by_principal))
        .collect();
    stories.sort_by(|a, b| {
        (b.1.confidence, b.0, a.1.since, &a.1.findings).cmp(&(a.1.confidence, a.0, b.1.since, &b.1.findings))
    });
    stories.into_iter().map(|(_, story)| story).collect()
}

/// A principal whose own findings make a story.
struct Seed<'f> {
    key: &'f str,
    since: Timestamp,
    confidence: Confidence,
}

impl<'f> Seed<'f> {
    fn of(evidence: &Evidence<'_>, key: &'f str, own: &[&Finding]) -> Option<Self> {
        let (since, score) = score::densest(evidence, own)?;
        Some(Self {
            key,
            since,
            confidence: score.confidence()?,
        })
    }
}

/// The principals of one story.
struct Plot<'f> {
    seed: &'f str,
    since: Timestamp,
    confidence: Confidence,
    keys: Vec<String>,
}

/// Joins seeds that share a principal, directly or through others: one takeover is told once.
fn joined<'f>(mut seeds: Vec<Seed<'f>>, lineage: &Lineage, by_principal: &ByPrincipal<'f>) -> Vec<Plot<'f>> {
    seeds.sort_by_key(|seed| (seed.since, seed.key));
    let mut plots: Vec<Option<Plot<'f>>> = Vec::new();
    let mut owner: BTreeMap<String, usize> = BTreeMap::new();
    for seed in seeds {
        // What came out of a principal that is in a story already came out of that story.
        let known = owner.get(seed.key).copied();
        let mut keys = lineage.descendants(seed.key, seed.since);
        keys.retain(|key| {
            key == seed.key
                || by_principal
                    .get(key.as_str())
                    .is_some_and(|of| is_suspicious(of, seed.since))
        });
        let met: BTreeSet<usize> = keys
            .iter()
            .filter_map(|key| owner.get(key).copied())
            .chain(known)
            .collect();
        let mut plot = Plot {
            seed: seed.key,
            since: seed.since,
            confidence: seed.confidence,
            keys: Vec::new(),
        };
        let mut all: Vec<String> = Vec::new();
        for index in &met {
            let Some(earlier) = plots.get_mut(*index).and_then(Option::take) else {
                continue;
            };
            if all.is_empty() {
                (plot.seed, plot.since) = (earlier.seed, earlier.since);
            }
            plot.confidence = plot.confidence.max(earlier.confidence);
            all.extend(earlier.keys);
        }
        all.extend(keys);
        let mut seen = BTreeSet::new();
        all.retain(|key| seen.insert(key.clone()));
        for key in &all {
            owner.insert(key.clone(), plots.len());
        }
        plot.keys = all;
        plots.push(Some(plot));
    }
    plots.into_iter().flatten().collect()
}

impl Plot<'_> {
    fn tell(self, evidence: &Evidence<'_>, by_principal: &ByPrincipal<'_>) -> (u32, Story) {
        let start = self.since.plus_millis(-LEAD);
        let mut findings: Vec<&Finding> = self
            .keys
            .iter()
            .filter_map(|key| by_principal.get(key.as_str()))
            .flatten()
            .filter(|finding| finding.last >= start && finding.severity >= Severity::Low)
            .copied()
            .collect();
        findings.sort_by(|a, b| (a.first, &a.id).cmp(&(b.first, &b.id)));
        let mut records = distinct_records(evidence, &findings);
        records.retain(|record| record.time >= start);
        let weight = Score::within(evidence, findings.iter().copied(), start, Timestamp(i64::MAX)).weight();
        let story = Story {
            principals: self.principals(&findings),
            access_keys: access_keys(&records),
            since: self.since,
            until: findings
                .iter()
                .map(|finding| finding.last)
                .max()
                .unwrap_or(self.since),
            confidence: self.confidence,
            how: self.how(evidence, &findings),
            did: steps(evidence, &findings, start),
            left: left::items(&records),
            took: took::sentences(evidence, &findings),
            networks: networks(evidence, &records),
            findings: findings.iter().map(|finding| finding.id.clone()).collect(),
        };
        (weight, story)
    }

    /// How they came in; of a story that is none of the sure ones, said with an if.
    fn how(&self, evidence: &Evidence<'_>, findings: &[&Finding]) -> Vec<String> {
        let mut sentences = how::sentences(evidence, self.seed, self.since, findings);
        if let (Confidence::Low, Some(first)) = (self.confidence, sentences.first_mut()) {
            *first = format!("If this was not intended: {first}");
        }
        sentences
    }

    fn principals(&self, findings: &[&Finding]) -> Vec<Principal> {
        let mut order = vec![self.seed];
        order.extend(
            self.keys
                .iter()
                .map(String::as_str)
                .filter(|key| *key != self.seed),
        );
        let known = |key: &str| findings.iter().find(|finding| finding.principal.key == key);
        order
            .into_iter()
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
        let within: Vec<&EventRecord> = evidence
            .cited(finding)
            .filter(|record| record.time >= since)
            .collect();
        Some(Step {
            tactic: about.tactics.first().copied().unwrap_or(Tactic::Execution),
            text: shown(&step_text(finding, &about.title, finding.first >= since), 200),
            first: within
                .first()
                .map_or(finding.first.max(since), |record| record.time),
            last: finding.last,
            succeeded: within.iter().any(|record| record.outcome.succeeded())
                || (within.is_empty() && finding.succeeded > 0),
            finding: finding.id.clone(),
        })
    };
    let mut chosen: Vec<Step> = chosen.into_iter().filter_map(step).collect();
    chosen.sort_by(|a, b| (a.first, &a.finding).cmp(&(b.first, &b.finding)));
    chosen
}

/// The detection's title, how often, and what it was done to.
fn step_text(finding: &Finding, title: &str, all_in_story: bool) -> String {
    // Facts and numbers are those of all times; of a finding that began before, only the title is sure to hold.
    if !all_in_story {
        return title.to_owned();
    }
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
        let calls = match finding.succeeded {
            0 => format!("{} calls", finding.count),
            all if all == finding.count => format!("{all} calls"),
            some => format!("{some} of {} calls succeeded", finding.count),
        };
        text = format!("{text} ({calls})");
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
