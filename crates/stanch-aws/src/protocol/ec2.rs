//! The query protocol as EC2 speaks it: capital letters, flat lists, no wrapper around the result.

use serde_json::{Map, Value};

use super::query::{Dialect, form_request};
use super::{ParameterError, Reply, ReplyError, Request, xml};
use crate::model::service::{Operation, Service};

pub(super) fn serialise(
    service: &Service,
    operation: &Operation,
    params: &Map<String, Value>,
) -> Result<Request, ParameterError> {
    Ok(form_request(service, operation, params, Dialect::Ec2))
}

pub(super) fn parse(
    service: &Service,
    operation: &Operation,
    reply: &Reply<'_>,
) -> Result<Value, ReplyError> {
    let Some(output) = &operation.output else {
        return Ok(Value::Object(Map::new()));
    };
    xml::with_root(reply, |root| {
        // Without this any XML at all would read as an empty result.
        let name = root.tag_name().name();
        if !name.ends_with("Response") || name == "Response" {
            return Err(format!("<{name}> is no reply of this operation"));
        }
        xml::Reader::new(service).structure(output, root)
    })
}
