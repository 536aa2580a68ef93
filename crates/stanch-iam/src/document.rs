//! Reads a policy document in every form in which it comes: an object, JSON text, URL-encoded JSON text. The one reader
//! of the whole crate.
//!
//! Bounded and forgiving: what can't be understood is left out, and the policy says so; a document without any
//! statement is none. It must not say what a policy means.

use serde_json::Value;
use std::borrow::Cow;

/// A longer text is no policy: the largest that AWS takes is 32 KiB, and URL-encoding triples it at most.
const TEXT_LIMIT: usize = 256 * 1024;
const STATEMENTS_LIMIT: usize = 1000;
/// AWS's own longest list of actions has some 2,500.
const VALUES_LIMIT: usize = 10_000;
/// Kinds of principals, operators of one statement, keys of one operator.
const MEMBERS_LIMIT: usize = 64;
/// The version of the language that knows variables; without one, it is the older.
const VERSION: &str = "2012-10-17";
/// Depth to which text may be wrapped in text.
const WRAPPING_LIMIT: usize = 3;

/// A policy document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    pub(crate) statements: Vec<Statement>,
    /// True when `${aws:username}` stands for a value. It does from version 2012-10-17 on
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>).
    pub(crate) variables: bool,
    /// True when a part of it was not understood or was too much: it may say more than the statements that are here.
    pub(crate) unread: bool,
}

/// Which things a statement speaks of: those listed, or all but those listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Nothing is said.
    Unsaid,
    /// These patterns.
    Only(Vec<String>),
    /// Everything but these patterns.
    AllBut(Vec<String>),
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) allows: bool,
    pub(crate) actions: Scope,
    pub(crate) resources: Scope,
    /// Kind (`AWS`, `Service`, `Federated`, `CanonicalUser`; `*` when only a star is given) and name.
    pub(crate) principals: Vec<(String, String)>,
    /// `NotPrincipal`: everybody but somebody.
    pub(crate) all_but_principals: bool,
    pub(crate) conditions: Vec<Condition>,
}

/// One comparison of a condition block: `{"StringEquals": {"aws:PrincipalOrgID": ["o-1"]}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    /// In lower case.
    pub(crate) operator: String,
    /// In lower case.
    pub(crate) key: String,
    pub(crate) values: Vec<String>,
}

impl Policy {
    /// Reads a document; `None` when there is none in the value.
    #[must_use]
    pub fn parse(value: &Value) -> Option<Self> {
        Self::unwrap(value, WRAPPING_LIMIT)
    }

    /// A policy of which nothing is known: it exists, and was not read.
    #[must_use]
    pub fn unseen() -> Self {
        Self {
            unread: true,
            ..Self::default()
        }
    }

    /// Returns true when a part of it was not understood, so that it may say more than is known.
    #[must_use]
    pub const fn is_unread(&self) -> bool {
        self.unread
    }

    /// Reads a document that must be one: what cannot be read is unseen, what has no statement grants nothing.
    #[must_use]
    pub fn read(value: &Value) -> Self {
        Self::parse(value).unwrap_or_else(|| {
            let text = value.as_str().and_then(from_text);
            let statements = member(text.as_ref().unwrap_or(value), "Statement");
            match statements.and_then(Value::as_array) {
                Some(none) if none.is_empty() => Self::default(),
                _ => Self::unseen(),
            }
        })
    }

    fn unwrap(value: &Value, wrappings: usize) -> Option<Self> {
        match value {
            Value::String(text) if wrappings > 0 => Self::unwrap(&from_text(text)?, wrappings - 1),
            Value::Object(_) => {
                let mut reader = Reader::default();
                let statements = reader.statements(member(value, "Statement")?);
                let version = member(value, "Version").and_then(Value::as_str);
                (!statements.is_empty()).then_some(Self {
                    statements,
                    variables: version == Some(VERSION),
                    unread: reader.unread,
                })
            }
            _ => None,
        }
    }
}

fn from_text(text: &str) -> Option<Value> {
    let text = text.trim().trim_start_matches('\u{feff}');
    if text.len() > TEXT_LIMIT {
        return None;
    }
    if text.starts_with(['{', '"'])
        && let Ok(value) = serde_json::from_str(text)
    {
        return Some(value);
    }
    if !text.contains('%') {
        return None;
    }
    let decoded = percent_decoded(text);
    // A plus is a blank in forms but a plus in paths and names; take the reading that parses.
    serde_json::from_str(&decoded)
        .or_else(|_| serde_json::from_str(&percent_decoded(&text.replace('+', " "))))
        .ok()
}

fn percent_decoded(text: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy()
}

/// A member by name. Names of elements are tolerated in any case, as the records of some services change it.
fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let members = value.as_object()?;
    members.get(name).or_else(|| {
        members
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, member)| member)
    })
}

/// Reads the parts, and notes whether any was left out.
#[derive(Default)]
struct Reader {
    unread: bool,
}

impl Reader {
    fn statements(&mut self, value: &Value) -> Vec<Statement> {
        match value {
            Value::Array(elements) => {
                self.unread |= elements.len() > STATEMENTS_LIMIT;
                elements
                    .iter()
                    .take(STATEMENTS_LIMIT)
                    .filter_map(|element| self.statement(element))
                    .collect()
            }
            single => self.statement(single).into_iter().collect(),
        }
    }

    fn statement(&mut self, value: &Value) -> Option<Statement> {
        let effect = member(value, "Effect").and_then(Value::as_str).unwrap_or("");
        let allows = effect.eq_ignore_ascii_case("Allow");
        if !allows && !effect.eq_ignore_ascii_case("Deny") {
            self.unread = true;
            return None;
        }
        let (principals, all_but_principals) =
            match (member(value, "Principal"), member(value, "NotPrincipal")) {
                (Some(principal), _) => (self.principals(principal), false),
                (None, Some(principal)) => (self.principals(principal), true),
                (None, None) => (Vec::new(), false),
            };
        Some(Statement {
            allows,
            actions: self.scope(value, "Action", "NotAction"),
            resources: self.scope(value, "Resource", "NotResource"),
            principals,
            all_but_principals,
            conditions: member(value, "Condition")
                .map(|conditions| self.conditions(conditions))
                .unwrap_or_default(),
        })
    }

    fn scope(&mut self, statement: &Value, only: &str, all_but: &str) -> Scope {
        match (member(statement, only), member(statement, all_but)) {
            (Some(value), _) => Scope::Only(self.texts(value)),
            (None, Some(value)) => Scope::AllBut(self.texts(value)),
            (None, None) => Scope::Unsaid,
        }
    }

    /// A text, or the texts of a list; numbers and flags as text.
    fn texts(&mut self, value: &Value) -> Vec<String> {
        match value {
            Value::String(text) => vec![text.clone()],
            Value::Number(number) => vec![number.to_string()],
            Value::Bool(flag) => vec![flag.to_string()],
            Value::Array(elements) => {
                let (lists, single): (Vec<&Value>, Vec<&Value>) = elements
                    .iter()
                    .take(VALUES_LIMIT)
                    .partition(|element| element.is_array());
                self.unread |= !lists.is_empty() || elements.len() > VALUES_LIMIT;
                single
                    .into_iter()
                    .flat_map(|element| self.texts(element))
                    .collect()
            }
            Value::Null | Value::Object(_) => {
                self.unread = true;
                Vec::new()
            }
        }
    }

    fn principals(&mut self, value: &Value) -> Vec<(String, String)> {
        let Value::Object(kinds) = value else {
            let names = self.texts(value);
            return names.into_iter().map(|name| ("*".to_owned(), name)).collect();
        };
        self.unread |= kinds.len() > MEMBERS_LIMIT;
        let mut found = Vec::new();
        for (kind, names) in kinds.iter().take(MEMBERS_LIMIT) {
            let names = self.texts(names);
            found.extend(names.into_iter().map(|name| (kind.clone(), name)));
        }
        found
    }

    fn conditions(&mut self, value: &Value) -> Vec<Condition> {
        let mut found = Vec::new();
        self.unread |= !value.is_object();
        for (operator, comparisons) in value.as_object().into_iter().flatten().take(MEMBERS_LIMIT) {
            self.unread |= !comparisons.is_object();
            for (key, values) in comparisons.as_object().into_iter().flatten().take(MEMBERS_LIMIT) {
                found.push(Condition {
                    operator: operator.to_ascii_lowercase(),
                    key: key.to_ascii_lowercase(),
                    values: self.texts(values),
                });
            }
        }
        let crowded = |members: &Value| members.as_object().is_some_and(|all| all.len() > MEMBERS_LIMIT);
        self.unread |= crowded(value)
            || value
                .as_object()
                .into_iter()
                .flatten()
                .any(|(_, keys)| crowded(keys));
        found
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_form_of_a_document_is_the_same_policy() {
        let object = json!({"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]});
        let single = json!({"Statement": {"Effect": "Allow", "Action": ["s3:*"], "Resource": ["*"]}});
        let text = json!(object.to_string());
        let wrapped = json!(text.to_string());
        let encoded = json!(
            object
                .to_string()
                .replace('{', "%7B")
                .replace('"', "%22")
                .replace(':', "%3A")
        );
        let spaced = json!(
            "%7B%22Statement%22:+[%7B%22Effect%22:%22Allow%22,%22Action%22:%22s3:*%22,+%22Resource%22:%22*%22%7D]%7D"
        );
        let expected = Policy::parse(&object).unwrap();
        for form in [single, text, wrapped, encoded, spaced] {
            assert_eq!(Policy::parse(&form).as_ref(), Some(&expected), "{form}");
        }
    }

    #[test]
    fn what_is_no_policy_is_none() {
        for value in [
            json!(null),
            json!(""),
            json!("<sensitiveDataRemoved>"),
            json!("HIDDEN_DUE_TO_SECURITY_REASONS"),
            json!("{\"Statement\": [{\"Effect\": \"Al"),
            json!({"Statement": []}),
            json!({"Statement": "x"}),
            json!(["x"]),
        ] {
            assert_eq!(Policy::parse(&value), None, "{value}");
        }
    }

    #[test]
    fn what_is_left_out_is_told() {
        let read = |statement: Value| Policy::parse(&json!({"Version": VERSION, "Statement": statement}));
        let whole = read(json!([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}])).unwrap();
        assert!(!whole.unread && whole.variables);
        let partly = read(json!([
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
            {"Effect": "Perhaps", "Action": "s3:*", "Resource": "*"}]));
        assert!(partly.unwrap().unread);
        let crowded: serde_json::Map<String, Value> = (0..100)
            .map(|number| (format!("k{number}"), json!("v")))
            .collect();
        let crowded = json!([{"Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {"StringEquals": crowded}}]);
        assert!(read(crowded).unwrap().unread);
        assert!(Policy::read(&json!("nonsense")).unread);
        assert_eq!(Policy::read(&json!({"Statement": []})), Policy::default());
        assert_eq!(Policy::read(&json!("{\"Statement\": []}")), Policy::default());
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC*|[%{}\":a-zA-Z0-9*]*") {
            drop(Policy::parse(&Value::String(text)));
        }
    }
}
