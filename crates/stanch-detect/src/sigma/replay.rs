//! The replay of kept hits through the correlation engine, in the order of time.
//!
//! It must not decide when a correlation holds (the engine does), only whose events were behind it.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rsigma_eval::{
    CorrelationEngine, DetectionBody, EvaluationResult, Event, EventValue, GroupKey, ResultBody, RuleHeader,
};
use serde_json::Value;
use stanch_core::Severity;
use stanch_core::finding::DetectionAbout;
use stanch_core::principal::Principal;
use stanch_core::text::bounded;

use super::correlation::{Correlations, Member};
use super::facts::Facts;
use super::kept::{CorrelationState, Kept, Moment};
use super::matching::lowered;
use super::summary;
use crate::detector::Found;
use crate::sample::Sample;

/// How long it took, or how often it was done.
fn within(fired: u64, millis: i64, timespan_seconds: u64) -> String {
    let length = |seconds: u64| match seconds {
        1 => "1 second".to_owned(),
        seconds if seconds < 120 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds.div_ceil(60)),
    };
    if fired > 1 {
        return format!("within {}, {fired} times", length(timespan_seconds));
    }
    let seconds = u64::try_from(millis / 1000).unwrap_or_default();
    format!("within {}", length(seconds.max(1)))
}

/// A field's value as kept: bounded text, as the engine would group by it.
pub(super) fn text_of(value: &EventValue<'_>) -> Option<String> {
    match value {
        // A name with an API date stands there in both forms; the first is the one that was logged.
        EventValue::Array(values) => values.first().and_then(text_of),
        EventValue::Null | EventValue::Map(_) => None,
        other => other.as_str().map(|text| bounded(&text, 512)),
    }
}

/// A kept hit as the engine reads it.
struct Hit<'k>(Vec<&'k Kept>);

impl Event for Hit<'_> {
    fn get_field(&self, path: &str) -> Option<EventValue<'_>> {
        self.0
            .iter()
            .find_map(|kept| kept.values.get(path))
            .map(|text| EventValue::Str(Cow::Borrowed(text)))
    }

    fn any_string_value(&self, _predicate: &dyn Fn(&str) -> bool) -> bool {
        false
    }

    fn all_string_values(&self) -> Vec<Cow<'_, str>> {
        Vec::new()
    }

    fn to_json(&self) -> Value {
        Value::Null
    }
}

type Pairs = Vec<(String, String)>;

/// The hits of one correlation's base rules that share its group-by values, in the order of time.
#[derive(Default)]
struct Track<'k> {
    hits: Vec<&'k Kept>,
    /// Number of the first hits that are known to be behind a firing or behind none.
    settled: usize,
    behind: Vec<&'k Kept>,
    fired: u64,
}

/// What one principal did that a correlation is about.
struct Share<'k> {
    principal: Principal,
    events: BTreeMap<Moment, &'k Kept>,
    groups: Facts,
    fired: u64,
}

/// A replay over all that was kept.
pub(super) struct Replay<'c> {
    correlations: &'c Correlations,
    state: CorrelationState,
}

impl<'c> Replay<'c> {
    /// Prepares a replay.
    pub(super) const fn new(correlations: &'c Correlations, state: CorrelationState) -> Self {
        Self { correlations, state }
    }

    /// Replays, and gives what each correlation found per principal.
    pub(super) fn run(
        self,
        mut engine: CorrelationEngine,
        cited_limit: usize,
    ) -> Vec<(DetectionAbout, Found)> {
        let members: HashMap<&str, usize> = self
            .correlations
            .members
            .iter()
            .enumerate()
            .filter_map(|(place, member)| Some((member.compiled.id.as_deref()?, place)))
            .collect();
        let mut tracks: BTreeMap<(usize, Pairs), Track<'_>> = BTreeMap::new();
        for ((time, _), hits) in self.moments() {
            for (number, kept) in &hits {
                self.follow(&mut tracks, *number, kept);
            }
            let detections = hits.iter().map(|(number, _)| self.detection(*number)).collect();
            let event = Hit(hits.iter().map(|(_, kept)| *kept).collect());
            for result in engine.process_with_detections(&event, detections, time.seconds()) {
                let Some(body) = result.as_correlation() else {
                    continue;
                };
                let place = result.header.rule_id.as_deref().and_then(|id| members.get(id));
                if let Some(&place) = place
                    && let Some(track) = tracks.get_mut(&(place, body.group_key.clone()))
                {
                    track.fire(time.seconds(), body.timespan_secs);
                }
            }
        }
        self.found(tracks, cited_limit)
    }

    /// All hits by moment, each with the numbers of the rules it is a hit of.
    fn moments(&self) -> BTreeMap<Moment, Vec<(usize, &Kept)>> {
        let mut moments: BTreeMap<Moment, Vec<(usize, &Kept)>> = BTreeMap::new();
        for (number, base) in &self.correlations.bases {
            for (moment, kept) in self.state.of(&base.id) {
                moments.entry(*moment).or_default().push((*number, kept));
            }
        }
        moments
    }

    fn follow<'k>(&self, tracks: &mut BTreeMap<(usize, Pairs), Track<'k>>, number: usize, kept: &'k Kept) {
        let Some(base) = self.correlations.bases.get(&number) else {
            return;
        };
        let event = Hit(vec![kept]);
        for (place, member) in self.correlations.members.iter().enumerate() {
            if member.leaves.contains(&number) {
                let group_by = &member.compiled.group_by;
                let pairs = GroupKey::extract(&event, group_by, &base.words()).to_pairs(group_by);
                tracks.entry((place, pairs)).or_default().hits.push(kept);
            }
        }
    }

    fn detection(&self, number: usize) -> EvaluationResult {
        EvaluationResult {
            header: RuleHeader {
                rule_title: String::new(),
                rule_id: self.correlations.bases.get(&number).map(|base| base.id.clone()),
                level: None,
                tags: Vec::new(),
                custom_attributes: Arc::default(),
                enrichments: None,
            },
            body: ResultBody::Detection(DetectionBody {
                matched_selections: Vec::new(),
                matched_fields: Vec::new(),
                event: None,
            }),
        }
    }

    fn found(
        &self,
        tracks: BTreeMap<(usize, Pairs), Track<'_>>,
        cited_limit: usize,
    ) -> Vec<(DetectionAbout, Found)> {
        let mut shares: BTreeMap<(usize, &str), Share<'_>> = BTreeMap::new();
        for ((place, pairs), track) in tracks {
            for kept in &track.behind {
                let share = shares.entry((place, &*kept.principal)).or_insert_with(|| Share {
                    principal: Principal::from_key(&kept.principal),
                    events: BTreeMap::new(),
                    groups: Facts::default(),
                    fired: track.fired,
                });
                share.fired = share.fired.max(track.fired);
                share.events.insert(kept.cited.moment(), kept);
                for (label, value) in &pairs {
                    share.groups.add(label, value);
                }
            }
        }
        shares
            .into_iter()
            .filter_map(|((place, _), share)| {
                let member = self.correlations.members.get(place)?;
                Some((member.about.clone(), share.found(member, cited_limit)?))
            })
            .collect()
    }
}

impl Track<'_> {
    /// Notes that the hits of the last `timespan` seconds are behind a firing.
    fn fire(&mut self, now: i64, timespan: u64) {
        self.fired += 1;
        let start = now.saturating_sub(i64::try_from(timespan).unwrap_or(i64::MAX));
        let from = self
            .hits
            .partition_point(|kept| kept.cited.time.seconds() < start);
        let from = from.max(self.settled);
        self.behind.extend_from_slice(&self.hits[from..]);
        self.settled = self.hits.len();
    }
}

impl Share<'_> {
    fn found(self, member: &Member, cited_limit: usize) -> Option<Found> {
        let first = self.events.first_key_value()?.0.0;
        let last = self.events.last_key_value()?.0.0;
        let count = self.events.len() as u64;
        let succeeded = self.events.values().filter(|kept| kept.succeeded).count() as u64;
        let mut facts = self.groups;
        let mut sample = Sample::default();
        for kept in self.events.values() {
            facts.add("call", &kept.call);
            facts.add("region", &kept.region);
            facts.add("from", &kept.address);
            facts.add("error", &kept.error);
            if sample.len() < cited_limit {
                sample.add_cited(&kept.cited, cited_limit);
            }
        }
        let calls: Vec<&str> = facts.get("call").collect();
        let summary = format!(
            "{} {}{} {} ({succeeded} of {count} calls succeeded)",
            self.principal.name,
            summary::acts(&calls),
            summary::on_target(&facts),
            within(self.fired, last.since(first), member.compiled.timespan_secs),
        );
        Some(Found {
            severity: severity(member.about.severity, succeeded),
            principal: self.principal,
            first,
            last,
            count,
            succeeded,
            summary,
            facts: facts.into_facts(),
            sample,
        })
    }
}

/// Many failures are often what a correlation is about, so only the most severe are lowered.
const fn severity(severity: Severity, succeeded: u64) -> Severity {
    match severity {
        Severity::Critical => lowered(severity, succeeded),
        other => other,
    }
}
