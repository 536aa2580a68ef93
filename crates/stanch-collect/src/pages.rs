//! Pages that the models do not tell of: some sixty operations answer with a token although nothing says that they are paged.
//!
//! The port [`stanch_core::ports::Cloud`] joins the pages that it knows of and leaves no token behind; where one is left,
//! there is more, and a first page must never pass for all. It must not know which operations these are.

use serde_json::{Map, Value};
use stanch_core::ports::Cloud;
use stanch_core::{Answer, Call, CallOutcome};

/// Tokens in replies and the parameters that take them.
const TOKENS: &[(&str, &str)] = &[
    ("NextToken", "NextToken"),
    ("nextToken", "nextToken"),
    ("NextPageToken", "NextPageToken"),
    ("nextPageToken", "pageToken"),
    ("NextMarker", "Marker"),
    ("Marker", "Marker"),
    ("position", "position"),
];

/// The most pages that are followed here.
const PAGES: u32 = 10_000;

/// Asks, and continues as long as the answer leaves a token.
pub async fn ask(cloud: &dyn Cloud, call: &Call) -> Answer {
    let mut whole = cloud.ask(call).await;
    let mut last = None;
    for _ in 0..PAGES {
        if whole.outcome != CallOutcome::Ok {
            break;
        }
        let Some((parameter, token)) = take_token(&mut whole.body) else {
            break;
        };
        if last.as_ref() == Some(&token) {
            // A server that gives the same place again would be asked without end; what it has beyond is not known.
            whole.outcome = CallOutcome::Malformed;
            whole.code = Some("NextTokenRepeats".to_owned());
            break;
        }
        let mut next = call.clone();
        let mut params = call.params.as_object().cloned().unwrap_or_default();
        params.insert(parameter.to_owned(), token.clone());
        next.params = params.into();
        join(&mut whole, cloud.ask(&next).await);
        last = Some(token);
    }
    whole
}

/// Takes the token out of a reply, at its top or in the one object that holds its list.
fn take_token(body: &mut Value) -> Option<(&'static str, Value)> {
    let members = body.as_object_mut()?;
    take(members).or_else(|| {
        members
            .values_mut()
            .filter_map(Value::as_object_mut)
            .find_map(nested)
    })
}

fn nested(members: &mut Map<String, Value>) -> Option<(&'static str, Value)> {
    // CloudFront's lists are objects with their items and their marker inside.
    if members.contains_key("Quantity") {
        take(members)
    } else {
        None
    }
}

fn take(members: &mut Map<String, Value>) -> Option<(&'static str, Value)> {
    let is_last = members
        .get("IsTruncated")
        .or_else(|| members.get("isTruncated"))
        .is_some_and(|more| more == &Value::Bool(false));
    if is_last {
        return None;
    }
    let holds = |members: &Map<String, Value>, name: &str| {
        members
            .get(name)
            .and_then(Value::as_str)
            .is_some_and(|token| !token.is_empty())
    };
    let (name, parameter) = TOKENS.iter().find(|(name, _)| holds(members, name))?;
    members.shift_remove(*name).map(|token| (*parameter, token))
}

/// Adds a page to what was read. What went wrong with it is what went wrong with the whole.
fn join(whole: &mut Answer, page: Answer) {
    whole.outcome = page.outcome;
    whole.code = page.code;
    whole.message = page.message;
    whole.pages += page.pages;
    whole.attempts += page.attempts;
    whole.sha256s.extend(page.sha256s);
    whole.raw.extend(page.raw);
    extend(&mut whole.body, page.body);
}

fn extend(whole: &mut Value, page: Value) {
    match (whole, page) {
        (Value::Array(items), Value::Array(more)) => items.extend(more),
        (Value::Object(members), Value::Object(more)) => {
            for (name, value) in more {
                match members.get_mut(&name) {
                    Some(there @ (Value::Array(_) | Value::Object(_))) => extend(there, value),
                    _ => {
                        members.insert(name, value);
                    }
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;

    use serde_json::json;

    use super::*;

    /// Gives its pages by token.
    struct Book(Vec<Value>);

    impl Cloud for Book {
        fn ask<'c>(&'c self, call: &'c Call) -> Pin<Box<dyn Future<Output = Answer> + Send + 'c>> {
            let params = &call.params;
            let token = ["NextToken", "Marker"]
                .iter()
                .find_map(|name| params[*name].as_str());
            let page: usize = token.map_or(0, |token| token.parse().unwrap());
            Box::pin(async move { Answer::ok(self.0[page].clone()) })
        }
    }

    async fn read(pages: Vec<Value>) -> Answer {
        let call = Call {
            account: None,
            region: "r".into(),
            service: "s".into(),
            operation: "o".into(),
            params: Value::Null,
        };
        ask(&Book(pages), &call).await
    }

    #[tokio::test]
    async fn a_token_that_is_left_is_followed() {
        let answer = read(vec![
            json!({"Things": [1], "NextToken": "1"}),
            json!({"Things": [2], "NextToken": "2"}),
            json!({"Things": [3], "NextToken": ""}),
        ])
        .await;
        assert_eq!(answer.body["Things"], json!([1, 2, 3]));
        assert_eq!((answer.outcome, answer.pages), (CallOutcome::Ok, 3));
        let nested = read(vec![
            json!({"List": {"Quantity": 1, "Items": [1], "NextMarker": "1"}}),
            json!({"List": {"Quantity": 1, "Items": [2]}}),
        ])
        .await;
        assert_eq!(nested.body["List"]["Items"], json!([1, 2]));
    }

    #[tokio::test]
    async fn a_server_that_turns_in_a_circle_is_not_believed() {
        let answer = read(vec![
            json!({"T": [0], "NextToken": "1"}),
            json!({"T": [1], "NextToken": "1"}),
        ])
        .await;
        assert_eq!(answer.outcome, CallOutcome::Malformed);
        assert_eq!(answer.body["T"], json!([0, 1]));
    }

    #[tokio::test]
    async fn an_echoed_marker_of_the_last_page_is_no_token() {
        let answer = read(vec![json!({"T": [0], "Marker": "0", "IsTruncated": false})]).await;
        assert_eq!((answer.outcome, answer.pages), (CallOutcome::Ok, 1));
    }
}
