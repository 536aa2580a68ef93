//! Finds the rules that an event could match by its name and source, so that an event costs little however many
//! rules there are.
//!
//! What a rule needs is derived conservatively: a rule may be tried in vain, it must never be left out. Nothing
//! here evaluates a rule.

use std::cell::LazyCell;
use std::hash::Hasher as _;
use std::sync::Arc;

use rsigma_parser::{
    ConditionExpr, Detection, DetectionItem, Detections, Modifier, Quantifier, SigmaValue, SpecialChar,
    StringPart,
};
use rustc_hash::{FxHashMap, FxHasher};
use stanch_core::{Event, LogKind};

/// A word an event must carry in a field for a rule to match, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    Exact(String),
    Prefix(String),
}

/// The words of which an event must carry one; `None` when the rule makes no such demand.
type Needs = Option<Vec<Need>>;

/// Which names and sources a rule needs.
#[derive(Debug, Default)]
pub(super) struct Demand {
    names: Needs,
    sources: Needs,
    services: Needs,
}

impl Demand {
    /// Derives it from a rule's detections and condition. Any of several conditions may hold.
    pub(super) fn of(detections: &Detections) -> Self {
        let over = |fields: &'static [&'static str]| {
            any(detections
                .conditions
                .iter()
                .map(|condition| of_condition(condition, detections, fields)))
        };
        Self {
            names: over(&["eventName", "stanch.name"]),
            sources: over(&["eventSource"]),
            services: over(&["stanch.service"]),
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
    by_source: FxHashMap<u64, Vec<u32>>,
    everywhere: Vec<Candidate>,
    all: Vec<u32>,
}

#[derive(Debug, Clone)]
struct Candidate {
    rule: u32,
    sources: Option<Arc<[u64]>>,
    services: Option<Arc<[u64]>>,
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
    pub(super) fn add(&mut self, rule: u32, log: LogKind, demand: &Demand) {
        let table = &mut self.tables[place(log)];
        let candidate = Candidate {
            rule,
            sources: exact_hashes(&demand.sources),
            services: exact_hashes(&demand.services),
        };
        table.all.push(rule);
        // Names and sources of other logs are not what their typed fields hold.
        if log != LogKind::CloudTrail {
            table.everywhere.push(Candidate {
                rule,
                sources: None,
                services: None,
            });
            return;
        }
        match (&demand.names, &candidate.sources) {
            (Some(names), _) => {
                for name in names {
                    match name {
                        Need::Exact(name) => {
                            table
                                .by_name
                                .entry(hash_lower(name))
                                .or_default()
                                .push(candidate.clone());
                        }
                        Need::Prefix(prefix) => table.by_prefix.push((prefix.clone(), candidate.clone())),
                    }
                }
            }
            (None, Some(sources)) => {
                for source in sources.iter() {
                    table.by_source.entry(*source).or_default().push(rule);
                }
            }
            (None, None) => table.everywhere.push(candidate),
        }
    }

    /// Calls `visit` with the number of each rule that the event could match. A rule may be named twice.
    pub(super) fn visit(&self, event: &Event<'_>, mut visit: impl FnMut(u32)) {
        let table = &self.tables[place(event.log)];
        if !event.name.is_ascii() || !event.source.is_ascii() {
            table.all.iter().for_each(|rule| visit(*rule));
            return;
        }
        let source = hash_lower(&event.source);
        let service = LazyCell::new(|| hash_lower(event.service()));
        let fits = |candidate: &Candidate| {
            candidate
                .sources
                .as_ref()
                .is_none_or(|sources| sources.contains(&source))
                && candidate
                    .services
                    .as_ref()
                    .is_none_or(|services| services.contains(&service))
        };
        let base = event.base_name();
        let names: [&str; 2] = [&event.name, base];
        let distinct = if base.len() == event.name.len() { 1 } else { 2 };
        for name in names.into_iter().take(distinct) {
            for candidate in table.by_name.get(&hash_lower(name)).into_iter().flatten() {
                if fits(candidate) {
                    visit(candidate.rule);
                }
            }
        }
        for (prefix, candidate) in &table.by_prefix {
            if starts_with_lower(&event.name, prefix) && fits(candidate) {
                visit(candidate.rule);
            }
        }
        for rule in table.by_source.get(&source).into_iter().flatten() {
            visit(*rule);
        }
        for candidate in &table.everywhere {
            if fits(candidate) {
                visit(candidate.rule);
            }
        }
    }
}

/// The hashes of the exact words; `None` when there is no demand, or one that is not exact.
fn exact_hashes(needs: &Needs) -> Option<Arc<[u64]>> {
    needs
        .as_ref()?
        .iter()
        .map(|need| match need {
            Need::Exact(word) => Some(hash_lower(word)),
            Need::Prefix(_) => None,
        })
        .collect()
}

/// The hash of an ASCII text in lower case, without allocating.
fn hash_lower(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    for chunk in text.as_bytes().chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        word.make_ascii_lowercase();
        hasher.write_u64(u64::from_le_bytes(word));
    }
    hasher.write_usize(text.len());
    hasher.finish()
}

fn starts_with_lower(text: &str, prefix: &str) -> bool {
    text.as_bytes()
        .get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

#[cfg(test)]
mod tests;
