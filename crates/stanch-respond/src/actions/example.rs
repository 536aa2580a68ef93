//! Accounts, requests and changes for the tests of actions: a change printed line by line, so that a test shows every call.
//!
//! It must not be part of the program.

use serde_json::{Value, json};
use stanch_core::assessment::Resource;
use stanch_core::plan::{CallTemplate, Change, Expectation, Form, Param, Part, Path, Read, Write};
use stanch_core::{AccountId, CallOutcome, Reading, Timestamp};

use crate::about::Undo;
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// The number of the account of the examples.
pub(crate) const ACCOUNT: &str = "111122223333";

/// A reply to a call: service, operation, parameters, body.
pub(crate) type Answered<'a> = (&'a str, &'a str, Value, Value);

/// An account that has given these replies.
pub(crate) fn account<const N: usize>(answers: [Answered<'_>; N]) -> Account {
    let id = AccountId::from(ACCOUNT);
    let reading = |(service, operation, params, body): Answered<'_>| Reading {
        account: id.clone(),
        region: "us-east-1".into(),
        service: service.into(),
        operation: operation.into(),
        params,
        outcome: CallOutcome::Ok,
        code: None,
        message: None,
        items: 1,
        pages: 1,
        sha256s: Vec::new(),
        at: Timestamp(0),
        body,
    };
    let readings: Vec<Reading> = answers.into_iter().map(reading).collect();
    Account::new(&id, "aws", &"us-east-1".into(), readings)
}

/// An account with one role.
pub(crate) fn account_with_role(name: &str, path: &str, trust: &Value) -> Account {
    account([(
        "iam",
        "GetAccountAuthorizationDetails",
        json!({}),
        json!({"RoleDetailList": [{
            "RoleName": name,
            "RoleId": "AROAEXAMPLEROLE",
            "Path": path,
            "Arn": format!("arn:aws:iam::{ACCOUNT}:role{path}{name}"),
            "AssumeRolePolicyDocument": trust,
        }]}),
    )])
}

/// A request for a thing of the account.
pub(crate) fn request(kind: &str, id: &str, name: &str) -> ActionRequest {
    let target = Resource::new(kind, id, name, &AccountId::from(ACCOUNT), &"us-east-1".into());
    ActionRequest::new(target)
}

/// A request for a thing that is named by its id.
pub(crate) fn request_named(kind: &str, name: &str) -> ActionRequest {
    request(kind, name, name)
}

/// The change for a request.
pub(crate) fn change(action: &dyn Action, request: &ActionRequest, account: &Account) -> Change {
    assert!(
        action.about().targets.contains(&request.target.kind.as_str()),
        "{} takes no {}",
        action.about().name,
        request.target.kind
    );
    let change = action.change(request, account).unwrap();
    assert!(
        Undo::of(&change.reversibility) <= action.about().undo,
        "undo is worse than described"
    );
    change
}

/// Why there is no change for a request.
pub(crate) fn refusal(action: &dyn Action, request: &ActionRequest, account: &Account) -> String {
    match action.change(request, account) {
        Err(Unplannable { why }) => why,
        Ok(change) => panic!("a change was made: {}", told(&change)),
    }
}

/// A change, line by line.
pub(crate) fn told(change: &Change) -> String {
    let mut lines = vec![change.does.clone()];
    let reads = |word: &'static str, reads: &[Read]| -> Vec<String> {
        let line = |read: &Read| format!("{word} {}: {}", read.name.0, call(&read.call));
        reads.iter().map(line).collect()
    };
    let expected = |word: &'static str, all: &[Expectation]| -> Vec<String> {
        all.iter()
            .map(|one| format!("{word} {}", expectation(one)))
            .collect()
    };
    let writes = |word: &'static str, all: &[Write]| -> Vec<String> {
        all.iter().map(|one| format!("{word} {}", write(one))).collect()
    };
    lines.extend(reads("before", &change.before));
    lines.extend(expected("requires", &change.requires));
    lines.extend(writes("do", &change.writes));
    lines.extend(reads("after", &change.after));
    lines.extend(expected("holds", &change.verified_by));
    lines.extend(writes("undo", &change.undo));
    lines.extend(
        change
            .restores
            .iter()
            .map(|part| format!("restores {} {}", part.read.0, path(&part.path))),
    );
    lines.join("\n")
}

/// The parameters of a call, as JSON: replies as `<name path>`.
pub(crate) fn params(call: &CallTemplate) -> Value {
    param(&call.params)
}

fn call(call: &CallTemplate) -> String {
    format!(
        "{} {} {} {}",
        call.region.0,
        call.service.0,
        call.operation.0,
        params(call)
    )
}

fn write(write: &Write) -> String {
    let mut line = call(&write.call);
    for one in &write.when {
        line = format!("{line} when {}", expectation(one));
    }
    for code in &write.also_fine {
        line = format!("{line} fine {code}");
    }
    line
}

fn expectation(one: &Expectation) -> String {
    let test = serde_json::to_value(&one.test).unwrap();
    format!("{} {} {test}", one.read.0, path(&one.path))
}

fn path(path: &Path) -> String {
    let part = |part: &Part| match part {
        Part::Member(name) => format!(".{name}"),
        Part::Each => "[]".to_owned(),
        Part::Values => "{}".to_owned(),
        Part::Where { member, is } => format!("({member}={is})"),
    };
    path.0.iter().map(part).collect()
}

fn param(of: &Param) -> Value {
    match of {
        Param::Literal(value) => value.clone(),
        Param::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), param(member)))
            .collect(),
        Param::List(parts) => parts.iter().map(param).collect(),
        Param::Text(parts) => {
            let text = |part| match param(part) {
                Value::String(text) => text,
                other => other.to_string(),
            };
            parts.iter().map(text).collect::<String>().into()
        }
        Param::Reply {
            read, path: of, form, ..
        } => {
            let form = match form {
                Form::One => "",
                Form::All => " all",
                Form::Document => " as text",
            };
            format!("<{} {}{form}>", read.0, path(of)).into()
        }
        Param::Cutoff { seconds } => format!("<now+{seconds}>").into(),
        Param::Secret => "<secret>".into(),
    }
}
