//! Compares bodies by what they say.

use ciborium::Value as Cbor;
use roxmltree::{Document, Node};
use serde_json::Value;
use stanch_aws::model::Protocol;
use stanch_aws::protocol::{blob, uri};

/// JSON, numbers by value.
pub(super) fn json(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| json(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(name, value)| other.get(name).is_some_and(|other| json(value, other)))
        }
        (one, other) => one == other,
    }
}

/// A request's body and the one that a case expects.
pub(super) fn body(protocol: Protocol, ours: &[u8], expected: &str) -> Result<(), String> {
    let same = match protocol {
        Protocol::Query | Protocol::Ec2 => pairs(&String::from_utf8_lossy(ours)) == pairs(expected),
        Protocol::RpcV2Cbor => cbor(ours, &blob::decode(expected).unwrap_or_default()),
        Protocol::Json | Protocol::RestJson => {
            match (serde_json::from_slice(ours), serde_json::from_str(expected)) {
                (Ok(ours), Ok(expected)) => json(&ours, &expected),
                _ => ours == expected.as_bytes(),
            }
        }
        Protocol::RestXml => match (
            Document::parse(&String::from_utf8_lossy(ours)),
            Document::parse(expected),
        ) {
            (Ok(ours), Ok(expected)) => element(ours.root_element()) == element(expected.root_element()),
            _ => ours == expected.as_bytes(),
        },
    };
    if same {
        Ok(())
    } else {
        Err(format!(
            "body {:?}, not {expected:?}",
            String::from_utf8_lossy(ours)
        ))
    }
}

/// A query string's names and values, decoded and sorted.
pub(super) fn pairs(text: &str) -> Vec<(String, Option<String>)> {
    let decode = |text: &str| uri::decode(&text.replace('+', "%20"));
    let mut out: Vec<_> = text
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| match part.split_once('=') {
            Some((name, value)) => (decode(name), Some(decode(value))),
            None => (decode(part), None),
        })
        .collect();
    out.sort();
    out
}

/// An element as text: attributes sorted, children sorted by name but in order where names are equal.
fn element(node: Node<'_, '_>) -> String {
    let mut attributes: Vec<String> = node
        .attributes()
        .map(|attribute| format!("{attribute:?}"))
        .collect();
    attributes.sort();
    let mut children: Vec<Node<'_, '_>> = node.children().filter(Node::is_element).collect();
    children.sort_by_key(|child| child.tag_name().name().to_owned());
    let text: String = node
        .children()
        .filter_map(|child| if child.is_text() { child.text() } else { None })
        .collect();
    let text = if children.is_empty() {
        text.as_str()
    } else {
        text.trim()
    };
    let inner: String = children.into_iter().map(element).collect();
    format!("<{:?} {attributes:?}>{text}{inner}</>", node.tag_name())
}

fn cbor(one: &[u8], other: &[u8]) -> bool {
    if one.is_empty() || other.is_empty() {
        return one == other;
    }
    let read = |bytes: &[u8]| ciborium::from_reader::<Cbor, _>(bytes).map(|value| plain(&value));
    matches!((read(one), read(other)), (Ok(one), Ok(other)) if one == other)
}

/// A value as text: keys sorted, floats by value.
fn plain(value: &Cbor) -> String {
    match value {
        Cbor::Map(entries) => {
            let mut entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{}:{}", plain(key), plain(value)))
                .collect();
            entries.sort();
            format!("{{{}}}", entries.join(","))
        }
        Cbor::Array(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(",")),
        Cbor::Tag(tag, inner) => format!("{tag}({})", number(inner)),
        other => format!("{other:?}"),
    }
}

/// What a tag holds: seconds are the same whole or not.
fn number(value: &Cbor) -> String {
    match value {
        Cbor::Integer(number) => format!("{:?}", i128::from(*number) as f64),
        Cbor::Float(number) => format!("{number:?}"),
        other => plain(other),
    }
}
