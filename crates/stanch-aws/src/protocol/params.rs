//! Checks parameters against the model before anything is written.

use serde_json::{Map, Value};

use super::{DEPTH, blob, timestamps};
use crate::model::service::{Operation, Service};
use crate::model::shape::{Kind, Structure, Target};

/// A parameter that can't be sent. Paths are such as `Filters[0].Name`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// The model has no such member.
    #[error("`{path}` is not a parameter of this operation")]
    Unknown {
        /// Which.
        path: String,
    },
    /// A member that must be there is not.
    #[error("`{path}` is missing")]
    Missing {
        /// Which.
        path: String,
    },
    /// A value of another type.
    #[error("`{path}` must be a {expected}")]
    WrongType {
        /// Which.
        path: String,
        /// The type in the model's word.
        expected: &'static str,
    },
    /// A union with no member or several.
    #[error("`{path}` must have exactly one member")]
    NotOne {
        /// Which.
        path: String,
    },
    /// A path label without text: the request would go to another resource.
    #[error("`{path}` must not be empty: it is part of the request's path")]
    EmptyLabel {
        /// Which.
        path: String,
    },
    /// A value that can't be part of a host name.
    #[error("`{path}` is part of the host name: letters, digits, hyphens and periods only")]
    HostLabel {
        /// Which.
        path: String,
    },
    /// Line breaks and the like can't stand in a header.
    #[error("`{path}` travels in a header and must not hold control characters")]
    HeaderValue {
        /// Which.
        path: String,
    },
    /// A form of request that is not sent from here.
    #[error("`{path}` is a stream of events, which is not sent from here")]
    EventStream {
        /// Which.
        path: String,
    },
    /// Too many levels.
    #[error("the parameters are nested too deeply")]
    TooDeep,
}

/// Where in the parameters a value stands; written out only when something is wrong.
#[derive(Clone, Copy)]
struct Path<'a> {
    parent: Option<&'a Self>,
    name: &'a str,
    index: Option<usize>,
    depth: usize,
}

impl Path<'_> {
    fn text(&self) -> String {
        let mut out = self.parent.map_or_else(String::new, Path::text);
        match self.index {
            Some(index) => out.push_str(&format!("[{index}]")),
            None => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(self.name);
            }
        }
        out
    }
}

/// The parameters without nulls, when they are what the model asks for.
///
/// # Errors
/// The first thing that is not.
pub fn checked(
    service: &Service,
    operation: &Operation,
    params: &Value,
) -> Result<Map<String, Value>, ParameterError> {
    let top = Path {
        parent: None,
        name: "",
        index: None,
        depth: 0,
    };
    let empty = Map::new();
    let given = match params {
        Value::Object(members) => members,
        Value::Null => &empty,
        _ => {
            return Err(ParameterError::WrongType {
                path: "parameters".to_owned(),
                expected: "structure",
            });
        }
    };
    match operation
        .input
        .as_ref()
        .and_then(|input| service.structure(input))
    {
        Some(structure) => structure_checked(service, structure, given, &top),
        None => match given.keys().next() {
            None => Ok(Map::new()),
            Some(name) => Err(ParameterError::Unknown { path: name.clone() }),
        },
    }
}

fn structure_checked(
    service: &Service,
    structure: &Structure,
    given: &Map<String, Value>,
    path: &Path<'_>,
) -> Result<Map<String, Value>, ParameterError> {
    let below = |name| Path {
        parent: (path.depth > 0).then_some(path),
        name,
        index: None,
        depth: path.depth + 1,
    };
    if let Some(name) = given.keys().find(|name| structure.member(name).is_none()) {
        return Err(ParameterError::Unknown {
            path: below(name).text(),
        });
    }
    let mut out = Map::new();
    for member in &structure.members {
        let path = below(&member.name);
        match given.get(&member.name) {
            None | Some(Value::Null) if member.required => {
                return Err(ParameterError::Missing { path: path.text() });
            }
            None | Some(Value::Null) => {}
            Some(value) => {
                out.insert(
                    member.name.clone(),
                    value_checked(service, &member.target, value, &path)?,
                );
            }
        }
    }
    if structure.union && out.len() != 1 {
        return Err(ParameterError::NotOne { path: path.text() });
    }
    Ok(out)
}

fn value_checked(
    service: &Service,
    target: &Target,
    value: &Value,
    path: &Path<'_>,
) -> Result<Value, ParameterError> {
    if path.depth > DEPTH {
        return Err(ParameterError::TooDeep);
    }
    if target.traits.event_stream {
        return Err(ParameterError::EventStream { path: path.text() });
    }
    if target.traits.json_value {
        return Ok(value.clone());
    }
    let kind = service.kind(target);
    let fits = match (kind, value) {
        (Kind::Structure(structure), _) if structure.document => return Ok(value.clone()),
        (Kind::Structure(structure), Value::Object(members)) => {
            return structure_checked(service, structure, members, path).map(Value::Object);
        }
        (Kind::List(member), Value::Array(items)) => return list_checked(service, member, items, path),
        (Kind::Map(_, member), Value::Object(entries)) => return map_checked(service, member, entries, path),
        (Kind::String, Value::String(_)) | (Kind::Boolean, Value::Bool(_)) => true,
        (Kind::Integer | Kind::Long, Value::Number(number)) => number.is_i64() || number.is_u64(),
        (Kind::Float | Kind::Double, Value::Number(_)) => true,
        (Kind::Float | Kind::Double, Value::String(text)) => {
            ["NaN", "Infinity", "-Infinity"].contains(&text.as_str())
        }
        (Kind::Blob, Value::String(text)) => blob::decode(text).is_some(),
        (Kind::Timestamp, value) => timestamps::read(value).is_some(),
        _ => false,
    };
    if fits {
        Ok(value.clone())
    } else {
        Err(ParameterError::WrongType {
            path: path.text(),
            expected: kind.word(),
        })
    }
}

fn list_checked(
    service: &Service,
    member: &Target,
    items: &[Value],
    path: &Path<'_>,
) -> Result<Value, ParameterError> {
    let mut out = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let path = Path {
            parent: Some(path),
            name: "",
            index: Some(index),
            depth: path.depth + 1,
        };
        out.push(sparse(service, member, item, &path)?);
    }
    Ok(Value::Array(out))
}

fn map_checked(
    service: &Service,
    member: &Target,
    entries: &Map<String, Value>,
    path: &Path<'_>,
) -> Result<Value, ParameterError> {
    let mut out = Map::new();
    for (key, item) in entries {
        let path = Path {
            parent: Some(path),
            name: key,
            index: None,
            depth: path.depth + 1,
        };
        out.insert(key.clone(), sparse(service, member, item, &path)?);
    }
    Ok(Value::Object(out))
}

/// Nulls may stand in lists and maps of JSON and CBOR.
fn sparse(
    service: &Service,
    member: &Target,
    item: &Value,
    path: &Path<'_>,
) -> Result<Value, ParameterError> {
    use crate::model::service::Protocol as P;
    if item.is_null() && matches!(service.metadata.protocol, P::Json | P::RestJson | P::RpcV2Cbor) {
        return Ok(Value::Null);
    }
    value_checked(service, member, item, path)
}

/// Prefix of the host name.
pub(super) fn host_prefix(
    service: &Service,
    operation: &Operation,
    params: &Map<String, Value>,
) -> Result<Option<String>, ParameterError> {
    let Some(template) = &operation.host_prefix else {
        return Ok(None);
    };
    let labels = operation
        .input
        .as_ref()
        .and_then(|input| service.structure(input));
    let filled = super::uri::fill(template, |name| {
        let known = labels.and_then(|structure| structure.member(name));
        let value = known
            .filter(|member| member.target.traits.host_label)
            .and_then(|member| params.get(&member.name))
            .and_then(Value::as_str)
            .ok_or_else(|| ParameterError::Missing {
                path: name.to_owned(),
            })?;
        let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
        if value.is_empty() || !value.bytes().all(good) {
            return Err(ParameterError::HostLabel {
                path: name.to_owned(),
            });
        }
        Ok(value.to_owned())
    })?;
    Ok(Some(filled))
}
