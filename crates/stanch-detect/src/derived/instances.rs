//! `stanch.instances.*`: hosts asked for, whether granted or not.

use serde_json::Value;
use stanch_core::Event;

use super::tree::{everywhere, number};

/// Families with accelerators, by the letters before the generation.
const ACCELERATED: [&str; 8] = ["p", "g", "gr", "inf", "trn", "dl", "vt", "f"];
/// Sizes from this many times `xlarge` on are large.
const LARGE: u32 = 8;
const COUNTS: [&str; 7] = [
    "maxCount",
    "instanceCount",
    "desiredCapacity",
    "totalTargetCapacity",
    "targetCapacity",
    "maxSize",
    "desiredSize",
];

/// What a request asks for.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Instances {
    /// The most severe class.
    pub(super) class: Option<&'static str>,
    /// The largest number.
    pub(super) count: Option<u64>,
}

impl Instances {
    /// Reads a request.
    pub(super) fn of(event: &Event<'_>) -> Self {
        if event.is_read() || !event.request_json.contains("nstance") {
            return Self::default();
        }
        let request = event.request();
        let types = everywhere(request, "instanceType");
        let classes: Vec<&'static str> = types.into_iter().flat_map(type_names).map(class_of).collect();
        let class = ["gpu", "large", "normal"]
            .into_iter()
            .find(|class| classes.contains(class));
        let counts = COUNTS
            .iter()
            .flat_map(|name| everywhere(request, name))
            .filter_map(number);
        Self {
            class,
            count: counts.max().and_then(|count| u64::try_from(count).ok()),
        }
    }
}

/// A type as text, as `{"value": ..}`, or several in a list.
fn type_names(value: &Value) -> Vec<&str> {
    match value {
        Value::String(name) => vec![name],
        Value::Object(members) => members.get("value").and_then(Value::as_str).into_iter().collect(),
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The class of a type such as `p4d.24xlarge` or `ml.g5.xlarge`.
fn class_of(name: &str) -> &'static str {
    let lower = name.to_ascii_lowercase();
    let mut parts = lower.rsplit('.');
    let size = parts.next().unwrap_or("");
    let family = parts.next().unwrap_or("");
    let letters = family
        .find(|character: char| character.is_ascii_digit())
        .unwrap_or(family.len());
    if ACCELERATED.contains(&&family[..letters]) {
        return "gpu";
    }
    let times = size
        .strip_suffix("xlarge")
        .and_then(|times| times.parse::<u32>().ok());
    if size.starts_with("metal") || times.is_some_and(|times| times >= LARGE) {
        "large"
    } else {
        "normal"
    }
}
