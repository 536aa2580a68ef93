//! The query protocol: parameters as a form, replies as XML.

use serde_json::{Map, Value};

use super::{ParameterError, Reply, ReplyError, Request, headers, uri, xml};
use crate::model::service::{Operation, Service};
use crate::model::shape::{Kind, Member, Target, TimestampFormat};

/// Differences between the query protocol and EC2's in requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Query,
    Ec2,
}

/// The request's form, name by name.
struct Form<'a> {
    service: &'a Service,
    dialect: Dialect,
    pairs: Vec<(String, String)>,
}

pub(super) fn serialise(
    service: &Service,
    operation: &Operation,
    params: &Map<String, Value>,
) -> Result<Request, ParameterError> {
    Ok(form_request(service, operation, params, Dialect::Query))
}

pub(super) fn form_request(
    service: &Service,
    operation: &Operation,
    params: &Map<String, Value>,
    dialect: Dialect,
) -> Request {
    let mut form = Form {
        service,
        dialect,
        pairs: vec![
            ("Action".to_owned(), operation.name.clone()),
            ("Version".to_owned(), service.metadata.api_version.clone()),
        ],
    };
    if let Some(input) = &operation.input {
        form.members(input, params, "");
    }
    let body: Vec<String> = form
        .pairs
        .iter()
        .map(|(name, value)| format!("{}={}", uri::encode(name), uri::encode(value)))
        .collect();
    Request {
        method: operation.method.clone(),
        path: "/".to_owned(),
        headers: vec![(
            "Content-Type".to_owned(),
            "application/x-www-form-urlencoded; charset=utf-8".to_owned(),
        )],
        body: body.join("&").into_bytes(),
        ..Request::default()
    }
}

impl Form<'_> {
    fn members(&mut self, target: &Target, params: &Map<String, Value>, prefix: &str) {
        let service = self.service;
        let Some(structure) = service.structure(target) else {
            return;
        };
        for member in &structure.members {
            if let Some(value) = params.get(&member.name) {
                let name = self.name(member);
                let path = if prefix.is_empty() {
                    name
                } else {
                    format!("{prefix}.{name}")
                };
                self.value(&member.target, value, path);
            }
        }
    }

    fn name(&self, member: &Member) -> String {
        if self.dialect == Dialect::Query {
            return member.wire_name().to_owned();
        }
        let traits = &member.target.traits;
        match (&traits.query_name, &traits.location_name) {
            (Some(name), _) => name.clone(),
            (None, Some(name)) => capitalised(name),
            (None, None) => capitalised(&member.name),
        }
    }

    fn value(&mut self, target: &Target, value: &Value, path: String) {
        match (self.service.kind(target), value) {
            (Kind::Structure(_), Value::Object(params)) => self.members(target, params, &path),
            (Kind::List(member), Value::Array(items)) => self.list(target, member, items, path),
            (Kind::Map(key, member), Value::Object(entries)) => {
                let (key_name, value_name) = (named(key, "key"), named(member, "value"));
                let path = if target.traits.flattened {
                    path
                } else {
                    format!("{path}.entry")
                };
                for (index, (name, item)) in entries.iter().enumerate() {
                    let place = index + 1;
                    self.pairs
                        .push((format!("{path}.{place}.{key_name}"), name.clone()));
                    self.value(member, item, format!("{path}.{place}.{value_name}"));
                }
            }
            _ => {
                let text = headers::plain(self.service, target, value, TimestampFormat::Iso8601);
                self.pairs.push((path, text));
            }
        }
    }

    fn list(&mut self, target: &Target, member: &Target, items: &[Value], path: String) {
        if items.is_empty() {
            // Only the query protocol can say that a list is empty.
            if self.dialect == Dialect::Query {
                self.pairs.push((path, String::new()));
            }
            return;
        }
        let own_name = member.traits.location_name.as_deref();
        let prefix = match (self.dialect, target.traits.flattened, own_name) {
            (Dialect::Ec2, ..) | (_, true, None) => path,
            (_, true, Some(name)) => match path.rsplit_once('.') {
                Some((before, _)) => format!("{before}.{name}"),
                None => name.to_owned(),
            },
            (_, false, name) => format!("{path}.{}", name.unwrap_or("member")),
        };
        for (index, item) in items.iter().enumerate() {
            self.value(member, item, format!("{prefix}.{}", index + 1));
        }
    }
}

fn named<'a>(target: &'a Target, default: &'a str) -> &'a str {
    target.traits.location_name.as_deref().unwrap_or(default)
}

fn capitalised(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

pub(super) fn parse(
    service: &Service,
    operation: &Operation,
    reply: &Reply<'_>,
) -> Result<Value, ReplyError> {
    let Some(output) = &operation.output else {
        return Ok(Value::Object(Map::new()));
    };
    if reply.body.is_empty()
        && service
            .structure(output)
            .is_some_and(|output| output.members.is_empty())
    {
        return Ok(Value::Object(Map::new()));
    }
    xml::with_root(reply, |root| {
        let wrapped = |name: &str| {
            root.children()
                .find(|child| child.is_element() && child.tag_name().name() == name)
        };
        let start = match &operation.result_wrapper {
            Some(wrapper) => wrapped(wrapper).ok_or_else(|| format!("there is no <{wrapper}>"))?,
            // A model that doesn't name the wrapper may mean the usual one.
            None => wrapped(&format!("{}Result", operation.name)).unwrap_or(root),
        };
        xml::Reader::new(service).structure(output, start)
    })
}
