//! One attack from its first event to its last.
//!
//! A story starts from a seed ([`super::seed`]); its events are those that [`crate::attacker`] attributes. Who, since, until,
//! keys, addresses, accounts, regions, Did, Left and Took follow from that list.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::finding::{FactKind, Finding};
use stanch_core::principal::Principal;
use stanch_core::text::shown;
use stanch_core::verdict::{Confidence, Step, Story};
use stanch_core::{AttackerEvent, Attribution, EventKey, EventRecord, Severity, Tactic, Timestamp};

use super::novelty::Novelty;
use super::score::Score;
use super::seed::{self, Seed};
use super::{Evidence, how, keys, left, took};
use crate::attacker::{self, Act, Acts, Attributed};

/// Number of steps, keys or networks one story lists.
const LIST_LIMIT: usize = 40;
/// Number of attacker events a report lists.
const EVENT_LIMIT: usize = 200_000;

/// All stories, the surest and most severe first, and their events.
pub(super) struct Told {
    pub(super) stories: Vec<Story>,
    pub(super) events: Vec<AttackerEvent>,
    /// Number of events in all.
    pub(super) event_count: u64,
}

/// Tells every story.
pub(super) fn tell(evidence: &Evidence<'_>) -> Told {
    let acts = Acts::of(evidence.tracker);
    let novelty = Novelty::of(evidence);
    let mut stories: Vec<(u32, Story, Plot)> = plots(evidence, &acts)
        .into_iter()
        .map(|plot| {
            let (weight, story) = plot.tell(evidence, &novelty, &acts);
            (weight, story, plot)
        })
        .collect();
    stories.sort_by(|a, b| {
        (b.1.confidence, b.0, a.1.since, &a.1.findings).cmp(&(a.1.confidence, a.0, b.1.since, &b.1.findings))
    });
    let mut told = Told {
        stories: Vec::new(),
        events: Vec::new(),
        event_count: 0,
    };
    for (number, (_, story, plot)) in (0..).zip(stories) {
        told.event_count += plot.attributed.acts.len() as u64;
        for (at, reason) in &plot.attributed.acts {
            if told.events.len() >= EVENT_LIMIT {
                break;
            }
            told.events
                .push(attacker_event(evidence, acts.all[*at], number, *reason));
        }
        told.stories.push(story);
    }
    told
}

fn attacker_event(evidence: &Evidence<'_>, act: &Act, story: u32, reason: Attribution) -> AttackerEvent {
    let text = |number: u32| evidence.tracker.words.text(number).to_owned();
    AttackerEvent {
        key: act.key,
        event_id: act.event_id.to_string(),
        time: act.time,
        account: text(act.account),
        region: text(act.region),
        source: text(act.source),
        name: text(act.name),
        principal: text(act.principal),
        access_key_id: text(act.access_key),
        source_address: text(act.address),
        succeeded: act.succeeded,
        story,
        reason,
        confidence: reason.confidence(),
    }
}

/// The events of one story.
struct Plot {
    seed: String,
    confidence: Confidence,
    cited: BTreeSet<EventKey>,
    attributed: Attributed,
}

/// Attributes the events of every seed; seeds that share an event are one story.
fn plots(evidence: &Evidence<'_>, acts: &Acts<'_>) -> Vec<Plot> {
    let mut plots: Vec<Plot> = Vec::new();
    for Seed {
        principal,
        confidence,
        cited,
        ..
    } in seed::all(evidence)
        .into_iter()
        .chain(seed::suspects(evidence, acts))
    {
        let mut plot = Plot {
            attributed: attacker::attribute(acts, evidence.family, &cited),
            seed: principal,
            confidence,
            cited,
        };
        if plot.attributed.acts.is_empty() {
            continue;
        }
        while let Some(at) = plots.iter().position(|known| known.meets(&plot)) {
            let known = plots.remove(at);
            plot = known.joined(plot, evidence, acts);
        }
        plots.push(plot);
    }
    plots
}

impl Plot {
    fn meets(&self, other: &Self) -> bool {
        let (few, many) = if self.attributed.acts.len() < other.attributed.acts.len() {
            (self, other)
        } else {
            (other, self)
        };
        few.attributed
            .acts
            .keys()
            .any(|at| many.attributed.acts.contains_key(at))
    }

    /// Both as one, which starts where the surer one does.
    fn joined(mut self, other: Self, evidence: &Evidence<'_>, acts: &Acts<'_>) -> Self {
        if other.cited.iter().all(|key| self.cited.contains(key)) {
            return self;
        }
        self.cited.extend(other.cited);
        self.confidence = self.confidence.max(other.confidence);
        self.attributed = attacker::attribute(acts, evidence.family, &self.cited);
        self
    }

    fn tell(&self, evidence: &Evidence<'_>, novelty: &Novelty, acts: &Acts<'_>) -> (u32, Story) {
        let own: Vec<&Act> = self.attributed.acts.keys().map(|at| acts.all[*at]).collect();
        let keys: BTreeSet<EventKey> = own.iter().map(|act| act.key).collect();
        let mut findings: Vec<&Finding> = evidence
            .findings
            .iter()
            .filter(|finding| finding.severity >= Severity::Low)
            .filter(|finding| finding.events.iter().any(|key| keys.contains(key)))
            .collect();
        findings.sort_by(|a, b| (a.first, &a.id).cmp(&(b.first, &b.id)));
        let (since, until) = (
            own.first().map_or(Timestamp(0), |act| act.time),
            own.last().map_or(Timestamp(0), |act| act.time),
        );
        let score = Score::within(evidence, novelty, findings.iter().copied(), since, until);
        let words = |number: u32| evidence.tracker.words.text(number);
        let access_keys = self.access_keys(evidence, &own);
        let story = Story {
            principals: self.principals(evidence, &own),
            disabled_keys: keys::disabled(evidence.tracker, &acts.all, &access_keys),
            access_keys,
            since,
            until,
            confidence: score
                .confidence()
                .map_or(self.confidence, |found| found.max(self.confidence))
                .min(self.separation()),
            access: how::access(evidence, &own, &findings, &self.attributed),
            how: self.how(evidence, &own, &findings),
            did: steps(evidence, &findings, &keys),
            left: left::items(evidence.tracker, &own, &acts.all),
            took: took::sentences(evidence, &own),
            networks: networks(evidence, &own),
            accounts: distinct(own.iter().map(|act| words(act.account))),
            regions: distinct(own.iter().map(|act| words(act.region))),
            events: own.len() as u64,
            findings: findings.iter().map(|finding| finding.id.clone()).collect(),
        };
        (score.weight(), story)
    }

    /// Confidence that a story can have at most: where nothing tells the attacker's calls from the owner's, not the highest.
    fn separation(&self) -> Confidence {
        let acts = &self.attributed.acts;
        let mixed = acts
            .values()
            .filter(|reason| **reason == Attribution::NotSeparable)
            .count();
        if mixed * 2 > acts.len() {
            Confidence::Medium
        } else {
            Confidence::High
        }
    }

    /// How they came in; of a story that is none of the sure ones, said with an if.
    fn how(&self, evidence: &Evidence<'_>, own: &[&Act], findings: &[&Finding]) -> Vec<String> {
        let mut sentences = how::sentences(evidence, own, findings, &self.attributed);
        if let (Confidence::Low, Some(first)) = (self.confidence, sentences.first_mut()) {
            *first = format!("If this was not intended: {first}");
        }
        let words = &evidence.tracker.words;
        let named = evidence
            .declared
            .suspects
            .iter()
            .filter(|suspect| own.iter().any(|act| suspect.fits_act(act, words)));
        sentences.extend(named.map(|suspect| {
            format!(
                "Named as a suspect by the responder: {}.",
                shown(&suspect.to_string(), 160)
            )
        }));
        sentences
    }

    /// The principals in the order of their first event; the one that it starts from first.
    fn principals(&self, evidence: &Evidence<'_>, own: &[&Act]) -> Vec<Principal> {
        let mut order: Vec<&str> = Vec::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        if own
            .iter()
            .any(|act| evidence.tracker.words.text(act.principal) == self.seed)
        {
            order.push(&self.seed);
            seen.insert(&self.seed);
        }
        // AWS's own calls, and another account's record of a call, name nobody new.
        let named = self
            .attributed
            .acts
            .values()
            .zip(own)
            .filter(|(reason, act)| **reason != Attribution::SharedEvent && !act.by_aws);
        for (_, act) in named {
            let key = evidence.tracker.words.text(act.principal);
            if seen.insert(key) {
                order.push(key);
            }
        }
        order
            .into_iter()
            .take(LIST_LIMIT)
            .map(Principal::from_key)
            .collect()
    }

    /// Keys of the events, and those that opened what was used; long-term ones first.
    fn access_keys(&self, evidence: &Evidence<'_>, own: &[&Act]) -> Vec<String> {
        let mut keys: BTreeSet<&str> = own
            .iter()
            .map(|act| evidence.tracker.words.text(act.access_key))
            .collect();
        keys.extend(
            self.attributed
                .openers
                .iter()
                .map(String::as_str)
                .filter(|id| id.starts_with("AKIA")),
        );
        keys.remove("");
        let mut keys: Vec<&str> = keys.into_iter().collect();
        keys.sort_by_key(|key| (!key.starts_with("AKIA"), *key));
        keys.into_iter()
            .take(LIST_LIMIT)
            .map(|key| shown(key, 128))
            .collect()
    }
}

fn distinct<'w>(texts: impl Iterator<Item = &'w str>) -> Vec<String> {
    let texts: BTreeSet<&str> = texts.filter(|text| !text.is_empty()).collect();
    texts
        .into_iter()
        .take(LIST_LIMIT)
        .map(|text| shown(text, 64))
        .collect()
}

fn networks(evidence: &Evidence<'_>, own: &[&Act]) -> Vec<String> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for act in own.iter().filter(|act| !act.by_aws) {
        let address = evidence.tracker.words.text(act.address);
        if !address.is_empty() {
            *counts.entry(address).or_default() += 1;
        }
    }
    let mut order: Vec<(&str, u64)> = counts.into_iter().collect();
    order.sort_by_key(|(address, count)| (std::cmp::Reverse(*count), *address));
    let label = |(address, _): (&str, u64)| shown(&evidence.networks.describe(address).label(), 160);
    order.into_iter().take(LIST_LIMIT).map(label).collect()
}

/// The acts in the order of time; of too many, the most severe.
fn steps(evidence: &Evidence<'_>, findings: &[&Finding], own: &BTreeSet<EventKey>) -> Vec<Step> {
    let mut chosen: Vec<(usize, &Finding)> = findings.iter().copied().enumerate().collect();
    chosen.sort_by_key(|(place, finding)| (std::cmp::Reverse(finding.severity), *place));
    chosen.truncate(LIST_LIMIT);
    let mut steps: Vec<Step> = chosen
        .into_iter()
        .filter_map(|(_, finding)| step(evidence, finding, own))
        .collect();
    steps.sort_by(|a, b| (a.first, &a.finding).cmp(&(b.first, &b.finding)));
    steps
}

fn step(evidence: &Evidence<'_>, finding: &Finding, own: &BTreeSet<EventKey>) -> Option<Step> {
    let about = evidence.about(finding)?;
    let within: Vec<&EventRecord> = evidence
        .cited(finding)
        .filter(|record| own.contains(&record.key))
        .collect();
    let (first, last) = (within.first()?.time, within.last()?.time);
    let whole = finding.events.iter().all(|key| own.contains(key));
    Some(Step {
        tactic: about.tactics.first().copied().unwrap_or(Tactic::Execution),
        text: shown(&step_text(finding, &about.title, whole), 200),
        first,
        last: if whole { finding.last } else { last },
        succeeded: within.iter().any(|record| record.outcome.succeeded()),
        finding: finding.id.clone(),
    })
}

/// The detection's title, how often, and what it was done to.
fn step_text(finding: &Finding, title: &str, whole: bool) -> String {
    // Facts and numbers are those of all events; where some are not the attacker's, only the title is sure.
    if !whole {
        return title.to_owned();
    }
    let targets: Vec<&str> = finding
        .facts
        .iter()
        .filter(|fact| fact.kind == FactKind::Target && fact.value != finding.principal.key)
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
