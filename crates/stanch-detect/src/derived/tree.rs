//! Small readings of untyped requests, whose shapes drift: lists that are objects, numbers that are text.
//!
//! It must not know what a field means.

use serde_json::Value;

/// Nothing in a request nests deeper.
const DEPTH_LIMIT: usize = 24;

/// The members of a list as EC2 logs it (`{"items": [..]}`), of a plain list, or a single value.
pub(super) fn items(value: Option<&Value>) -> Vec<&Value> {
    match value {
        Some(Value::Array(elements)) => elements.iter().collect(),
        Some(Value::Object(members)) => match members.get("items") {
            Some(Value::Array(elements)) => elements.iter().collect(),
            Some(single) => vec![single],
            None if members.is_empty() => Vec::new(),
            None => value.into_iter().collect(),
        },
        None | Some(Value::Null) => Vec::new(),
        Some(_) => value.into_iter().collect(),
    }
}

/// A text, or the texts of a list.
pub(super) fn texts(value: Option<&Value>) -> Vec<&str> {
    items(value).into_iter().filter_map(Value::as_str).collect()
}

/// A whole number, also when it is logged as text.
pub(super) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number
            .as_i64()
            .or_else(|| number.as_f64().map(|float| float as i64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A flag, also when it is logged as text.
pub(super) fn flag(value: Option<&Value>) -> Option<bool> {
    match value? {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}

/// A member of an object, its name in any case.
pub(super) fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let members = value.as_object()?;
    members.get(name).or_else(|| {
        members
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, member)| member)
    })
}

/// Every member of that name, in any case, at any depth.
pub(super) fn everywhere<'v>(value: &'v Value, name: &str) -> Vec<&'v Value> {
    let mut found = Vec::new();
    walk(value, DEPTH_LIMIT, &mut |object| {
        found.extend(member(object, name));
    });
    found
}

/// Calls `see` with every object, outer ones first.
pub(super) fn walk<'v>(value: &'v Value, depth: usize, see: &mut impl FnMut(&'v Value)) {
    if depth == 0 {
        return;
    }
    match value {
        Value::Object(members) => {
            see(value);
            for member in members.values() {
                walk(member, depth - 1, see);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                walk(element, depth - 1, see);
            }
        }
        _ => {}
    }
}

/// Every object, outer ones first.
pub(super) fn objects(value: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    walk(value, DEPTH_LIMIT, &mut |object| found.push(object));
    found
}
