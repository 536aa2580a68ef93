//! Cases of replies.

use serde_json::{Map, Value};
use stanch_aws::exchange;
use stanch_aws::model::{Kind, Protocol, Target, Traits};
use stanch_aws::protocol::{ApiError, Reply, ReplyError, blob};

use super::values::{Side, ours};
use super::{Case, compare};

pub(super) fn check(case: &Case<'_>) -> Result<(), String> {
    let response = &case.case["response"];
    let headers: Vec<(String, String)> = response["headers"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect();
    let body = response["body"].as_str().unwrap_or_default();
    let body = match case.service.metadata.protocol {
        Protocol::RpcV2Cbor => blob::decode(body).ok_or("the case's body is no base64")?,
        _ => body.as_bytes().to_vec(),
    };
    let status = response["status_code"]
        .as_u64()
        .and_then(|status| u16::try_from(status).ok());
    let reply = Reply {
        status: status.ok_or("the case has no status")?,
        headers: &headers,
        body: &body,
    };
    let found = exchange::interpret(case.service, case.operation, &Value::Object(Map::new()), &reply);
    match (found, case.case.get("errorCode")) {
        (Ok(value), None) => {
            let expected = case
                .case
                .get("result")
                .cloned()
                .unwrap_or_else(|| Value::Object(Map::new()));
            let expected = match &case.operation.output {
                Some(output) => ours(case.service, output, &expected, Side::Result),
                None => expected,
            };
            same("result", &value, &expected)
        }
        (Err(ReplyError::Service(error)), Some(code)) => refusal(case, &error, code),
        (Err(error), _) => Err(error.to_string()),
        (Ok(value), Some(code)) => Err(format!("{value}, not the error {code}")),
    }
}

fn same(what: &str, found: &Value, expected: &Value) -> Result<(), String> {
    if compare::json(found, expected) {
        Ok(())
    } else {
        Err(format!("{what} {found}, not {expected}"))
    }
}

fn refusal(case: &Case<'_>, error: &ApiError, code: &Value) -> Result<(), String> {
    if Some(error.code.as_str()) != code.as_str() {
        return Err(format!("code {}, not {code}", error.code));
    }
    if let Some(message) = case.case["errorMessage"].as_str()
        && error.message != message
    {
        return Err(format!("message {}, not {message}", error.message));
    }
    let known = case
        .operation
        .errors
        .iter()
        .find(|known| known.code == error.code || case.service.shape(known.shape).name == error.code);
    let Some(known) = known else {
        return Ok(());
    };
    let target = Target {
        shape: known.shape,
        traits: Traits::default(),
    };
    // What the case says beyond the model's members (`Message`) is said by the error itself.
    let Kind::Structure(structure) = case.service.kind(&target) else {
        return Ok(());
    };
    let mut expected = ours(case.service, &target, &case.case["error"], Side::Result);
    if let Value::Object(members) = &mut expected {
        members.retain(|name, _| structure.member(name).is_some());
    }
    same("error", &error.detail, &expected)
}
