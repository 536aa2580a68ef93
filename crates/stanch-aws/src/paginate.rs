//! Asks for page after page, and joins what they hold.

use std::collections::HashSet;

use serde_json::{Map, Value};
use stanch_core::EventKey;

use crate::model::Paginator;
use crate::model::expression::Expression;

/// Why there is no next page although the service says that there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// The service gave a place to continue from that it had given before: continuing would never end.
    #[error("the service gave the same next token twice (after {pages} pages): the result is incomplete")]
    Repeated {
        /// Pages read so far.
        pages: usize,
    },
    /// The service says that there is more but not from where.
    #[error(
        "the service says that there is more but gives no token (after {pages} pages): the result is incomplete"
    )]
    NoToken {
        /// Pages read so far.
        pages: usize,
    },
}

/// The way through an operation's pages.
#[derive(Debug)]
pub struct Pages<'a> {
    paginator: &'a Paginator,
    seen: HashSet<EventKey>,
    pages: usize,
}

impl<'a> Pages<'a> {
    /// Before the first page.
    #[must_use]
    pub fn new(paginator: &'a Paginator) -> Self {
        Self {
            paginator,
            seen: HashSet::new(),
            pages: 0,
        }
    }

    /// The parameters for the page after this reply; none when it was the last.
    ///
    /// # Errors
    /// When continuing would not end, or can't begin.
    pub fn next(&mut self, params: &Value, reply: &Value) -> Result<Option<Value>, PageError> {
        self.pages += 1;
        let more = self
            .paginator
            .more_results
            .as_ref()
            .map(|more| truth(&more.find(reply)));
        if more == Some(false) {
            return Ok(None);
        }
        let tokens: Vec<Value> = self
            .paginator
            .output_tokens
            .iter()
            .map(|token| token.find(reply))
            .map(|token| if truth(&token) { token } else { Value::Null })
            .collect();
        if tokens.iter().all(Value::is_null) {
            return match more {
                Some(_) => Err(PageError::NoToken { pages: self.pages }),
                None => Ok(None),
            };
        }
        let key = EventKey::of(&[Value::Array(tokens.clone()).to_string().as_bytes()]);
        if !self.seen.insert(key) {
            return Err(PageError::Repeated { pages: self.pages });
        }
        let mut next = match params {
            Value::Object(members) => members.clone(),
            _ => Map::new(),
        };
        for (name, token) in self.paginator.input_tokens.iter().zip(tokens) {
            if token.is_null() {
                next.remove(name);
            } else {
                next.insert(name.clone(), token);
            }
        }
        Ok(Some(Value::Object(next)))
    }
}

/// Values that JMESPath and Python count as true.
fn truth(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty() && text != "None",
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    }
}

/// Joins a page to those before: what the model calls results grows, the rest stays as the first page has it. Tokens
/// are left out, as the AWS command line does. Begin with `Value::Null`.
pub fn join(paginator: &Paginator, whole: &mut Value, page: &Value) {
    let first = whole.is_null();
    if first {
        *whole = Value::Object(Map::new());
        for key in &paginator.non_aggregate_keys {
            if let (Some(fields), found) = (key.fields(), key.find(page))
                && !found.is_null()
            {
                put(whole, &fields, found);
            }
        }
    }
    for key in &paginator.result_keys {
        let found = at(page, key);
        if found.is_null() {
            continue;
        }
        let Some(fields) = key.fields() else {
            continue;
        };
        match (at(whole, key), found) {
            (Value::Array(mut items), Value::Array(more)) => {
                items.extend(more);
                put(whole, &fields, Value::Array(items));
            }
            (Value::Object(mut members), Value::Object(more)) => {
                members.extend(more);
                put(whole, &fields, Value::Object(members));
            }
            (Value::Number(one), Value::Number(other)) => put(whole, &fields, sum(&one, &other)),
            (Value::String(one), Value::String(other)) => put(whole, &fields, Value::String(one + &other)),
            (Value::Null, found) => put(whole, &fields, found),
            _ => {}
        }
    }
}

/// Empty lists count here, so this can't be the expression's own search.
fn at(value: &Value, key: &Expression) -> Value {
    let mut here = value;
    for field in key.fields().unwrap_or_default() {
        let Some(below) = here.get(field) else {
            return Value::Null;
        };
        here = below;
    }
    here.clone()
}

fn sum(one: &serde_json::Number, other: &serde_json::Number) -> Value {
    match (one.as_i64(), other.as_i64()) {
        (Some(one), Some(other)) => Value::from(one.saturating_add(other)),
        _ => Value::from(one.as_f64().unwrap_or(0.0) + other.as_f64().unwrap_or(0.0)),
    }
}

fn put(whole: &mut Value, fields: &[&str], value: Value) {
    let mut here = whole;
    for field in fields {
        if !here.is_object() {
            *here = Value::Object(Map::new());
        }
        let Value::Object(members) = here else {
            return;
        };
        here = members.entry((*field).to_owned()).or_insert(Value::Null);
    }
    *here = value;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Models;
    use serde_json::json;

    fn paginator(service: &str, operation: &str) -> Paginator {
        let service = Models::embedded().unwrap().service(service).unwrap();
        service.operation(operation).unwrap().paginator.clone().unwrap()
    }

    #[test]
    fn pages_follow_each_other_and_join() {
        let iam = paginator("iam", "ListUsers");
        let mut pages = Pages::new(&iam);
        let first = json!({"Users": [{"UserName": "a"}], "IsTruncated": true, "Marker": "m"});
        let next = pages.next(&json!({"PathPrefix": "/"}), &first).unwrap().unwrap();
        assert_eq!(next, json!({"PathPrefix": "/", "Marker": "m"}));
        let last = json!({"Users": [{"UserName": "b"}], "IsTruncated": false});
        assert_eq!(pages.next(&next, &last), Ok(None));
        let mut whole = Value::Null;
        join(&iam, &mut whole, &first);
        join(&iam, &mut whole, &last);
        assert_eq!(whole, json!({"Users": [{"UserName": "a"}, {"UserName": "b"}]}));
    }

    #[test]
    fn a_key_of_the_last_object_can_be_the_token() {
        let s3 = paginator("s3", "ListObjects");
        let reply = json!({"IsTruncated": true, "Contents": [{"Key": "a"}, {"Key": "b"}]});
        let next = Pages::new(&s3).next(&json!({"Bucket": "x"}), &reply).unwrap();
        assert_eq!(next, Some(json!({"Bucket": "x", "Marker": "b"})));
    }

    #[test]
    fn a_service_that_goes_in_circles_is_found_out() {
        let iam = paginator("iam", "ListUsers");
        let mut pages = Pages::new(&iam);
        let page = |marker: &str| json!({"IsTruncated": true, "Marker": marker});
        assert!(pages.next(&json!({}), &page("a")).is_ok());
        assert!(pages.next(&json!({}), &page("b")).is_ok());
        assert_eq!(
            pages.next(&json!({}), &page("a")),
            Err(PageError::Repeated { pages: 3 })
        );
        assert_eq!(
            Pages::new(&iam).next(&json!({}), &json!({"IsTruncated": true})),
            Err(PageError::NoToken { pages: 1 })
        );
    }

    proptest::proptest! {
        #[test]
        fn paging_ends_whatever_a_service_says(markers in proptest::collection::vec("[a-c]?", 1..40)) {
            let iam = paginator("iam", "ListUsers");
            let mut pages = Pages::new(&iam);
            let mut read = 0;
            // Three markers there are: at the fourth page at the latest the service repeats itself.
            for marker in markers.iter().cycle() {
                read += 1;
                match pages.next(&json!({}), &json!({"IsTruncated": true, "Marker": marker})) {
                    Ok(Some(_)) => {}
                    Ok(None) | Err(_) => break,
                }
            }
            proptest::prop_assert!(read <= 4);
        }
    }
}
