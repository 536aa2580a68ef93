//! Events for tests, from JSON records with plain defaults for what is left out.
//!
//! It knows just enough of CloudTrail to make an event; the real reader lives in another crate.

use std::borrow::Cow;

use serde_json::{Map, Value, json};
use stanch_core::event::{Event, Identity, IdentityKind, LogKind};
use stanch_core::{EventKey, Timestamp};

/// A CloudTrail event.
pub(crate) fn event(record: &Value) -> Event<'static> {
    event_of(LogKind::CloudTrail, record)
}

/// An event of any log.
pub(crate) fn event_of(log: LogKind, record: &Value) -> Event<'static> {
    let record = if log == LogKind::CloudTrail {
        with_defaults(record)
    } else {
        record.clone()
    };
    let text = |path: &str| owned(record.pointer(path));
    let raw_part = |path: &str| match record.pointer(path) {
        None | Some(Value::Null) => Cow::Borrowed(""),
        Some(value) => Cow::Owned(value.to_string()),
    };
    let raw = record.to_string();
    let account = text("/recipientAccountId");
    Event {
        key: EventKey::of(&[raw.as_bytes()]),
        log,
        time: Timestamp::parse(&text("/eventTime")).unwrap_or_default(),
        event_id: text("/eventID"),
        source: text("/eventSource"),
        name: text("/eventName"),
        event_type: text("/eventType"),
        region: text("/awsRegion"),
        account: if account.is_empty() {
            text("/userIdentity/accountId")
        } else {
            account
        },
        identity: identity(record.get("userIdentity").unwrap_or(&Value::Null)),
        source_address: text("/sourceIPAddress"),
        user_agent: Cow::Owned(
            text("/userAgent")
                .trim_start_matches('[')
                .trim_end_matches(']')
                .to_owned(),
        ),
        error_code: text("/errorCode"),
        error_message: text("/errorMessage"),
        read_only: truth(record.get("readOnly")),
        shared_event_id: text("/sharedEventID"),
        vpc_endpoint_id: text("/vpcEndpointId"),
        request_json: raw_part("/requestParameters"),
        response_json: raw_part("/responseElements"),
        additional_json: raw_part("/additionalEventData"),
        raw: Cow::Owned(raw),
        ..Event::default()
    }
}

fn with_defaults(record: &Value) -> Value {
    let mut filled = json!({
        "eventVersion": "1.09",
        "eventTime": "2026-03-05T14:02:11Z",
        "eventID": "7f3a19c2-0000-4000-8000-000000000001",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.30 Python/3.11.8 Linux/6.1 exe/x86_64",
        "eventType": "AwsApiCall",
        "recipientAccountId": "111122223333",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDACKCEVSQ6C2EXAMPLE",
            "arn": "arn:aws:iam::111122223333:user/ci-deploy",
            "accountId": "111122223333",
            "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
            "userName": "ci-deploy"
        }
    });
    let empty = Map::new();
    for (key, value) in record.as_object().unwrap_or(&empty) {
        filled[key] = value.clone();
    }
    let kind = filled
        .pointer("/userIdentity/type")
        .and_then(Value::as_str)
        .unwrap_or("")
        .to_owned();
    if let Some(identity) = filled.get_mut("userIdentity").and_then(Value::as_object_mut)
        && kind != "AWSService"
        && !identity.contains_key("accountId")
    {
        identity.insert("accountId".to_owned(), json!("111122223333"));
    }
    filled
}

fn identity(value: &Value) -> Identity<'static> {
    let text = |path: &str| owned(value.pointer(path));
    Identity {
        kind: IdentityKind::parse(&text("/type")),
        type_name: text("/type"),
        principal_id: text("/principalId"),
        arn: text("/arn"),
        account_id: text("/accountId"),
        access_key_id: text("/accessKeyId"),
        user_name: text("/userName"),
        invoked_by: text("/invokedBy"),
        issuer_arn: text("/sessionContext/sessionIssuer/arn"),
        issuer_name: text("/sessionContext/sessionIssuer/userName"),
        issuer_type: text("/sessionContext/sessionIssuer/type"),
        session_created: text("/sessionContext/attributes/creationDate"),
        mfa: truth(value.pointer("/sessionContext/attributes/mfaAuthenticated")),
        source_identity: text("/sessionContext/sourceIdentity"),
        ec2_role_delivery: text("/sessionContext/ec2RoleDelivery"),
    }
}

fn owned(value: Option<&Value>) -> Cow<'static, str> {
    match value {
        Some(Value::String(text)) => Cow::Owned(text.clone()),
        Some(Value::Number(number)) => Cow::Owned(number.to_string()),
        _ => Cow::Borrowed(""),
    }
}

fn truth(value: Option<&Value>) -> Option<bool> {
    match value? {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}
