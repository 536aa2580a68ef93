//! Records brought into CloudTrail's own form: key names in its case, flattened and stringified parts as objects, damage
//! mended where that can't change the meaning, and the key under which copies of one event are the same.
//!
//! Off the hot path but for [`KeyParts`]. It must not know containers.

use std::fmt::Write as _;

use serde_json::{Map, Value};
use stanch_core::EventKey;

use crate::unfold;

/// Names of a record's members, as CloudTrail spells them.
pub(crate) const RECORD_KEYS: &[&str] = &[
    "additionalEventData",
    "addendum",
    "apiVersion",
    "awsRegion",
    "errorCode",
    "errorMessage",
    "eventCategory",
    "eventContext",
    "eventID",
    "eventName",
    "eventSource",
    "eventTime",
    "eventType",
    "eventVersion",
    "insightDetails",
    "managementEvent",
    "readOnly",
    "recipientAccountId",
    "requestID",
    "requestParameters",
    "responseElements",
    "serviceEventDetails",
    "sessionCredentialFromConsole",
    "sharedEventID",
    "sourceIPAddress",
    "timeWindow",
    "tlsDetails",
    "userAgent",
    "userIdentity",
    "vpcEndpointAccountId",
    "vpcEndpointId",
];

/// Names of the members of `userIdentity` and what it holds.
pub(crate) const IDENTITY_KEYS: &[&str] = &[
    "accessKeyId",
    "accountId",
    "arn",
    "assumedRoot",
    "attributes",
    "creationDate",
    "credentialId",
    "ec2RoleDelivery",
    "federatedProvider",
    "identityProvider",
    "identityStoreArn",
    "inScopeOf",
    "invokedBy",
    "mfaAuthenticated",
    "onBehalfOf",
    "principalId",
    "sessionContext",
    "sessionIssuer",
    "sourceIdentity",
    "type",
    "userId",
    "userName",
    "webIdFederationData",
];

/// Members of a record that hold an object, or a list of objects.
const OBJECTS: &[&str] = &[
    "additionalEventData",
    "addendum",
    "eventContext",
    "insightDetails",
    "requestParameters",
    "resources",
    "responseElements",
    "serviceEventDetails",
    "timeWindow",
    "tlsDetails",
    "userIdentity",
];

/// Returns how such a name is spelled in CloudTrail, whatever case, spaces and underscores it comes with.
pub(crate) fn known(name: &str, keys: &[&'static str]) -> Option<&'static str> {
    let same = |key: &&&'static str| {
        let letters = name
            .bytes()
            .filter(|byte| !b"_- ".contains(byte))
            .map(|byte| byte.to_ascii_lowercase());
        letters.eq(key.bytes().map(|byte| byte.to_ascii_lowercase()))
    };
    keys.iter().find(same).copied()
}

/// Returns whether a name is one of `keys` in another spelling, or a flattened name that begins with one.
pub(crate) fn is_odd_case(name: &str, keys: &[&'static str]) -> bool {
    let head = name.split(['.', '{', '[']).next().unwrap_or(name);
    head.len() <= 40 && known(head, keys).is_some_and(|key| key != name)
}

/// Returns a record with CloudTrail's own key names, flattened names folded, and objects that came as text unwrapped;
/// `None` when it can't be read as a value.
pub(crate) fn canonical(text: &str) -> Option<String> {
    let Value::Object(members) = serde_json::from_str(text).ok()? else {
        return None;
    };
    serde_json::to_string(&canonical_members(members)).ok()
}

/// Returns the members of a record in CloudTrail's own form. Absent values are left out.
pub(crate) fn canonical_members(members: Map<String, Value>) -> Map<String, Value> {
    let members = unfold::fold(members, &|head| known(head, OBJECTS).is_some());
    let mut record = renamed(members, RECORD_KEYS);
    record.retain(|_, value| !is_absent(value));
    for (key, value) in &mut record {
        if OBJECTS.contains(&key.as_str()) {
            let object = value.as_str().and_then(unfold::object_of_text);
            let list = || {
                serde_json::from_str(value.as_str()?.trim())
                    .ok()
                    .filter(Value::is_array)
            };
            if let Some(parsed) = object.or_else(list) {
                *value = parsed;
            }
        }
    }
    if let Some(identity) = record.get_mut("userIdentity") {
        rename_below(identity);
        drop_absent(identity);
    }
    record
}

fn is_absent(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(str::is_empty)
}

/// Depth is bounded by the parser that made the value.
fn drop_absent(value: &mut Value) {
    if let Value::Object(members) = value {
        members.values_mut().for_each(drop_absent);
        members.retain(|_, value| !value.is_null());
    }
}

fn renamed(members: Map<String, Value>, keys: &[&'static str]) -> Map<String, Value> {
    // A member that is there in its proper spelling too keeps that; nothing is lost.
    let proper = |name: &str| known(name, keys).filter(|key| *key == name || !members.contains_key(*key));
    let names: Vec<Option<&'static str>> = members.keys().map(|name| proper(name)).collect();
    let mut result = Map::new();
    for ((name, value), proper) in members.into_iter().zip(names) {
        let taken = proper.is_none_or(|key| result.contains_key(key));
        let name = proper.filter(|_| !taken).map_or(name, str::to_owned);
        result.insert(name, value);
    }
    result
}

/// Depth is bounded by the parser that made the value.
fn rename_below(value: &mut Value) {
    match value {
        Value::Object(members) => {
            *members = renamed(std::mem::take(members), IDENTITY_KEYS);
            members.values_mut().for_each(rename_below);
        }
        Value::Array(items) => items.iter_mut().for_each(rename_below),
        _ => {}
    }
}

/// A mended text, and whether it was malformed JSON before.
pub(crate) struct Mended {
    pub(crate) text: String,
    pub(crate) was_malformed: bool,
}

/// Mends what the JSON parser refuses although the record is clear: halves of surrogate pairs (well-formed
/// JSON, but no text) become U+FFFD, raw control characters in strings become escapes. `None` when there is
/// nothing to mend.
pub(crate) fn mend(text: &str) -> Option<Mended> {
    let mut mended = Mended {
        text: String::with_capacity(text.len() + 16),
        was_malformed: false,
    };
    let mut changed = false;
    let mut in_string = false;
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let mut length = character.len_utf8();
        match character {
            '"' => in_string = !in_string,
            '\\' if in_string => {
                let (taken, lone) = escape(rest);
                length = taken;
                if lone {
                    changed = true;
                    mended.text.push_str("\\ufffd");
                    rest = &rest[length..];
                    continue;
                }
            }
            '\0'..='\u{1f}' if in_string => {
                changed = true;
                mended.was_malformed = true;
                // Writing to a string can't fail.
                let _ = write!(mended.text, "\\u{:04x}", u32::from(character));
                rest = &rest[length..];
                continue;
            }
            _ => {}
        }
        mended.text.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    changed.then_some(mended)
}

/// The length of the escape at the start of `text`, and whether it is half a surrogate pair. A whole pair is
/// one escape.
fn escape(text: &str) -> (usize, bool) {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    match unit(0) {
        Some(0xd800..=0xdbff) if matches!(unit(6), Some(0xdc00..=0xdfff)) => (12, false),
        Some(0xd800..=0xdfff) => (6, true),
        Some(_) => (6, false),
        None => (1 + text[1..].chars().next().map_or(0, char::len_utf8), false),
    }
}

/// Whether a text holds white space or anything below it: asked of many bytes at once, which the compiler turns into one
/// comparison.
fn has_space(bytes: &[u8]) -> bool {
    let any = |bytes: &[u8]| bytes.iter().fold(false, |found, byte| found | (*byte <= b' '));
    let mut many = bytes.chunks_exact(64);
    many.by_ref().any(any) || any(many.remainder())
}

/// Appends JSON to `scratch` without the white space between its tokens.
fn strip_space(json: &str, scratch: &mut Vec<u8>) {
    let bytes = json.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\n' | b'\r' | b'\t' => at += 1,
            b'"' => {
                let end = crate::split::value_end(&bytes[at..]).map_or(bytes.len(), |length| at + length);
                scratch.extend_from_slice(&bytes[at..end]);
                at = end;
            }
            _ => {
                let plain = memchr::memchr3(b'"', b' ', b'\n', &bytes[at + 1..]);
                let end = plain.map_or(bytes.len(), |length| at + 1 + length);
                let others = |byte: &&u8| !matches!(byte, b'\r' | b'\t');
                scratch.extend(bytes[at..end].iter().filter(others));
                at = end;
            }
        }
    }
}

/// Bytes of a length.
const LENGTH: usize = 8;

/// Parts written behind each other, each with its length before it and that of all before the first, to be hashed in one go.
pub(crate) struct KeyParts<'s>(&'s mut Vec<u8>);

impl<'s> KeyParts<'s> {
    /// Starts over in a buffer that was used before.
    pub(crate) fn new(buffer: &'s mut Vec<u8>) -> Self {
        buffer.clear();
        buffer.extend_from_slice(&[0; LENGTH]);
        Self(buffer)
    }

    /// Adds a text as it is.
    pub(crate) fn text(&mut self, text: &str) {
        self.0.extend_from_slice(&(text.len() as u64).to_le_bytes());
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Adds JSON without the white space between its tokens, so that a pretty-printed copy of an event has
    /// the same key.
    pub(crate) fn json(&mut self, json: &str) {
        if !has_space(json.as_bytes()) {
            return self.text(json);
        }
        let length_at = self.0.len();
        self.0.extend_from_slice(&[0; LENGTH]);
        let start = self.0.len();
        strip_space(json, self.0);
        let length = (self.0.len() - start) as u64;
        self.0[length_at..start].copy_from_slice(&length.to_le_bytes());
    }

    /// The key of what was added.
    pub(crate) fn key(self) -> EventKey {
        let length = (self.0.len() - LENGTH) as u64;
        self.0[..LENGTH].copy_from_slice(&length.to_le_bytes());
        EventKey::of_framed(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_get_their_own_case_back_and_nothing_is_lost() {
        let text = r#"{"eventname":"A","EVENT_ID":"1","useridentity":{"type":"IAMUser","sessioncontext":
            {"sessionissuer":{"username":"r"},"attributes":{"mfaauthenticated":"true"}}},
            "requestparameters":"{\"userName\":\"x\"}","eventID":"2","p_row":{"eventname":"kept"}}"#;
        insta::assert_snapshot!(canonical(text).unwrap(), @r#"{"eventName":"A","EVENT_ID":"1","userIdentity":{"type":"IAMUser","sessionContext":{"sessionIssuer":{"userName":"r"},"attributes":{"mfaAuthenticated":"true"}}},"requestParameters":{"userName":"x"},"eventID":"2","p_row":{"eventname":"kept"}}"#);
    }

    #[test]
    fn half_a_surrogate_pair_and_raw_control_characters_are_mended() {
        let mended = mend(r#"{"a":"\ud83d","b":"\ud83d\ude00","c":"\\ud83d"}"#).unwrap();
        assert_eq!(mended.text, r#"{"a":"\ufffd","b":"\ud83d\ude00","c":"\\ud83d"}"#);
        assert!(!mended.was_malformed);
        let mended = mend("{\"a\":\"x\u{0}y\"}\n").unwrap();
        assert_eq!(mended.text, "{\"a\":\"x\\u0000y\"}\n");
        assert!(mended.was_malformed);
        assert!(mend(r#"{"a":"plain"}"#).is_none());
    }

    #[test]
    fn white_space_counts_in_strings_only() {
        let mut buffer = vec![1, 2, 3];
        let mut parts = KeyParts::new(&mut buffer);
        for json in ["{ \"a b\" :\t[ 1,\r\n 2 ] }", "", "[1,\r2]", "{\"c\":1}"] {
            parts.json(json);
        }
        let mut expected = Vec::new();
        for text in ["{\"a b\":[1,2]}", "", "[1,2]", "{\"c\":1}"] {
            expected.extend_from_slice(&(text.len() as u64).to_le_bytes());
            expected.extend_from_slice(text.as_bytes());
        }
        assert_eq!(parts.key(), EventKey::of(&[&expected]));
    }

    proptest::proptest! {
        #[test]
        fn mending_never_panics_and_ends(text in "\\PC*|[\"\\\\u0-9d{}\0]*") {
            let again = mend(&text).map(|mended| mend(&mended.text).is_none());
            proptest::prop_assert!(again != Some(false));
        }
    }
}
