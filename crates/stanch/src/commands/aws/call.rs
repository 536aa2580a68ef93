//! `stanch call`: one read-only request to AWS.

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use stanch_collect::never::{Why, never};
use stanch_collect::pages;
use stanch_core::ports::Catalogue as _;
use stanch_core::{Answer, Call, CallOutcome, OperationAbout};

use super::{HOME, Session};
use crate::arguments::CallArguments;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// Sends the request and prints the reply.
pub(crate) fn run(arguments: &CallArguments, console: &Console) -> Result<Exit, Failure> {
    let params = params(arguments.params.as_deref())?;
    let session = Session::open(&arguments.access.meant())?;
    let about = known(&session, arguments)?;
    if !about.reads {
        let what = format!("{} {} changes the account", about.service, about.operation);
        return Err(Failure::new(
            what,
            "stanch call only reads; to change something, plan it: stanch plan actions",
        )
        .usage());
    }
    refuse_what_only_looks_like_reading(&about)?;
    let region = match (&session.region, about.regional) {
        (Some(region), _) => region.clone(),
        (None, false) => HOME.to_owned(),
        (None, true) => {
            let what = format!("{} is a regional service, and no region is set", about.service);
            return Err(Failure::new(what, "add --region, or set AWS_REGION").usage());
        }
    };
    let call = Call {
        account: None,
        region: region.as_str().into(),
        service: about.service,
        operation: about.operation,
        params,
    };
    let mut answer = session.runtime.block_on(pages::ask(&session.client, &call));
    stanch_core::redact::redact_answer(&mut answer.body, &sha256);
    print(&call, answer, console)
}

fn refuse_what_only_looks_like_reading(about: &OperationAbout) -> Result<(), Failure> {
    let Some(listed) = never(about.service.as_str(), about.operation.as_str()) else {
        return Ok(());
    };
    let (does, next) = match listed.why {
        Why::Secret => (
            "returns secrets",
            "secrets are never shown; use the Describe operation instead",
        ),
        Why::Changes => (
            "changes the account",
            "stanch call only reads; to change something, plan it: stanch plan actions",
        ),
        Why::Billed | Why::Bulk => return Ok(()),
    };
    let what = format!("{} {} {does}: {}", about.service, about.operation, listed.reason);
    Err(Failure::new(what, next).usage())
}

fn params(text: Option<&str>) -> Result<Value, Failure> {
    let Some(text) = text else {
        return Ok(Value::Null);
    };
    let value: Value = serde_json::from_str(text).map_err(|error| {
        Failure::because(
            "--params is not JSON",
            &error,
            "write it like --params '{\"UserName\": \"alice\"}'",
        )
        .usage()
    })?;
    if value.is_object() {
        Ok(value)
    } else {
        let next = "write it like --params '{\"UserName\": \"alice\"}'";
        Err(Failure::new("--params is not a JSON object", next).usage())
    }
}

fn known(session: &Session, arguments: &CallArguments) -> Result<OperationAbout, Failure> {
    let models = session.client.models();
    let service = models.service(&arguments.service).map_err(|error| {
        Failure::because(
            format!("{} is not a service", arguments.service),
            &error,
            "name it as the AWS CLI does: iam, ec2, s3, logs, …",
        )
        .usage()
    })?;
    let operation = service.operation(&arguments.operation);
    let about = operation.and_then(|operation| {
        models.operation(&service.name.as_str().into(), &operation.name.as_str().into())
    });
    about.ok_or_else(|| {
        let what = format!("{} has no operation {}", service.name, arguments.operation);
        Failure::new(what, near(&service, &arguments.operation)).usage()
    })
}

/// Suggests operations that share a word.
fn near(service: &stanch_aws::Service, typed: &str) -> String {
    let typed = typed.replace('-', "").to_ascii_lowercase();
    let similar = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.contains(&typed)
            || typed.contains(&name)
            || name.get(4..).is_some_and(|rest| typed.contains(rest))
    };
    let names = service.operations.iter().map(|operation| operation.name.as_str());
    let near: Vec<&str> = names.filter(|name| similar(name)).take(6).collect();
    if near.is_empty() {
        format!("list its operations: aws {} help", service.name)
    } else {
        format!("did you mean {}?", near.join(", "))
    }
}

fn print(call: &Call, answer: Answer, console: &Console) -> Result<Exit, Failure> {
    if !answer.body.is_null() {
        output::data(|out| {
            serde_json::to_writer_pretty(&mut *out, &answer.body)?;
            writeln!(out)
        })?;
    }
    if answer.outcome == CallOutcome::Ok {
        return Ok(Exit::Nothing);
    }
    let what = format!(
        "{} {} in {}: {}{}",
        call.service,
        call.operation,
        call.region,
        answer.outcome,
        answer.code.map_or_else(String::new, |code| format!(" ({code})"))
    );
    let failure = match answer.message {
        Some(message) => Failure::new(format!("{what}: {message}"), next(answer.outcome)),
        None => Failure::new(what, next(answer.outcome)),
    };
    if answer.outcome.is_known() || answer.outcome == CallOutcome::Failed {
        return Err(failure);
    }
    console.failure(&failure);
    Ok(Exit::Incomplete)
}

const fn next(outcome: CallOutcome) -> &'static str {
    match outcome {
        CallOutcome::Denied => {
            "what exists there is not known: use an identity with this permission (stanch whoami)"
        }
        CallOutcome::Throttled => "wait a minute and try again",
        CallOutcome::DoesNotExist => "check the name, the account (stanch whoami) and the region",
        CallOutcome::NotInRegion => "name another --region",
        CallOutcome::NotSubscribed => "the account is not subscribed to this service",
        CallOutcome::NotSupported | CallOutcome::Malformed => {
            "check the endpoint (stanch whoami): it does not support this service"
        }
        CallOutcome::Ok | CallOutcome::Failed | CallOutcome::Skipped => {
            "check the parameters, the credentials (stanch whoami) and the network"
        }
    }
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
