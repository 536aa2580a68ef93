//! From a model's JSON to a [`Service`]: what is kept, and in which form.
//!
//! The pack is made with this, and so are the small models of tests, so that both go the same way. What is not known
//! here (documentation, examples, patterns) is passed over, so a model need not be trimmed before.

use serde_json::{Map, Value};

use super::expression::Expression;
use super::paginator::Paginator;
use super::service::{Checksum, ContextValue, ErrorShape, Metadata, Operation, Protocol, Service};
use super::shape::{ShapeId, Target, XmlNamespace};
use super::shapes::{Shapes, flag, text};
use crate::endpoint::rules::RuleSet;

/// A model that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ModelError(pub String);

/// The JSON documents of one service.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The name of the service.
    pub name: &'a str,
    /// `service-2.json`.
    pub model: &'a Value,
    /// `paginators-1.json`.
    pub paginators: Option<&'a Value>,
    /// `endpoint-rule-set-1.json`.
    pub rules: Option<&'a Value>,
}

impl Service {
    /// Compiles a service from its documents.
    ///
    /// # Errors
    /// When a document lacks what a call needs or says what isn't understood here.
    pub fn compile(sources: Sources<'_>) -> Result<Self, ModelError> {
        let fail = |what: &dyn std::fmt::Display| ModelError(format!("{}: {what}", sources.name));
        let metadata = metadata(sources.model).map_err(|error| fail(&error))?;
        let mut shapes = Shapes::new(sources.model.get("shapes").and_then(Value::as_object));
        let mut operations = Vec::new();
        let empty = Map::new();
        let given = sources
            .model
            .get("operations")
            .and_then(Value::as_object)
            .unwrap_or(&empty);
        for (name, value) in given {
            let mut operation = operation(name, value, &mut shapes)
                .map_err(|error| fail(&format_args!("{name}: {error}")))?;
            if let Some(pages) = sources
                .paginators
                .and_then(|all| all.get("pagination")?.get(name))
            {
                operation.paginator =
                    Some(paginator(pages).map_err(|error| fail(&format_args!("{name}: {error}")))?);
            }
            operations.push(operation);
        }
        operations.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(Self {
            name: sources.name.to_owned(),
            metadata,
            shapes: shapes.finish(),
            operations,
            rules: sources
                .rules
                .map(RuleSet::compile)
                .transpose()
                .map_err(|error| fail(&error))?,
        })
    }
}

fn metadata(model: &Value) -> Result<Metadata, ModelError> {
    let known = model
        .get("metadata")
        .ok_or_else(|| ModelError("no metadata".to_owned()))?;
    let or_empty = |name: &str| text(known, name).unwrap_or_default();
    let endpoint_prefix = or_empty("endpointPrefix");
    Ok(Metadata {
        protocol: protocol(known)?,
        api_version: or_empty("apiVersion"),
        service_id: or_empty("serviceId"),
        signing_name: text(known, "signingName").unwrap_or_else(|| endpoint_prefix.clone()),
        endpoint_prefix,
        signature_version: or_empty("signatureVersion"),
        json_version: text(known, "jsonVersion").unwrap_or_else(|| "1.0".to_owned()),
        target_prefix: or_empty("targetPrefix"),
        xml_namespace: known.get("xmlNamespace").and_then(namespace),
        query_compatible: known.get("awsQueryCompatible").is_some(),
    })
}

/// CBOR is chosen only where a service speaks nothing else: the others can be read by eye in the evidence.
fn protocol(metadata: &Value) -> Result<Protocol, ModelError> {
    let preferred = metadata
        .get("protocol")
        .and_then(Value::as_str)
        .and_then(Protocol::named);
    let mut spoken: Vec<Protocol> = metadata
        .get("protocols")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().and_then(Protocol::named))
        .collect();
    spoken.extend(preferred);
    spoken
        .iter()
        .copied()
        .find(|protocol| *protocol != Protocol::RpcV2Cbor)
        .or_else(|| spoken.first().copied())
        .ok_or_else(|| ModelError("no protocol that is spoken here".to_owned()))
}

/// An XML name space, as an object or as its name alone.
pub(super) fn namespace(value: &Value) -> Option<XmlNamespace> {
    match value {
        Value::String(uri) => Some(XmlNamespace {
            prefix: None,
            uri: uri.clone(),
        }),
        Value::Object(_) => Some(XmlNamespace {
            prefix: text(value, "prefix"),
            uri: text(value, "uri")?,
        }),
        _ => None,
    }
}

fn operation(name: &str, value: &Value, shapes: &mut Shapes<'_>) -> Result<Operation, ModelError> {
    let http = value.get("http").unwrap_or(&Value::Null);
    let mut place = |key: &str| -> Result<Option<Target>, ModelError> {
        value
            .get(key)
            .map(|reference| shapes.target(reference))
            .transpose()
    };
    let (input, output) = (place("input")?, place("output")?);
    Ok(Operation {
        name: name.to_owned(),
        method: text(http, "method").unwrap_or_else(|| "POST".to_owned()),
        uri: text(http, "requestUri").unwrap_or_else(|| "/".to_owned()),
        response_code: http
            .get("responseCode")
            .and_then(Value::as_u64)
            .and_then(|code| u16::try_from(code).ok())
            .unwrap_or(0),
        result_wrapper: value
            .get("output")
            .and_then(|output| text(output, "resultWrapper")),
        input,
        output,
        errors: errors(value, shapes)?,
        host_prefix: value
            .get("endpoint")
            .and_then(|endpoint| text(endpoint, "hostPrefix")),
        static_context: static_context(value)?,
        operation_context: operation_context(value)?,
        checksum: checksum(value),
        auth: texts(value.get("auth")),
        auth_type: text(value, "authtype"),
        unsigned_payload: flag(value, "unsignedPayload"),
        read_only: flag(value, "readonly"),
        idempotent: flag(value, "idempotent"),
        deprecated: flag(value, "deprecated"),
        paginator: None,
    })
}

fn errors(operation: &Value, shapes: &mut Shapes<'_>) -> Result<Vec<ErrorShape>, ModelError> {
    let mut out = Vec::new();
    for reference in operation
        .get("errors")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let ShapeId(id) = shapes.target(reference)?.shape;
        let name = text(reference, "shape").unwrap_or_default();
        let code = shapes
            .raw(&name)
            .and_then(|shape| shape.get("error"))
            .and_then(|error| text(error, "code"))
            .unwrap_or(name);
        out.push(ErrorShape {
            code,
            shape: ShapeId(id),
        });
    }
    Ok(out)
}

fn checksum(operation: &Value) -> Checksum {
    let flexible = operation.get("httpChecksum").unwrap_or(&Value::Null);
    let algorithm_member = text(flexible, "requestAlgorithmMember");
    Checksum {
        required: flag(operation, "httpChecksumRequired") || flag(flexible, "requestChecksumRequired"),
        algorithm_header: algorithm_member
            .as_ref()
            .map(|_| "x-amz-sdk-checksum-algorithm".to_owned()),
        algorithm_member,
    }
}

fn static_context(operation: &Value) -> Result<Vec<(String, ContextValue)>, ModelError> {
    let mut out = Vec::new();
    for (name, given) in operation
        .get("staticContextParams")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let value = match given.get("value") {
            Some(Value::Bool(flag)) => ContextValue::Flag(*flag),
            Some(Value::String(text)) => ContextValue::Text(text.clone()),
            list @ Some(Value::Array(_)) => ContextValue::Texts(texts(list)),
            _ => {
                return Err(ModelError(format!(
                    "static context parameter {name} has no value"
                )));
            }
        };
        out.push((name.clone(), value));
    }
    Ok(out)
}

fn operation_context(operation: &Value) -> Result<Vec<(String, Expression)>, ModelError> {
    let mut out = Vec::new();
    for (name, given) in operation
        .get("operationContextParams")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let path = text(given, "path").unwrap_or_default();
        out.push((name.clone(), expression(&path)?));
    }
    Ok(out)
}

fn paginator(pages: &Value) -> Result<Paginator, ModelError> {
    let expressions = |key: &str| -> Result<Vec<Expression>, ModelError> {
        texts(pages.get(key))
            .iter()
            .map(|text| expression(text))
            .collect()
    };
    Ok(Paginator {
        input_tokens: texts(pages.get("input_token")),
        output_tokens: expressions("output_token")?,
        more_results: text(pages, "more_results")
            .map(|more| expression(&more))
            .transpose()?,
        limit_key: text(pages, "limit_key"),
        result_keys: expressions("result_key")?,
        non_aggregate_keys: expressions("non_aggregate_keys")?,
    })
}

fn expression(text: &str) -> Result<Expression, ModelError> {
    Expression::parse(text).map_err(|error| ModelError(error.to_string()))
}

/// One text or several.
fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(items)) => items
            .iter()
            .filter_map(Value::as_str)
            .map(ToOwned::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}
