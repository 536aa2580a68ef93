//! Values of JSON as the rule engine takes them.
//!
//! It must not know what the JSON means.

use std::borrow::Cow;

use rsigma_eval::EventValue;
use serde_json::Value;

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
