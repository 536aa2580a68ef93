//! Sigma correlation rules: hits of their base rules are kept in pass 1, and replayed in the order of time in
//! pass 2.
//!
//! It must not evaluate base rules; it hears of their hits.

use std::collections::{BTreeMap, BTreeSet};

use rsigma_eval::correlation::compile_correlation;
use rsigma_eval::{CompiledCorrelation, CorrelationConfig, CorrelationEngine, Event as _};
use rsigma_parser::{ConditionOperator, CorrelationCondition, CorrelationRule, CorrelationType, SigmaRule};
use stanch_core::finding::{DetectionAbout, DetectionOrigin};
use stanch_core::verdict::RefusedRule;

use super::load::Source;
use super::refusal::refused;
use super::replay::{self, Replay};
use super::view::View;
use crate::detector::{Found, JudgeContext};
use crate::observation::Observation;

pub(super) use super::kept::CorrelationState;
use super::kept::Kept;

/// The loaded correlation rules and the base rules they refer to.
#[derive(Default)]
pub(super) struct Correlations {
    pub(super) members: Vec<Member>,
    /// By rule number.
    pub(super) bases: BTreeMap<usize, Base>,
}

/// A correlation rule.
pub(super) struct Member {
    pub(super) about: DetectionAbout,
    pub(super) compiled: CompiledCorrelation,
    rule: CorrelationRule,
    /// The base rules it rests on, also through other correlations, by number.
    pub(super) leaves: BTreeSet<usize>,
}

/// A plain rule that correlations refer to.
pub(super) struct Base {
    /// The id under which the engine knows it.
    pub(super) id: String,
    pub(super) name: Option<String>,
    rule: SigmaRule,
    reported: bool,
    /// The fields that correlations group by or count.
    fields: BTreeSet<String>,
}

impl Base {
    /// The words a correlation may call it by.
    pub(super) fn words(&self) -> Vec<&str> {
        std::iter::once(self.id.as_str())
            .chain(self.name.as_deref())
            .collect()
    }
}

impl Correlations {
    /// Takes in the correlation rules whose references can be followed; refuses the others.
    pub(super) fn load(
        sources: Vec<Source<CorrelationRule>>,
        rules: &[Source<SigmaRule>],
        refusals: &mut Vec<RefusedRule>,
    ) -> Self {
        let mut candidates = sources;
        let resolved = loop {
            let mut unfit = Vec::new();
            let mut resolved = Vec::new();
            for (place, source) in candidates.iter().enumerate() {
                match resolve(source, &candidates, rules, &mut Vec::new()) {
                    Ok(leaves) => resolved.push(leaves),
                    Err(reason) => unfit.push((place, reason)),
                }
            }
            if unfit.is_empty() {
                break resolved;
            }
            for (place, reason) in unfit.into_iter().rev() {
                let source = candidates.remove(place);
                refusals.push(refused(&source.path, &reason));
            }
        };
        let mut set = Self::default();
        for (source, leaves) in candidates.into_iter().zip(resolved) {
            set.add(source, leaves, rules, refusals);
        }
        set.choose_fields();
        set
    }

    fn add(
        &mut self,
        source: Source<CorrelationRule>,
        leaves: BTreeSet<usize>,
        rules: &[Source<SigmaRule>],
        refusals: &mut Vec<RefusedRule>,
    ) {
        let mut rule = source.rule;
        if rule.id.is_none() {
            rule.id = Some(rule.name.clone().unwrap_or_else(|| source.about.id.0.clone()));
        }
        require_all(&mut rule);
        let compiled = match compile_correlation(&rule) {
            Ok(compiled) => compiled,
            Err(error) => {
                refusals.push(refused(&source.path, &error.to_string()));
                return;
            }
        };
        for &number in &leaves {
            let base = &rules[number];
            // A user's correlation must not silence a built-in rule.
            let silences =
                !rule.generate && (source.origin == base.origin || base.origin == DetectionOrigin::UserRule);
            let entry = self.bases.entry(number).or_insert_with(|| Base {
                id: base.rule.id.clone().unwrap_or_else(|| base.about.id.0.clone()),
                name: base.rule.name.clone(),
                rule: base.rule.clone(),
                reported: false,
                fields: BTreeSet::new(),
            });
            entry.rule.id = Some(entry.id.clone());
            entry.reported |= !silences;
        }
        self.members.push(Member {
            about: source.about,
            compiled,
            rule,
            leaves,
        });
    }

    /// Every field that a correlation over a base rule may ask of its events.
    fn choose_fields(&mut self) {
        for member in &self.members {
            let mut fields: BTreeSet<String> = member.rule.group_by.iter().cloned().collect();
            fields.extend(
                member
                    .rule
                    .aliases
                    .iter()
                    .flat_map(|alias| alias.mapping.values().cloned()),
            );
            fields.extend(member.compiled.condition.field.iter().flatten().cloned());
            for number in &member.leaves {
                if let Some(base) = self.bases.get_mut(number) {
                    base.fields.extend(fields.iter().cloned());
                }
            }
        }
    }

    /// What the correlation rules say of themselves.
    pub(super) fn abouts(&self) -> impl Iterator<Item = &DetectionAbout> {
        self.members.iter().map(|member| &member.about)
    }

    /// Returns true when a rule's own hits are findings.
    pub(super) fn lets_report(&self, number: usize) -> bool {
        self.bases.get(&number).is_none_or(|base| base.reported)
    }

    /// Returns true when a rule serves a correlation.
    pub(super) fn refer_to(&self, number: usize) -> bool {
        self.bases.contains_key(&number)
    }

    /// Keeps what pass 2 needs of a hit.
    pub(super) fn keep(
        &self,
        state: &mut CorrelationState,
        number: usize,
        observation: &Observation<'_, '_>,
    ) {
        let Some(base) = self.bases.get(&number) else {
            return;
        };
        state.add(&base.id, observation.moment(), || {
            let view = View::new(observation, false);
            let values = base
                .fields
                .iter()
                .filter_map(|field| Some((field.clone(), replay::text_of(&view.get_field(field)?)?)))
                .collect();
            Kept::new(observation, values)
        });
    }

    /// Replays what was kept, and judges.
    pub(super) fn judge(
        &self,
        state: CorrelationState,
        context: &JudgeContext<'_>,
    ) -> Vec<(DetectionAbout, Found)> {
        if self.members.is_empty() {
            return Vec::new();
        }
        let Some(engine) = self.engine() else {
            return Vec::new();
        };
        Replay::new(self, state).run(engine, context.cited_limit)
    }

    /// A fresh engine that knows the rules. They have all been compiled before, so nothing can be wrong with them.
    fn engine(&self) -> Option<CorrelationEngine> {
        let mut engine = CorrelationEngine::new(CorrelationConfig {
            max_state_entries: usize::MAX,
            emit_detections: false,
            ..CorrelationConfig::default()
        });
        for base in self.bases.values() {
            engine.add_rule(&base.rule).ok()?;
        }
        for member in &self.members {
            engine.add_correlation(&member.rule).ok()?;
        }
        Some(engine)
    }
}

/// A temporal correlation without a condition holds when all of its rules were seen; the engine would be content
/// with one.
fn require_all(rule: &mut CorrelationRule) {
    if rule.correlation_type == CorrelationType::Temporal
        && let CorrelationCondition::Threshold { predicates, .. } = &mut rule.condition
        && *predicates == [(ConditionOperator::Gte, 1)]
    {
        let distinct: BTreeSet<&String> = rule.rules.iter().collect();
        *predicates = vec![(ConditionOperator::Gte, distinct.len() as u64)];
    }
}

/// The numbers of the plain rules that a correlation rests on.
fn resolve(
    source: &Source<CorrelationRule>,
    correlations: &[Source<CorrelationRule>],
    rules: &[Source<SigmaRule>],
    path: &mut Vec<String>,
) -> Result<BTreeSet<usize>, String> {
    let own = source.about.id.0.clone();
    if path.contains(&own) {
        return Err(format!(
            "correlation rule `{}` refers to itself",
            source.about.title
        ));
    }
    if source.rule.rules.is_empty() {
        return Err(format!(
            "correlation rule `{}` refers to no rule",
            source.about.title
        ));
    }
    path.push(own);
    let mut leaves = BTreeSet::new();
    for word in &source.rule.rules {
        let named = |id: &Option<String>, name: &Option<String>| {
            id.as_ref() == Some(word) || name.as_ref() == Some(word)
        };
        if let Some(number) = rules
            .iter()
            .position(|rule| named(&rule.rule.id, &rule.rule.name))
        {
            leaves.insert(number);
        } else if let Some(other) = correlations
            .iter()
            .find(|other| named(&other.rule.id, &other.rule.name))
        {
            leaves.extend(resolve(other, correlations, rules, path)?);
        } else {
            return Err(format!(
                "correlation rule `{}` refers to rule `{word}`, which was not loaded",
                source.about.title
            ));
        }
    }
    path.pop();
    Ok(leaves)
}
