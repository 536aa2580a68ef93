//! Parameters and results as AWS's cases write them, and as Stanch does: bytes as text there, as base64 here; moments as
//! seconds there, as dates here.

use jiff::Timestamp;
use serde_json::{Map, Value};
use stanch_aws::model::{Kind, Service, Target};
use stanch_aws::protocol::blob;

/// Which way a value goes.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Side {
    Parameter,
    Result,
}

/// A case's value in Stanch's words.
pub(super) fn ours(service: &Service, target: &Target, value: &Value, side: Side) -> Value {
    match (service.kind(target), value) {
        (Kind::Structure(structure), Value::Object(members)) if !structure.document => {
            let mut out = Map::new();
            for (name, value) in members {
                let value = match structure.member(name) {
                    Some(member) => ours(service, &member.target, value, side),
                    None => value.clone(),
                };
                out.insert(name.clone(), value);
            }
            Value::Object(out)
        }
        (Kind::List(member), Value::Array(items)) => Value::Array(
            items
                .iter()
                .map(|item| ours(service, member, item, side))
                .collect(),
        ),
        (Kind::Map(_, member), Value::Object(entries)) => Value::Object(
            entries
                .iter()
                .map(|(key, item)| (key.clone(), ours(service, member, item, side)))
                .collect(),
        ),
        (Kind::Blob, Value::String(text)) => Value::String(blob::encode(text.as_bytes())),
        (Kind::Timestamp, Value::Number(number)) if side == Side::Result => {
            number.as_f64().and_then(date).map_or(Value::Null, Value::String)
        }
        (_, value) => value.clone(),
    }
}

/// Seconds as a date, not by the code under test.
fn date(seconds: f64) -> Option<String> {
    let millis = (seconds * 1000.0).round() as i64;
    let moment = Timestamp::from_millisecond(millis).ok()?;
    let form = if millis % 1000 == 0 {
        "%Y-%m-%dT%H:%M:%S+00:00"
    } else {
        "%Y-%m-%dT%H:%M:%S.%6f+00:00"
    };
    Some(moment.strftime(form).to_string())
}
