//! Dotted paths into JSON, the way rules write them.
//!
//! A path crosses lists by itself (every element is followed), a number picks an element, and a key that itself
//! contains dots is found too. It must not know what the JSON means.

use std::borrow::Cow;

use rsigma_eval::EventValue;
use serde_json::Value;

/// How many values one path may lead to. A path that fans out further is cut there.
const VALUES_LIMIT: usize = 65_536;

/// Every value that `path` leads to.
pub(super) fn lookup<'v>(root: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut found = Vec::new();
    follow(root, path, &mut found);
    found
}

fn follow<'v>(value: &'v Value, path: &str, found: &mut Vec<&'v Value>) {
    if found.len() >= VALUES_LIMIT {
        return;
    }
    match value {
        Value::Object(members) => {
            if let Some(member) = members.get(path) {
                found.push(member);
            }
            for (dot, _) in path.match_indices('.') {
                if let Some(member) = members.get(&path[..dot]) {
                    follow(member, &path[dot + 1..], found);
                }
            }
        }
        Value::Array(elements) => {
            let (first, rest) = path.split_once('.').unwrap_or((path, ""));
            if let Some(element) = first.parse().ok().and_then(|index: usize| elements.get(index)) {
                if rest.is_empty() {
                    found.push(element);
                } else {
                    follow(element, rest, found);
                }
            }
            for element in elements {
                follow(element, path, found);
            }
        }
        _ => {}
    }
}

/// A JSON value as the engine takes it.
///
/// The engine compares text with text only, so an object or list also stands there as its compact JSON: that is
/// what `requestParameters|contains` of many public rules means. A rule with list quantifiers (`structured`)
/// needs the true shape instead.
pub(super) fn event_value(value: &Value, structured: bool) -> EventValue<'_> {
    match value {
        Value::Object(_) if !structured => EventValue::Str(Cow::Owned(value.to_string())),
        Value::Array(elements) if !structured => {
            let mut members: Vec<EventValue<'_>> = elements
                .iter()
                .map(|element| event_value(element, false))
                .collect();
            members.push(EventValue::Str(Cow::Owned(value.to_string())));
            EventValue::Array(members)
        }
        other => EventValue::from(other),
    }
}

/// What the values at the end of a path are to a rule: nothing, one value, or a list of which any may match.
pub(super) fn joined<'v>(values: &[&'v Value], structured: bool) -> Option<EventValue<'v>> {
    match values {
        [] => None,
        [value] => Some(event_value(value, structured)),
        _ => Some(EventValue::Array(
            values
                .iter()
                .map(|value| event_value(value, structured))
                .collect(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_cross_objects_lists_and_dotted_keys() {
        let root = json!({"a": {"items": [{"id": 1}, {"id": 2}]}, "b.c": {"d": 3}, "e": {"f.g": 4}});
        assert_eq!(lookup(&root, "a.items.id"), [&json!(1), &json!(2)]);
        assert_eq!(lookup(&root, "a.items.1.id"), [&json!(2)]);
        assert_eq!(lookup(&root, "b.c.d"), [&json!(3)]);
        assert_eq!(lookup(&root, "e.f.g"), [&json!(4)]);
        assert!(lookup(&root, "a.none").is_empty());
    }

    #[test]
    fn a_path_over_endless_lists_is_cut() {
        let elements: Vec<_> = (0..70_000).map(|number| json!({"id": number})).collect();
        assert_eq!(
            lookup(&json!({ "items": elements }), "items.id").len(),
            VALUES_LIMIT
        );
    }
}
