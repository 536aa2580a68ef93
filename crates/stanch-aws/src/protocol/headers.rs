//! Values that travel in headers.

use serde_json::{Map, Value};

use super::{Reply, blob, timestamps};
use crate::model::service::Service;
use crate::model::shape::{Kind, Location, Structure, Target, TimestampFormat};

/// The value of a header, whatever the case of its name.
pub(super) fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

/// A single value as text, for headers, paths and query strings. Checked before, so other types can't come.
pub(super) fn plain(service: &Service, target: &Target, value: &Value, default: TimestampFormat) -> String {
    match (service.kind(target), value) {
        (Kind::Timestamp, value) => {
            let format = target.traits.timestamp_format.unwrap_or(default);
            timestamps::read(value).map_or_else(String::new, |moment| timestamps::written(moment, format))
        }
        (Kind::Float | Kind::Double, Value::Number(number)) => number
            .as_f64()
            .map_or_else(String::new, |number| format!("{number:?}")),
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

/// A member's value for its header; none when there is nothing to send.
pub(super) fn written(service: &Service, target: &Target, value: &Value) -> Option<String> {
    if target.traits.json_value {
        // A text is taken to be JSON already.
        let json = value
            .as_str()
            .map_or_else(|| value.to_string(), ToOwned::to_owned);
        return Some(blob::encode(json.as_bytes()));
    }
    let (Kind::List(member), Value::Array(items)) = (service.kind(target), value) else {
        return Some(plain(service, target, value, TimestampFormat::Rfc822));
    };
    let quoted = matches!(service.kind(member), Kind::String);
    let texts: Vec<String> = items
        .iter()
        .filter(|item| !item.is_null())
        .map(|item| {
            let text = plain(service, member, item, TimestampFormat::Rfc822);
            if quoted && text.contains([',', '"']) {
                format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
            } else {
                text
            }
        })
        .collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

/// Reads all members of a reply that don't travel in the body.
pub(super) fn read(
    service: &Service,
    structure: &Structure,
    reply: &Reply<'_>,
    out: &mut Map<String, Value>,
) {
    for member in &structure.members {
        let target = &member.target;
        match target.traits.location {
            Some(Location::StatusCode) => {
                out.insert(member.name.clone(), Value::from(reply.status));
            }
            Some(Location::Headers) => {
                let prefix = target.traits.location_name.as_deref().unwrap_or_default();
                out.insert(member.name.clone(), prefixed(reply.headers, prefix));
            }
            Some(Location::Header) => {
                let found = find(reply.headers, member.wire_name());
                if let Some(value) = found.and_then(|text| read_one(service, target, text)) {
                    out.insert(member.name.clone(), value);
                }
            }
            _ => {}
        }
    }
}

fn prefixed(headers: &[(String, String)], prefix: &str) -> Value {
    let mut out = Map::new();
    for (name, value) in headers {
        if let Some(start) = name.get(..prefix.len())
            && start.eq_ignore_ascii_case(prefix)
        {
            out.insert(name[prefix.len()..].to_owned(), Value::String(value.clone()));
        }
    }
    Value::Object(out)
}

/// A header's value; none when it is not of its type, which is no reason to lose the rest of the reply.
fn read_one(service: &Service, target: &Target, text: &str) -> Option<Value> {
    let kind = service.kind(target);
    match kind {
        Kind::String if target.traits.json_value => serde_json::from_slice(&blob::decode(text)?).ok(),
        Kind::String | Kind::Blob => Some(Value::String(text.to_owned())),
        Kind::Boolean => match text.trim().to_ascii_lowercase().as_str() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        Kind::Integer | Kind::Long => text.trim().parse::<i64>().ok().map(Value::from),
        Kind::Float | Kind::Double => super::json_read::number(text.trim()),
        Kind::Timestamp => timestamps::read_text(text).map(|moment| Value::String(timestamps::shown(moment))),
        Kind::List(member) => {
            let dates = matches!(service.kind(member), Kind::Timestamp);
            let items = cut(text, dates);
            items
                .iter()
                .map(|item| read_one(service, member, item))
                .collect::<Option<_>>()
                .map(Value::Array)
        }
        Kind::Structure(_) | Kind::Map(..) => None,
    }
}

/// Cuts a header at its commas, but not in quotes, and not behind the day of the week of a date.
fn cut(text: &str, dates: bool) -> Vec<String> {
    let (mut out, mut item, mut quoted, mut escaped) = (Vec::new(), String::new(), false, false);
    for character in text.chars() {
        match character {
            _ if escaped => {
                item.push(character);
                escaped = false;
            }
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !(quoted || dates && is_weekday(&item)) => out.push(std::mem::take(&mut item)),
            _ => item.push(character),
        }
    }
    out.push(item);
    out.iter().map(|item| item.trim().to_owned()).collect()
}

fn is_weekday(text: &str) -> bool {
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].contains(&text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_cut_outside_quotes_and_dates() {
        assert_eq!(cut("a, \"b,c\", \"d\\\"e\"", false), ["a", "b,c", "d\"e"]);
        assert_eq!(
            cut(
                "Mon, 16 Dec 2019 23:48:18 GMT, Tue, 17 Dec 2019 23:48:18 GMT",
                true
            ),
            ["Mon, 16 Dec 2019 23:48:18 GMT", "Tue, 17 Dec 2019 23:48:18 GMT"]
        );
    }
}
