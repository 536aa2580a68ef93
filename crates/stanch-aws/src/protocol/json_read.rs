//! Reads JSON replies.

use serde_json::{Map, Value};

use super::errors::{ApiError, Malformed, ReplyError, bare_code, without_body};
use super::{DEPTH, Reply, blob, headers, timestamps};
use crate::model::service::{Operation, Service};
use crate::model::shape::{Kind, Location, Structure, Target};

/// The body as JSON; nothing at all reads as an empty object.
pub(super) fn body(reply: &Reply<'_>) -> Result<Value, ReplyError> {
    if reply.body.trim_ascii().is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    serde_json::from_slice(reply.body)
        .map_err(|error| Malformed::new(reply, format!("not JSON: {error}")).into())
}

/// The body as the structure of a place.
pub(super) fn read(service: &Service, target: &Target, reply: &Reply<'_>) -> Result<Value, ReplyError> {
    let body = body(reply)?;
    let read = match (service.structure(target), body) {
        (Some(structure), Value::Object(members)) => JsonReader::new(service)
            .members(structure, members)
            .map(Value::Object),
        (_, other) => JsonReader::new(service).value(target, other),
    };
    read.map_err(|reason| Malformed::new(reply, reason).into())
}

/// Reads values by the shapes they should have.
#[derive(Debug, Clone, Copy)]
pub(super) struct JsonReader<'s> {
    service: &'s Service,
    depth: usize,
}

impl<'s> JsonReader<'s> {
    pub(super) fn new(service: &'s Service) -> Self {
        Self { service, depth: 0 }
    }

    fn below(self) -> Result<Self, String> {
        if self.depth >= DEPTH {
            return Err("nested too deeply".to_owned());
        }
        Ok(Self {
            depth: self.depth + 1,
            ..self
        })
    }

    /// Members in the model's order, under its names; those outside the body are left to others.
    pub(super) fn members(
        self,
        structure: &Structure,
        mut given: Map<String, Value>,
    ) -> Result<Map<String, Value>, String> {
        let reader = self.below()?;
        let mut out = Map::new();
        for member in &structure.members {
            if member.target.traits.location.is_some_and(Location::is_in_reply)
                || member.target.traits.event_stream
            {
                continue;
            }
            // Left in place: two members may share a name on the wire.
            let Some(value) = given.get_mut(member.wire_name()) else {
                continue;
            };
            if value.is_null() {
                continue;
            }
            let value = reader
                .value(&member.target, value.take())
                .map_err(|reason| format!("{}: {reason}", member.name))?;
            out.insert(member.name.clone(), value);
        }
        if structure.union && out.is_empty() {
            let unknown = given
                .iter()
                .find(|(name, value)| name.as_str() != "__type" && !value.is_null());
            if let Some((name, _)) = unknown {
                out.insert(
                    "SDK_UNKNOWN_MEMBER".to_owned(),
                    serde_json::json!({ "name": name }),
                );
            }
        }
        Ok(out)
    }

    pub(super) fn value(self, target: &Target, value: Value) -> Result<Value, String> {
        let kind = self.service.kind(target);
        match (kind, value) {
            (Kind::Structure(structure), value) if structure.document => Ok(value),
            (_, Value::Null) => Ok(Value::Null),
            (Kind::Structure(structure), Value::Object(members)) => {
                self.members(structure, members).map(Value::Object)
            }
            (Kind::List(member), Value::Array(items)) => {
                let reader = self.below()?;
                let items = items.into_iter().map(|item| reader.value(member, item));
                items.collect::<Result<_, _>>().map(Value::Array)
            }
            (Kind::Map(_, member), Value::Object(entries)) => {
                let reader = self.below()?;
                let mut out = Map::new();
                for (key, item) in entries {
                    out.insert(key, reader.value(member, item)?);
                }
                Ok(Value::Object(out))
            }
            (Kind::String, value @ Value::String(_)) | (Kind::Boolean, value @ Value::Bool(_)) => Ok(value),
            (kind, value) => scalar(kind, &value),
        }
    }
}

fn scalar(kind: &Kind, value: &Value) -> Result<Value, String> {
    let found = match (kind, value) {
        // Some services give a number or a flag where the model says text.
        (Kind::String, Value::Number(_) | Value::Bool(_)) => Some(Value::String(value.to_string())),
        (Kind::Boolean, Value::String(text)) => match text.as_str() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        (Kind::Integer | Kind::Long, Value::Number(number)) => Some(whole(number)),
        (Kind::Integer | Kind::Long, Value::String(text)) => whole_text(text),
        (Kind::Float | Kind::Double, Value::Number(_)) => Some(value.clone()),
        (Kind::Float | Kind::Double, Value::String(text)) => number(text),
        (Kind::Timestamp, value) => {
            timestamps::read(value).map(|moment| Value::String(timestamps::shown(moment)))
        }
        (Kind::Blob, Value::String(text)) => {
            blob::decode(text).map(|bytes| Value::String(blob::encode(&bytes)))
        }
        _ => None,
    };
    found.ok_or_else(|| format!("{} instead of a {}", kind_of(value), kind.word()))
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a flag",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A whole number that a service may have written as `7.0`.
fn whole(number: &serde_json::Number) -> Value {
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 9.0e15 => {
            Value::from(float as i64)
        }
        _ => Value::Number(number.clone()),
    }
}

/// A whole number as text.
pub(super) fn whole_text(text: &str) -> Option<Value> {
    text.parse::<i64>()
        .map(Value::from)
        .or_else(|_| text.parse::<u64>().map(Value::from))
        .ok()
}

/// A number as text; what JSON has no number for stays text.
pub(super) fn number(text: &str) -> Option<Value> {
    if ["NaN", "Infinity", "-Infinity"].contains(&text) {
        return Some(Value::String(text.to_owned()));
    }
    let number: f64 = text.parse().ok()?;
    serde_json::Number::from_f64(number).map(Value::Number)
}

/// The error in a JSON reply with a bad status.
pub(super) fn error(service: &Service, operation: &Operation, reply: &Reply<'_>) -> ReplyError {
    let header = reply.header("x-amzn-errortype");
    if header.is_none() && reply.body.trim_ascii().is_empty() {
        return without_body(reply);
    }
    match body(reply) {
        Ok(Value::Object(members)) => api_error(service, operation, reply, header, members),
        Ok(_) => Malformed::new(reply, "the error is not an object").into(),
        Err(error) => error,
    }
}

/// The error in the members of a body.
pub(super) fn api_error(
    service: &Service,
    operation: &Operation,
    reply: &Reply<'_>,
    header: Option<&str>,
    members: Map<String, Value>,
) -> ReplyError {
    let said = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| members.get(*name).and_then(Value::as_str))
            .map(ToOwned::to_owned)
    };
    let code = header
        .map(ToOwned::to_owned)
        .or_else(|| said(&["__type", "code", "Code"]))
        .map(|code| bare_code(&code).to_owned())
        .filter(|code| !code.is_empty());
    if code.is_none() && reply.request_id().is_none() {
        return Malformed::new(reply, "an error without a code").into();
    }
    let modelled = code.unwrap_or_else(|| reply.status.to_string());
    // Services that left the query protocol name the old code in a header: `Code;Sender`.
    let old = reply
        .header("x-amzn-query-error")
        .and_then(|text| text.split_once(';'))
        .map(|(code, _)| code.to_owned())
        .filter(|code| !code.is_empty() && service.metadata.query_compatible);
    let message = said(&["message", "Message", "errorMessage"]).unwrap_or_default();
    let shape = operation
        .errors
        .iter()
        .find(|known| known.code == modelled || service.shape(known.shape).name == modelled);
    let mut detail = Map::new();
    if let Some(shape) = shape
        && let Kind::Structure(structure) = &service.shape(shape.shape).kind
    {
        headers::read(service, structure, reply, &mut detail);
        detail.extend(
            JsonReader::new(service)
                .members(structure, members)
                .unwrap_or_default(),
        );
    }
    ApiError {
        code: old.unwrap_or(modelled),
        message,
        request_id: reply.request_id().map(ToOwned::to_owned),
        status: reply.status,
        detail: Value::Object(detail),
    }
    .into()
}
