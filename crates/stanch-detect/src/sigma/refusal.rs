//! Why a rule file, or a rule in it, was not loaded, in words for the person who wrote it.
//!
//! It must not load anything.

use serde::Deserialize as _;
use stanch_core::text::shown;
use stanch_core::verdict::RefusedRule;

/// What the parser says of a document that is no mapping.
const NOT_A_RULE: &str = "Document is not a YAML mapping";

/// A refusal, bounded and safe to show.
pub(super) fn refused(path: &str, reason: &str) -> RefusedRule {
    let one_line = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    RefusedRule {
        path: shown(path, 300),
        reason: shown(&one_line, 400),
    }
}

/// The reason behind an error of the parser, or `None` for a remark about a rule that was loaded all the same.
pub(super) fn reason_of(error: &str) -> Option<String> {
    const REMARKS: [&str; 5] = [
        "invalid status",
        "invalid level",
        "invalid sigma-version",
        "related[",
        "'related'",
    ];
    if REMARKS.iter().any(|remark| error.starts_with(remark)) {
        return None;
    }
    let reason = if error == NOT_A_RULE {
        "holds something that is no rule: a rule is a YAML mapping".to_owned()
    } else if let Some(rest) = error.strip_prefix("YAML parse error: ") {
        format!("is not valid YAML: {rest}")
    } else if error.contains("Missing required field 'detection'") {
        "has no detection section".to_owned()
    } else if error.contains("Missing required field 'condition'") {
        "has no condition in its detection section".to_owned()
    } else if error.contains("Missing required field 'title'") {
        "has no title".to_owned()
    } else if error.starts_with("Condition parse error") {
        format!("has a condition that can't be read: {}", condition_error(error))
    } else {
        format!("can't be read: {error}")
    };
    Some(reason)
}

/// The last line of the parser's drawing, which says what was expected.
fn condition_error(error: &str) -> &str {
    error
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or(error)
}

/// Returns true when an error of the parser is about an empty document, as left behind by a `---` at the end of a file.
pub(super) fn is_about_nothing(error: &str, text: &str) -> bool {
    error == NOT_A_RULE
        && yaml_serde::Deserializer::from_str(text)
            .map_while(|document| yaml_serde::Value::deserialize(document).ok())
            .all(|value| value.is_null() || value.is_mapping())
}

/// Reasons that only the file's text shows: conditions of the old kind with an aggregation after a `|`.
pub(super) fn old_aggregations(text: &str) -> Vec<String> {
    let mut reasons = Vec::new();
    for document in yaml_serde::Deserializer::from_str(text) {
        let Ok(value) = yaml_serde::Value::deserialize(document) else {
            break;
        };
        let title = value
            .get("title")
            .and_then(|title| title.as_str())
            .unwrap_or("without title");
        let condition = value
            .get("detection")
            .and_then(|detection| detection.get("condition"));
        let lines: Vec<&str> = match condition {
            Some(yaml_serde::Value::String(line)) => vec![line],
            Some(yaml_serde::Value::Sequence(lines)) => {
                lines.iter().filter_map(|line| line.as_str()).collect()
            }
            _ => Vec::new(),
        };
        if lines.iter().any(|line| line.contains('|')) {
            reasons.push(format!(
                "rule `{title}` counts in its condition (`| count() …`), which Sigma has given up; \
                 write a Sigma correlation rule over it instead"
            ));
        }
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_are_no_refusals() {
        assert_eq!(reason_of("invalid status: 'teststatus'"), None);
        assert!(reason_of("Unknown modifier 'windows'").is_some());
    }

    #[test]
    fn reasons_are_one_bounded_safe_line() {
        let refused = refused("a\u{1b}.yml", &format!("two\nlines {}", "x".repeat(1000)));
        assert_eq!(refused.path, "a\\u{1b}.yml");
        assert!(refused.reason.starts_with("two lines x"));
        assert!(refused.reason.chars().count() <= 401);
    }
}
