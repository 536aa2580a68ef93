//! REST with JSON bodies.

use serde_json::{Map, Value};

use super::json_read::{self, JsonReader};
use super::{ParameterError, Reply, ReplyError, Request, errors::Malformed, json, rest};
use crate::model::service::{Operation, Service};
use crate::model::shape::Location;

pub(super) fn serialise(
    service: &Service,
    operation: &Operation,
    params: &Map<String, Value>,
) -> Result<Request, ParameterError> {
    let mut request = rest::serialise(service, operation, params)?;
    let Some(structure) = operation
        .input
        .as_ref()
        .and_then(|input| service.structure(input))
    else {
        return Ok(request);
    };
    let in_body = |location: Option<Location>| location.is_none();
    let body = match structure.payload_member() {
        Some(member) => {
            if rest::raw_body(service, member, params, &mut request) {
                return Ok(request);
            }
            match params.get(&member.name) {
                Some(value) => json::written(service, &member.target, value),
                // An object without members would be no union.
                None if service
                    .structure(&member.target)
                    .is_some_and(|payload| payload.union) =>
                {
                    return Ok(request);
                }
                None => Value::Object(Map::new()),
            }
        }
        None if structure
            .members
            .iter()
            .any(|member| in_body(member.target.traits.location)) =>
        {
            Value::Object(json::written_members(service, structure, params, in_body))
        }
        None => return Ok(request),
    };
    request.body = body.to_string().into_bytes();
    if request.header("Content-Type").is_none() {
        request.set_header("Content-Type", "application/json");
    }
    Ok(request)
}

pub(super) fn parse(
    service: &Service,
    operation: &Operation,
    reply: &Reply<'_>,
) -> Result<Value, ReplyError> {
    rest::parse(service, operation, reply, |payload, structure| {
        let mut out = Map::new();
        let malformed = |reason: String| ReplyError::from(Malformed::new(reply, reason));
        match payload {
            Some(_) if reply.body.is_empty() => {}
            Some(member) => {
                let value = JsonReader::new(service)
                    .value(&member.target, json_read::body(reply)?)
                    .map_err(malformed)?;
                out.insert(member.name.clone(), value);
            }
            None => {
                let Value::Object(members) = json_read::body(reply)? else {
                    return Err(malformed("the body is not an object".to_owned()));
                };
                out = JsonReader::new(service)
                    .members(structure, members)
                    .map_err(malformed)?;
            }
        }
        Ok(out)
    })
}
