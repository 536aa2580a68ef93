//! Secrets that logs carry, taken out before a record is kept.
//!
//! CloudTrail itself hides many values, but every trail holds session tokens (the reply of `AssumeRole`), and some
//! records hold passwords, command lines, environment variables and signed URLs. A kept record never does. What was
//! taken out is replaced by a mark with its length; the original stays only where it was: in the log.

mod answers;
mod in_text;

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde_json::Value;

pub use answers::{hide_in_answer, redact_answer};
use in_text::{Outcome, Secrecy};

/// Member names (lower case, without separators) whose text value is a secret, wherever they stand.
const SECRET_NAMES: &[&str] = &[
    "accesstoken",
    "activationcode",
    "authorization",
    "authorizationtoken",
    "authtoken",
    "bearertoken",
    "clientsecret",
    "encodedauthorizationmessage",
    "federationtoken",
    "idtoken",
    "keymaterial",
    "masterpassword",
    "masteruserpassword",
    "newpassword",
    "oldpassword",
    "passphrase",
    "password",
    "plaintext",
    "presignedurl",
    "privatekey",
    "privatekeyplaintext",
    "refreshtoken",
    "samlassertion",
    "secret",
    "secretaccesskey",
    "secretbinary",
    "secretkey",
    "secretstring",
    "servicepassword",
    "sessiontoken",
    "signintoken",
    "sshprivatekey",
    "temporarypassword",
    "tokenvalue",
    "userdata",
    "webidentitytoken",
    "xamzsecuritytoken",
    "xamzsignature",
];

/// Members below which every text is taken for a secret: the environments of functions and containers, and command
/// lines, into which passwords are written all too often. Which command ran where is still told by the rest.
const SECRET_TREES: &[&str] = &["commands", "environment", "environmentvariables", "secretvalues"];

/// Query parameters of a signed URL that give away what was signed.
const SECRET_QUERY: &[&str] = &[
    "x-amz-signature=",
    "x-amz-security-token=",
    "x-amz-credential=",
    "signature=",
    "signintoken=",
];

/// Depth to which a record is searched; deeper parts are replaced whole.
const DEPTH: usize = 64;

/// Takes the secrets out of a record. Returns whether there were any.
///
/// `event_name` tells parameters apart that are secret in one call only (`PutParameter`'s `value`).
pub fn redact(record: &mut Value, event_name: &str) -> bool {
    walk(record, value_is_secret(event_name), 0)
}

/// JSON text without its secrets, otherwise as it is. `None` when it may hold some and can't be parsed.
#[must_use]
pub fn redact_text<'t>(text: &'t str, event_name: &str) -> Option<Cow<'t, str>> {
    if !may_hold_secrets(text) {
        return Some(Cow::Borrowed(text));
    }
    match in_text::redact(text, event_name) {
        Outcome::Clean => Some(Cow::Borrowed(text)),
        Outcome::Redacted(redacted) => Some(Cow::Owned(redacted)),
        Outcome::Unclear => {
            let mut value = crate::numbers::parse(text);
            if value.is_null() {
                return None;
            }
            redact(&mut value, event_name);
            // Always written again: a name that stands there twice hides its first value from the parser.
            Some(Cow::Owned(value.to_string()))
        }
    }
}

fn value_is_secret(event_name: &str) -> bool {
    ["Parameter", "Secret", "ApiKey"]
        .iter()
        .any(|word| event_name.contains(word))
}

/// Meaning of a member's name for its value.
fn secrecy(plain: &str, value_is_secret: bool) -> Secrecy {
    let is_secret = SECRET_NAMES.binary_search(&plain).is_ok()
        || SECRET_TREES.binary_search(&plain).is_ok()
        || (value_is_secret && plain == "value");
    if is_secret { Secrecy::Secret } else { Secrecy::None }
}

fn walk(value: &mut Value, value_is_secret: bool, depth: usize) -> bool {
    match value {
        Value::Object(members) => {
            let mut found = false;
            for (name, member) in members {
                let mut buffer = [0; NAME_LENGTH];
                let plain = plain_name(name, &mut buffer);
                found |= match secrecy(plain, value_is_secret) {
                    _ if depth >= DEPTH => hide_text(member),
                    Secrecy::Secret => hide_text(member),
                    Secrecy::None => walk(member, value_is_secret, depth + 1),
                };
            }
            found
        }
        Value::Array(items) => items.iter_mut().fold(false, |found, item| {
            walk(item, value_is_secret, depth + 1) | found
        }),
        Value::String(text) if is_signed(text) => hide_text(value),
        _ => false,
    }
}

/// Longer than every name above.
const NAME_LENGTH: usize = 32;

/// A name in lower case and without separators; one that is longer than any that matters is empty.
fn plain_name<'b>(name: &str, buffer: &'b mut [u8; NAME_LENGTH]) -> &'b str {
    let mut length = 0;
    for byte in name.bytes().filter(u8::is_ascii_alphanumeric) {
        let Some(place) = buffer.get_mut(length) else {
            return "";
        };
        *place = byte.to_ascii_lowercase();
        length += 1;
    }
    std::str::from_utf8(&buffer[..length]).unwrap_or_default()
}

/// Returns true when a text is or holds a signed URL, which opens what it names.
#[must_use]
pub fn is_signed(text: &str) -> bool {
    static SIGNED: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| searcher(SECRET_QUERY));
    text.len() > 40 && holds_any(SIGNED.as_ref(), text)
}

/// The mark that stands for a text that was taken out.
#[must_use]
pub fn mark(text: &str) -> String {
    format!("(redacted, {} bytes)", text.len())
}

/// Returns true when a text is such a mark or holds one: what it was is no longer known.
#[must_use]
pub fn is_marked(text: &str) -> bool {
    text.contains("(redacted, ")
}

/// Finds any of some words in any case, in one pass over the text.
fn searcher(words: &[&str]) -> Option<AhoCorasick> {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(aho_corasick::AhoCorasickKind::DFA))
        .build(words)
        .ok()
}

/// Building such a searcher fails only for words beyond its limits. Should that happen, every text is looked into.
fn holds_any(searcher: Option<&AhoCorasick>, text: &str) -> bool {
    searcher.is_none_or(|searcher| searcher.is_match(text))
}

/// Returns true when a secret text is hidden. CloudTrail's own marks are no secrets, and say more than ours.
fn hides(text: &str) -> bool {
    !(text.is_empty() || text.starts_with('<') || text.starts_with("HIDDEN_") || text.starts_with("***"))
}

/// Replaces a text, or every text below a list or object, by a mark.
fn hide_text(value: &mut Value) -> bool {
    match value {
        Value::String(text) if !hides(text) => false,
        Value::String(text) => {
            *text = mark(text);
            true
        }
        Value::Object(_) | Value::Array(_) => hide_all(value, 0),
        _ => false,
    }
}

fn hide_all(value: &mut Value, depth: usize) -> bool {
    match value {
        _ if depth >= DEPTH => {
            *value = Value::String("(redacted)".to_owned());
            true
        }
        Value::Object(members) => members
            .values_mut()
            .fold(false, |found, member| hide_all(member, depth + 1) | found),
        Value::Array(items) => items
            .iter_mut()
            .fold(false, |found, item| hide_all(item, depth + 1) | found),
        Value::String(_) => hide_text(value),
        _ => false,
    }
}

/// Returns true when a record's text may hold something to take out: a cheap look before the record is parsed.
#[must_use]
pub fn may_hold_secrets(raw: &str) -> bool {
    // Every name above holds one of these, in any case; so do signed URLs.
    const PARTS: [&str; 24] = [
        "activation",
        "token",
        "command",
        "passw",
        "passphrase",
        "secret",
        "environment",
        "userdata",
        "user_data",
        "user-data",
        "plaintext",
        "signature",
        "material",
        "private",
        "authorization",
        "assertion",
        "presigned",
        "\"value\"",
        "x-amz-",
        "password",
        // An escaped letter may be part of such a name.
        "\\u004",
        "\\u005",
        "\\u006",
        "\\u007",
    ];
    static SEARCHER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| searcher(&PARTS));
    holds_any(SEARCHER.as_ref(), raw)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_opens_doors_is_taken_out_and_the_rest_stays() {
        let mut record = json!({
            "eventName": "AssumeRole",
            "responseElements": {"credentials": {"accessKeyId": "ASIAEXAMPLE", "sessionToken": "FwoGZXIvYXdzEBY", "secretAccessKey": "wJalr"}},
            "requestParameters": {
                "newPassword": "hunter2",
                "userData": "<sensitiveDataRemoved>",
                "environment": {"variables": {"DB": "p1"}},
                "parameters": {"commands": ["id"]},
                "keySpec": {"plaintext": null},
                "url": "https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIA&X-Amz-Signature=0011223344"
            }
        });
        assert!(may_hold_secrets(&record.to_string()));
        assert!(redact(&mut record, "AssumeRole"));
        insta::assert_snapshot!(record.to_string(), @r#"{"eventName":"AssumeRole","responseElements":{"credentials":{"accessKeyId":"ASIAEXAMPLE","sessionToken":"(redacted, 15 bytes)","secretAccessKey":"(redacted, 5 bytes)"}},"requestParameters":{"newPassword":"(redacted, 7 bytes)","userData":"<sensitiveDataRemoved>","environment":{"variables":{"DB":"(redacted, 2 bytes)"}},"parameters":{"commands":["(redacted, 2 bytes)"]},"keySpec":{"plaintext":null},"url":"(redacted, 77 bytes)"}}"#);
    }

    #[test]
    fn a_parameter_s_value_is_secret_and_a_tag_s_is_not() {
        let mut parameter = json!({"requestParameters": {"name": "/db", "value": "p"}});
        assert!(redact(&mut parameter, "PutParameter"));
        let mut tag = json!({"requestParameters": {"tags": [{"key": "team", "value": "web"}]}});
        assert!(!redact(&mut tag, "TagResource"));
    }

    #[test]
    fn keys_of_apis_and_codes_of_activations_are_secret() {
        let mut key = json!({"name": "partner", "value": "k3y"});
        assert!(redact(&mut key, "CreateApiKey"));
        assert_eq!(key["name"], "partner");
        let text = r#"{"activationId": "a1", "activationCode": "c0de"}"#;
        let told = redact_text(text, "CreateActivation").unwrap();
        assert!(told.contains("a1") && !told.contains("c0de"), "{told}");
    }

    #[test]
    fn every_name_is_caught_by_the_cheap_look() {
        for name in SECRET_NAMES.iter().chain(SECRET_TREES) {
            assert!(name.len() <= NAME_LENGTH, "{name}");
            assert!(may_hold_secrets(&format!("{{\"{name}\":\"x\"}}")), "{name}");
        }
        for parameter in SECRET_QUERY {
            let url = format!("https://example.com/a?b=c&{parameter}00112233445566778899");
            assert!(is_signed(&url) && may_hold_secrets(&url), "{parameter}");
        }
    }

    #[test]
    fn names_are_sorted_for_the_search() {
        assert!(SECRET_NAMES.is_sorted() && SECRET_TREES.is_sorted());
    }

    #[test]
    fn text_keeps_its_shape_but_for_the_secrets() {
        let text =
            r#"{ "nextToken" : "n", "environment":{"a":["x",1,{"b":"y"}]},"password" : null, "after":"z" }"#;
        assert_eq!(
            redact_text(text, "ListUsers").unwrap(),
            r#"{ "nextToken" : "n", "environment":{"a":["(redacted, 1 bytes)",1,{"b":"(redacted, 1 bytes)"}]},"password" : null, "after":"z" }"#
        );
        let twice = r#"{"password":"one","password":"<hidden>"}"#;
        assert!(!redact_text(twice, "").unwrap().contains("one"));
        assert!(
            !redact_text(r#"{"p\u0061ssword":"one"}"#, "")
                .unwrap()
                .contains("one")
        );
        assert_eq!(redact_text(r#"{"password":"one"#, ""), None);
    }

    fn any_json() -> impl proptest::strategy::Strategy<Value = Value> {
        use proptest::prelude::*;
        let text = prop_oneof![
            "[a-c<*\\\"{}\\[\\],: ]{0,6}",
            Just("https://example.com/a?b=c&X-Amz-Signature=00112233445566778899".to_owned()),
        ];
        let name = prop_oneof![
            Just("password".to_owned()),
            Just("Session_Token".to_owned()),
            Just("commands".to_owned()),
            Just("value".to_owned()),
            "[a-b]{1,2}",
        ];
        let leaf = prop_oneof![Just(json!(null)), Just(json!(17)), text.prop_map(Value::from)];
        leaf.prop_recursive(4, 24, 4, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::hash_map(name.clone(), inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest::proptest! {
        #[test]
        fn text_and_value_lose_the_same(value in any_json(), pretty: bool, of_parameter: bool) {
            let event_name = if of_parameter { "PutParameter" } else { "PutObject" };
            let text = if pretty { format!("{value:#}") } else { value.to_string() };
            let redacted = redact_text(&text, event_name).unwrap();
            let mut expected = value;
            redact(&mut expected, event_name);
            let found: Value = serde_json::from_str(&redacted).unwrap();
            proptest::prop_assert_eq!(found, expected);
        }

        #[test]
        fn a_token_never_survives(token in "[A-Za-z0-9/+]{20,200}", name in "sessionToken|SessionToken|session_token|X-Amz-Security-Token") {
            let mut record = json!({"a": [{"b": {name: token.clone()}}]});
            redact(&mut record, "Anything");
            proptest::prop_assert!(!record.to_string().contains(&token));
        }
    }
}
