//! The `aws` command line that does what a call does, for people who want to see it or do it by hand.
//!
//! The shapes are the AWS command line's own: a service's name as its command, the operation and its members in kebab case, values
//! that are no plain text as JSON (AWS CLI User Guide, "Specifying parameter values"). What is only known when a call is sent
//! stands there as a word in angle brackets. Every word is quoted for a POSIX shell, so that a hostile name stays a word. It
//! must not run anything.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use stanch_core::plan::{CallTemplate, Form, Param, Part, Path};
use stanch_core::text::is_deceptive;

/// Services whose command has another name than their model (AWS CLI Command Reference).
const COMMANDS: [(&str, &str); 3] = [
    ("codedeploy", "deploy"),
    ("config", "configservice"),
    ("s3", "s3api"),
];

/// Beginnings of values that the command line takes for a place to read the value from (AWS CLI User Guide, "Loading a
/// parameter from a file"; the last two in its first version).
const PLACES: [&str; 4] = ["file://", "fileb://", "http://", "https://"];

/// The command line of a call.
#[must_use]
pub fn equivalent(call: &CallTemplate) -> String {
    let service = call.service.as_str();
    let known = COMMANDS.iter().find(|(name, _)| *name == service);
    let command = known.map_or(service, |(_, command)| *command);
    let mut words = vec![
        "aws".to_owned(),
        quoted(command),
        quoted(&kebab(call.operation.as_str())),
        "--region".to_owned(),
        quoted(call.region.as_str()),
    ];
    let members = members(&call.params);
    let is_place = |(_, param): &(String, Param)| match shape(param) {
        Value::String(text) => PLACES.iter().any(|place| text.starts_with(place)),
        _ => false,
    };
    if members.iter().any(is_place) {
        // Inside this, nothing is read from elsewhere.
        words.push("--cli-input-json".to_owned());
        words.push(quoted(&shape(&call.params).to_string()));
        return words.join(" ");
    }
    for (name, param) in members {
        argument(&mut words, &kebab(&name), &param);
    }
    words.join(" ")
}

/// An option and its value: booleans are two options, all else is one word.
fn argument(words: &mut Vec<String>, option: &str, param: &Param) {
    if let Param::Literal(Value::Bool(is)) = param {
        let option = if *is {
            option.to_owned()
        } else {
            format!("no-{option}")
        };
        words.push(quoted(&format!("--{option}")));
        return;
    }
    let value = match shape(param) {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let name = format!("--{option}");
    // What begins with a dash would be taken for an option.
    if value.starts_with('-') {
        words.push(quoted(&format!("{name}={value}")));
        return;
    }
    words.push(quoted(&name));
    words.push(quoted(&value));
}

fn members(params: &Param) -> Vec<(String, Param)> {
    match params {
        Param::Object(members) => members.clone().into_iter().collect(),
        Param::Literal(Value::Object(members)) => {
            let members: BTreeMap<_, _> = members.clone().into_iter().collect();
            members
                .into_iter()
                .map(|(name, value)| (name, Param::Literal(value)))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The value, with words where it is computed.
fn shape(param: &Param) -> Value {
    match param {
        Param::Literal(value) => value.clone(),
        Param::Object(members) => {
            let members: Map<String, Value> = members
                .iter()
                .map(|(name, param)| (name.clone(), shape(param)))
                .collect();
            Value::Object(members)
        }
        Param::List(params) => params.iter().map(shape).collect(),
        Param::Text(params) => {
            let parts = params.iter().map(|param| match shape(param) {
                Value::String(text) => text,
                other => other.to_string(),
            });
            Value::String(parts.collect())
        }
        Param::Reply {
            step,
            read,
            path,
            form,
        } => {
            let of = step.map_or_else(String::new, |step| format!(" of step {step}"));
            let all = if *form == Form::All { "all of " } else { "" };
            Value::String(format!("<{all}{} in the reply {}{of}>", written(path), read.0))
        }
        Param::Cutoff { seconds } => {
            Value::String(format!("<now and {seconds} seconds, as 2026-01-31T12:00:00Z>"))
        }
        Param::Secret => Value::String("<a new password that nobody keeps>".to_owned()),
    }
}

/// A path as a person reads it.
fn written(path: &Path) -> String {
    let mut text = String::new();
    for part in &path.0 {
        match part {
            Part::Member(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name);
            }
            Part::Each => text.push_str("[]"),
            Part::Values => text.push_str("{}"),
            Part::Where { member, is } => {
                text.push_str(&format!(" where {member} is {is}"));
            }
        }
    }
    if text.is_empty() { "all".to_owned() } else { text }
}

/// `PutUserPolicy` as `put-user-policy`, `SAMLProviderArn` as `saml-provider-arn`: the last capital of a run begins a word.
fn kebab(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut text = String::with_capacity(name.len() + 8);
    for (place, letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| letters.get(place));
        let next = letters.get(place + 1);
        let starts = letter.is_uppercase()
            && before.is_some_and(|before| {
                !before.is_uppercase() && *before != '-' || next.is_some_and(|next| next.is_lowercase())
            });
        if starts && !text.ends_with('-') {
            text.push('-');
        }
        text.extend(letter.to_lowercase());
    }
    // A plural of initials is one word (botocore, `xform_name`).
    text.replace("i-ds", "ids").replace("i-ds", "ids")
}

/// A word for a POSIX shell. Characters that act on a terminal are written with `$'…'`, which bash, zsh and ksh read.
fn quoted(word: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_./:=@,+%".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    if !word.chars().any(is_deceptive) {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    let mut text = "$'".to_owned();
    for character in word.chars() {
        match character {
            '\'' => text.push_str(r"\'"),
            '\\' => text.push_str(r"\\"),
            _ if is_deceptive(character) => {
                let code = u32::from(character);
                if code <= 0xffff {
                    text.push_str(&format!("\\u{code:04x}"));
                } else {
                    text.push_str(&format!("\\U{code:08x}"));
                }
            }
            other => text.push(other),
        }
    }
    text.push('\'');
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use stanch_core::plan::StepNumber;

    use super::*;

    fn line(service: &str, operation: &str, params: Param) -> String {
        equivalent(&CallTemplate::new(
            &"us-east-1".into(),
            service,
            operation,
            params,
        ))
    }

    #[test]
    fn a_call_is_written_as_the_command_line_has_it() {
        let params = Param::object([
            ("UserName", Param::literal("ann")),
            ("PolicyDocument", Param::literal(r#"{"Version":"2012-10-17"}"#)),
        ]);
        insta::assert_snapshot!(line("iam", "PutUserPolicy", params), @r#"aws iam put-user-policy --region us-east-1 --policy-document '{"Version":"2012-10-17"}' --user-name ann"#);
        let params = Param::object([
            ("InstanceId", Param::literal("i-1")),
            ("Groups", Param::literal(json!(["sg-1"]))),
            ("DryRun", Param::literal(false)),
        ]);
        insta::assert_snapshot!(line("ec2", "ModifyInstanceAttribute", params), @r#"aws ec2 modify-instance-attribute --region us-east-1 --no-dry-run --groups '["sg-1"]' --instance-id i-1"#);
        let params = Param::object([("Bucket", Param::literal("b"))]);
        insta::assert_snapshot!(line("s3", "DeleteBucketPolicy", params), @"aws s3api delete-bucket-policy --region us-east-1 --bucket b");
    }

    #[test]
    fn what_is_computed_stands_as_a_word() {
        let reply = Param::Reply {
            step: Some(StepNumber(3)),
            read: "group".into(),
            path: Path::of("SecurityGroups[].GroupId"),
            form: Form::One,
        };
        let params = Param::object([("Groups", Param::List(vec![reply])), ("Password", Param::Secret)]);
        insta::assert_snapshot!(line("iam", "CreateLoginProfile", params), @r#"aws iam create-login-profile --region us-east-1 --groups '["<SecurityGroups[].GroupId in the reply group of step 3>"]' --password '<a new password that nobody keeps>'"#);
        let cutoff = Param::Text(vec![Param::literal("before "), Param::Cutoff { seconds: 30 }]);
        let params = Param::object([("PolicyDocument", cutoff)]);
        assert!(line("iam", "PutRolePolicy", params).contains("'before <now and 30 seconds"));
    }

    #[test]
    fn names_are_split_as_botocore_splits_them() {
        for (name, wanted) in [
            ("PutUserPolicy", "put-user-policy"),
            ("DeleteSAMLProvider", "delete-saml-provider"),
            ("SAMLProviderArn", "saml-provider-arn"),
            ("DeleteOpenIDConnectProvider", "delete-open-id-connect-provider"),
            ("UpdateSSHPublicKey", "update-ssh-public-key"),
            ("SSHPublicKeyId", "ssh-public-key-id"),
            ("DeactivateMFADevice", "deactivate-mfa-device"),
            ("InstanceIds", "instance-ids"),
            ("SpotInstanceRequestIds", "spot-instance-request-ids"),
            ("functionName", "function-name"),
            ("ACL", "acl"),
            ("KeyId", "key-id"),
        ] {
            assert_eq!(kebab(name), wanted);
        }
    }

    #[test]
    fn a_hostile_name_stays_one_word() {
        assert_eq!(quoted("a'; rm -rf / #"), r"'a'\''; rm -rf / #'");
        assert_eq!(quoted("$(id)`id`"), "'$(id)`id`'");
        assert_eq!(quoted("a\u{1b}[31m\n\u{202e}"), r"$'a\u001b[31m\u000a\u202e'");
        assert_eq!(quoted(""), "''");
        let params = Param::object([("UserName", Param::literal("--endpoint-url=http://evil"))]);
        assert!(line("iam", "GetUser", params).contains("--user-name=--endpoint-url"));
    }

    /// What a shell makes of a line: the words.
    fn words(line: &str) -> Vec<String> {
        let (mut words, mut word, mut is_open) = (Vec::new(), String::new(), false);
        let mut letters = line.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                ' ' if is_open => {
                    words.push(std::mem::take(&mut word));
                    is_open = false;
                }
                ' ' => {}
                '\'' => {
                    is_open = true;
                    word.extend(letters.by_ref().take_while(|letter| *letter != '\''));
                }
                '\\' => word.push(letters.next().unwrap()),
                '$' => {
                    assert_eq!(letters.next(), Some('\''), "no shell variable is ever written");
                    is_open = true;
                    loop {
                        match letters.next().unwrap() {
                            '\'' => break,
                            '\\' => {
                                let kind = letters.next().unwrap();
                                let count = match kind {
                                    'u' => 4,
                                    'U' => 8,
                                    _ => {
                                        word.push(kind);
                                        continue;
                                    }
                                };
                                let digits: String = letters.by_ref().take(count).collect();
                                word.push(char::from_u32(u32::from_str_radix(&digits, 16).unwrap()).unwrap());
                            }
                            other => word.push(other),
                        }
                    }
                }
                other => {
                    assert!(
                        !";&|<>()`\"*?[]{}!#~\n\t".contains(other),
                        "{other} outside quotes"
                    );
                    is_open = true;
                    word.push(other);
                }
            }
        }
        if is_open {
            words.push(word);
        }
        words
    }

    proptest! {
        #[test]
        fn whatever_a_value_holds_it_comes_back_as_one_word(text in "\\PC{0,40}|.{0,40}|['\"$`;\\\\ -]{0,20}") {
            let params = Param::object([("UserName", Param::literal(text.clone()))]);
            let line = line("iam", "GetUser", params);
            prop_assert!(!line.chars().any(is_deceptive));
            let words = words(&line);
            let rest: Vec<&str> = words.iter().skip(5).map(String::as_str).collect();
            let joined = format!("--user-name={text}");
            prop_assert!(rest == ["--user-name", text.as_str()] || rest == [joined.as_str()], "{words:?}");
        }

        #[test]
        fn whatever_lies_inside_a_document_comes_back(name in "\\PC{0,20}", text in ".{0,20}") {
            let value = json!([{ name: text }]);
            let params = Param::object([("Tags", Param::literal(value.clone()))]);
            let line = line("iam", "TagUser", params);
            let words = words(&line);
            prop_assert_eq!(serde_json::from_str::<Value>(&words[6]).unwrap(), value);
        }

        #[test]
        fn hostile_names_of_services_and_members_stay_words(service in ".{0,20}", operation in ".{0,20}", member in ".{0,20}") {
            let params = Param::Object(BTreeMap::from([(member, Param::literal("v"))]));
            let words = words(&line(&service, &operation, params));
            prop_assert_eq!(words.len(), 7);
        }
    }

    #[test]
    fn no_value_makes_the_command_line_read_a_file() {
        for place in PLACES {
            let params = Param::object([("UserName", Param::literal(format!("{place}/etc/passwd")))]);
            let words = words(&line("iam", "GetUser", params));
            assert_eq!(words[5], "--cli-input-json");
            assert!(words[6].starts_with('{'), "{words:?}");
        }
    }
}
