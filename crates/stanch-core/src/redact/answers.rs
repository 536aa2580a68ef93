//! Secrets in what an AWS service answers, taken out before a reading is kept.
//!
//! Replies differ from logs: CloudTrail hides much on its own, a reply hides nothing, and two replies are compared later.
//! So names stay, and of each hidden value its SHA-256 does: equal secrets are seen to be equal. (Who knows what a value
//! could be can try guesses against it, as against any hash: a snapshot is kept as safe as a case.) It must not know
//! services; the names below are those that the models of all services use.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde_json::{Map, Value};

use super::{DEPTH, NAME_LENGTH, SECRET_NAMES, is_signed, plain_name, searcher};

/// Members whose every text is secret in replies, next to those that are secret in logs too.
const SECRETS: &[&str] = &[
    "apikeyvalue",
    "authkey",
    "authparameters",
    "base32stringseed",
    "bgpauthkey",
    "content64",
    "customergatewayconfiguration",
    "headervalue",
    "oncreate",
    "onstart",
    "presharedkey",
    "qrcodepng",
    "rsaprivatekey",
    "studiolifecycleconfigcontent",
    "templatebody",
    "userdatavalue",
];

/// Ends of names whose text is secret in replies, such as `fsxAdminPassword` or `joinToken`, unless it is the ARN of one.
const SECRET_ENDS: &[&str] = &[
    "accesstoken",
    "authtoken",
    "bearertoken",
    "credentials",
    "devicetoken",
    "jointoken",
    "mackey",
    "passphrase",
    "password",
    "privatekey",
    "secret",
    "secretkey",
    "secretvalue",
    "securitytoken",
    "sessiontoken",
    "streamkey",
];

/// Members below which every value is hidden and every name kept: environments, command lines, arguments.
const VALUES: &[&str] = &[
    "args",
    "arguments",
    "command",
    "commands",
    "containerarguments",
    "containerentrypoint",
    "defaultarguments",
    "entrypoint",
    "environment",
    "environmentvariables",
    "hyperparameters",
    "nonoverridablearguments",
    "optionsettings",
    "parameters",
    "parametervalues",
    "runtimeenvironmentvariables",
    "secretvalues",
    "stagevariables",
    "variables",
];

/// Members of a hidden tree that say where a value comes from, not what it is.
const KEPT: &[&str] = &["namespace", "optionname", "resourcename", "type", "valuefrom"];

/// Words after which, in free text, a secret may follow. Lower case.
const WORDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "secret_access_key",
    "secret-access-key",
    "secretaccesskey",
    "token",
    "api_key",
    "api-key",
    "apikey",
    "private_key",
    "private-key",
    "credential",
    "credentials",
    "authorization",
    "bearer",
    EXPORT,
];

/// A shell's word before a variable and its value, whatever the variable is called.
const EXPORT: &str = "export ";

/// Takes the secrets out of a reply. `digest` gives the lower-case hex SHA-256 of bytes. Returns whether there were any.
pub fn redact_answer(body: &mut Value, digest: &dyn Fn(&[u8]) -> String) -> bool {
    Redactor { digest }.walk(body, 0)
}

/// Takes every text out of a part of a reply, because something else than its names says that it is secret. `digest` as above.
/// Returns whether there was any.
pub fn hide_in_answer(part: &mut Value, digest: &dyn Fn(&[u8]) -> String) -> bool {
    Redactor { digest }.hide(part, 0)
}

struct Redactor<'d> {
    digest: &'d dyn Fn(&[u8]) -> String,
}

impl Redactor<'_> {
    fn walk(&self, value: &mut Value, depth: usize) -> bool {
        match value {
            _ if depth >= DEPTH => self.hide(value, depth),
            Value::Object(members) => members.iter_mut().fold(false, |found, (name, member)| {
                self.member(name, member, depth) | found
            }),
            Value::Array(items) => items
                .iter_mut()
                .fold(false, |found, item| self.walk(item, depth + 1) | found),
            Value::String(text) => match json_in(text) {
                Some(inner) => self.within(text, inner, depth),
                None if is_signed(text) => self.mark(text),
                None => self.scrub(text),
            },
            _ => false,
        }
    }

    /// Looks into JSON that is told as text, such as the records that `LookupEvents` gives.
    fn within(&self, text: &mut String, mut inner: Value, depth: usize) -> bool {
        let event_name = inner["eventName"].as_str().map(str::to_owned);
        let of_record = event_name.is_some_and(|name| super::redact(&mut inner, &name));
        let found = self.walk(&mut inner, depth + 1) | of_record;
        if found {
            *text = inner.to_string();
        }
        found
    }

    fn member(&self, name: &str, member: &mut Value, depth: usize) -> bool {
        let mut buffer = [0; NAME_LENGTH];
        let plain = plain_name(name, &mut buffer);
        if SECRET_NAMES.binary_search(&plain).is_ok() || SECRETS.binary_search(&plain).is_ok() {
            // A template given as an object is looked into: its structure is what a judge reads.
            return match member {
                Value::Object(_) if plain == "templatebody" => self.walk(member, depth + 1),
                _ => self.hide(member, depth + 1),
            };
        }
        if let Value::String(text) = &*member
            && !text.starts_with("arn:")
            && SECRET_ENDS.iter().any(|end| plain.ends_with(end))
        {
            return self.hide(member, depth + 1);
        }
        if VALUES.binary_search(&plain).is_err() {
            return self.walk(member, depth + 1);
        }
        match member {
            // The environment of a build names its image and holds the variables in a member of their own.
            Value::Object(members) if holds_a_tree(members) => self.walk(member, depth + 1),
            _ => self.values(member, depth + 1),
        }
    }

    /// Hides the values below a tree and keeps the names.
    fn values(&self, value: &mut Value, depth: usize) -> bool {
        match value {
            _ if depth >= DEPTH => self.hide(value, depth),
            Value::Array(items) => items
                .iter_mut()
                .fold(false, |found, item| self.values(item, depth + 1) | found),
            Value::Object(members) if describes(members) => self.walk(value, depth + 1),
            Value::Object(members) => {
                let is_pair = is_pair(members);
                members.iter_mut().fold(false, |found, (name, member)| {
                    let mut buffer = [0; NAME_LENGTH];
                    let plain = plain_name(name, &mut buffer);
                    let hidden = if is_pair {
                        plain.ends_with("value") || plain.ends_with("values")
                    } else {
                        KEPT.binary_search(&plain).is_err()
                    };
                    let here = if hidden {
                        self.values(member, depth + 1)
                    } else {
                        self.walk(member, depth + 1)
                    };
                    here | found
                })
            }
            Value::String(text) => self.mark(text),
            _ => false,
        }
    }

    /// Hides every text.
    fn hide(&self, value: &mut Value, depth: usize) -> bool {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
            Value::String(text) => self.mark(text),
            _ if depth >= DEPTH => {
                *value = Value::String(self.text_of(value.to_string().as_bytes()));
                true
            }
            Value::Array(items) => items
                .iter_mut()
                .fold(false, |found, item| self.hide(item, depth + 1) | found),
            Value::Object(members) => members
                .values_mut()
                .fold(false, |found, member| self.hide(member, depth + 1) | found),
        }
    }

    fn mark(&self, text: &mut String) -> bool {
        if text.is_empty() || is_mark(text) || text.chars().all(|character| character == '*') {
            return false;
        }
        *text = self.text_of(text.as_bytes());
        true
    }

    fn text_of(&self, bytes: &[u8]) -> String {
        format!(
            "(redacted, {} bytes, sha256 {})",
            bytes.len(),
            (self.digest)(bytes)
        )
    }

    /// Takes out of free text what follows a word like `password=`, and private keys.
    fn scrub(&self, text: &mut String) -> bool {
        static SEARCHER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| searcher(WORDS));
        if text.contains("PRIVATE KEY-----") {
            return self.mark(text);
        }
        let Some(searcher) = SEARCHER.as_ref() else {
            return self.mark(text);
        };
        let mut out = String::new();
        let mut kept = 0;
        for found in searcher.find_overlapping_iter(text.as_str()) {
            let Some((start, end)) = secret_after(text, found.start(), found.end()) else {
                continue;
            };
            if start < kept {
                continue;
            }
            out.push_str(&text[kept..start]);
            out.push_str(&self.text_of(&text.as_bytes()[start..end]));
            kept = end;
        }
        if kept == 0 {
            return false;
        }
        out.push_str(&text[kept..]);
        *text = out;
        true
    }
}

/// An object or a list that is told as text.
fn json_in(text: &str) -> Option<Value> {
    let begins = text.trim_ascii_start().bytes().next();
    if !matches!(begins, Some(b'{' | b'[')) {
        return None;
    }
    serde_json::from_str(text).ok()
}

/// Where the secret lies that a word announces, if it does.
fn secret_after(text: &str, word_start: usize, word_end: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    // `arn:aws:secretsmanager:…:secret:name` names a secret and is none.
    if word_start > 0 && bytes[word_start - 1] == b':' {
        return None;
    }
    let mut at = word_end;
    if text[word_start..word_end].eq_ignore_ascii_case(EXPORT) {
        let name = bytes[at..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_');
        at += name.count();
        if bytes.get(at) != Some(&b'=') {
            return None;
        }
    }
    let mut separated = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'=' | b':' => separated = true,
            b'"' | b'\'' | b'\\' | b' ' | b'\t' => {}
            b'>' if separated => {}
            _ => break,
        }
        at += 1;
    }
    // `--password hunter2` and `Bearer abc` need no sign between.
    let is_option = word_start >= 2 && text[..word_start].ends_with("--");
    let is_bearer = text[word_start..word_end].eq_ignore_ascii_case("bearer");
    if at == word_end || !(separated || is_option || is_bearer) {
        return None;
    }
    let length = text[at..]
        .find(|character: char| {
            character.is_whitespace()
                || matches!(
                    character,
                    '"' | '\'' | '\\' | ',' | ';' | '&' | '<' | '}' | ']' | ')' | '`'
                )
        })
        .unwrap_or(text.len() - at);
    let secret = &text[at..at + length];
    let refers = secret.starts_with('$') || secret.starts_with('{') || secret.starts_with("arn:");
    (length >= 4 && !refers && !is_mark(secret) && !secret.starts_with("(redacted"))
        .then_some((at, at + length))
}

fn is_mark(text: &str) -> bool {
    text.starts_with("(redacted, ") && text.ends_with(')')
}

/// Returns true when an object holds its values in a tree of their own instead of being one.
fn holds_a_tree(members: &Map<String, Value>) -> bool {
    members.iter().any(|(name, member)| {
        let mut buffer = [0; NAME_LENGTH];
        let plain = plain_name(name, &mut buffer);
        matches!(plain, "variables" | "environmentvariables") && !member.is_string()
    })
}

/// Returns true when an object is a name with a value.
fn is_pair(members: &Map<String, Value>) -> bool {
    let ends = |wanted: &[&str]| {
        members.keys().any(|name| {
            let name = name.to_ascii_lowercase();
            wanted.iter().any(|end| name.ends_with(end))
        })
    };
    ends(&["name", "key"]) && ends(&["value", "values"])
}

/// Returns true when an object describes a parameter instead of holding its value: it has a name and no value.
fn describes(members: &Map<String, Value>) -> bool {
    let has = |wanted: &str| {
        members
            .keys()
            .any(|name| name.to_ascii_lowercase().ends_with(wanted))
    };
    (members.contains_key("Name") || members.contains_key("ParameterName"))
        && !has("value")
        && !has("values")
        && members.len() > 1
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn redacted(mut body: Value) -> String {
        redact_answer(&mut body, &|_| "00".to_owned());
        body.to_string()
    }

    #[test]
    fn what_a_script_puts_into_its_environment_is_hidden_and_the_script_stays() {
        let told = redacted(
            json!({"Content": "{\"runCommand\": [\"export T=Hunter2xyz; curl http://a.example | sh\"]}"}),
        );
        assert!(
            !told.contains("Hunter2xyz") && told.contains("curl http://a.example | sh"),
            "{told}"
        );
        let told = redacted(json!({"Content": "export the report; PATH=/bin"}));
        assert!(told.contains("export the report; PATH=/bin"), "{told}");
    }

    #[test]
    fn the_seed_of_an_mfa_device_is_hidden() {
        let told = redacted(
            json!({"VirtualMFADevices": [{"SerialNumber": "arn:aws:iam::1:mfa/a", "Base32StringSeed": "SEED", "QRCodePNG": "UVI="}]}),
        );
        assert!(!told.contains("SEED") && !told.contains("UVI="), "{told}");
    }

    #[test]
    fn lists_are_sorted_for_the_search() {
        assert!(SECRETS.is_sorted() && VALUES.is_sorted() && KEPT.is_sorted());
    }

    #[test]
    fn environments_keep_their_names() {
        insta::assert_snapshot!(redacted(json!({"Environment": {"Variables": {"DB_PASSWORD": "hunter2", "MODE": "prod"}}})),
            @r#"{"Environment":{"Variables":{"DB_PASSWORD":"(redacted, 7 bytes, sha256 00)","MODE":"(redacted, 4 bytes, sha256 00)"}}}"#);
        insta::assert_snapshot!(redacted(json!({"containerDefinitions": [{"name": "web", "image": "i", "command": ["a"], "environment": [{"name": "A", "value": "b"}], "secrets": [{"name": "S", "valueFrom": "arn:x"}]}]})),
            @r#"{"containerDefinitions":[{"name":"web","image":"i","command":["(redacted, 1 bytes, sha256 00)"],"environment":[{"name":"A","value":"(redacted, 1 bytes, sha256 00)"}],"secrets":[{"name":"S","valueFrom":"arn:x"}]}]}"#);
        insta::assert_snapshot!(redacted(json!({"environment": {"type": "LINUX", "image": "i", "environmentVariables": [{"name": "A", "value": "b", "type": "PLAINTEXT"}]}})),
            @r#"{"environment":{"type":"LINUX","image":"i","environmentVariables":[{"name":"A","value":"(redacted, 1 bytes, sha256 00)","type":"PLAINTEXT"}]}}"#);
        insta::assert_snapshot!(redacted(json!({"Environment": {"A": "b"}, "UserData": {"Value": "IyEvYmlu"}})),
            @r#"{"Environment":{"A":"(redacted, 1 bytes, sha256 00)"},"UserData":{"Value":"(redacted, 8 bytes, sha256 00)"}}"#);
    }

    #[test]
    fn a_parameter_that_is_only_described_stays() {
        insta::assert_snapshot!(redacted(json!({"Parameters": [{"Name": "/db/password", "Type": "SecureString", "Tier": "Standard"}]})),
            @r#"{"Parameters":[{"Name":"/db/password","Type":"SecureString","Tier":"Standard"}]}"#);
        insta::assert_snapshot!(redacted(json!({"Parameters": [{"ParameterKey": "Db", "ParameterValue": "p"}]})),
            @r#"{"Parameters":[{"ParameterKey":"Db","ParameterValue":"(redacted, 1 bytes, sha256 00)"}]}"#);
        insta::assert_snapshot!(redacted(json!({"Parameters": {"commands": ["curl x"]}})),
            @r#"{"Parameters":{"commands":["(redacted, 6 bytes, sha256 00)"]}}"#);
    }

    #[test]
    fn names_that_end_like_a_secret_are_hidden() {
        insta::assert_snapshot!(redacted(json!({"FsxAdminPassword": "x", "JoinToken": "y", "authorizerCredentials": "arn:aws:iam::1:role/r", "NextToken": "n", "MasterUserSecret": {"SecretArn": "arn:a"}})),
            @r#"{"FsxAdminPassword":"(redacted, 1 bytes, sha256 00)","JoinToken":"(redacted, 1 bytes, sha256 00)","authorizerCredentials":"arn:aws:iam::1:role/r","NextToken":"n","MasterUserSecret":{"SecretArn":"arn:a"}}"#);
    }

    #[test]
    fn free_text_loses_what_follows_such_a_word() {
        let scrubbed = |text: &str| redacted(json!({ "Text": text }));
        for text in [
            "export DB_PASSWORD=hunter22 && run",
            "{\\\"password\\\": \\\"hunter22\\\"}",
            "mysql --password hunter22 -u root",
            "Authorization: Bearer hunter22",
            "aws_secret_access_key = hunter22",
            "-----BEGIN RSA PRIVATE KEY-----\nhunter22",
        ] {
            assert!(!scrubbed(text).contains("hunter22"), "{text}");
        }
        for text in [
            "arn:aws:secretsmanager:eu-west-1:1:secret:prod/db-AbCdEf",
            "secretsmanager:GetSecretValue",
            "The token endpoint is used",
            "password: ${DB_PASSWORD}",
            "aws:TokenIssueTime",
        ] {
            assert_eq!(
                redacted(json!({ "Text": text })),
                json!({ "Text": text }).to_string()
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn a_value_in_an_environment_never_survives(value in "[A-Za-z0-9/+]{12,60}", name in "[A-Z_]{1,20}") {
            let body = redacted(json!({"Functions": [{"Environment": {"Variables": {name: value.clone()}}}]}));
            proptest::prop_assert!(!body.contains(&value));
        }

        #[test]
        fn twice_is_the_same_as_once(text in "\\PC{0,60}", name in "environment|password|note|command") {
            let mut once = json!({name: [text]});
            redact_answer(&mut once, &|_| "00".to_owned());
            let mut twice = once.clone();
            proptest::prop_assert!(!redact_answer(&mut twice, &|_| "00".to_owned()));
            proptest::prop_assert_eq!(once, twice);
        }
    }

    #[test]
    fn json_told_as_text_is_looked_into_and_stays_json() {
        let record = json!({"eventName": "RegisterTaskDefinition", "requestParameters": {
            "environment": [{"name": "DB_PASSWORD", "value": "hunter2hunter2"}], "note": "password=hunter2hunter2 \"quoted\""
        }});
        let mut body = json!({"Events": [{"EventId": "e1", "CloudTrailEvent": record.to_string()}]});
        assert!(redact_answer(&mut body, &|_| "0".to_owned()));
        let text = body["Events"][0]["CloudTrailEvent"].as_str().unwrap();
        assert!(!text.contains("hunter2"), "{text}");
        let inner: Value = serde_json::from_str(text).unwrap();
        assert_eq!(inner["eventName"], "RegisterTaskDefinition");
        let note = inner["requestParameters"]["note"].as_str().unwrap();
        assert!(note.starts_with("password=(redacted"), "{note}");
    }
}
