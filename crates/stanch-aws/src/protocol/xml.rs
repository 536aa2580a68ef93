//! Reads XML replies.

use std::collections::HashMap;

use roxmltree::{Document, Node, ParsingOptions};
use serde_json::{Map, Value};

use super::errors::{ApiError, Malformed, ReplyError, without_body};
use super::{DEPTH, Reply, blob, json_read, timestamps};
use crate::model::service::{Operation, Service};
use crate::model::shape::{Kind, Location, Structure, Target};

/// Elements, texts and attributes of one reply: the largest page of the largest service has a few hundred thousand.
const NODES: u32 = 8_000_000;

/// Parses a body and hands its root on; a word against it becomes a malformed reply.
pub(super) fn with_root<T>(
    reply: &Reply<'_>,
    read: impl FnOnce(Node<'_, '_>) -> Result<T, String>,
) -> Result<T, ReplyError> {
    let malformed = |reason: String| ReplyError::from(Malformed::new(reply, reason));
    let text = std::str::from_utf8(reply.body).map_err(|_| malformed("not UTF-8".to_owned()))?;
    // A document type could define entities that grow without bound.
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text.trim_start_matches('\u{feff}').trim_start(), options)
        .map_err(|error| malformed(format!("not XML: {error}")))?;
    read(document.root_element()).map_err(malformed)
}

/// The text directly in an element.
pub(super) fn text(node: Node<'_, '_>) -> String {
    node.children()
        .filter(Node::is_text)
        .filter_map(|child| child.text())
        .collect()
}

fn elements<'a, 'input>(node: Node<'a, 'input>) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(Node::is_element)
}

fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    elements(node).find(|child| child.tag_name().name() == name)
}

/// Reads elements by the shapes they should have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'s> {
    service: &'s Service,
    depth: usize,
}

impl<'s> Reader<'s> {
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

    /// An element as the structure of a place; an object without members where the place has none.
    pub(super) fn structure(self, target: &Target, node: Node<'_, '_>) -> Result<Value, String> {
        match self.service.structure(target) {
            Some(structure) => self.members(structure, node).map(Value::Object),
            None => Ok(Value::Object(Map::new())),
        }
    }

    pub(super) fn members(
        self,
        structure: &Structure,
        node: Node<'_, '_>,
    ) -> Result<Map<String, Value>, String> {
        let reader = self.below()?;
        let mut by_name: HashMap<&str, Vec<Node<'_, '_>>> = HashMap::new();
        let mut first = None;
        for element in elements(node) {
            let name = element.tag_name().name();
            first = first.or(Some(name));
            by_name.entry(name).or_default().push(element);
        }
        let mut out = Map::new();
        for member in &structure.members {
            let target = &member.target;
            if target.traits.location.is_some_and(Location::is_in_reply) {
                continue;
            }
            if target.traits.xml_attribute {
                if let Some(text) = attribute(node, member.wire_name()) {
                    out.insert(member.name.clone(), Value::String(text.to_owned()));
                }
                continue;
            }
            let name = match self.service.kind(target) {
                Kind::List(item) if target.traits.flattened => {
                    item.traits.location_name.as_deref().unwrap_or(member.wire_name())
                }
                _ => member.wire_name(),
            };
            if let Some(nodes) = by_name.get(name) {
                let value = reader
                    .value(target, nodes)
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

    /// The elements of one name as what their place says.
    fn value(self, target: &Target, nodes: &[Node<'_, '_>]) -> Result<Value, String> {
        let Some(node) = nodes.first().copied() else {
            return Ok(Value::Null);
        };
        match self.service.kind(target) {
            Kind::Structure(structure) => self.members(structure, node).map(Value::Object),
            Kind::List(member) => {
                let items: Vec<Node<'_, '_>> = if target.traits.flattened {
                    nodes.to_vec()
                } else {
                    elements(node).collect()
                };
                let reader = self.below()?;
                let items = items.iter().map(|item| reader.value(member, &[*item]));
                items.collect::<Result<_, _>>().map(Value::Array)
            }
            Kind::Map(key, member) => {
                let entries: Vec<Node<'_, '_>> = if target.traits.flattened {
                    nodes.to_vec()
                } else {
                    elements(node).collect()
                };
                self.map(key, member, &entries)
            }
            kind => scalar(kind, text(node)),
        }
    }

    fn map(self, key: &Target, member: &Target, entries: &[Node<'_, '_>]) -> Result<Value, String> {
        let reader = self.below()?;
        let key_name = key.traits.location_name.as_deref().unwrap_or("key");
        let value_name = member.traits.location_name.as_deref().unwrap_or("value");
        let mut out = Map::new();
        for entry in entries {
            let name = child(*entry, key_name).ok_or_else(|| format!("an entry without <{key_name}>"))?;
            let value = match child(*entry, value_name) {
                Some(node) => reader.value(member, &[node])?,
                None => return Err(format!("an entry without <{value_name}>")),
            };
            out.insert(text(name), value);
        }
        Ok(Value::Object(out))
    }
}

/// An attribute, by a name such as `xsi:type` whatever the prefix in the document.
fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let (prefixed, local) = match name.split_once(':') {
        Some((_, local)) => (true, local),
        None => (false, name),
    };
    node.attributes()
        .find(|attribute| attribute.name() == local && attribute.namespace().is_some() == prefixed)
        .map(|attribute| attribute.value())
}

fn scalar(kind: &Kind, text: String) -> Result<Value, String> {
    let wrong = || {
        format!(
            "{:?} is no {}",
            stanch_core::text::bounded(&text, 40),
            kind.word()
        )
    };
    match kind {
        Kind::Boolean => match text.trim() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(wrong()),
        },
        Kind::Integer | Kind::Long => json_read::whole_text(text.trim()).ok_or_else(wrong),
        Kind::Float | Kind::Double => json_read::number(text.trim()).ok_or_else(wrong),
        Kind::Timestamp => timestamps::read_text(&text)
            .map(|moment| Value::String(timestamps::shown(moment)))
            .ok_or_else(wrong),
        Kind::Blob => match blob::decode(&text) {
            Some(bytes) => Ok(Value::String(blob::encode(&bytes))),
            None => Err(wrong()),
        },
        _ => Ok(Value::String(text)),
    }
}

/// The error in an XML reply with a bad status.
pub(super) fn error(service: &Service, operation: &Operation, reply: &Reply<'_>) -> ReplyError {
    if reply.body.trim_ascii().is_empty() {
        return without_body(reply);
    }
    match with_root(reply, |root| api_error(service, operation, reply, root)) {
        Ok(error) => error.into(),
        Err(error) => error,
    }
}

/// The element that says what went wrong: the root, below it, or below `<Errors>`.
pub(super) fn error_element<'a, 'input>(root: Node<'a, 'input>) -> Option<Node<'a, 'input>> {
    if root.tag_name().name() == "Error" {
        return Some(root);
    }
    child(root, "Error").or_else(|| child(child(root, "Errors")?, "Error"))
}

fn api_error(
    service: &Service,
    operation: &Operation,
    reply: &Reply<'_>,
    root: Node<'_, '_>,
) -> Result<ApiError, String> {
    let element = error_element(root).ok_or_else(|| "no error is named".to_owned())?;
    let code = child(element, "Code").map(text).unwrap_or_default();
    if code.is_empty() {
        return Err("an error without a code".to_owned());
    }
    let shape = operation.errors.iter().find(|known| known.code == code);
    let mut detail = Map::new();
    if let Some(shape) = shape
        && let Kind::Structure(structure) = &service.shape(shape.shape).kind
    {
        super::headers::read(service, structure, reply, &mut detail);
        detail.extend(
            Reader::new(service)
                .members(structure, element)
                .unwrap_or_default(),
        );
    }
    let id = ["RequestId", "RequestID"]
        .iter()
        .find_map(|name| child(root, name).or_else(|| child(element, name)))
        .map(text);
    let message = child(element, "Message").or_else(|| child(element, "message"));
    Ok(ApiError {
        code,
        message: message.map(text).unwrap_or_default(),
        request_id: id.or_else(|| reply.request_id().map(ToOwned::to_owned)),
        status: reply.status,
        detail: Value::Object(detail),
    })
}
