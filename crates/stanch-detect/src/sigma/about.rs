//! What a rule says of itself, from its Sigma metadata and the `stanch:` block that ours carry.
//!
//! Texts are bounded. It must not look at conditions.

use std::collections::HashMap;

use rsigma_parser::{CorrelationRule, Level, SigmaRule};
use stanch_core::finding::{DetectionAbout, DetectionOrigin};
use stanch_core::text::shown;
use stanch_core::{DetectionId, Severity, Tactic, TechniqueId};
use yaml_serde::Value;

const TITLE_LIMIT: usize = 160;
const TEXT_LIMIT: usize = 1200;
const LINE_LIMIT: usize = 400;
const LINES_LIMIT: usize = 12;

/// The parts of a rule that describe it, the same for plain and correlation rules.
struct Metadata<'r> {
    title: &'r str,
    id: Option<&'r str>,
    name: Option<&'r str>,
    description: Option<&'r str>,
    level: Option<Level>,
    tags: &'r [String],
    false_positives: &'r [String],
    custom: &'r HashMap<String, Value>,
}

/// What a plain rule says.
pub(super) fn of_rule(rule: &SigmaRule, origin: DetectionOrigin) -> DetectionAbout {
    about(
        &Metadata {
            title: &rule.title,
            id: rule.id.as_deref(),
            name: rule.name.as_deref(),
            description: rule.description.as_deref(),
            level: rule.level,
            tags: &rule.tags,
            false_positives: &rule.falsepositives,
            custom: &rule.custom_attributes,
        },
        origin,
    )
}

/// What a correlation rule says.
pub(super) fn of_correlation(rule: &CorrelationRule, origin: DetectionOrigin) -> DetectionAbout {
    about(
        &Metadata {
            title: &rule.title,
            id: rule.id.as_deref(),
            name: rule.name.as_deref(),
            description: rule.description.as_deref(),
            level: rule.level,
            tags: &rule.tags,
            false_positives: &rule.falsepositives,
            custom: &rule.custom_attributes,
        },
        origin,
    )
}

fn about(rule: &Metadata<'_>, origin: DetectionOrigin) -> DetectionAbout {
    let own = rule.custom.get("stanch");
    let why = own
        .and_then(|block| block.get("why"))
        .and_then(Value::as_str)
        .or(rule.description)
        .unwrap_or("The rule does not say why this matters.");
    let mut next = own.map(|block| lines(block.get("next"))).unwrap_or_default();
    if next.is_empty() && origin == DetectionOrigin::UserRule {
        next.push("Ask the owner of this identity whether they did this.".to_owned());
    }
    DetectionAbout {
        id: id_of(rule, origin),
        title: text(rule.title, TITLE_LIMIT),
        severity: severity(rule.level),
        tactics: known(rule.tags, Tactic::from_tag),
        techniques: known(rule.tags, TechniqueId::parse),
        why: text(why, TEXT_LIMIT),
        false_positives: rule
            .false_positives
            .iter()
            .take(LINES_LIMIT)
            .map(|line| text(line, LINE_LIMIT))
            .collect(),
        next,
        origin,
    }
}

fn id_of(rule: &Metadata<'_>, origin: DetectionOrigin) -> DetectionId {
    let given = match origin {
        DetectionOrigin::Rule => rule.name.or(rule.id),
        _ => rule.id.or(rule.name),
    };
    let given = given.map(str::trim).filter(|id| !id.is_empty());
    DetectionId(given.map_or_else(|| slug(rule.title), |id| text(id, 120)))
}

/// A title as an id: lower-case words joined by hyphens.
fn slug(title: &str) -> String {
    let lower = title.to_lowercase();
    let words: Vec<&str> = lower
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let slug = text(&words.join("-"), 120);
    if slug.is_empty() { "rule".to_owned() } else { slug }
}

/// A rule without a level is taken as medium: somebody thought it worth writing.
const fn severity(level: Option<Level>) -> Severity {
    match level {
        Some(Level::Informational) => Severity::Informational,
        Some(Level::Low) => Severity::Low,
        Some(Level::Medium) | None => Severity::Medium,
        Some(Level::High) => Severity::High,
        Some(Level::Critical) => Severity::Critical,
    }
}

fn known<T: Ord>(tags: &[String], parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
    let mut found: Vec<T> = tags
        .iter()
        .take(64)
        .filter_map(|tag| parse(&tag.to_ascii_lowercase()))
        .collect();
    found.sort();
    found.dedup();
    found
}

fn lines(value: Option<&Value>) -> Vec<String> {
    let Some(Value::Sequence(lines)) = value else {
        return Vec::new();
    };
    lines
        .iter()
        .filter_map(Value::as_str)
        .take(LINES_LIMIT)
        .map(|line| text(line, LINE_LIMIT))
        .collect()
}

/// Text of a rule on one line, bounded and safe to show.
fn text(raw: &str, limit: usize) -> String {
    shown(&raw.split_whitespace().collect::<Vec<_>>().join(" "), limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_an_id_when_there_is_no_other() {
        assert_eq!(slug("AWS: User  Created (IAM)!"), "aws-user-created-iam");
        assert_eq!(slug("!!"), "rule");
    }
}
