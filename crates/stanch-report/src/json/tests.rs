//! The JSON report and its published schema, held against each other.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use stanch_core::event::{IdentityKind, LogKind};
use stanch_core::finding::DetectionOrigin;
use stanch_core::source::{ProblemKind, SourceKind};
use stanch_core::text::is_deceptive;
use stanch_core::verdict::{Conclusion, Confidence};
use stanch_core::{Analysis, Coverage, Outcome, Severity, Tactic};

use super::json;
use crate::sample::{hostile, quiet, sample};

fn written(analysis: &Analysis) -> String {
    let mut out = Vec::new();
    json(analysis, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../../docs/report.schema.json")).unwrap()
}

/// Checks documents against the schema, and remembers which of its properties it met. It knows the keywords
/// that the schema uses and refuses any other, so that none is passed over in silence.
struct Checker<'s> {
    root: &'s Value,
    met: BTreeSet<String>,
}

impl<'s> Checker<'s> {
    fn check(&mut self, schema: &'s Value, value: &Value, place: &str) {
        for (keyword, rule) in schema.as_object().unwrap() {
            match keyword.as_str() {
                "description" | "title" | "$schema" | "$defs" | "format" => {}
                "required" | "additionalProperties" => {}
                "$ref" => {
                    let pointer = rule.as_str().unwrap().trim_start_matches('#');
                    self.check(self.root.pointer(pointer).unwrap(), value, pointer);
                }
                "type" => assert!(is_of_type(rule, value), "{place}: {value} is no {rule}"),
                "enum" => assert!(rule.as_array().unwrap().contains(value), "{place}: {value}"),
                "const" => assert_eq!(rule, value, "{place}"),
                "minimum" => assert!(
                    value
                        .as_i64()
                        .is_none_or(|number| number >= rule.as_i64().unwrap())
                ),
                "maxItems" => assert!(value.as_array().unwrap().len() as u64 <= rule.as_u64().unwrap()),
                "pattern" => assert!(
                    fits(rule.as_str().unwrap(), value.as_str().unwrap()),
                    "{place}: {value}"
                ),
                "items" => {
                    for item in value.as_array().unwrap() {
                        self.check(rule, item, place);
                    }
                }
                "propertyNames" => {
                    for name in value.as_object().unwrap().keys() {
                        self.check(rule, &Value::from(name.as_str()), place);
                    }
                }
                "anyOf" if value.is_null() => assert!(rule.to_string().contains(r#"{"type":"null"}"#)),
                "anyOf" => self.check(&rule[0], value, place),
                "properties" => {}
                other => panic!("{place}: the checker does not know {other}"),
            }
        }
        if let (Some(object), true) = (value.as_object(), schema["type"] == "object") {
            self.members(schema, object, place);
        }
    }

    fn members(&mut self, schema: &'s Value, object: &Map<String, Value>, place: &str) {
        for name in schema["required"].as_array().into_iter().flatten() {
            assert!(
                object.contains_key(name.as_str().unwrap()),
                "{place} has no {name}"
            );
        }
        for (name, value) in object {
            if let Some(rule) = schema["properties"].get(name) {
                self.met.insert(format!("{place}/{name}"));
                self.check(rule, value, &format!("{place}/{name}"));
            } else {
                let rule = &schema["additionalProperties"];
                assert!(rule.is_object(), "{place}/{name} is not in the schema");
                self.check(rule, value, place);
            }
        }
    }
}

fn is_of_type(rule: &Value, value: &Value) -> bool {
    let one = |name: &str| match name {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        other => panic!("the checker does not know the type {other}"),
    };
    match rule {
        Value::Array(names) => names.iter().any(|name| one(name.as_str().unwrap())),
        name => one(name.as_str().unwrap()),
    }
}

fn fits(pattern: &str, text: &str) -> bool {
    match pattern {
        "^[0-9a-f]{32}$" => {
            text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        }
        "^[0-9]+$" => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
        other => panic!("the checker does not know the pattern {other}"),
    }
}

/// Every property that the schema describes, as [`Checker::met`] has them.
fn described(schema: &Value) -> BTreeSet<String> {
    let names = |object: &Value, place: &str| -> Vec<String> {
        let properties = object["properties"].as_object().into_iter().flatten();
        properties.map(|(name, _)| format!("{place}/{name}")).collect()
    };
    let definitions = schema["$defs"].as_object().unwrap();
    let mut all: BTreeSet<String> = names(schema, "").into_iter().collect();
    for (name, definition) in definitions {
        all.extend(names(definition, &format!("/$defs/{name}")));
    }
    all
}

#[test]
fn report_and_schema_say_the_same() {
    let schema = schema();
    let mut checker = Checker {
        root: &schema,
        met: BTreeSet::new(),
    };
    let mut empty = quiet();
    empty.now = None;
    empty.coverage = Coverage::default();
    for analysis in [sample(), quiet(), hostile(), empty] {
        checker.check(&schema, &serde_json::from_str(&written(&analysis)).unwrap(), "");
    }
    assert_eq!(checker.met, described(&schema));
}

#[test]
fn everything_in_the_schema_is_described_and_required() {
    fn walk(value: &Value, place: &str) {
        if let Some(properties) = value["properties"].as_object() {
            let required: Vec<&str> = value["required"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_str)
                .collect();
            assert_eq!(required, properties.keys().collect::<Vec<_>>(), "{place}");
            assert_eq!(value["additionalProperties"], false, "{place}");
            for (name, property) in properties {
                assert!(property["description"].is_string(), "{place}/{name}");
            }
        }
    }
    let schema = schema();
    walk(&schema, "");
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        assert!(definition["description"].is_string(), "{name}");
        walk(definition, name);
    }
    assert_eq!(
        schema["properties"]["schema_version"]["const"],
        Analysis::SCHEMA_VERSION
    );
    assert_eq!(
        schema["properties"]["principals"]["maxItems"],
        Analysis::PRINCIPAL_LIMIT
    );
    assert_eq!(schema["properties"]["activity"]["maxItems"], Analysis::BAR_LIMIT);
}

/// The words a type can be written as: serde names them when it meets another.
fn words_of<T: DeserializeOwned>() -> Vec<String> {
    let message = serde_json::from_str::<T>("\"-\"").err().unwrap().to_string();
    message
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| *word != "-")
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_schema_knows_every_word() {
    let schema = schema();
    for (name, words) in [
        ("severity", words_of::<Severity>()),
        ("confidence", words_of::<Confidence>()),
        ("conclusion", words_of::<Conclusion>()),
        ("tactic", words_of::<Tactic>()),
        ("outcome", words_of::<Outcome>()),
        ("log_kind", words_of::<LogKind>()),
        ("identity_kind", words_of::<IdentityKind>()),
        ("detection_origin", words_of::<DetectionOrigin>()),
        ("source_kind", words_of::<SourceKind>()),
        ("problem_kind", words_of::<ProblemKind>()),
    ] {
        assert_eq!(schema["$defs"][name]["enum"], serde_json::json!(words), "{name}");
    }
}

#[test]
fn a_report_reads_back_as_it_was_and_is_harmless_on_a_terminal() {
    for analysis in [sample(), hostile()] {
        let text = written(&analysis);
        let read = serde_json::from_str::<Analysis>(&text).unwrap();
        assert_eq!(read, analysis);
        assert_eq!(written(&read), text);
        assert!(
            !text
                .chars()
                .any(|character| character != '\n' && is_deceptive(character))
        );
        assert!(text.ends_with("}\n"));
    }
}
