//! Finds the rules that an event could match by its name, source and a few other cheap fields, so that an event
//! costs little however many rules there are.
//!
//! What a rule needs is derived conservatively: a rule may be tried in vain, it must never be left out. Nothing
//! here evaluates a rule.

use std::hash::Hasher as _;
use std::sync::Arc;

use rsigma_parser::{
    ConditionExpr, Detection, DetectionItem, Detections, Modifier, Quantifier, SigmaValue, SpecialChar,
    StringPart,
};
use rustc_hash::{FxHashMap, FxHasher};
use stanch_core::{Event, LogKind};

use crate::derived;
use crate::observation::Observation;

/// A word an event must carry in a field for a rule to match, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    Exact(String),
    Prefix(String),
}

/// The words of which an event must carry one; `None` when the rule makes no such demand.
type Needs = Option<Vec<Need>>;

/// A field next to the name that is cheap to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GuardField {
    Source,
    Service,
    EventType,
    IdentityType,
    CallerKind,
    Outcome,
}

const GUARD_FIELDS: [(&str, GuardField); 6] = [
    ("eventSource", GuardField::Source),
    ("stanch.service", GuardField::Service),
    ("eventType", GuardField::EventType),
    ("userIdentity.type", GuardField::IdentityType),
    ("stanch.caller.kind", GuardField::CallerKind),
    ("stanch.outcome", GuardField::Outcome),
];

impl GuardField {
    /// Returns true when it follows from an event's source.
    const fn is_of_kind(self) -> bool {
        matches!(self, Self::Source | Self::Service)
    }
}

/// Exact words of which a field must hold one.
#[derive(Debug, Clone)]
struct Guard {
    field: GuardField,
    words: Vec<String>,
}

impl Guard {
    /// Returns true when an event of this source may pass it.
    fn may_pass(&self, event: &Event<'_>) -> bool {
        match self.field {
            GuardField::Source => self.holds(&event.source),
            GuardField::Service => self.holds(event.service()),
            _ => true,
        }
    }

    fn holds(&self, text: &str) -> bool {
        !text.is_ascii() || self.words.iter().any(|word| word.eq_ignore_ascii_case(text))
    }

    fn lets_pass(&self, observation: &Observation<'_, '_>) -> bool {
        let event = observation.event;
        let text: &str = match self.field {
            GuardField::Source => &event.source,
            GuardField::Service => event.service(),
            // A typed text that is empty may stand for a value that is no text; only the record knows.
            GuardField::EventType if event.event_type.is_empty() => return true,
            GuardField::EventType => &event.event_type,
            GuardField::IdentityType if event.identity.type_name.is_empty() => return true,
            GuardField::IdentityType => &event.identity.type_name,
            GuardField::CallerKind => derived::caller_kind(event),
            GuardField::Outcome => derived::outcome_word(observation.outcome()),
        };
        self.holds(text)
    }
}

/// What a rule needs of an event.
#[derive(Debug, Default)]
pub(super) struct Demand {
    names: Needs,
    guards: Vec<Guard>,
}

impl Demand {
    /// Derives it from a rule's detections and condition. Any of several conditions may hold.
    pub(super) fn of(detections: &Detections) -> Self {
        let over = |fields: &[&str]| {
            any(detections
                .conditions
                .iter()
                .map(|condition| of_condition(condition, detections, fields)))
        };
        Self {
            names: over(&["eventName", "stanch.name"]),
            guards: GUARD_FIELDS
                .into_iter()
                .filter_map(|(name, field)| {
                    let words = exact_words(over(&[name])?)?;
                    Some(Guard { field, words })
                })
                .collect(),
        }
    }
}

/// One of the alternatives must hold: without limit as soon as one is.
fn any(alternatives: impl Iterator<Item = Needs>) -> Needs {
    let mut all = Vec::new();
    for needs in alternatives {
        all.extend(needs?);
    }
    all.sort();
    all.dedup();
    Some(all)
}

/// All must hold, so the narrowest is enough. (Not the intersection: a name with an API date counts as two.)
fn narrowest(parts: impl Iterator<Item = Needs>) -> Needs {
    parts.flatten().min_by_key(Vec::len)
}

fn of_condition(condition: &ConditionExpr, detections: &Detections, fields: &[&str]) -> Needs {
    match condition {
        ConditionExpr::And(parts) => {
            narrowest(parts.iter().map(|part| of_condition(part, detections, fields)))
        }
        ConditionExpr::Or(parts) => any(parts.iter().map(|part| of_condition(part, detections, fields))),
        ConditionExpr::Not(_) => None,
        ConditionExpr::Identifier(name) => of_detection(detections.named.get(name)?, fields),
        ConditionExpr::Selector { quantifier, pattern } => {
            let chosen = detections
                .named
                .iter()
                .filter(|(name, _)| pattern.matches_detection_name(name))
                .map(|(_, detection)| of_detection(detection, fields));
            match quantifier {
                Quantifier::All => narrowest(chosen),
                Quantifier::Count(0) => None,
                Quantifier::Any | Quantifier::Count(_) => any(chosen),
            }
        }
    }
}

fn of_detection(detection: &Detection, fields: &[&str]) -> Needs {
    match detection {
        Detection::AllOf(items) => narrowest(items.iter().map(|item| of_item(item, fields))),
        Detection::And(parts) => narrowest(parts.iter().map(|part| of_detection(part, fields))),
        Detection::AnyOf(parts) => any(parts.iter().map(|part| of_detection(part, fields))),
        Detection::Keywords(_) | Detection::ArrayMatch { .. } | Detection::Conditional { .. } => None,
    }
}

fn of_item(item: &DetectionItem, fields: &[&str]) -> Needs {
    if !fields.contains(&item.field.name.as_deref()?) {
        return None;
    }
    let mut prefix = false;
    let mut all = false;
    for modifier in &item.field.modifiers {
        match modifier {
            Modifier::StartsWith => prefix = true,
            Modifier::All => all = true,
            Modifier::Cased => {}
            _ => return None,
        }
    }
    let mut needs = item.values.iter().map(|value| need(value, prefix));
    if all {
        return needs.flatten().next().map(|need| vec![need]);
    }
    needs.by_ref().collect()
}

fn need(value: &SigmaValue, prefix: bool) -> Option<Need> {
    let SigmaValue::String(text) = value else {
        return None;
    };
    // Beyond ASCII, the engine's comparisons don't agree on what lower case is.
    if !text.original.is_ascii() {
        return None;
    }
    match text.parts.as_slice() {
        [StringPart::Plain(plain)] if prefix => Some(Need::Prefix(plain.to_ascii_lowercase())),
        [StringPart::Plain(plain)] => Some(Need::Exact(plain.to_ascii_lowercase())),
        [
            StringPart::Plain(plain),
            StringPart::Special(SpecialChar::WildcardMulti | SpecialChar::WildcardSingle),
            ..,
        ] => Some(Need::Prefix(plain.to_ascii_lowercase())),
        _ => None,
    }
}

/// Rules by what they need, one table for each log.
#[derive(Debug, Default)]
pub(super) struct CandidateIndex {
    tables: [Table; 4],
}

#[derive(Debug, Default)]
struct Table {
    /// Rules that need an exact name, by the hash of the name in lower case. A collision only costs a try.
    by_name: FxHashMap<u64, Vec<Candidate>>,
    by_prefix: Vec<(String, Candidate)>,
    /// Rules without names that need an exact source, by its hash.
    by_source: FxHashMap<u64, Vec<Candidate>>,
    everywhere: Vec<Candidate>,
    all: Vec<u32>,
}

#[derive(Debug, Clone)]
pub(super) struct Candidate {
    rule: u32,
    guards: Arc<[Guard]>,
}

/// The candidates of each name and source that a state has met.
#[derive(Debug, Default)]
pub(super) struct Memory(FxHashMap<(usize, u32, u32), Box<[Candidate]>>);

impl Memory {
    /// Number remembered; real accounts see some thousands.
    const LIMIT: usize = 1 << 14;
}

impl Candidate {
    /// Itself, without the guards that the name and source have passed.
    fn of_kind(&self) -> Self {
        let open = |guard: &&Guard| !guard.field.is_of_kind();
        Self {
            rule: self.rule,
            guards: self.guards.iter().filter(open).cloned().collect(),
        }
    }

    fn fits(&self, observation: &Observation<'_, '_>) -> bool {
        self.guards.iter().all(|guard| guard.lets_pass(observation))
    }
}

const fn place(log: LogKind) -> usize {
    match log {
        LogKind::CloudTrail => 0,
        LogKind::S3ServerAccess => 1,
        LogKind::VpcFlow => 2,
        LogKind::GuardDuty => 3,
    }
}

impl CandidateIndex {
    /// Adds a rule under its number.
    pub(super) fn add(&mut self, rule: u32, log: LogKind, demand: Demand) {
        let table = &mut self.tables[place(log)];
        table.all.push(rule);
        // Names and sources of other logs are not what their typed fields hold.
        let demand = if log == LogKind::CloudTrail {
            demand
        } else {
            Demand::default()
        };
        let candidate = Candidate {
            rule,
            guards: demand.guards.into(),
        };
        let source = candidate
            .guards
            .iter()
            .find(|guard| guard.field == GuardField::Source);
        match (&demand.names, source) {
            (Some(names), _) => {
                for name in names {
                    let list = match name {
                        Need::Exact(name) => table.by_name.entry(hash_lower(name)).or_default(),
                        Need::Prefix(prefix) => {
                            table.by_prefix.push((prefix.clone(), candidate.clone()));
                            continue;
                        }
                    };
                    list.push(candidate.clone());
                }
            }
            (None, Some(source)) => {
                for word in &source.words {
                    let list = table.by_source.entry(hash_lower(word)).or_default();
                    list.push(candidate.clone());
                }
            }
            (None, None) => table.everywhere.push(candidate),
        }
    }

    /// Calls `visit` with the number of each rule that the event could match, in order. What follows from the event's
    /// name and source alone is remembered in `memory`.
    pub(super) fn visit(
        &self,
        memory: &mut Memory,
        observation: &Observation<'_, '_>,
        mut visit: impl FnMut(u32),
    ) {
        let numbers = &observation.numbers;
        let known = numbers.name.known().zip(numbers.source.known());
        let gathered;
        let candidates = match known {
            Some((name, source)) => {
                let key = (place(observation.event.log), name, source);
                if memory.0.len() >= Memory::LIMIT {
                    memory.0.clear();
                }
                let of_kind = memory.0.entry(key);
                &**of_kind.or_insert_with(|| self.candidates(observation.event))
            }
            None => {
                gathered = self.candidates(observation.event);
                &gathered
            }
        };
        for candidate in candidates {
            if candidate.fits(observation) {
                visit(candidate.rule);
            }
        }
    }

    /// The rules that an event of this name and source could match, each once and in order.
    fn candidates(&self, event: &Event<'_>) -> Box<[Candidate]> {
        let mut found: Vec<Candidate> = Vec::new();
        self.offer(event, |candidate| {
            if candidate.guards.iter().all(|guard| guard.may_pass(event)) {
                found.push(candidate.of_kind());
            }
        });
        found.sort_by_key(|candidate| candidate.rule);
        found.dedup_by_key(|candidate| candidate.rule);
        found.into()
    }

    fn offer(&self, event: &Event<'_>, mut offer: impl FnMut(&Candidate)) {
        let table = &self.tables[place(event.log)];
        if !event.name.is_ascii() || !event.source.is_ascii() {
            let none = Arc::<[Guard]>::from([]);
            table.all.iter().for_each(|rule| {
                offer(&Candidate {
                    rule: *rule,
                    guards: Arc::clone(&none),
                });
            });
            return;
        }
        let base = event.base_name();
        let named = |name: &str| table.by_name.get(&hash_lower(name)).into_iter().flatten();
        named(&event.name).for_each(&mut offer);
        if base.len() < event.name.len() {
            named(base).for_each(&mut offer);
        }
        for (prefix, candidate) in &table.by_prefix {
            if starts_with_lower(&event.name, prefix) {
                offer(candidate);
            }
        }
        let of_source = table.by_source.get(&hash_lower(&event.source));
        of_source.into_iter().flatten().for_each(&mut offer);
        table.everywhere.iter().for_each(&mut offer);
    }
}

/// The words themselves, when all are exact.
fn exact_words(needs: Vec<Need>) -> Option<Vec<String>> {
    needs
        .into_iter()
        .map(|need| match need {
            Need::Exact(word) => Some(word),
            Need::Prefix(_) => None,
        })
        .collect()
}

/// A hash of an ASCII text that is the same whatever the case of its letters. It also takes some other
/// characters for each other, which costs no more than a try.
fn hash_lower(text: &str) -> u64 {
    const LOWER: u64 = 0x2020_2020_2020_2020;
    let mut hasher = FxHasher::default();
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    for word in words {
        hasher.write_u64(u64::from_le_bytes(*word) | LOWER);
    }
    let tail = rest
        .iter()
        .fold(0, |tail, byte| (tail << 8) | u64::from(*byte | 0x20));
    hasher.write_u64(tail);
    hasher.finish()
}

fn starts_with_lower(text: &str, prefix: &str) -> bool {
    text.as_bytes()
        .get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

#[cfg(test)]
mod tests;
