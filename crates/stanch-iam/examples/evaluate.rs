//! Decides requests that come as JSON lines on standard input, and writes one decision a line:
//! `cargo run -p stanch-detect --example evaluate < requests.jsonl`. `tests/aws/test_evaluator.py` holds the answers against
//! a server.
//!
//! A line: `{"caller": {"kind": "user", "arn": …}, "action": …, "resource": …, "account": …, "keys": {…}, "identity": […],
//! "boundary": …, "session": […], "service_control": [[…]], "resource_policy": …, "gate": …}`. Keys that it does not name are missing.

use std::io::{BufRead as _, Write as _};

use serde_json::{Value, json};
use stanch_iam::{Caller, Context, Decision, Guard, OnResource, Policies, Policy, Request, Target, evaluate};

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or("")
}

fn policies(value: Option<&Value>) -> Vec<Policy> {
    value
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(Policy::read)
        .collect()
}

fn caller(value: &Value) -> Caller {
    let arn = text(value, "arn");
    match text(value, "kind") {
        "user" => Caller::user(arn),
        "session" => Caller::session(text(value, "role"), arn),
        "federated" => Caller::federated(arn, text(value, "user")),
        "root" => Caller::root(text(value, "account"), "aws"),
        "service" => Caller::service(arn),
        _ => Caller::anonymous(),
    }
}

fn context(line: &Value) -> Context {
    let mut context = Context::closed();
    for (key, value) in line.get("keys").and_then(Value::as_object).into_iter().flatten() {
        let values = match value {
            Value::Array(values) => values
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            Value::String(text) => vec![text.clone()],
            other => vec![other.to_string()],
        };
        context = context.with_all(key, values);
    }
    context
}

fn applying(line: &Value) -> Policies {
    let some = |name: &str| line.get(name).filter(|value| !value.is_null());
    let levels = some("service_control").and_then(Value::as_array);
    Policies {
        identity: policies(line.get("identity")),
        boundary: some("boundary").map(Policy::read),
        session: some("session").map(|passed| policies(Some(passed))),
        service_control: levels.map_or(Guard::None, |levels| {
            Guard::Levels(levels.iter().map(|level| policies(Some(level))).collect())
        }),
        resource_control: Guard::None,
        resource: match (some("resource_policy"), some("gate")) {
            (Some(policy), _) => OnResource::Policy(Policy::read(policy)),
            (None, Some(policy)) => OnResource::Gate(Policy::read(policy)),
            (None, None) => OnResource::None,
        },
    }
}

fn decided(line: &Value) -> Value {
    let request = Request {
        caller: caller(line.get("caller").unwrap_or(&Value::Null)),
        action: text(line, "action").to_owned(),
        target: Target::This(text(line, "resource").to_owned()),
        resource_account: text(line, "account").to_owned(),
        context: context(line),
    };
    match evaluate(&request, &applying(line)) {
        Decision::Allowed => json!({"decision": "allowed"}),
        Decision::ImplicitlyDenied => json!({"decision": "implicitly denied"}),
        Decision::ExplicitlyDenied => json!({"decision": "explicitly denied"}),
        Decision::Unknown { why } => json!({"decision": "unknown", "why": why}),
    }
}

fn main() -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let value: Value = serde_json::from_str(&line?)?;
        writeln!(out, "{}", decided(&value))?;
    }
    out.flush()
}
