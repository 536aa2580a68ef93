//! Parts that both REST protocols share: path, query string and headers.

use serde_json::{Map, Value};

use super::{ParameterError, Reply, ReplyError, Request, blob, errors::Malformed, headers, uri};
use crate::model::service::{Operation, Service};
use crate::model::shape::{Kind, Location, Member, Structure, TimestampFormat};

/// A request with everything but its body.
pub(super) fn serialise(
    service: &Service,
    operation: &Operation,
    params: &Map<String, Value>,
) -> Result<Request, ParameterError> {
    let structure = operation
        .input
        .as_ref()
        .and_then(|input| service.structure(input));
    let members = structure.map_or(&[][..], |structure| structure.members.as_slice());
    let (path, fixed) = match operation.uri.split_once('?') {
        Some((path, query)) => (path, query),
        None => (operation.uri.as_str(), ""),
    };
    let path = uri::fill(path, |name| {
        let labelled = |member: &&Member| {
            member.target.traits.location == Some(Location::Uri) && member.wire_name() == name
        };
        let path = || name.to_owned();
        let member = members
            .iter()
            .find(labelled)
            .ok_or_else(|| ParameterError::Missing { path: path() })?;
        let value = params
            .get(&member.name)
            .ok_or_else(|| ParameterError::Missing { path: path() })?;
        let text = headers::plain(service, &member.target, value, TimestampFormat::Iso8601);
        if text.is_empty() {
            return Err(ParameterError::EmptyLabel { path: path() });
        }
        Ok(text)
    })?;
    let mut request = Request {
        method: operation.method.clone(),
        path: if path.starts_with('/') {
            path
        } else {
            format!("/{path}")
        },
        query: fixed
            .split('&')
            .filter(|part| !part.is_empty())
            .map(|part| match part.split_once('=') {
                Some((name, value)) => (uri::decode(name), Some(uri::decode(value))),
                None => (uri::decode(part), None),
            })
            .collect(),
        ..Request::default()
    };
    // Maps come last: what has a name of its own holds over an entry of that name.
    let is_map = |member: &&Member| matches!(service.kind(&member.target), Kind::Map(..));
    let (maps, single): (Vec<&Member>, Vec<&Member>) = members.iter().partition(is_map);
    for member in single.into_iter().chain(maps) {
        if let Some(value) = params.get(&member.name) {
            place(service, member, value, &mut request)?;
        }
    }
    Ok(request)
}

fn place(
    service: &Service,
    member: &Member,
    value: &Value,
    request: &mut Request,
) -> Result<(), ParameterError> {
    let target = &member.target;
    match target.traits.location {
        Some(Location::QueryString) => query(service, member, value, &mut request.query),
        Some(Location::Header) => {
            // An empty text is a header too; an empty list is none.
            if let Some(text) = headers::written(service, target, value) {
                header(&mut request.headers, member.wire_name(), text, &member.name)?;
            }
        }
        Some(Location::Headers) => {
            let prefix = target.traits.location_name.as_deref().unwrap_or_default();
            for (key, value) in value.as_object().into_iter().flatten() {
                let text = value.as_str().unwrap_or_default().to_owned();
                header(
                    &mut request.headers,
                    &format!("{prefix}{key}"),
                    text,
                    &member.name,
                )?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// A value with a line break would begin another header.
fn header(
    headers: &mut Vec<(String, String)>,
    name: &str,
    text: String,
    path: &str,
) -> Result<(), ParameterError> {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) || text.chars().any(char::is_control) {
        return Err(ParameterError::HeaderValue {
            path: path.to_owned(),
        });
    }
    headers.push((name.to_owned(), text));
    Ok(())
}

fn query(service: &Service, member: &Member, value: &Value, out: &mut Vec<(String, Option<String>)>) {
    let plain = |target, value| headers::plain(service, target, value, TimestampFormat::Iso8601);
    match (service.kind(&member.target), value) {
        (Kind::List(item), Value::Array(items)) => {
            for value in items {
                out.push((member.wire_name().to_owned(), Some(plain(item, value))));
            }
        }
        (Kind::Map(_, item), Value::Object(entries)) => {
            let named: Vec<String> = out.iter().map(|(name, _)| name.clone()).collect();
            for (key, value) in entries.iter().filter(|(key, _)| !named.contains(key)) {
                match (service.kind(item), value) {
                    (Kind::List(item), Value::Array(items)) => {
                        out.extend(items.iter().map(|value| (key.clone(), Some(plain(item, value)))));
                    }
                    _ => out.push((key.clone(), Some(plain(item, value)))),
                }
            }
        }
        _ => out.push((member.wire_name().to_owned(), Some(plain(&member.target, value)))),
    }
}

/// Returns true when a good reply's body is bytes or text of its own, which may be anything.
pub(super) fn has_raw_payload(service: &Service, operation: &Operation) -> bool {
    operation
        .output
        .as_ref()
        .and_then(|output| service.structure(output))
        .and_then(Structure::payload_member)
        .is_some_and(|member| matches!(service.kind(&member.target), Kind::Blob | Kind::String))
}

/// Writes a payload that is no structure; false when it is one.
pub(super) fn raw_body(
    service: &Service,
    member: &Member,
    params: &Map<String, Value>,
    request: &mut Request,
) -> bool {
    let text = params.get(&member.name).and_then(Value::as_str);
    let media = match service.kind(&member.target) {
        Kind::Blob => {
            request.body = text.and_then(blob::decode).unwrap_or_default();
            "application/octet-stream"
        }
        Kind::String => {
            request.body = text.unwrap_or_default().as_bytes().to_vec();
            "text/plain"
        }
        _ => return false,
    };
    if !request.body.is_empty() && request.header("Content-Type").is_none() {
        request.set_header("Content-Type", media);
    }
    true
}

/// Reads a good reply; `body` reads what is in the body, as a payload or as the members of the structure itself.
pub(super) fn parse(
    service: &Service,
    operation: &Operation,
    reply: &Reply<'_>,
    body: impl FnOnce(Option<&Member>, &Structure) -> Result<Map<String, Value>, ReplyError>,
) -> Result<Value, ReplyError> {
    let structure = operation
        .output
        .as_ref()
        .and_then(|output| service.structure(output));
    let Some(structure) = structure else {
        return Ok(Value::Object(Map::new()));
    };
    let mut found = Map::new();
    headers::read(service, structure, reply, &mut found);
    match structure.payload_member() {
        Some(member) if member.target.traits.event_stream => {}
        Some(member) => match service.kind(&member.target) {
            Kind::Blob => {
                found.insert(member.name.clone(), Value::String(blob::encode(reply.body)));
            }
            Kind::String => {
                let text = std::str::from_utf8(reply.body).map_err(|_| Malformed::new(reply, "not UTF-8"))?;
                found.insert(member.name.clone(), Value::String(text.to_owned()));
            }
            _ => found.extend(body(Some(member), structure)?),
        },
        None => found.extend(body(None, structure)?),
    }
    // In the model's order, whatever came from where.
    let mut out = Map::new();
    for member in &structure.members {
        if let Some(value) = found.remove(&member.name) {
            out.insert(member.name.clone(), value);
        }
    }
    out.extend(found);
    Ok(Value::Object(out))
}
