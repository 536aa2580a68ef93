//! Cases of requests.

use serde_json::Value;
use stanch_aws::exchange;
use stanch_aws::protocol::Request;

use super::values::{Side, ours};
use super::{Case, compare};

/// The token that cases expect.
const TOKEN: &str = "00000000-0000-4000-8000-000000000000";

pub(super) fn check(case: &Case<'_>) -> Result<(), String> {
    let params = &case.case["params"];
    let params = match &case.operation.input {
        Some(input) => ours(case.service, input, params, Side::Parameter),
        None => params.clone(),
    };
    let prepared = exchange::prepare(case.service, case.operation, &params, &mut || TOKEN.to_owned())
        .map_err(|error| error.to_string())?;
    let (request, expected) = (prepared.request, &case.case["serialized"]);
    let wanted = expected["method"].as_str().unwrap_or("POST");
    if request.method != wanted {
        return Err(format!("method {}, not {wanted}", request.method));
    }
    address(case, &request, expected)?;
    headers(&request, expected)?;
    match expected["body"].as_str() {
        Some(body) => compare::body(case.service.metadata.protocol, &request.body, body),
        None => Ok(()),
    }
}

fn address(case: &Case<'_>, request: &Request, expected: &Value) -> Result<(), String> {
    let endpoint = case.suite["clientEndpoint"]
        .as_str()
        .unwrap_or("https://example.com");
    let (_, rest) = endpoint.split_once("://").unwrap_or(("", endpoint));
    let (host, base) = rest.find('/').map_or((rest, ""), |place| rest.split_at(place));
    let target = format!("{base}{}", request.target());
    let uri = expected["uri"].as_str().unwrap_or("/");
    let cut = |text: &str| match text.split_once('?') {
        Some((path, query)) => (path.to_owned(), compare::pairs(query)),
        None => (text.to_owned(), Vec::new()),
    };
    if cut(&target) != cut(uri) {
        return Err(format!("uri {target}, not {uri}"));
    }
    if let Some(wanted) = expected["host"].as_str() {
        let host = format!("{}{host}", request.host_prefix.as_deref().unwrap_or_default());
        let wanted = wanted.split('/').next().unwrap_or_default();
        if host != wanted {
            return Err(format!("host {host}, not {wanted}"));
        }
    }
    Ok(())
}

fn headers(request: &Request, expected: &Value) -> Result<(), String> {
    for (name, value) in expected["headers"].as_object().into_iter().flatten() {
        let mut found = request.header(name);
        // What AWS's cases call the form's type, the SDKs send with its charset.
        if name.eq_ignore_ascii_case("content-type") {
            found = found.map(|found| found.split("; charset").next().unwrap_or(found));
        }
        if found != value.as_str() {
            return Err(format!("header {name}: {found:?}, not {value}"));
        }
    }
    for name in expected["forbidHeaders"].as_array().into_iter().flatten() {
        if let Some(value) = request.header(name.as_str().unwrap_or_default()) {
            return Err(format!("header {name} must not be there: {value}"));
        }
    }
    for name in expected["requireHeaders"].as_array().into_iter().flatten() {
        // The length is the transport's to say.
        let name = name.as_str().unwrap_or_default();
        if request.header(name).is_none() && !name.eq_ignore_ascii_case("content-length") {
            return Err(format!("header {name} is missing"));
        }
    }
    Ok(())
}
