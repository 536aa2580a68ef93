//! What tests of actions share: an account from a few replies, and a change's calls as lines.

use serde_json::Value;
use stanch_core::assessment::Resource;
use stanch_core::plan::{CallTemplate, Change, Expectation, Form, Param, Part, Path, Write};
use stanch_core::{AccountId, CallOutcome, Reading, Timestamp};

use crate::about::Undo;
use crate::account::Account;
use crate::action::{ActionRequest, Unplannable};
use crate::actions;

/// The account of every test.
pub(crate) const OWN: &str = "111122223333";

/// A reply of `service:Operation`; a null body is the reply about a thing that does not exist.
pub(crate) fn reply(call: &str, params: Value, body: Value) -> Reading {
    let (service, operation) = call.split_once(':').unwrap();
    let outcome = if body.is_null() {
        CallOutcome::DoesNotExist
    } else {
        CallOutcome::Ok
    };
    Reading {
        account: OWN.into(),
        region: "eu-west-1".into(),
        service: service.into(),
        operation: operation.into(),
        params,
        outcome,
        code: None,
        message: None,
        items: 1,
        pages: 1,
        sha256s: Vec::new(),
        at: Timestamp::parse("2026-03-05T14:00:00Z").unwrap(),
        body,
    }
}

/// An account of these replies.
pub(crate) fn account(replies: Vec<Reading>) -> Account {
    Account::new(&AccountId::from(OWN), "aws", &"us-east-1".into(), replies)
}

/// A request for a thing in the region that the replies are of.
pub(crate) fn request(kind: &str, id: &str, name: &str) -> ActionRequest {
    let region = if kind == "account" {
        "us-east-1"
    } else {
        "eu-west-1"
    };
    ActionRequest::new(Resource::new(kind, id, name, &OWN.into(), &region.into()))
}

/// Words for a detail.
pub(crate) fn words(all: &[&str]) -> Vec<String> {
    all.iter().map(|word| (*word).to_owned()).collect()
}

/// The change of a request.
pub(crate) fn change(
    action: &str,
    request: &ActionRequest,
    replies: Vec<Reading>,
) -> Result<Change, Unplannable> {
    let action = actions::named(action).unwrap();
    let change = action.change(request, &account(replies))?;
    assert!(
        Undo::of(&change.reversibility) <= action.about().undo,
        "undo is worse than described"
    );
    Ok(change)
}

/// What a change asks, needs, sends and holds to, one line each.
pub(crate) fn told(change: &Change) -> String {
    let mut lines = vec![change.does.clone()];
    lines.extend(
        change
            .before
            .iter()
            .map(|read| format!("before {}: {}", read.name.0, call(&read.call))),
    );
    lines.extend(
        change
            .requires
            .iter()
            .map(|one| format!("requires {}", expectation(one))),
    );
    lines.extend(change.writes.iter().map(|one| format!("sends {}", write(one))));
    lines.extend(
        change
            .after
            .iter()
            .map(|read| format!("after {}: {}", read.name.0, call(&read.call))),
    );
    lines.extend(
        change
            .verified_by
            .iter()
            .map(|one| format!("holds {}", expectation(one))),
    );
    lines.extend(change.undo.iter().map(|one| format!("undo {}", write(one))));
    lines.extend(
        change
            .restores
            .iter()
            .map(|one| format!("restores {} {}", one.read.0, path(&one.path))),
    );
    lines.join("\n")
}

fn write(write: &Write) -> String {
    let when: String = write
        .when
        .iter()
        .map(|one| format!(" when {}", expectation(one)))
        .collect();
    let fine: String = write
        .also_fine
        .iter()
        .map(|code| format!(" fine if {code}"))
        .collect();
    format!("{}{when}{fine}", call(&write.call))
}

fn call(template: &CallTemplate) -> String {
    format!(
        "{} {}:{} {}",
        template.region,
        template.service,
        template.operation,
        param(&template.params)
    )
}

fn param(value: &Param) -> String {
    match value {
        Param::Literal(value) => value.to_string(),
        Param::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{name}={}", param(value)))
                .collect();
            format!("({})", members.join(", "))
        }
        Param::List(parts) => format!("[{}]", parts.iter().map(param).collect::<Vec<_>>().join(", ")),
        Param::Text(parts) => parts.iter().map(param).collect(),
        Param::Reply {
            read, path: at, form, ..
        } => {
            let form = match form {
                Form::One => "",
                Form::All => "all ",
                Form::Document => "text of ",
            };
            format!("<{form}{} {}>", read.0, path(at))
        }
        Param::Cutoff { seconds } => format!("<now + {seconds} s>"),
        Param::Secret => "<secret>".to_owned(),
    }
}

fn expectation(one: &Expectation) -> String {
    format!("{} {} {:?}", one.read.0, path(&one.path), one.test)
}

fn path(path: &Path) -> String {
    let parts = path.0.iter().map(|part| match part {
        Part::Member(name) => format!(".{name}"),
        Part::Each => "[]".to_owned(),
        Part::Values => "{}".to_owned(),
        Part::Where { member, is } => format!("({member}={is})"),
    });
    parts.collect::<String>().trim_start_matches('.').to_owned()
}

/// Returns an attack by principals and access keys, at the moment of the samples.
pub(crate) fn story(principals: &[&str], keys: &[&str]) -> stanch_core::verdict::Story {
    stanch_core::verdict::Story {
        principals: principals
            .iter()
            .map(|arn| stanch_core::Principal::from_key(arn))
            .collect(),
        access_keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        disabled_keys: Vec::new(),
        since: Timestamp(1_772_800_000_000),
        until: Timestamp(1_772_800_000_000),
        confidence: stanch_core::verdict::Confidence::High,
        access: stanch_core::verdict::InitialAccess::default(),
        how: Vec::new(),
        did: Vec::new(),
        left: Vec::new(),
        took: Vec::new(),
        networks: Vec::new(),
        findings: Vec::new(),
        accounts: Vec::new(),
        events: 0,
        regions: Vec::new(),
    }
}
