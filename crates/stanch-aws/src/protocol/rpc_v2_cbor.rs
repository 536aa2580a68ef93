//! RPC version 2 with CBOR: the operation in the path, CBOR both ways.

use ciborium::Value as Cbor;
use serde_json::{Map, Value};

use super::errors::{Malformed, ReplyError, without_body};
use super::{DEPTH, ParameterError, Reply, Request, blob, json_read, timestamps};
use crate::model::service::{Operation, Service};
use crate::model::shape::{Kind, Structure, Target};

/// The tag of seconds since 1970.
const EPOCH: u64 = 1;

pub(super) fn serialise(
    service: &Service,
    operation: &Operation,
    params: &Map<String, Value>,
) -> Result<Request, ParameterError> {
    let metadata = &service.metadata;
    let mut request = Request {
        method: "POST".to_owned(),
        path: format!("/service/{}/operation/{}", metadata.target_prefix, operation.name),
        ..Request::default()
    };
    request.set_header("smithy-protocol", "rpc-v2-cbor");
    request.set_header("Accept", "application/cbor");
    if let Some(input) = operation
        .input
        .as_ref()
        .and_then(|input| service.structure(input))
    {
        let body = written_members(service, input, params);
        // Writing to memory can't fail.
        ciborium::into_writer(&body, &mut request.body).map_err(|_| ParameterError::TooDeep)?;
        request.set_header("Content-Type", "application/cbor");
    }
    if metadata.query_compatible {
        request.set_header("x-amzn-query-mode", "true");
    }
    Ok(request)
}

fn written_members(service: &Service, structure: &Structure, params: &Map<String, Value>) -> Cbor {
    let mut out = Vec::new();
    for member in &structure.members {
        if let Some(value) = params.get(&member.name) {
            let name = Cbor::Text(member.wire_name().to_owned());
            out.push((name, written(service, &member.target, value)));
        }
    }
    Cbor::Map(out)
}

fn written(service: &Service, target: &Target, value: &Value) -> Cbor {
    match (service.kind(target), value) {
        (Kind::Structure(structure), Value::Object(members)) => written_members(service, structure, members),
        (Kind::List(member), Value::Array(items)) => {
            Cbor::Array(items.iter().map(|item| written(service, member, item)).collect())
        }
        (Kind::Map(_, member), Value::Object(entries)) => Cbor::Map(
            entries
                .iter()
                .map(|(key, item)| (Cbor::Text(key.clone()), written(service, member, item)))
                .collect(),
        ),
        (Kind::Blob, Value::String(text)) => blob::decode(text).map_or(Cbor::Null, Cbor::Bytes),
        (Kind::Timestamp, value) => timestamps::read(value).map_or(Cbor::Null, |moment| {
            let seconds = timestamps::seconds(moment);
            Cbor::Tag(EPOCH, Box::new(number(&seconds)))
        }),
        (Kind::Float | Kind::Double, Value::String(text)) => Cbor::Float(match text.as_str() {
            "Infinity" => f64::INFINITY,
            "-Infinity" => f64::NEG_INFINITY,
            _ => f64::NAN,
        }),
        (Kind::Float | Kind::Double, value) => Cbor::Float(value.as_f64().unwrap_or(f64::NAN)),
        (_, Value::String(text)) => Cbor::Text(text.clone()),
        (_, Value::Bool(flag)) => Cbor::Bool(*flag),
        (_, Value::Number(_)) => number(value),
        _ => Cbor::Null,
    }
}

fn number(value: &Value) -> Cbor {
    match (value.as_i64(), value.as_u64()) {
        (Some(number), _) => Cbor::Integer(number.into()),
        (_, Some(number)) => Cbor::Integer(number.into()),
        _ => Cbor::Float(value.as_f64().unwrap_or(f64::NAN)),
    }
}

fn body(reply: &Reply<'_>) -> Result<Cbor, ReplyError> {
    if reply.body.is_empty() {
        return Ok(Cbor::Map(Vec::new()));
    }
    ciborium::de::from_reader_with_recursion_limit(reply.body, DEPTH * 2)
        .map_err(|error| Malformed::new(reply, format!("not CBOR: {error}")).into())
}

pub(super) fn parse(
    service: &Service,
    operation: &Operation,
    reply: &Reply<'_>,
) -> Result<Value, ReplyError> {
    let Some(output) = operation
        .output
        .as_ref()
        .and_then(|output| service.structure(output))
    else {
        return Ok(Value::Object(Map::new()));
    };
    let malformed = |reason: String| ReplyError::from(Malformed::new(reply, reason));
    match body(reply)? {
        Cbor::Map(entries) => read_members(service, output, entries, DEPTH)
            .map(Value::Object)
            .map_err(malformed),
        _ => Err(malformed("the body is not a map".to_owned())),
    }
}

pub(super) fn error(service: &Service, operation: &Operation, reply: &Reply<'_>) -> ReplyError {
    if reply.body.is_empty() {
        return without_body(reply);
    }
    let entries = match body(reply) {
        Ok(Cbor::Map(entries)) => entries,
        Ok(_) => return Malformed::new(reply, "the error is not a map").into(),
        Err(error) => return error,
    };
    // Reads on as JSON: what an error's model may name are texts and numbers.
    let mut members = Map::new();
    for (key, value) in entries {
        if let (Cbor::Text(key), Some(value)) = (key, plain(value, DEPTH)) {
            members.insert(key, value);
        }
    }
    json_read::api_error(service, operation, reply, None, members)
}

/// A value without a model.
fn plain(value: Cbor, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    match value {
        Cbor::Bool(flag) => Some(Value::Bool(flag)),
        Cbor::Integer(number) => i64::try_from(number).ok().map(Value::from),
        Cbor::Float(number) => Some(float(number)),
        Cbor::Text(text) => Some(Value::String(text)),
        Cbor::Bytes(bytes) => Some(Value::String(blob::encode(&bytes))),
        Cbor::Tag(EPOCH, inner) => plain(*inner, depth),
        Cbor::Array(items) => items
            .into_iter()
            .map(|item| plain(item, depth))
            .collect::<Option<_>>()
            .map(Value::Array),
        Cbor::Map(entries) => {
            let mut out = Map::new();
            for (key, value) in entries {
                if let Cbor::Text(key) = key {
                    out.insert(key, plain(value, depth)?);
                }
            }
            Some(Value::Object(out))
        }
        _ => Some(Value::Null),
    }
}

fn float(number: f64) -> Value {
    if number.is_nan() {
        return Value::String("NaN".to_owned());
    }
    serde_json::Number::from_f64(number).map_or_else(
        || Value::String(if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()),
        Value::Number,
    )
}

fn read_members(
    service: &Service,
    structure: &Structure,
    entries: Vec<(Cbor, Cbor)>,
    depth: usize,
) -> Result<Map<String, Value>, String> {
    let mut given = std::collections::HashMap::new();
    let mut first = None;
    for (key, value) in entries {
        if let Cbor::Text(key) = key
            && !matches!(value, Cbor::Null)
        {
            if first.is_none() && key != "__type" {
                first = Some(key.clone());
            }
            given.insert(key, value);
        }
    }
    let mut out = Map::new();
    for member in &structure.members {
        if let Some(value) = given.remove(member.wire_name()) {
            let value = read(service, &member.target, value, depth)
                .map_err(|reason| format!("{}: {reason}", member.name))?;
            out.insert(member.name.clone(), value);
        }
    }
    if structure.union
        && out.is_empty()
        && let Some(name) = first
    {
        out.insert(
            "SDK_UNKNOWN_MEMBER".to_owned(),
            serde_json::json!({ "name": name }),
        );
    }
    Ok(out)
}

fn read(service: &Service, target: &Target, value: Cbor, depth: usize) -> Result<Value, String> {
    let depth = depth.checked_sub(1).ok_or("nested too deeply")?;
    let kind = service.kind(target);
    match (kind, value) {
        (_, Cbor::Null) => Ok(Value::Null),
        (Kind::Structure(structure), Cbor::Map(entries)) => {
            read_members(service, structure, entries, depth).map(Value::Object)
        }
        (Kind::List(member), Cbor::Array(items)) => {
            let items = items.into_iter().map(|item| read(service, member, item, depth));
            items.collect::<Result<_, _>>().map(Value::Array)
        }
        (Kind::Map(_, member), Cbor::Map(entries)) => {
            let mut out = Map::new();
            for (key, value) in entries {
                let Cbor::Text(key) = key else {
                    return Err("a key that is no text".to_owned());
                };
                out.insert(key, read(service, member, value, depth)?);
            }
            Ok(Value::Object(out))
        }
        (kind, value) => scalar(kind, value).ok_or_else(|| format!("not a {}", kind.word())),
    }
}

fn scalar(kind: &Kind, value: Cbor) -> Option<Value> {
    match (kind, value) {
        (Kind::String, Cbor::Text(text)) => Some(Value::String(text)),
        (Kind::Blob, Cbor::Bytes(bytes)) => Some(Value::String(blob::encode(&bytes))),
        (Kind::Boolean, Cbor::Bool(flag)) => Some(Value::Bool(flag)),
        (Kind::Integer | Kind::Long, Cbor::Integer(number)) => i64::try_from(number)
            .map(Value::from)
            .or_else(|_| u64::try_from(number).map(Value::from))
            .ok(),
        (Kind::Float | Kind::Double, Cbor::Float(number)) => Some(float(number)),
        (Kind::Float | Kind::Double, Cbor::Integer(number)) => {
            i64::try_from(number).ok().map(|number| float(number as f64))
        }
        (Kind::Timestamp, Cbor::Tag(EPOCH, inner)) => scalar(&Kind::Timestamp, *inner),
        (Kind::Timestamp, Cbor::Integer(number)) => moment(&Value::from(i64::try_from(number).ok()?)),
        (Kind::Timestamp, Cbor::Float(number)) => {
            timestamps::from_seconds(number).map(|moment| Value::String(timestamps::shown(moment)))
        }
        (Kind::Timestamp, Cbor::Text(text)) => moment(&Value::String(text)),
        _ => None,
    }
}

fn moment(value: &Value) -> Option<Value> {
    timestamps::read(value).map(|moment| Value::String(timestamps::shown(moment)))
}
