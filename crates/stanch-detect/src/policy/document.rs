//! Reads a policy document in every form that requests carry it: an object, JSON text, URL-encoded JSON text.
//!
//! Bounded and forgiving: what can't be understood is left out, and a document without any statement is none. It
//! must not say what a policy means.

use serde_json::Value;

/// A longer text is no policy: the largest that AWS takes is 32 KiB, and URL-encoding triples it at most.
const TEXT_LIMIT: usize = 256 * 1024;
const STATEMENTS_LIMIT: usize = 1000;
const VALUES_LIMIT: usize = 2000;
/// How often text may be wrapped in text.
const WRAPPING_LIMIT: usize = 3;

/// A policy document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    pub(super) statements: Vec<Statement>,
}

/// Which things a statement speaks of: those listed, or all but those listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scope {
    /// Nothing is said.
    Unsaid,
    /// These patterns.
    Only(Vec<String>),
    /// Everything but these patterns.
    AllBut(Vec<String>),
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) allows: bool,
    pub(super) actions: Scope,
    pub(super) resources: Scope,
    /// Kind (`AWS`, `Service`, `Federated`, `CanonicalUser`; `*` when only a star is given) and name.
    pub(super) principals: Vec<(String, String)>,
    /// `NotPrincipal`: everybody but somebody.
    pub(super) all_but_principals: bool,
    pub(super) conditions: Vec<Condition>,
}

/// One comparison of a condition block: `{"StringEquals": {"aws:PrincipalOrgID": ["o-1"]}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    /// In lower case.
    pub(super) operator: String,
    /// In lower case.
    pub(super) key: String,
    pub(super) values: Vec<String>,
}

impl Policy {
    /// Reads a document; `None` when there is none in the value.
    #[must_use]
    pub fn parse(value: &Value) -> Option<Self> {
        Self::unwrap(value, WRAPPING_LIMIT)
    }

    fn unwrap(value: &Value, wrappings: usize) -> Option<Self> {
        match value {
            Value::String(text) if wrappings > 0 => Self::unwrap(&from_text(text)?, wrappings - 1),
            Value::Object(_) => {
                let statements = statements(member(value, "Statement")?);
                (!statements.is_empty()).then_some(Self { statements })
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

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while place < bytes.len() {
        let hex = (bytes[place] == b'%')
            .then(|| text.get(place + 1..place + 3))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = hex {
            decoded.push(byte);
            place += 3;
        } else {
            decoded.push(bytes[place]);
            place += 1;
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
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

fn statements(value: &Value) -> Vec<Statement> {
    match value {
        Value::Array(elements) => elements
            .iter()
            .take(STATEMENTS_LIMIT)
            .filter_map(statement)
            .collect(),
        single => statement(single).into_iter().collect(),
    }
}

fn statement(value: &Value) -> Option<Statement> {
    let effect = member(value, "Effect")?.as_str()?;
    let (principals, all_but_principals) = match (member(value, "Principal"), member(value, "NotPrincipal")) {
        (Some(principal), _) => (principals(principal), false),
        (None, Some(principal)) => (principals(principal), true),
        (None, None) => (Vec::new(), false),
    };
    Some(Statement {
        allows: effect.eq_ignore_ascii_case("Allow"),
        actions: scope(value, "Action", "NotAction"),
        resources: scope(value, "Resource", "NotResource"),
        principals,
        all_but_principals,
        conditions: member(value, "Condition").map(conditions).unwrap_or_default(),
    })
}

fn scope(statement: &Value, only: &str, all_but: &str) -> Scope {
    match (member(statement, only), member(statement, all_but)) {
        (Some(value), _) => Scope::Only(texts(value)),
        (None, Some(value)) => Scope::AllBut(texts(value)),
        (None, None) => Scope::Unsaid,
    }
}

/// A text, or the texts of a list; numbers and flags as text.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Bool(flag) => vec![flag.to_string()],
        Value::Array(elements) => elements
            .iter()
            .take(VALUES_LIMIT)
            .filter(|element| !element.is_array())
            .flat_map(texts)
            .collect(),
        Value::Null | Value::Object(_) => Vec::new(),
    }
}

fn principals(value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Object(kinds) => kinds
            .iter()
            .take(16)
            .flat_map(|(kind, names)| texts(names).into_iter().map(move |name| (kind.clone(), name)))
            .collect(),
        other => texts(other)
            .into_iter()
            .map(|name| ("*".to_owned(), name))
            .collect(),
    }
}

fn conditions(value: &Value) -> Vec<Condition> {
    let mut found = Vec::new();
    for (operator, comparisons) in value.as_object().into_iter().flatten().take(64) {
        for (key, values) in comparisons.as_object().into_iter().flatten().take(64) {
            found.push(Condition {
                operator: operator.to_ascii_lowercase(),
                key: key.to_ascii_lowercase(),
                values: texts(values),
            });
        }
    }
    found
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

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC*|[%{}\":a-zA-Z0-9*]*") {
            drop(Policy::parse(&Value::String(text)));
        }
    }
}
