//! From a call's parameters to a request and from a reply to JSON, customisations of single services included.

use serde_json::{Map, Value};

use crate::customisation;
use crate::model::service::{Operation, Service};
use crate::protocol::{self, ParameterError, Reply, ReplyError, Request};

/// A source of idempotency tokens, so that who calls decides whether they are random or told.
pub trait Tokens {
    /// A token that was never given before: a UUID for real requests.
    fn token(&mut self) -> String;
}

impl<F: FnMut() -> String> Tokens for F {
    fn token(&mut self) -> String {
        self()
    }
}

/// A request with the parameters it was made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// The request, without host and signature.
    pub request: Request,
    /// The parameters with all that was filled in: endpoint rules and [`interpret`] must be given these.
    pub params: Value,
}

/// Writes a request.
///
/// # Errors
/// When a parameter is unknown, missing or of the wrong type.
pub fn prepare(
    service: &Service,
    operation: &Operation,
    params: &Value,
    tokens: &mut dyn Tokens,
) -> Result<Prepared, ParameterError> {
    let mut params = match params {
        Value::Null => Value::Object(Map::new()),
        other => other.clone(),
    };
    if let Value::Object(members) = &mut params {
        fill_tokens(service, operation, members, tokens);
        customisation::before(service, operation, members);
    }
    let mut request = protocol::serialise(service, operation, &params)?;
    customisation::request(service, operation, &params, &mut request);
    Ok(Prepared { request, params })
}

fn fill_tokens(
    service: &Service,
    operation: &Operation,
    params: &mut Map<String, Value>,
    tokens: &mut dyn Tokens,
) {
    let Some(input) = operation
        .input
        .as_ref()
        .and_then(|input| service.structure(input))
    else {
        return;
    };
    for member in &input.members {
        if member.target.traits.idempotency_token && params.get(&member.name).is_none_or(Value::is_null) {
            params.insert(member.name.clone(), Value::String(tokens.token()));
        }
    }
}

/// Reads a reply to a request of these (prepared) parameters, as the AWS command line prints it.
///
/// # Errors
/// What the service said, or that the reply is not what the service writes.
pub fn interpret(
    service: &Service,
    operation: &Operation,
    params: &Value,
    reply: &Reply<'_>,
) -> Result<Value, ReplyError> {
    if let Some(error) = customisation::error_inside(service, operation, reply) {
        return Err(error);
    }
    let mut value = protocol::parse(service, operation, reply)?;
    customisation::after(service, operation, params, reply, &mut value)?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Models;
    use serde_json::json;

    #[test]
    fn a_token_is_filled_in_only_where_none_is_given() {
        let ec2 = Models::embedded().unwrap().service("ec2").unwrap();
        let operation = ec2.operation("RunInstances").unwrap();
        let mut count = 0;
        let mut tokens = || {
            count += 1;
            format!("token-{count}")
        };
        let given = json!({"MinCount": 1, "MaxCount": 1, "ClientToken": "mine"});
        let prepared = prepare(&ec2, operation, &given, &mut tokens).unwrap();
        assert_eq!(prepared.params["ClientToken"], "mine");
        let prepared = prepare(
            &ec2,
            operation,
            &json!({"MinCount": 1, "MaxCount": 1}),
            &mut tokens,
        )
        .unwrap();
        assert_eq!(prepared.params["ClientToken"], "token-1");
        insta::assert_snapshot!(
            String::from_utf8(prepared.request.body).unwrap(),
            @"Action=RunInstances&Version=2016-11-15&MaxCount=1&MinCount=1&ClientToken=token-1"
        );
    }
}
