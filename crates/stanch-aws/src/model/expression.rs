//! The part of JMESPath that paginators and endpoint parameters use: fields, indexes, projections, choices, `keys()`.
//!
//! A test holds that every expression in the pack is of this part. Anything else is refused when the pack is made.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expression {
    /// As written in the model.
    pub text: String,
    /// The first of these that gives something holds (`a || b`).
    choices: Vec<Vec<Step>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Step {
    /// `name`
    Field(String),
    /// `[-1]`
    Index(i64),
    /// `[*]`
    Each,
    /// `[]`
    Flatten,
    /// `[a.b, c]`
    Several(Vec<Expression>),
    /// `keys(a.b)`
    Keys(Box<Expression>),
}

/// An expression outside the part that is understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the expression `{0}` is not one of those understood here")]
pub struct ExpressionError(pub String);

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// When it uses more of JMESPath than the models do.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        let choices = split(text, "||")
            .into_iter()
            .map(|choice| steps(choice.trim()).ok_or_else(|| ExpressionError(text.to_owned())))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            text: text.to_owned(),
            choices,
        })
    }

    /// The value found; null where there is nothing.
    #[must_use]
    pub fn find(&self, value: &Value) -> Value {
        for choice in &self.choices {
            let found = walk(choice, value);
            if !is_nothing(&found) {
                return found;
            }
        }
        Value::Null
    }

    /// The plain fields it goes through, when it is nothing but fields: where a result can be restored.
    #[must_use]
    pub fn fields(&self) -> Option<Vec<&str>> {
        let [choice] = self.choices.as_slice() else {
            return None;
        };
        choice
            .iter()
            .map(|step| match step {
                Step::Field(name) => Some(name.as_str()),
                _ => None,
            })
            .collect()
    }
}

/// Values that JMESPath counts as false: the next choice is tried.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

fn walk(steps: &[Step], value: &Value) -> Value {
    let Some((step, rest)) = steps.split_first() else {
        return value.clone();
    };
    match step {
        Step::Field(name) => value.get(name).map_or(Value::Null, |found| walk(rest, found)),
        Step::Index(index) => at(value, *index).map_or(Value::Null, |found| walk(rest, found)),
        Step::Each => project(value.as_array(), rest),
        Step::Flatten => project(flat(value).as_ref(), rest),
        Step::Several(_) if value.is_null() => Value::Null,
        Step::Several(parts) => walk(
            rest,
            &Value::Array(parts.iter().map(|part| part.find(value)).collect()),
        ),
        Step::Keys(inner) => match inner.find(value) {
            Value::Object(members) => walk(
                rest,
                &Value::Array(members.into_iter().map(|(key, _)| Value::String(key)).collect()),
            ),
            _ => Value::Null,
        },
    }
}

fn at(value: &Value, index: i64) -> Option<&Value> {
    let items = value.as_array()?;
    let place = if index < 0 {
        items
            .len()
            .checked_sub(usize::try_from(index.unsigned_abs()).ok()?)?
    } else {
        usize::try_from(index).ok()?
    };
    items.get(place)
}

/// Applies the rest to each item, leaving out what gives nothing; a `[]` further on flattens the whole projection.
fn project(items: Option<&Vec<Value>>, rest: &[Step]) -> Value {
    let Some(items) = items else {
        return Value::Null;
    };
    let end = rest
        .iter()
        .position(|step| matches!(step, Step::Flatten))
        .unwrap_or(rest.len());
    let (each, after) = rest.split_at(end);
    let found: Vec<Value> = items
        .iter()
        .map(|item| walk(each, item))
        .filter(|found| !found.is_null())
        .collect();
    walk(after, &Value::Array(found))
}

fn flat(value: &Value) -> Option<Vec<Value>> {
    let mut out = Vec::new();
    for item in value.as_array()? {
        match item {
            Value::Array(inner) => out.extend(inner.iter().cloned()),
            other => out.push(other.clone()),
        }
    }
    Some(out)
}

/// Cuts at a separator that stands in no bracket.
fn split<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    let (mut parts, mut depth, mut start, mut place) = (Vec::new(), 0_usize, 0, 0);
    while let Some(byte) = text.as_bytes().get(place) {
        match byte {
            b'[' | b'(' => depth += 1,
            b']' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && text[place..].starts_with(separator) {
            parts.push(&text[start..place]);
            place += separator.len();
            start = place;
        } else {
            place += text[place..].chars().next().map_or(1, char::len_utf8);
        }
    }
    parts.push(&text[start..]);
    parts
}

fn steps(text: &str) -> Option<Vec<Step>> {
    let mut out = Vec::new();
    for part in split(text, ".") {
        if let Some(inner) = part.strip_prefix("keys(").and_then(|rest| rest.strip_suffix(')')) {
            out.push(Step::Keys(Box::new(Expression::parse(inner).ok()?)));
            continue;
        }
        let end = part.find('[').unwrap_or(part.len());
        let (name, mut brackets) = part.split_at(end);
        if name.is_empty() && brackets.is_empty() {
            return None;
        }
        if !name.is_empty() {
            let plain = name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            out.push(plain.then(|| Step::Field(name.to_owned()))?);
        }
        while !brackets.is_empty() {
            let close = closing(brackets)?;
            out.push(bracket(brackets.get(1..close)?)?);
            brackets = brackets.get(close + 1..)?;
        }
    }
    Some(out)
}

/// Where the bracket that opens a text closes.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(place);
                }
            }
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

fn bracket(inner: &str) -> Option<Step> {
    match inner {
        "" => Some(Step::Flatten),
        "*" => Some(Step::Each),
        _ => {
            if let Ok(index) = inner.parse() {
                return Some(Step::Index(index));
            }
            let parts = split(inner, ",")
                .into_iter()
                .map(|part| Expression::parse(part.trim()).ok())
                .collect::<Option<_>>()?;
            Some(Step::Several(parts))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn find(text: &str, value: &Value) -> Value {
        Expression::parse(text).unwrap().find(value)
    }

    #[test]
    fn finds_what_the_models_ask_for() {
        let value = json!({
            "Next": "", "Contents": [{"Key": "a"}, {"Key": "b"}], "Deep": {"Er": {"Token": 7}},
            "Tables": {"one": 1, "two": 2},
            "Items": [{"Put": {"T": "x"}, "Get": {"T": "y"}}, {"Get": {"T": "z"}}],
        });
        assert_eq!(find("Next || Contents[-1].Key", &value), json!("b"));
        assert_eq!(find("Deep.Er.Token", &value), json!(7));
        assert_eq!(find("Deep.No.Token", &value), Value::Null);
        assert_eq!(find("keys(Tables)", &value), json!(["one", "two"]));
        assert_eq!(find("Items[*].Get.T", &value), json!(["y", "z"]));
        assert_eq!(find("Items[*].[Put.T, Get.T][]", &value), json!(["x", "y", "z"]));
        assert_eq!(find("Contents[-3].Key", &value), Value::Null);
    }

    #[test]
    fn refuses_the_rest_of_the_language() {
        for text in [
            "a[?b==`1`]",
            "length(a)",
            "a.b | c",
            "{a: b}",
            "",
            "a.",
            "a[0",
            "a]",
        ] {
            assert!(Expression::parse(text).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_parser(text in "[a-z.\\[\\]*|(),é-]{0,24}") {
            if let Ok(expression) = Expression::parse(&text) {
                drop(expression.find(&json!({"a": [{"b": [1]}]})));
            }
        }
    }
}
