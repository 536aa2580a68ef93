//! An account made up for tests of actions, and changes told as text.

use std::fmt::Write as _;

use serde_json::{Value, json};
use stanch_core::assessment::Resource;
use stanch_core::plan::{CallTemplate, Change, Expectation, Param, Part, Path, Reversibility, Write};
use stanch_core::{AccountId, CallOutcome, Reading, Timestamp};

use crate::about::Undo;
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

const ACCOUNT: &str = "111122223333";
const REGION: &str = "eu-west-1";

/// A request for a thing that has only a name.
pub(crate) fn request(kind: &str, name: &str) -> ActionRequest {
    let account = AccountId::from(ACCOUNT);
    ActionRequest::new(Resource::new(kind, name, name, &account, &REGION.into()))
}

/// An account of which this was read.
pub(crate) fn account(readings: impl IntoIterator<Item = Reading>) -> Account {
    Account::new(&AccountId::from(ACCOUNT), "aws", &"us-east-1".into(), readings)
}

/// A reply.
pub(crate) fn answered(service: &str, operation: &str, params: Value, body: Value) -> Reading {
    Reading {
        account: AccountId::from(ACCOUNT),
        region: REGION.into(),
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
    }
}

/// An account with one instance: a root volume that is deleted with it, a data volume that is not, two interfaces.
pub(crate) fn with_instance(more: &Value) -> Account {
    let mut instance = json!({
        "InstanceId": "i-1", "RootDeviceType": "ebs", "PrivateIpAddress": "10.0.0.5",
        "BlockDeviceMappings": [
            {"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": "vol-1", "DeleteOnTermination": true}},
            {"DeviceName": "/dev/sdf", "Ebs": {"VolumeId": "vol-2", "DeleteOnTermination": false}}
        ],
        "NetworkInterfaces": [
            {"NetworkInterfaceId": "eni-1", "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.0.5"}]},
            {"NetworkInterfaceId": "eni-2", "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.1.5"}]}
        ]
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        instance[name.as_str()] = value.clone();
    }
    let body = json!({"Reservations": [{"Instances": [instance]}]});
    account([answered("ec2", "DescribeInstances", Value::Null, body)])
}

/// The change of a request, as text.
pub(crate) fn told(action: &dyn Action, request: &ActionRequest, account: &Account) -> String {
    match action.change(request, account) {
        Ok(change) => {
            assert!(
                Undo::of(&change.reversibility) <= action.about().undo,
                "undo is worse than described"
            );
            of_change(&change)
        }
        Err(Unplannable { why }) => format!("not planned: {why}"),
    }
}

fn of_change(change: &Change) -> String {
    let mut lines = format!("{:?}: {}\n", change.wave, change.does);
    for read in &change.before {
        let _ = writeln!(lines, "before {}: {}", read.name.0, of_call(&read.call));
    }
    for expectation in &change.requires {
        let _ = writeln!(lines, "requires {}", of_expectation(expectation));
    }
    change
        .writes
        .iter()
        .for_each(|write| of_write(&mut lines, "write", write));
    for read in &change.after {
        let _ = writeln!(lines, "after {}: {}", read.name.0, of_call(&read.call));
    }
    for expectation in &change.verified_by {
        let _ = writeln!(lines, "holds {}", of_expectation(expectation));
    }
    change
        .undo
        .iter()
        .for_each(|write| of_write(&mut lines, "undo", write));
    for restored in &change.restores {
        let _ = writeln!(lines, "restores {}{}", restored.read.0, of_path(&restored.path));
    }
    let _ = match &change.reversibility {
        Reversibility::Exact => writeln!(lines, "exact"),
        Reversibility::Partial { remains } => writeln!(lines, "partial: {remains}"),
        Reversibility::None { remains } => writeln!(lines, "none: {remains}"),
    };
    if let Some(loses) = &change.loses {
        let _ = writeln!(lines, "loses {loses}");
    }
    if let Some(frees) = &change.undo_reopens {
        let _ = writeln!(lines, "undo frees {frees}");
    }
    lines
}

fn of_write(lines: &mut String, word: &str, write: &Write) {
    let _ = write!(lines, "{word} {}", of_call(&write.call));
    for expectation in &write.when {
        let _ = write!(lines, " when {}", of_expectation(expectation));
    }
    for code in &write.also_fine {
        let _ = write!(lines, " fine if {code}");
    }
    lines.push('\n');
}

fn of_call(call: &CallTemplate) -> String {
    let params = of_param(&call.params);
    format!("{} {} {} {params}", call.region, call.service, call.operation)
}

fn of_expectation(expectation: &Expectation) -> String {
    let test = serde_json::to_string(&expectation.test).unwrap();
    format!("{}{} {test}", expectation.read.0, of_path(&expectation.path))
}

fn of_path(path: &Path) -> String {
    let part = |part: &Part| match part {
        Part::Member(name) => format!(".{name}"),
        Part::Each => "[]".to_owned(),
        Part::Values => "{}".to_owned(),
        Part::Where { member, is } => format!("({member}={is})"),
    };
    path.0.iter().map(part).collect()
}

fn of_param(param: &Param) -> String {
    match param {
        Param::Literal(value) => value.to_string(),
        Param::Object(members) => {
            let members = members
                .iter()
                .map(|(name, param)| format!("{name}: {}", of_param(param)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Param::List(params) => {
            let params = params.iter().map(of_param).collect::<Vec<_>>();
            format!("[{}]", params.join(", "))
        }
        Param::Text(params) => params.iter().map(of_param).collect(),
        Param::Reply {
            step,
            read,
            path,
            form,
        } => {
            let step = step.map(|step| format!("{step}.")).unwrap_or_default();
            format!("<{form:?} {step}{}{}>", read.0, of_path(path))
        }
        Param::Cutoff { seconds } => format!("<now {seconds:+} s>"),
        Param::Secret => "<secret>".to_owned(),
    }
}
