//! From one successful event to edges. Members of requests and replies: AWS's API references of STS, IAM, EC2 and Lambda, and
//! records as logged.

use serde_json::Value;
use stanch_core::Event;
use stanch_core::dossier::{Derivation, SubjectKind};
use stanch_core::event::IdentityKind;

use super::graph::{Lineage, Place, kind_of};
use super::{expiry, names};

/// The most hosts that one call starts.
const MACHINES: usize = 1000;

pub(super) fn link(lineage: &mut Lineage, event: &Event<'_>) {
    match (event.service(), event.base_name()) {
        ("sts", "AssumeRole" | "AssumeRoleWithSAML" | "AssumeRoleWithWebIdentity" | "AssumeRoot") => {
            issued(lineage, event, Derivation::Assumed);
        }
        ("sts", "GetSessionToken") => issued(lineage, event, Derivation::SessionToken),
        ("sts", "GetFederationToken") => issued(lineage, event, Derivation::Federated),
        ("signin", "GetSigninToken") => sign_in(lineage, event),
        ("iam", name) => identity(lineage, event, name),
        ("ec2", "RunInstances") => machines(lineage, event),
        ("ec2", name @ ("AssociateIamInstanceProfile" | "ReplaceIamInstanceProfileAssociation")) => {
            let path = format!("/{name}Request/InstanceId");
            let id = event.request().pointer(&path).and_then(Value::as_str);
            let told = event.response().pointer(&format!(
                "/{name}Response/iamInstanceProfileAssociation/instanceId"
            ));
            if let Some(id) = id.or_else(|| told?.as_str()) {
                let machine = lineage.node(id, SubjectKind::Instance);
                derive(lineage, event, machine, Derivation::Opened);
            }
        }
        ("lambda", name @ ("CreateFunction" | "UpdateFunctionCode")) => {
            if let Some(function) = event.request_text("functionName") {
                let id = names::function(names::place(event), function);
                let function = lineage.node(&id, SubjectKind::Function);
                let how = if name == "CreateFunction" {
                    Derivation::Created
                } else {
                    Derivation::Opened
                };
                derive(lineage, event, function, how);
            }
        }
        _ => {}
    }
}

/// An edge from the caller.
fn derive(lineage: &mut Lineage, event: &Event<'_>, to: Place, how: Derivation) {
    if let Some(caller) = lineage.caller(event) {
        lineage.edge(caller, to, how, Some(event));
    }
}

/// Temporary credentials that a reply hands out.
fn issued(lineage: &mut Lineage, event: &Event<'_>, how: Derivation) {
    let reply = event.response();
    let key = reply.pointer("/credentials/accessKeyId").and_then(Value::as_str);
    let Some(key) = key.filter(|key| names::is_key(key)) else {
        return;
    };
    let child = lineage.key(key);
    lineage.nodes[child as usize].until = Some(expiry::of(event));
    let arn = ["/assumedRoleUser/arn", "/federatedUser/arn"]
        .iter()
        .find_map(|path| reply.pointer(path)?.as_str());
    let owner = match (arn, how) {
        (Some(arn), _) => names::principal(arn),
        (None, Derivation::SessionToken) => names::owner(event),
        (None, _) => None,
    };
    if let Some(arn) = arn {
        let arn = lineage.words.number(arn);
        let node = &mut lineage.nodes[child as usize];
        node.arn = node.arn.or(Some(arn));
    }
    if let Some(owner) = owner {
        let owner = lineage.node(&owner, kind_of(&owner));
        lineage.edge(owner, child, Derivation::Belongs, Some(event));
    }
    if let Some(parent) = parent(lineage, event) {
        let how = match lineage.nodes[parent as usize].kind {
            SubjectKind::Instance | SubjectKind::Function => Derivation::RunsAs,
            _ => how,
        };
        lineage.edge(parent, child, how, Some(event));
    }
}

/// Returns the parent that asked for credentials: an instance or function where the service did it for one.
fn parent(lineage: &mut Lineage, event: &Event<'_>) -> Option<Place> {
    if event.identity.kind == IdentityKind::AwsService {
        let session = event.request_text("roleSessionName").unwrap_or("");
        let service = [&event.identity.invoked_by, &event.source_address]
            .into_iter()
            .find(|name| name.ends_with(".amazonaws.com"));
        match service.map_or("", |name| name.split('.').next().unwrap_or("")) {
            "ec2" if session.starts_with("i-") => return Some(lineage.node(session, SubjectKind::Instance)),
            "lambda" if !session.is_empty() => {
                let id = names::function(names::place(event), session);
                return Some(lineage.node(&id, SubjectKind::Function));
            }
            _ => {}
        }
    }
    if event.identity.kind == IdentityKind::AwsAccount
        && !event.identity.principal_id.is_empty()
        && !names::is_key(&event.identity.access_key_id)
    {
        // In the log of the account that is entered; the log of the other names the credential.
        return Some(lineage.node(&event.identity.principal_id, SubjectKind::Outside));
    }
    lineage.caller(event)
}

fn sign_in(lineage: &mut Lineage, event: &Event<'_>) {
    if let Some(caller) = lineage.caller(event)
        && !event.identity.arn.is_empty()
    {
        let arn = lineage.words.number(&event.identity.arn);
        lineage.sign_ins.push((arn, caller, event.time, event.key));
    }
}

fn identity(lineage: &mut Lineage, event: &Event<'_>, name: &str) {
    match name {
        "CreateAccessKey" => new_key(lineage, event),
        "CreateUser" | "PutUserPolicy" | "AttachUserPolicy" => {
            named(lineage, event, "user", "userName", name);
        }
        "CreateRole" | "PutRolePolicy" | "AttachRolePolicy" | "UpdateAssumeRolePolicy" => {
            named(lineage, event, "role", "roleName", name);
        }
        "CreateLoginProfile" | "UpdateLoginProfile" => {
            if let Some(user) = event.request_text("userName") {
                let arn = names::here(event, "user", user);
                let user = lineage.node(&arn, SubjectKind::User);
                let password = lineage.node(&names::password(&arn), SubjectKind::Password);
                lineage.edge(user, password, Derivation::Belongs, Some(event));
                derive(lineage, event, password, Derivation::Created);
            }
        }
        _ => {}
    }
}

fn named(lineage: &mut Lineage, event: &Event<'_>, kind: &str, member: &str, call: &str) {
    let Some(name) = event.request_text(member) else {
        return;
    };
    let arn = names::here(event, kind, name);
    let node = lineage.node(&arn, kind_of(&arn));
    let how = if call.starts_with("Create") {
        Derivation::Created
    } else {
        Derivation::Opened
    };
    derive(lineage, event, node, how);
}

fn new_key(lineage: &mut Lineage, event: &Event<'_>) {
    let told = |path: &str| event.response().pointer(path).and_then(Value::as_str);
    let Some(key) = told("/accessKey/accessKeyId").filter(|key| names::is_key(key)) else {
        return;
    };
    let key = lineage.key(key);
    let user = told("/accessKey/userName").or_else(|| event.request_text("userName"));
    let owner = match user {
        Some(user) => Some(names::here(event, "user", user)),
        None => names::owner(event),
    };
    if let Some(owner) = owner {
        let owner = lineage.node(&owner, kind_of(&owner));
        lineage.edge(owner, key, Derivation::Belongs, Some(event));
    }
    derive(lineage, event, key, Derivation::Created);
}

fn machines(lineage: &mut Lineage, event: &Event<'_>) {
    let items = event
        .response()
        .pointer("/instancesSet/items")
        .and_then(Value::as_array);
    let ids = items
        .into_iter()
        .flatten()
        .filter_map(|item| item.get("instanceId")?.as_str());
    for id in ids.take(MACHINES) {
        let machine = lineage.node(id, SubjectKind::Instance);
        derive(lineage, event, machine, Derivation::Created);
    }
}
