//! GuardDuty findings, in the API's form (`Type`, `Service`) and the event form (`type`, `service`).
//!
//! A finding is an event named by its type; the resource is in `requestParameters`, the service part (with
//! the action seen) in `additionalEventData`.

use std::borrow::Cow;

use serde_json::Value;
use stanch_core::event::{Identity, IdentityKind};
use stanch_core::{Event, EventKey, LogKind};

use crate::record::Shallow;

/// Whether an object is a finding.
pub(crate) fn is_finding(members: &Shallow<'_>) -> bool {
    let all = |names: [&str; 3]| names.iter().all(|name| members.has(name));
    all(["type", "service", "severity"]) || all(["Type", "Service", "Severity"])
}

/// A member in either form's spelling.
fn get<'v>(value: &'v Value, name: &str) -> &'v Value {
    let given = &value[name];
    if given.is_null() {
        let mut upper = name.to_owned();
        upper[..1].make_ascii_uppercase();
        &value[upper.as_str()]
    } else {
        given
    }
}

fn text(value: &Value, name: &str) -> Cow<'static, str> {
    match get(value, name) {
        Value::String(text) => text.clone().into(),
        Value::Number(number) => number.to_string().into(),
        _ => Cow::Borrowed(""),
    }
}

/// Makes an event of a finding; `None` when it has no time.
pub(crate) fn event(raw: &str) -> Option<Event<'_>> {
    let finding: Value = serde_json::from_str(raw).ok()?;
    let service = get(&finding, "service");
    let times = [
        text(service, "eventFirstSeen"),
        text(&finding, "updatedAt"),
        text(&finding, "createdAt"),
    ];
    let time = times.iter().find_map(|time| super::time(time))?;
    let key_details = get(get(&finding, "resource"), "accessKeyDetails");
    let account = text(&finding, "accountId");
    let user_type = text(key_details, "userType");
    let identity = Identity {
        kind: IdentityKind::parse(&user_type),
        type_name: user_type,
        principal_id: text(key_details, "principalId"),
        account_id: account.clone(),
        access_key_id: text(key_details, "accessKeyId"),
        user_name: text(key_details, "userName"),
        ..Identity::default()
    };
    let part = |name: &str| match get(&finding, name) {
        Value::Null => Cow::Borrowed(""),
        value => value.to_string().into(),
    };
    Some(Event {
        key: EventKey::of(&[b"guardduty", finding.to_string().as_bytes()]),
        log: LogKind::GuardDuty,
        time,
        event_id: text(&finding, "id"),
        source: Cow::Borrowed("guardduty.amazonaws.com"),
        name: text(&finding, "type"),
        region: text(&finding, "region"),
        account,
        identity,
        source_address: remote_address(service),
        request_json: part("resource"),
        additional_json: part("service"),
        raw: Cow::Borrowed(raw),
        ..Event::default()
    })
}

/// The address that the action came from, whatever kind of action it was.
fn remote_address(service: &Value) -> Cow<'static, str> {
    let action = get(service, "action");
    let kinds = [
        "awsApiCallAction",
        "networkConnectionAction",
        "kubernetesApiCallAction",
        "rdsLoginAttemptAction",
    ];
    let addresses = kinds
        .iter()
        .map(|kind| text(get(get(action, kind), "remoteIpDetails"), "ipAddressV4"));
    let mut known = addresses.filter(|address| !address.is_empty());
    known.next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT_FORM: &str = r#"{"schemaVersion":"2.0","accountId":"111122223333","region":"eu-west-1","id":"f1",
        "type":"UnauthorizedAccess:IAMUser/MaliciousIPCaller","severity":5,"updatedAt":"2024-05-01T11:00:00.000Z",
        "resource":{"accessKeyDetails":{"accessKeyId":"AKIAEXAMPLE","userName":"ann","userType":"IAMUser"}},
        "service":{"eventFirstSeen":"2024-05-01T10:00:00Z","action":{"awsApiCallAction":{"api":"ListBuckets",
        "remoteIpDetails":{"ipAddressV4":"203.0.113.9"}}}}}"#;

    #[test]
    fn a_finding_is_read_in_both_forms() {
        let api_form = EVENT_FORM
            .replace("\"type\"", "\"Type\"")
            .replace("\"severity\"", "\"Severity\"")
            .replace("\"service\"", "\"Service\"")
            .replace("\"accessKeyDetails\"", "\"AccessKeyDetails\"")
            .replace("\"eventFirstSeen\"", "\"EventFirstSeen\"");
        for text in [EVENT_FORM, &api_form] {
            assert!(is_finding(&Shallow::of(text)));
            let event = event(text).unwrap();
            assert_eq!(event.name, "UnauthorizedAccess:IAMUser/MaliciousIPCaller");
            assert_eq!(event.time.to_string(), "2024-05-01T10:00:00Z");
            assert_eq!(event.identity.access_key_id, "AKIAEXAMPLE");
            assert_eq!(event.source_address, "203.0.113.9");
            assert_eq!(event.account, "111122223333");
        }
    }

    #[test]
    fn a_finding_without_a_time_is_none() {
        assert!(event(r#"{"type":"a","service":{},"severity":1}"#).is_none());
    }
}
