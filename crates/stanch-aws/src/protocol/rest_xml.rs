//! REST with XML bodies.

use serde_json::{Map, Value};

use super::xml::{Reader, with_root};
use super::xml_write::XmlWriter;
use super::{ParameterError, Reply, ReplyError, Request, rest};
use crate::model::service::{Operation, Service};

pub(super) fn serialise(
    service: &Service,
    operation: &Operation,
    params: &Map<String, Value>,
) -> Result<Request, ParameterError> {
    let mut request = rest::serialise(service, operation, params)?;
    let Some(input) = &operation.input else {
        return Ok(request);
    };
    let Some(structure) = service.structure(input) else {
        return Ok(request);
    };
    let name = |target: &crate::model::Target| {
        let own = target.traits.location_name.clone();
        own.unwrap_or_else(|| service.shape(target.shape).name.clone())
    };
    match structure.payload_member() {
        Some(member) => {
            if rest::raw_body(service, member, params, &mut request) {
                return Ok(request);
            }
            if let Some(value) = params.get(&member.name) {
                request.body = XmlWriter::document(service, &member.target, value, &name(&member.target));
            }
        }
        None => {
            let mut body = Map::new();
            for member in &structure.members {
                if let Some(value) = params.get(&member.name)
                    && member.target.traits.location.is_none()
                {
                    body.insert(member.name.clone(), value.clone());
                }
            }
            if !body.is_empty() {
                request.body = XmlWriter::document(service, input, &Value::Object(body), &name(input));
            }
        }
    }
    if !request.body.is_empty() && request.header("Content-Type").is_none() {
        request.set_header("Content-Type", "application/xml");
    }
    Ok(request)
}

pub(super) fn parse(
    service: &Service,
    operation: &Operation,
    reply: &Reply<'_>,
) -> Result<Value, ReplyError> {
    rest::parse(service, operation, reply, |payload, structure| {
        if reply.body.trim_ascii().is_empty() {
            return Ok(Map::new());
        }
        with_root(reply, |root| match payload {
            Some(member) => {
                let mut out = Map::new();
                out.insert(
                    member.name.clone(),
                    Reader::new(service).structure(&member.target, root)?,
                );
                Ok(out)
            }
            None => Reader::new(service).members(structure, root),
        })
    })
}
