//! An answer made into a reading: its secrets taken out, its things counted.
//!
//! This is the only way from an answer to a file. It must not know how it is written.

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use stanch_core::{Answer, Call, Reading, Timestamp};

/// Members of a reply that say how it was paged or sent, not what is there.
const FRAME: &[&str] = &[
    "HasMore",
    "HasMoreItems",
    "IsTruncated",
    "KeyCount",
    "Marker",
    "MaxItems",
    "MaxKeys",
    "NextMarker",
    "NextToken",
    "Prefix",
    "ResponseMetadata",
    "Truncated",
    "nextToken",
    "position",
];

/// The reading of an answer.
pub(crate) fn reading(call: &Call, mut answer: Answer, at: Timestamp) -> Reading {
    stanch_core::redact::redact_answer(&mut answer.body, &sha256);
    let shown = |text: String, limit| stanch_core::text::shown(&text, limit);
    // A refusal may quote what it refused, encoded: an authorization message can be decoded by who may.
    let message = answer.message.map(|text| {
        let mut text = Value::String(text);
        stanch_core::redact::redact_answer(&mut text, &sha256);
        shown(
            text.as_str().unwrap_or_default().to_owned(),
            stanch_core::reply::MESSAGE_LENGTH,
        )
    });
    Reading {
        account: call.account.clone().unwrap_or_else(|| "".into()),
        region: call.region.clone(),
        service: call.service.clone(),
        operation: call.operation.clone(),
        params: call.params.clone(),
        outcome: answer.outcome,
        code: answer.code.map(|code| shown(code, 100)),
        message,
        items: items(&answer.body),
        pages: answer.pages,
        sha256s: answer.sha256s,
        at,
        body: answer.body,
    }
}

/// Number of things a reply holds: the lengths of its lists, or one if it holds anything else.
#[must_use]
pub(crate) fn items(body: &Value) -> u64 {
    let Value::Object(members) = body else {
        return u64::from(!body.is_null());
    };
    let listed: usize = members.values().filter_map(Value::as_array).map(Vec::len).sum();
    if listed > 0 {
        return listed as u64;
    }
    let holds = |(name, member): (&String, &Value)| {
        !FRAME.contains(&name.as_str())
            && match member {
                Value::Null | Value::Array(_) => false,
                Value::Object(members) => !members.is_empty(),
                Value::String(text) => !text.is_empty(),
                Value::Bool(_) | Value::Number(_) => true,
            }
    };
    u64::from(members.iter().any(holds))
}

/// The SHA-256 of bytes in lower-case hex.
#[must_use]
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn things_are_counted_and_the_frame_is_not() {
        assert_eq!(items(&json!({"Users": [1, 2], "IsTruncated": false})), 2);
        assert_eq!(items(&json!({"Users": [], "IsTruncated": false})), 0);
        assert_eq!(items(&json!({"SummaryMap": {"Users": 1}})), 1);
        assert_eq!(items(&json!({})), 0);
        assert_eq!(items(&json!({"Status": "Enabled"})), 1);
        assert_eq!(items(&Value::Null), 0);
    }

    #[test]
    fn hashes_are_hex() {
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
