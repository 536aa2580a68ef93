//! Hits of plain rules, folded per rule and principal in pass 1 and judged in pass 2.
//!
//! It must not know how rules are loaded, nor keep every hit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use stanch_core::finding::{DetectionAbout, DetectionOrigin};
use stanch_core::principal::Principal;
use stanch_core::{Severity, Timestamp};

use super::candidates::Memory;
use super::correlation::CorrelationState;
use super::facts::Facts;
use super::load::RuleSet;
use super::summary;
use super::view::View;
use crate::detector::{Found, JudgeContext};
use crate::observation::Observation;
use crate::sample::Sample;

/// Number of principals one rule remembers: those with the smallest keys, so that the order of events doesn't
/// matter. Past that the rule is named by [`RuleState::overflowed`].
const PRINCIPALS_LIMIT: usize = 20_000;

/// What the rules remember of the events they saw.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct RuleState {
    /// By detection id, then by principal key.
    groups: BTreeMap<String, RuleGroups>,
    pub(super) correlations: CorrelationState,
    #[serde(skip)]
    memory: Memory,
}

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct RuleGroups {
    by_principal: BTreeMap<String, Group>,
    overflowed: bool,
}

/// What one principal did that one rule is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Group {
    first: Timestamp,
    last: Timestamp,
    count: u64,
    succeeded: u64,
    facts: Facts,
    sample: Sample,
}

impl Group {
    fn new(observation: &Observation<'_, '_>) -> Self {
        Self {
            first: observation.event.time,
            last: observation.event.time,
            count: 0,
            succeeded: 0,
            facts: Facts::default(),
            sample: Sample::default(),
        }
    }

    fn add(&mut self, observation: &Observation<'_, '_>) {
        self.first = self.first.min(observation.event.time);
        self.last = self.last.max(observation.event.time);
        self.count += 1;
        self.succeeded += u64::from(observation.outcome().succeeded());
        self.facts.add_event(observation);
        self.sample.add(observation);
    }

    fn merge(&mut self, other: Self, cited_limit: usize) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.count += other.count;
        self.succeeded += other.succeeded;
        self.facts.merge(other.facts);
        self.sample.merge(other.sample, cited_limit);
    }

    fn into_found(self, principal: Principal, rule: &Rule) -> Found {
        let severity = rule.about.severity;
        // The level of a rule of the user's is the user's word.
        let as_written = rule.considers_outcome || rule.about.origin == DetectionOrigin::UserRule;
        let summary = summary::of_group(&principal.name, &self.facts, self.count, self.succeeded);
        Found {
            severity: if as_written {
                severity
            } else {
                lowered(severity, self.succeeded)
            },
            principal,
            first: self.first,
            last: self.last,
            count: self.count,
            succeeded: self.succeeded,
            summary,
            facts: self.facts.into_facts(),
            sample: self.sample,
        }
    }
}

/// A rule's severity where nothing succeeded. A refused grave act still shows what somebody wanted; a refused
/// middling one is context (a burst of refusals is a detector's to see).
pub(super) const fn lowered(severity: Severity, succeeded: u64) -> Severity {
    if succeeded > 0 {
        return severity;
    }
    match severity {
        Severity::Critical => Severity::High,
        Severity::High => Severity::Medium,
        Severity::Medium | Severity::Low | Severity::Informational => Severity::Informational,
    }
}

impl RuleGroups {
    fn add(&mut self, observation: &Observation<'_, '_>) {
        let key = observation.principal_key();
        let bounded;
        // A group is found under the bounded key; only a hostile key is longer.
        let key = if key.len() > 512 {
            bounded = observation.principal().key.clone();
            bounded.as_str()
        } else {
            key
        };
        if let Some(group) = self.by_principal.get_mut(key) {
            group.add(observation);
            return;
        }
        if self.by_principal.len() >= PRINCIPALS_LIMIT {
            self.overflowed = true;
            if self
                .by_principal
                .last_key_value()
                .is_some_and(|(last, _)| last.as_str() < key)
            {
                return;
            }
            self.by_principal.pop_last();
        }
        let mut group = Group::new(observation);
        group.add(observation);
        self.by_principal.insert(key.to_owned(), group);
    }

    fn merge(&mut self, other: Self, cited_limit: usize) {
        self.overflowed |= other.overflowed;
        for (key, group) in other.by_principal {
            match self.by_principal.get_mut(&key) {
                Some(own) => own.merge(group, cited_limit),
                None => {
                    self.by_principal.insert(key, group);
                }
            }
        }
        while self.by_principal.len() > PRINCIPALS_LIMIT {
            self.overflowed = true;
            self.by_principal.pop_last();
        }
    }
}

impl RuleState {
    /// Folds another thread's or run's state in.
    pub fn merge(&mut self, other: Self, cited_limit: usize) {
        for (id, groups) in other.groups {
            self.groups.entry(id).or_default().merge(groups, cited_limit);
        }
        self.correlations.merge(other.correlations);
    }

    /// Detections that met more principals or hits than they could remember: their findings are incomplete.
    #[must_use]
    pub fn overflowed(&self) -> Vec<String> {
        let plain = self
            .groups
            .iter()
            .filter(|(_, groups)| groups.overflowed)
            .map(|(id, _)| id.clone());
        let mut all: Vec<String> = plain.chain(self.correlations.overflowed()).collect();
        all.sort();
        all.dedup();
        all
    }
}

impl RuleSet {
    /// Tries the rules that the event could match, and folds its hits in.
    pub fn observe(&self, state: &mut RuleState, observation: &Observation<'_, '_>) {
        let RuleState {
            groups,
            correlations,
            memory,
        } = state;
        self.hits(memory, observation, |number| {
            let rule = &self.rules[number];
            if rule.reported {
                let id = rule.about.id.as_str();
                match groups.get_mut(id) {
                    Some(groups) => groups.add(observation),
                    None => groups.entry(id.to_owned()).or_default().add(observation),
                }
            }
            if rule.correlated {
                self.correlations.keep(correlations, number, observation);
            }
        });
    }

    /// The detections that an event matches by itself, in the order of their ids.
    #[must_use]
    pub fn matches(&self, observation: &Observation<'_, '_>) -> Vec<&DetectionAbout> {
        let mut found = Vec::new();
        self.hits(&mut Memory::default(), observation, |number| {
            found.push(&self.rules[number].about);
        });
        found.sort_by(|one, other| one.id.cmp(&other.id));
        found
    }

    /// Calls `hit` once with the number of each rule that matches.
    fn hits(&self, memory: &mut Memory, observation: &Observation<'_, '_>, mut hit: impl FnMut(usize)) {
        self.index.visit(memory, observation, |number| {
            let number = number as usize;
            if self.rules.get(number).is_some_and(|rule| rule.holds(observation)) {
                hit(number);
            }
        });
    }

    /// Judges: what each rule found, at most once per rule and principal, in the order of ids and principals.
    #[must_use]
    pub fn judge(&self, state: RuleState, context: &JudgeContext<'_>) -> Vec<(DetectionAbout, Found)> {
        let RuleState {
            mut groups,
            correlations,
            ..
        } = state;
        let mut found = Vec::new();
        for rule in self.rules.iter().filter(|rule| rule.reported) {
            let Some(groups) = groups.remove(rule.about.id.as_str()) else {
                continue;
            };
            found.extend(groups.by_principal.into_iter().map(|(key, group)| {
                (
                    rule.about.clone(),
                    group.into_found(Principal::from_key(&key), rule),
                )
            }));
        }
        found.extend(self.correlations.judge(correlations, context));
        found.sort_by(|(one, a), (other, b)| (&one.id, &a.principal.key).cmp(&(&other.id, &b.principal.key)));
        found
    }
}

/// A rule, ready to be asked.
pub(super) struct Rule {
    pub(super) about: DetectionAbout,
    pub(super) compiled: rsigma_eval::CompiledRule,
    /// True when it has list quantifiers and so needs lists and objects in their own shape.
    pub(super) structured: bool,
    /// True when it asks how a call ended, so that its level needs no lowering for mere attempts.
    pub(super) considers_outcome: bool,
    /// True when its own hits are findings: not so when it only serves a correlation.
    pub(super) reported: bool,
    /// True when a correlation refers to it.
    pub(super) correlated: bool,
}

impl Rule {
    /// Returns true when the event matches.
    pub(super) fn holds(&self, observation: &Observation<'_, '_>) -> bool {
        let view = View::new(observation, self.structured);
        let mut names = Vec::new();
        self.compiled.conditions.iter().any(|condition| {
            rsigma_eval::compiler::eval_condition(condition, &self.compiled.detections, &view, &mut names)
        })
    }
}
