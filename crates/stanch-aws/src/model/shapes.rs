//! Compiles shapes as they are first used, so that what no operation reaches is left out.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::compile::{ModelError, namespace};
use super::shape::{Kind, Location, Member, Shape, ShapeId, Structure, Target, TimestampFormat, Traits};

/// The shapes of a model, and those already compiled.
pub(super) struct Shapes<'a> {
    source: Option<&'a Map<String, Value>>,
    known: HashMap<&'a str, ShapeId>,
    /// Names by id; compiled when asked for, since shapes may hold themselves.
    names: Vec<&'a str>,
    done: Vec<Shape>,
}

impl<'a> Shapes<'a> {
    pub(super) fn new(source: Option<&'a Map<String, Value>>) -> Self {
        Self {
            source,
            known: HashMap::new(),
            names: Vec::new(),
            done: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> Vec<Shape> {
        self.done
    }

    /// The model's own words about a shape.
    pub(super) fn raw(&self, name: &str) -> Option<&'a Value> {
        self.source.and_then(|shapes| shapes.get(name))
    }

    /// A reference with its traits, and everything that it leads to.
    pub(super) fn target(&mut self, reference: &Value) -> Result<Target, ModelError> {
        let target = self.place(reference)?;
        // Not by recursion: models nest as deep as they like.
        while let Some(name) = self.names.get(self.done.len()).copied() {
            let shape = self.compile(name)?;
            self.done.push(shape);
        }
        Ok(target)
    }

    fn place(&mut self, reference: &Value) -> Result<Target, ModelError> {
        let missing = |name: &str| ModelError(format!("there is no shape {name:?}"));
        let name = reference.get("shape").and_then(Value::as_str).unwrap_or_default();
        let (name, raw) = self
            .source
            .and_then(|shapes| shapes.get_key_value(name))
            .ok_or_else(|| missing(name))?;
        let id = match self.known.get(name.as_str()) {
            Some(id) => *id,
            None => {
                let id = ShapeId(u32::try_from(self.names.len()).map_err(|_| missing(name))?);
                self.known.insert(name, id);
                self.names.push(name);
                id
            }
        };
        Ok(Target {
            shape: id,
            traits: traits(raw, reference),
        })
    }

    fn compile(&mut self, name: &str) -> Result<Shape, ModelError> {
        let raw = self.raw(name).unwrap_or(&Value::Null);
        let mut part = |key: &str| -> Result<Target, ModelError> {
            self.place(raw.get(key).unwrap_or(&Value::Null))
                .map_err(|error| ModelError(format!("{name}: {error}")))
        };
        let kind = match raw.get("type").and_then(Value::as_str).unwrap_or_default() {
            "structure" => Kind::Structure(self.structure(raw)?),
            "list" => Kind::List(part("member")?),
            "map" => Kind::Map(part("key")?, part("value")?),
            "string" | "character" | "bigdecimal" => Kind::String,
            "blob" => Kind::Blob,
            "boolean" => Kind::Boolean,
            "integer" | "byte" | "short" => Kind::Integer,
            "long" | "biginteger" => Kind::Long,
            "float" => Kind::Float,
            "double" => Kind::Double,
            "timestamp" => Kind::Timestamp,
            other => return Err(ModelError(format!("{name}: unknown type {other:?}"))),
        };
        Ok(Shape {
            name: name.to_owned(),
            kind,
            sensitive: flag(raw, "sensitive"),
        })
    }

    fn structure(&mut self, raw: &Value) -> Result<Structure, ModelError> {
        let required = raw.get("required").and_then(Value::as_array);
        let mut members = Vec::new();
        for (name, reference) in raw
            .get("members")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            members.push(Member {
                name: name.clone(),
                required: required.is_some_and(|names| names.iter().any(|one| one == name)),
                target: self.place(reference)?,
            });
        }
        Ok(Structure {
            members,
            payload: text(raw, "payload"),
            union: flag(raw, "union"),
            document: flag(raw, "document"),
            event_stream: flag(raw, "eventstream"),
        })
    }
}

/// The traits of a shape in a place: what the place says wins.
fn traits(shape: &Value, place: &Value) -> Traits {
    let say = |key: &str| place.get(key).or_else(|| shape.get(key));
    let words = |key: &str| say(key).and_then(Value::as_str).map(ToOwned::to_owned);
    let yes = |key: &str| say(key).and_then(Value::as_bool).unwrap_or(false);
    Traits {
        location: match say("location").and_then(Value::as_str) {
            Some("uri") => Some(Location::Uri),
            Some("querystring") => Some(Location::QueryString),
            Some("header") => Some(Location::Header),
            Some("headers") => Some(Location::Headers),
            Some("statusCode") => Some(Location::StatusCode),
            _ => None,
        },
        location_name: words("locationName"),
        query_name: words("queryName"),
        timestamp_format: match say("timestampFormat").and_then(Value::as_str) {
            Some("iso8601") => Some(TimestampFormat::Iso8601),
            Some("rfc822") => Some(TimestampFormat::Rfc822),
            Some("unixTimestamp") => Some(TimestampFormat::UnixTimestamp),
            _ => None,
        },
        xml_namespace: say("xmlNamespace").and_then(namespace),
        context_param: say("contextParam").and_then(|param| text(param, "name")),
        flattened: yes("flattened"),
        xml_attribute: yes("xmlAttribute"),
        streaming: yes("streaming"),
        json_value: yes("jsonvalue"),
        idempotency_token: yes("idempotencyToken"),
        host_label: yes("hostLabel"),
        event_stream: yes("eventstream"),
        sensitive: yes("sensitive"),
    }
}

pub(super) fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(ToOwned::to_owned)
}

pub(super) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}
