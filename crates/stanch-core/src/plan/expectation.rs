//! Conditions that a reply must meet: before a change, after it, and after its undo.
//!
//! Evaluating is pure. It must not know how a reply was got.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::param::ReadName;
use crate::json_path::Path;
use crate::time::Timestamp;

/// Condition on the values at a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Test {
    /// Nothing lies there, or the thing itself does not exist.
    Absent,
    /// Something lies there.
    Present,
    /// Exactly one thing lies there, and it is this.
    Is(Value),
    /// The value that lies there is not this alone.
    IsNot(Value),
    /// Something lies there, and each is this.
    Each(Value),
    /// This is among what lies there.
    Includes(Value),
    /// This is not among what lies there.
    Lacks(Value),
    /// Exactly one text lies there, and it contains this.
    #[serde(rename = "holds")]
    Contains(String),
    /// No text that lies there contains this.
    Without(String),
    /// All that lies there, as a list, is this, in any order.
    All(Vec<Value>),
    /// Exactly one time lies there, and it is not before the change was first sent.
    Since,
}

/// Condition that a reply must meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expectation {
    /// Reply that is tested.
    pub read: ReadName,
    /// Place in the reply.
    pub path: Path,
    /// Condition on the values at that place.
    pub test: Test,
}

impl Expectation {
    /// An expectation by its parts.
    #[must_use]
    pub fn new(read: &str, path: Path, test: Test) -> Self {
        Self {
            read: read.into(),
            path,
            test,
        }
    }

    /// Returns true when a reply meets the condition; `None` is the reply about a thing that does not exist. `sent` is when the change was first
    /// sent, or now.
    #[must_use]
    pub fn is_met(&self, body: Option<&Value>, sent: Timestamp) -> bool {
        let found = body.map_or_else(Vec::new, |body| self.path.find(body));
        match &self.test {
            Test::Absent => found.is_empty(),
            Test::Present => !found.is_empty(),
            Test::Is(value) => matches!(found.as_slice(), [one] if same(one, value)),
            Test::IsNot(value) => !matches!(found.as_slice(), [one] if same(one, value)),
            Test::Each(value) => !found.is_empty() && found.iter().all(|one| same(one, value)),
            Test::Includes(value) => found.iter().any(|one| same(one, value)),
            Test::Lacks(value) => !found.iter().any(|one| same(one, value)),
            Test::Contains(text) => {
                matches!(found.as_slice(), [Value::String(one)] if one.contains(text.as_str()))
            }
            Test::Without(text) => !found
                .iter()
                .any(|one| one.as_str().is_some_and(|one| one.contains(text.as_str()))),
            Test::All(values) => same_set(&found, values),
            Test::Since => {
                matches!(found.as_slice(), [Value::String(one)] if Timestamp::parse(one).is_some_and(|time| time >= sent))
            }
        }
    }
}

fn same_set(found: &[&Value], values: &[Value]) -> bool {
    let covers = |one: &&Value| values.iter().any(|value| same(one, value));
    let covered = |value: &Value| found.iter().any(|one| same(one, value));
    found.iter().all(covers) && values.iter().all(covered)
}

/// Returns true when two values say the same. Documents are the same whether they come as objects or as JSON text; the order of
/// members never matters, nor that of a policy's statements
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html>).
#[must_use]
pub fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) if one == other => true,
        (Value::String(text), document) | (document, Value::String(text)) => {
            document_of(text).is_some_and(|parsed| match document {
                Value::String(other) => document_of(other).is_some_and(|other| alike(&other, &parsed)),
                other => alike(&parsed, other),
            })
        }
        (one, other) => alike(one, other),
    }
}

/// Returns true when two documents are the same, in whatever order their statements stand.
fn alike(one: &Value, other: &Value) -> bool {
    let (Value::Object(members), Value::Object(others)) = (one, other) else {
        return one == other;
    };
    let is_same = |(name, value): (&String, &Value)| match (name.as_str(), value, others.get(name)) {
        ("Statement", Value::Array(statements), Some(Value::Array(others))) => {
            statements.len() == others.len()
                && statements.iter().all(|statement| others.contains(statement))
                && others.iter().all(|statement| statements.contains(statement))
        }
        (_, value, other) => other == Some(value),
    };
    members.len() == others.len() && members.iter().all(is_same)
}

fn document_of(text: &str) -> Option<Value> {
    let is_document = text.trim_start().starts_with(['{', '[']);
    is_document.then(|| serde_json::from_str(text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn is_met(test: Test, path: &'static str, body: Option<&Value>) -> bool {
        Expectation::new("r", Path::of(path), test).is_met(body, Timestamp(1_000))
    }

    #[test]
    fn each_test_means_what_it_says() {
        let body = json!({"Key": {"Status": "Active"}, "Groups": [{"Id": "a"}, {"Id": "b"}], "None": null});
        let body = Some(&body);
        assert!(is_met(Test::Is(json!("Active")), "Key.Status", body));
        assert!(!is_met(Test::Is(json!("a")), "Groups[].Id", body));
        assert!(is_met(Test::IsNot(json!("Inactive")), "Key.Status", body));
        assert!(is_met(Test::Includes(json!("a")), "Groups[].Id", body));
        assert!(is_met(Test::Lacks(json!("c")), "Groups[].Id", body));
        assert!(!is_met(Test::Each(json!("a")), "Groups[].Id", body));
        assert!(is_met(
            Test::All(vec![json!("b"), json!("a")]),
            "Groups[].Id",
            body
        ));
        assert!(!is_met(Test::All(vec![json!("a")]), "Groups[].Id", body));
        assert!(is_met(Test::Absent, "None", body));
        assert!(is_met(Test::Absent, "Key", None));
        assert!(!is_met(Test::Present, "Key", None));
        assert!(!is_met(Test::Each(json!("a")), "Nothing[].Id", body));
        let time = json!({"At": "1970-01-01T00:00:01Z"});
        assert!(is_met(Test::Since, "At", Some(&time)));
        let earlier = json!({"At": "1970-01-01T00:00:00Z"});
        assert!(!is_met(Test::Since, "At", Some(&earlier)) && !is_met(Test::Since, "At", None));
        assert!(is_met(Test::Contains("ctiv".to_owned()), "Key.Status", body));
        assert!(!is_met(Test::Without("ctiv".to_owned()), "Key.Status", body));
        assert!(is_met(Test::Without("ctiv".to_owned()), "Key.Status", None));
    }

    #[test]
    fn a_document_is_the_same_as_text_and_as_object() {
        let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny"}]});
        let text = json!(r#"{"Statement":[{"Effect":"Deny"}],"Version":"2012-10-17"}"#);
        assert!(same(&document, &text) && same(&text, &document));
        assert!(!same(
            &text,
            &json!(r#"{"Statement":[{"Effect":"Allow"}],"Version":"2012-10-17"}"#)
        ));
        assert!(!same(&json!("1"), &json!(1)));
        let (one, other) = (
            json!({"Statement": [{"Sid": "a"}, {"Sid": "b"}]}),
            json!({"Statement": [{"Sid": "b"}, {"Sid": "a"}]}),
        );
        assert!(same(&one, &other) && same(&one.to_string().into(), &other));
        assert!(!same(&one, &json!({"Statement": [{"Sid": "b"}, {"Sid": "b"}]})));
        assert!(!same(
            &one,
            &json!({"Statement": [{"Sid": "b"}, {"Sid": "a"}], "Id": "x"})
        ));
    }
}
