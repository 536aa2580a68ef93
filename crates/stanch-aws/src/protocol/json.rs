//! The JSON protocols 1.0 and 1.1: one path, the operation in a header, JSON both ways.

use serde_json::{Map, Value};

use super::{ParameterError, Reply, ReplyError, Request, json_read, timestamps};
use crate::model::service::{Operation, Service};
use crate::model::shape::{Kind, Location, Structure, Target, TimestampFormat};

pub(super) fn serialise(
    service: &Service,
    operation: &Operation,
    params: &Map<String, Value>,
) -> Result<Request, ParameterError> {
    let metadata = &service.metadata;
    let members = operation
        .input
        .as_ref()
        .and_then(|input| service.structure(input));
    let body = members.map_or_else(Map::new, |structure| {
        written_members(service, structure, params, |_| true)
    });
    let mut request = Request {
        method: operation.method.clone(),
        path: "/".to_owned(),
        body: Value::Object(body).to_string().into_bytes(),
        ..Request::default()
    };
    request.set_header(
        "X-Amz-Target",
        format!("{}.{}", metadata.target_prefix, operation.name),
    );
    request.set_header(
        "Content-Type",
        format!("application/x-amz-json-{}", metadata.json_version),
    );
    if metadata.query_compatible {
        request.set_header("x-amzn-query-mode", "true");
    }
    Ok(request)
}

pub(super) fn parse(
    service: &Service,
    operation: &Operation,
    reply: &Reply<'_>,
) -> Result<Value, ReplyError> {
    match &operation.output {
        Some(output) => json_read::read(service, output, reply),
        None => json_read::body(reply).map(|_| Value::Object(Map::new())),
    }
}

/// Members as the wire has them; `chosen` by where they travel.
pub(super) fn written_members(
    service: &Service,
    structure: &Structure,
    params: &Map<String, Value>,
    chosen: impl Fn(Option<Location>) -> bool,
) -> Map<String, Value> {
    let mut out = Map::new();
    for member in &structure.members {
        if let Some(value) = params.get(&member.name)
            && chosen(member.target.traits.location)
        {
            out.insert(
                member.wire_name().to_owned(),
                written(service, &member.target, value),
            );
        }
    }
    out
}

/// A value as the wire has it. Its depth was bounded when it was checked.
pub(super) fn written(service: &Service, target: &Target, value: &Value) -> Value {
    match (service.kind(target), value) {
        (Kind::Structure(structure), Value::Object(members)) if !structure.document => {
            Value::Object(written_members(service, structure, members, |_| true))
        }
        (Kind::List(member), Value::Array(items)) => {
            Value::Array(items.iter().map(|item| written(service, member, item)).collect())
        }
        (Kind::Map(_, member), Value::Object(entries)) => Value::Object(
            entries
                .iter()
                .map(|(key, item)| (key.clone(), written(service, member, item)))
                .collect(),
        ),
        (Kind::Timestamp, value) => {
            let Some(moment) = timestamps::read(value) else {
                return Value::Null;
            };
            match target
                .traits
                .timestamp_format
                .unwrap_or(TimestampFormat::UnixTimestamp)
            {
                TimestampFormat::UnixTimestamp => timestamps::seconds(moment),
                format => Value::String(timestamps::written(moment, format)),
            }
        }
        (_, value) => value.clone(),
    }
}
