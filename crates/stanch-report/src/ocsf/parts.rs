//! The objects that findings and events share.

use std::net::IpAddr;

use serde_json::{Map, Value, json};
use stanch_core::event::{IdentityKind, LogKind};
use stanch_core::{EventRecord, Outcome, Principal, Severity};

use crate::cited;
use crate::escape::plain;
use crate::words;

/// Returns whether events of a log are calls of an API.
pub(super) const fn is_api_call(log: LogKind) -> bool {
    matches!(log, LogKind::CloudTrail | LogKind::S3ServerAccess)
}

/// `severity_id`.
pub(super) const fn severity_id(severity: Severity) -> u8 {
    match severity {
        Severity::Informational => 1,
        Severity::Low => 2,
        Severity::Medium => 3,
        Severity::High => 4,
        Severity::Critical => 5,
    }
}

/// The caption of a severity.
pub(super) const fn severity_caption(severity: Severity) -> &'static str {
    match severity {
        Severity::Informational => "Informational",
        Severity::Low => "Low",
        Severity::Medium => "Medium",
        Severity::High => "High",
        Severity::Critical => "Critical",
    }
}

/// `status_id` and its caption.
pub(super) const fn status(outcome: Outcome) -> (u8, &'static str) {
    match outcome {
        Outcome::Success => (1, "Success"),
        Outcome::Denied | Outcome::Limited | Outcome::Failed => (2, "Failure"),
        Outcome::DryRun => (99, "Dry run"),
    }
}

/// The `uid` of an event: its `eventID`, as other stores of the same log have it, else Stanch's own key.
pub(super) fn event_uid(record: &EventRecord) -> String {
    if record.event_id.is_empty() {
        record.key.to_string()
    } else {
        plain(&record.event_id)
    }
}

/// The `account` object; none when the account is not known.
pub(super) fn account(account: &str) -> Option<Value> {
    let known = !account.is_empty();
    known.then(|| json!({ "uid": plain(account), "type_id": 10, "type": "AWS Account" }))
}

/// The `cloud` object.
pub(super) fn cloud(account_id: &str, region: &str) -> Value {
    let mut cloud = Map::new();
    cloud.insert("provider".to_owned(), Value::from("AWS"));
    if let Some(account) = account(account_id) {
        cloud.insert("account".to_owned(), account);
    }
    if !region.is_empty() {
        cloud.insert("region".to_owned(), Value::from(plain(region)));
    }
    Value::Object(cloud)
}

/// The `user` object of a principal.
pub(super) fn user(principal: &Principal, access_key_id: &str) -> Value {
    let (type_id, caption) = match principal.kind {
        IdentityKind::Root => (2, "Admin"),
        IdentityKind::IamUser | IdentityKind::IdentityCenterUser | IdentityKind::Directory => (1, "User"),
        IdentityKind::AwsService => (3, "System"),
        IdentityKind::Unknown => (0, "Unknown"),
        other => (99, words::identity_kind(other)),
    };
    let mut user = Map::new();
    user.insert("uid".to_owned(), Value::from(plain(&principal.key)));
    user.insert("name".to_owned(), Value::from(plain(&principal.name)));
    user.insert("type_id".to_owned(), Value::from(type_id));
    user.insert("type".to_owned(), Value::from(caption));
    if let Some(account) = account(&principal.account) {
        user.insert("account".to_owned(), account);
    }
    if !access_key_id.is_empty() {
        user.insert("credential_uid".to_owned(), Value::from(plain(access_key_id)));
    }
    Value::Object(user)
}

/// The `src_endpoint` object: an address, or the name of the service that called.
pub(super) fn endpoint(source_address: &str) -> Value {
    match source_address.parse::<IpAddr>() {
        Ok(address) => json!({ "ip": address.to_string() }),
        Err(_) if source_address.is_empty() => json!({ "name": "not logged" }),
        Err(_) => json!({ "svc_name": plain(source_address) }),
    }
}

/// Members of an event, in API Activity and as evidence.
pub(super) fn call(record: &EventRecord) -> Map<String, Value> {
    let mut response = Map::new();
    if !record.error_code.is_empty() {
        response.insert("error".to_owned(), Value::from(plain(&record.error_code)));
    }
    let mut api = Map::new();
    api.insert("operation".to_owned(), Value::from(plain(&record.name)));
    if !record.source.is_empty() {
        api.insert("service".to_owned(), json!({ "name": plain(&record.source) }));
    }
    if !response.is_empty() {
        api.insert("response".to_owned(), Value::Object(response));
    }
    let principal = Principal::from_key(&record.principal);
    let mut call = Map::new();
    call.insert(
        "actor".to_owned(),
        json!({ "user": user(&principal, &record.access_key_id) }),
    );
    call.insert("api".to_owned(), Value::Object(api));
    call.insert("src_endpoint".to_owned(), endpoint(&record.source_address));
    if !record.user_agent.is_empty() {
        call.insert(
            "http_request".to_owned(),
            json!({ "user_agent": plain(&record.user_agent) }),
        );
    }
    call
}

/// Place of the bytes of an event.
pub(super) fn place(analysis: &stanch_core::Analysis, record: &EventRecord) -> Value {
    json!({
        "key": record.key,
        "event_id": plain(&record.event_id),
        "file": plain(cited::path(analysis, record)),
        "member": record.location.member,
        "offset": record.location.offset,
    })
}
