//! Reads rule files into a set that can be asked. One bad rule never stops the others.
//!
//! It must not touch files: it is given texts.

use std::collections::BTreeMap;

use rsigma_parser::{CorrelationRule, Detection, DetectionItem, SigmaRule, parse_sigma_yaml, version};
use stanch_core::EventKey;
use stanch_core::finding::{DetectionAbout, DetectionOrigin};
use stanch_core::verdict::RefusedRule;

use super::candidates::{CandidateIndex, Demand};
use super::correlation::Correlations;
use super::matching::Rule;
use super::refusal::{is_about_nothing, old_aggregations, reason_of, refused};
use super::{about, logsource, normalise, order};

/// A rule file larger than this is refused.
const FILE_LIMIT: usize = 1 << 20;

/// Every loaded rule.
pub struct RuleSet {
    pub(super) rules: Vec<Rule>,
    pub(super) index: CandidateIndex,
    pub(super) correlations: Correlations,
    fingerprint: u128,
}

/// A rule as parsed, with where it comes from.
pub(super) struct Source<R> {
    pub(super) path: String,
    pub(super) origin: DetectionOrigin,
    pub(super) about: DetectionAbout,
    pub(super) rule: R,
}

impl RuleSet {
    /// Loads the built-in rules and the user's. A rule of the user's with the id or name of a built-in one takes
    /// its place. Returns with the set what could not be loaded and why.
    #[must_use]
    pub fn load(embedded: &[(&str, &str)], user: &[(String, String)]) -> (Self, Vec<RefusedRule>) {
        let mut loading = Loading::default();
        for (path, text) in embedded {
            loading.read(path, text, DetectionOrigin::Rule);
        }
        for (path, text) in user {
            loading.read(path, text, DetectionOrigin::UserRule);
        }
        loading.drop_duplicates();
        let Loading {
            rules: sources,
            correlations,
            mut refused,
        } = loading;
        let mut rules = Vec::new();
        let mut index = CandidateIndex::default();
        let mut loaded = Vec::new();
        for source in sources {
            match compiled(&source, rules.len(), &mut index) {
                Ok(rule) => {
                    rules.push(rule);
                    loaded.push(source);
                }
                Err(reason) => refused.push(super::refusal::refused(&source.path, &reason)),
            }
        }
        let correlations = Correlations::load(correlations, &loaded, &mut refused);
        for (number, rule) in rules.iter_mut().enumerate() {
            rule.reported = correlations.lets_report(number);
            rule.correlated = correlations.refer_to(number);
        }
        refused.sort();
        let set = Self {
            rules,
            index,
            correlations,
            fingerprint: fingerprint(embedded, user),
        };
        (set, refused)
    }

    /// What every rule that can make findings says of itself.
    pub fn abouts(&self) -> impl Iterator<Item = &DetectionAbout> {
        let plain = self
            .rules
            .iter()
            .filter(|rule| rule.reported)
            .map(|rule| &rule.about);
        plain.chain(self.correlations.abouts())
    }

    /// A number that changes with the rules: a saved state fits only the set that made it.
    #[must_use]
    pub const fn fingerprint(&self) -> u128 {
        self.fingerprint
    }
}

fn fingerprint(embedded: &[(&str, &str)], user: &[(String, String)]) -> u128 {
    let built_in = embedded
        .iter()
        .flat_map(|(path, text)| [path.as_bytes(), text.as_bytes()]);
    let users = user
        .iter()
        .flat_map(|(path, text)| [path.as_bytes(), text.as_bytes()]);
    let parts: Vec<&[u8]> = built_in.chain([b"|".as_slice()]).chain(users).collect();
    EventKey::of(&parts).0
}

/// Compiles a rule and adds it to the index under its number.
fn compiled(source: &Source<SigmaRule>, number: usize, index: &mut CandidateIndex) -> Result<Rule, String> {
    let log = logsource::log_of(&source.rule.logsource)?;
    if version::is_unsupported(source.rule.sigma_version) {
        return Err("is written for a newer version of Sigma".to_owned());
    }
    let number = u32::try_from(number).map_err(|_| "is one rule too many".to_owned())?;
    let mut rule = source.rule.clone();
    rule.detection.named = rule
        .detection
        .named
        .into_iter()
        .map(|(name, detection)| (name, normalise::detection(detection)))
        .collect();
    order::cheapest_first(&mut rule.detection);
    let compiled = rsigma_eval::compile_rule(&rule).map_err(|error| error.to_string())?;
    check_selectors(&rule)?;
    index.add(number, log, Demand::of(&source.rule.detection));
    let mut structured = false;
    let mut considers_outcome = false;
    for detection in rule.detection.named.values() {
        visit(detection, &mut |part| {
            structured |= matches!(part, Detection::ArrayMatch { .. });
        });
        items(detection, &mut |item| considers_outcome |= is_about_outcome(item));
    }
    Ok(Rule {
        about: source.about.clone(),
        compiled,
        structured,
        considers_outcome,
        reported: true,
        correlated: false,
    })
}

/// A selector such as `all of filter_*` over nothing would always hold.
fn check_selectors(rule: &SigmaRule) -> Result<(), String> {
    fn check(condition: &rsigma_parser::ConditionExpr, rule: &SigmaRule) -> Result<(), String> {
        use rsigma_parser::ConditionExpr;
        match condition {
            ConditionExpr::And(parts) | ConditionExpr::Or(parts) => {
                parts.iter().try_for_each(|part| check(part, rule))
            }
            ConditionExpr::Not(part) => check(part, rule),
            ConditionExpr::Identifier(name) if !rule.detection.named.contains_key(name) => Err(format!(
                "has a condition that names `{name}`, which it does not define"
            )),
            ConditionExpr::Identifier(_) => Ok(()),
            ConditionExpr::Selector { pattern, .. } => {
                let any = rule
                    .detection
                    .named
                    .keys()
                    .any(|name| pattern.matches_detection_name(name));
                if any {
                    Ok(())
                } else {
                    Err(format!(
                        "has a condition with `{condition}`, which stands for nothing"
                    ))
                }
            }
        }
    }
    if rule.detection.conditions.is_empty() {
        return Err("has no condition in its detection section".to_owned());
    }
    rule.detection
        .conditions
        .iter()
        .try_for_each(|condition| check(condition, rule))
}

fn visit(detection: &Detection, see: &mut impl FnMut(&Detection)) {
    see(detection);
    match detection {
        Detection::AnyOf(parts) | Detection::And(parts) => {
            for part in parts {
                visit(part, see);
            }
        }
        Detection::ArrayMatch { body, .. } => visit(body, see),
        Detection::Conditional { named, .. } => {
            for part in named.values() {
                visit(part, see);
            }
        }
        Detection::AllOf(_) | Detection::Keywords(_) => {}
    }
}

fn items(detection: &Detection, see: &mut impl FnMut(&DetectionItem)) {
    visit(detection, &mut |part| {
        if let Detection::AllOf(items) = part {
            items.iter().for_each(&mut *see);
        }
    });
}

/// Returns true when an item asks how the call ended: then the rule's level already takes it into account.
fn is_about_outcome(item: &DetectionItem) -> bool {
    matches!(
        item.field.name.as_deref(),
        Some("stanch.outcome" | "errorCode" | "errorMessage" | "responseElements.ConsoleLogin")
    )
}

/// Rules on their way in.
#[derive(Default)]
struct Loading {
    rules: Vec<Source<SigmaRule>>,
    correlations: Vec<Source<CorrelationRule>>,
    refused: Vec<RefusedRule>,
}

impl Loading {
    fn read(&mut self, path: &str, text: &str, origin: DetectionOrigin) {
        if text.len() > FILE_LIMIT {
            self.refused.push(refused(path, "is larger than 1 MiB"));
            return;
        }
        let collection = match parse_sigma_yaml(text) {
            Ok(collection) => collection,
            Err(error) => {
                self.refused
                    .push(refused(path, &format!("can't be read: {error}")));
                return;
            }
        };
        let found = !collection.is_empty();
        let before = self.refused.len();
        self.refuse_errors(path, text, &collection.errors);
        for rule in collection.rules {
            self.rules.push(Source {
                path: path.to_owned(),
                origin,
                about: about::of_rule(&rule, origin),
                rule,
            });
        }
        for rule in collection.correlations {
            self.correlations.push(Source {
                path: path.to_owned(),
                origin,
                about: about::of_correlation(&rule, origin),
                rule,
            });
        }
        for filter in &collection.filters {
            let reason = format!("`{}` is a Sigma filter; filters are not supported", filter.title);
            self.refused.push(refused(path, &reason));
        }
        if !found && self.refused.len() == before {
            self.refused.push(refused(path, "holds no rule"));
        }
    }

    fn refuse_errors(&mut self, path: &str, text: &str, errors: &[String]) {
        let mut reasons: Vec<String> = errors
            .iter()
            .filter(|error| !is_about_nothing(error, text))
            .filter_map(|error| reason_of(error))
            .collect();
        if reasons
            .iter()
            .any(|reason| reason.contains("condition that can't be read"))
        {
            let aggregations = old_aggregations(text);
            let mut replaced = aggregations.into_iter();
            for reason in &mut reasons {
                if reason.contains("condition that can't be read")
                    && let Some(aggregation) = replaced.next()
                {
                    *reason = aggregation;
                }
            }
        }
        self.refused
            .extend(reasons.iter().map(|reason| refused(path, reason)));
    }

    /// A user's rule replaces the built-in one with its id or name; between two of one origin the first stays.
    fn drop_duplicates(&mut self) {
        let mut users: BTreeMap<String, ()> = BTreeMap::new();
        let plain = self
            .rules
            .iter()
            .map(|source| (source.origin, &source.rule.id, &source.rule.name));
        let others = self
            .correlations
            .iter()
            .map(|source| (source.origin, &source.rule.id, &source.rule.name));
        for (origin, id, name) in plain.chain(others) {
            if origin == DetectionOrigin::UserRule {
                users.extend(id.iter().chain(name).map(|word| (word.clone(), ())));
            }
        }
        let replaced = |origin: DetectionOrigin, id: &Option<String>, name: &Option<String>| {
            origin == DetectionOrigin::Rule && id.iter().chain(name).any(|word| users.contains_key(word))
        };
        self.rules
            .retain(|source| !replaced(source.origin, &source.rule.id, &source.rule.name));
        self.correlations
            .retain(|source| !replaced(source.origin, &source.rule.id, &source.rule.name));
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        let mut refusals = Vec::new();
        self.rules
            .retain(|source| is_first(&source.about, &source.path, &mut seen, &mut refusals));
        self.correlations
            .retain(|source| is_first(&source.about, &source.path, &mut seen, &mut refusals));
        self.refused.extend(refusals);
    }
}

fn is_first(
    about: &DetectionAbout,
    path: &str,
    seen: &mut BTreeMap<String, String>,
    refusals: &mut Vec<RefusedRule>,
) -> bool {
    match seen.get(about.id.as_str()) {
        None => {
            seen.insert(about.id.0.clone(), path.to_owned());
            true
        }
        Some(first) => {
            let reason = format!("rule `{}` has the same id as a rule in {first}", about.title);
            refusals.push(refused(path, &reason));
            false
        }
    }
}
