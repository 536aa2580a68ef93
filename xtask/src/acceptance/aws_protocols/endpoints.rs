//! Cases of endpoint rules: with the rules' own parameters, and through calls and settings.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};
use stanch_aws::endpoint::{Endpoint, EndpointError, Settings, resolve};
use stanch_aws::model::partitions::Geography;
use stanch_aws::model::service::ContextValue;
use stanch_aws::{Models, Service};

use super::super::{Bar, Line};
use super::{compare, entries, read};
use crate::error::TaskError;

/// Misses that are told.
const SHOWN: usize = 20;

/// Cases that hold, cases, and reasons by service.
#[derive(Default)]
struct Count {
    good: usize,
    whole: usize,
    misses: BTreeMap<String, Vec<String>>,
}

impl Count {
    fn add(&mut self, service: &str, case: &Value, result: Result<(), String>) {
        self.whole += 1;
        match result {
            Ok(()) => self.good += 1,
            Err(reason) => self
                .misses
                .entry(service.to_owned())
                .or_default()
                .push(format!("{service}: {}: {reason}", case["documentation"])),
        }
    }

    /// Misses of a service are left out only when they are exactly as many as the exclusions say.
    fn line(mut self, name: &str, kind: &str, excluded: &BTreeMap<&str, &str>) -> Line {
        let mut left_out = 0;
        self.misses.retain(|service, misses| {
            let known = excluded.contains_key(format!("{kind}/{service}/{}", misses.len()).as_str());
            if known {
                left_out += misses.len();
            }
            !known
        });
        let mut misses: Vec<String> = self.misses.into_values().flatten().collect();
        let more = misses.len().saturating_sub(SHOWN);
        misses.truncate(SHOWN);
        if more > 0 {
            misses.push(format!("and {more} more"));
        }
        let note = if left_out > 0 {
            format!(" (but {left_out})")
        } else {
            String::new()
        };
        let whole = self.whole - left_out;
        Line::count(&format!("{name}{note}"), self.good, whole, whole, misses)
    }
}

pub(super) fn run(folder: &Path, excluded: &BTreeMap<&str, &str>) -> Result<Vec<Line>, TaskError> {
    let unfit = |error: &dyn std::fmt::Display| TaskError::Unfit(error.to_string());
    let models = Models::embedded().map_err(|error| unfit(&error))?;
    let geography = models.geography().map_err(|error| unfit(&error))?;
    let (mut rules, mut calls, mut services) = (Count::default(), Count::default(), 0);
    let mut unknown = Vec::new();
    for path in entries(folder)? {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        // Named on its own line: a service that this botocore no longer has can't be asked for anything.
        let Ok(service) = models.service(name) else {
            unknown.push(format!("{name}: there is no model of it"));
            continue;
        };
        services += 1;
        for case in read(&path.join("endpoint-tests-1.json"))?["testCases"]
            .as_array()
            .into_iter()
            .flatten()
        {
            rules.add(name, case, by_rules(geography, &service, case));
            for inputs in case["operationInputs"].as_array().into_iter().flatten() {
                calls.add(name, case, by_call(geography, &service, case, inputs));
            }
        }
    }
    let folders = services + unknown.len();
    Ok(vec![
        Line::share(
            "aws services with cases but no model",
            unknown.len(),
            folders,
            Bar::AtMost(1.0),
            unknown,
        ),
        rules.line(
            &format!("aws endpoint rules of {services} services"),
            "rules",
            excluded,
        ),
        calls.line("aws endpoints of calls", "calls", excluded),
    ])
}

fn by_rules(geography: &Geography, service: &Service, case: &Value) -> Result<(), String> {
    let mut parameters = Vec::new();
    for (name, value) in case["params"].as_object().into_iter().flatten() {
        parameters.push((name.clone(), context(value)?));
    }
    let rules = service.rules.as_ref().ok_or("no rules")?;
    held(rules.evaluate(geography, &parameters), &case["expect"])
}

fn by_call(geography: &Geography, service: &Service, case: &Value, inputs: &Value) -> Result<(), String> {
    let operation = service
        .operation(inputs["operationName"].as_str().unwrap_or_default())
        .ok_or("no such operation")?;
    let mut settings = Settings::default();
    for (name, value) in inputs["builtInParams"].as_object().into_iter().flatten() {
        settings.other.push((name.clone(), context(value)?));
    }
    for (name, value) in inputs["clientParams"].as_object().into_iter().flatten() {
        settings.other.push((name.clone(), context(value)?));
    }
    let params = inputs
        .get("operationParams")
        .cloned()
        .unwrap_or(Value::Object(Map::new()));
    held(
        resolve(geography, service, operation, &params, &settings),
        &case["expect"],
    )
}

fn context(value: &Value) -> Result<ContextValue, String> {
    match value {
        Value::Bool(flag) => Ok(ContextValue::Flag(*flag)),
        Value::String(text) => Ok(ContextValue::Text(text.clone())),
        Value::Array(items) => Ok(ContextValue::Texts(
            items
                .iter()
                .filter_map(|item| item.as_str().map(ToOwned::to_owned))
                .collect(),
        )),
        other => Err(format!("the case's parameter {other} is of no known type")),
    }
}

fn held(found: Result<Endpoint, EndpointError>, expected: &Value) -> Result<(), String> {
    let (found, expected) = match (found, expected.get("endpoint"), expected.get("error")) {
        (Ok(found), Some(expected), _) => (found, expected),
        (Err(EndpointError::Refused(found)), None, Some(expected))
            if Some(found.as_str()) == expected.as_str() =>
        {
            return Ok(());
        }
        // Where the parameters themselves are wrong, a case words what each SDK says in its own way.
        (Err(EndpointError::Missing(name)), None, Some(expected))
            if expected.as_str().is_some_and(|text| text.contains(&name)) =>
        {
            return Ok(());
        }
        (found, ..) => return Err(format!("{found:?}, not {expected}")),
    };
    if Some(found.url.as_str()) != expected["url"].as_str() {
        return Err(format!("{}, not {}", found.url, expected["url"]));
    }
    let wanted = expected
        .get("properties")
        .cloned()
        .unwrap_or_else(|| Value::Object(Map::new()));
    let mut properties = found.properties;
    if !compare::json(&properties, &wanted) {
        // A case may leave out what it is not about, but never the ways to sign.
        if let (Value::Object(ours), Value::Object(theirs)) = (&mut properties, &wanted) {
            ours.retain(|name, _| name == "authSchemes" || theirs.contains_key(name));
        }
        if !compare::json(&properties, &wanted) {
            return Err(format!("properties {properties}, not {wanted}"));
        }
    }
    let mut headers = Map::new();
    for (name, value) in found.headers {
        if let Value::Array(values) = headers.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
            values.push(Value::String(value));
        }
    }
    let wanted = expected
        .get("headers")
        .cloned()
        .unwrap_or_else(|| Value::Object(Map::new()));
    if Value::Object(headers.clone()) != wanted {
        return Err(format!("headers {headers:?}, not {wanted}"));
    }
    Ok(())
}
