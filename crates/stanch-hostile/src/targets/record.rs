//! One CloudTrail record, through the reader, with secrets planted in it that must not survive its being kept.

use serde_json::{Map, Value, json};

use crate::{properties, reading};

/// Found nowhere but where this target puts it.
const PLANTED: &str = "PLANTEDwJalrXUtnFEMIbPxRfiCYEXAMPLEKEY";
/// Where secrets are put wherever such a member is there already.
const SECRET_NAMES: [&str; 8] = [
    "sessionToken",
    "secretAccessKey",
    "password",
    "masterUserPassword",
    "userData",
    "SecretString",
    "private_key",
    "X-Amz-Security-Token",
];

/// Reads bytes that are a JSON object as a record, in a file and alone, as it is and with secrets.
///
/// # Panics
/// When a property of records does not hold.
pub fn record(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let text = text.trim();
    let Ok(members) = serde_json::from_str::<Map<String, Value>>(text) else {
        return;
    };
    properties::in_bounded_time(|| {
        in_a_file_and_alone(text);
        no_secret_is_kept(&with_secret_values(members).to_string());
        no_secret_is_kept(&with_secret_in_front(text));
    });
}

fn in_a_file_and_alone(text: &str) {
    let alone = reading::read(text.as_bytes());
    properties::outcome(text.as_bytes(), &alone);
    properties::records_stand_alone(text.as_bytes(), &alone);
    let file = format!("{{\"Records\":[{text}]}}");
    let filed = reading::read(file.as_bytes());
    properties::outcome(file.as_bytes(), &filed);
    assert_eq!(
        alone.keys(),
        filed.keys(),
        "a record is another event in a file than alone"
    );
    assert!(
        !alone.events.is_empty()
            || alone.report.skipped > 0
            || !alone.report.is_complete()
            || is_container(&alone),
        "a record vanished"
    );
}

/// An object with an array under a container's name holds nothing else.
fn is_container(alone: &reading::Outcome) -> bool {
    alone.report.events == 0 && alone.report.kind != stanch_core::source::SourceKind::Unknown
}

/// Puts the token under every name of a secret, and where CloudTrail has them.
fn with_secret_values(mut members: Map<String, Value>) -> Value {
    for name in ["requestParameters", "responseElements"] {
        let place = members.entry(name).or_insert_with(|| json!({}));
        if let Value::Object(below) = place {
            below.insert(
                "credentials".to_owned(),
                json!({"sessionToken": PLANTED, "accessKeyId": "ASIAEXAMPLE"}),
            );
            below.insert("password".to_owned(), json!(PLANTED));
            below.insert("environment".to_owned(), json!({"variables": [{"A": PLANTED}]}));
        }
    }
    let mut record = Value::Object(members);
    plant(&mut record);
    record
}

fn plant(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if SECRET_NAMES.contains(&name.as_str()) && member.is_string() {
                    *member = Value::from(PLANTED);
                } else {
                    plant(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(plant),
        _ => {}
    }
}

/// Puts the token before every other member, which may repeat its name.
fn with_secret_in_front(text: &str) -> String {
    let rest = text.strip_prefix('{').unwrap_or_default();
    let comma = if rest.trim_start().starts_with('}') {
        ""
    } else {
        ","
    };
    format!("{{\"password\":\"{PLANTED}\"{comma}{rest}")
}

fn no_secret_is_kept(text: &str) {
    reading::each(text.as_bytes(), &mut |event| {
        let kept = event.to_record();
        assert!(
            !kept.raw.contains(PLANTED),
            "a kept record holds a secret: {:.400}",
            kept.raw
        );
        for field in [
            &kept.event_id,
            &kept.name,
            &kept.source,
            &kept.user_agent,
            &kept.principal,
        ] {
            assert!(
                !field.contains(PLANTED),
                "a kept field holds a secret: {field:.200}"
            );
        }
    });
}
