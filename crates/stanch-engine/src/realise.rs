//! Makes a call of a template: literals as they are, parts of replies put in, the cut-off by the clock, secrets new.
//!
//! What is journalled is made next to what is sent, with every secret replaced. It must not read a clock or send
//! anything.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use stanch_core::plan::{CallTemplate, Form, Param, Path, ReadName, StepNumber};
use stanch_core::redact::is_marked;
use stanch_core::{AccountId, Call, Timestamp};

use crate::secret::Secret;

/// What stands in the journal in place of a secret.
const HIDDEN: &str = "(made when it was sent, not kept)";

/// Replies by step and name; `None` is the reply about a thing that does not exist.
pub(crate) type Replies = BTreeMap<(StepNumber, ReadName), Option<Value>>;

/// Why a call can't be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RealiseError {
    #[error("the reply {0} that it is made from was not read")]
    NotRead(String),
    #[error("the reply {name} holds {found} values where one is needed")]
    NotOne { name: String, found: usize },
    #[error("the reply {0} held a secret there, which was not kept")]
    Hidden(String),
    #[error("a part of a text is no text")]
    NoText,
    #[error("a document can't be written as text")]
    Document,
    #[error("the operating system gives no random bytes")]
    NoRandomness,
}

/// A call as it is sent, and as it is told.
#[derive(Debug)]
pub(crate) struct Realised {
    pub(crate) sent: Call,
    pub(crate) told: Call,
}

/// What a template is filled with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filling<'f> {
    pub(crate) account: &'f AccountId,
    pub(crate) step: StepNumber,
    pub(crate) replies: &'f Replies,
    pub(crate) now: Timestamp,
}

impl Filling<'_> {
    /// The call of a template.
    pub(crate) fn call(&self, template: &CallTemplate) -> Result<Realised, RealiseError> {
        let (sent, told) = self.value(&template.params)?;
        let call = |params| Call {
            account: Some(self.account.clone()),
            region: template.region.clone(),
            service: template.service.clone(),
            operation: template.operation.clone(),
            params,
        };
        Ok(Realised {
            sent: call(sent),
            told: call(told),
        })
    }

    fn value(&self, param: &Param) -> Result<(Value, Value), RealiseError> {
        match param {
            Param::Literal(value) => Ok((value.clone(), value.clone())),
            Param::Object(members) => {
                let (mut sent, mut told) = (Map::new(), Map::new());
                for (name, param) in members {
                    let (one, other) = self.value(param)?;
                    sent.insert(name.clone(), one);
                    told.insert(name.clone(), other);
                }
                Ok((Value::Object(sent), Value::Object(told)))
            }
            Param::List(params) => {
                let pairs: Result<Vec<_>, _> = params.iter().map(|param| self.value(param)).collect();
                let (sent, told) = pairs?.into_iter().unzip();
                Ok((Value::Array(sent), Value::Array(told)))
            }
            Param::Text(params) => {
                let (mut sent, mut told) = (String::new(), String::new());
                for param in params {
                    let (one, other) = self.value(param)?;
                    sent.push_str(one.as_str().ok_or(RealiseError::NoText)?);
                    told.push_str(other.as_str().ok_or(RealiseError::NoText)?);
                }
                Ok((sent.into(), told.into()))
            }
            Param::Reply {
                step,
                read,
                path,
                form,
            } => {
                let value = self.reply(step.unwrap_or(self.step), read, path, *form)?;
                Ok((value.clone(), value))
            }
            Param::Cutoff { seconds } => {
                let moment = Timestamp::from_seconds(self.now.seconds().saturating_add(*seconds));
                let text = Value::from(moment.to_string());
                Ok((text.clone(), text))
            }
            Param::Secret => {
                let secret = Secret::password().map_err(|_| RealiseError::NoRandomness)?;
                Ok((secret.reveal().into(), HIDDEN.into()))
            }
        }
    }

    fn reply(
        &self,
        step: StepNumber,
        read: &ReadName,
        path: &Path,
        form: Form,
    ) -> Result<Value, RealiseError> {
        let reply = self
            .replies
            .get(&(step, read.clone()))
            .ok_or_else(|| RealiseError::NotRead(read.0.clone()))?;
        let found = reply.as_ref().map_or_else(Vec::new, |body| path.find(body));
        if found.iter().any(|value| is_hidden(value)) {
            return Err(RealiseError::Hidden(read.0.clone()));
        }
        if form == Form::All {
            return Ok(Value::Array(found.into_iter().cloned().collect()));
        }
        let [one] = found.as_slice() else {
            return Err(RealiseError::NotOne {
                name: read.0.clone(),
                found: found.len(),
            });
        };
        match (form, one) {
            (Form::Document, Value::String(text)) => Ok(Value::String(text.clone())),
            (Form::Document, document) => serde_json::to_string(document)
                .map(Value::String)
                .map_err(|_| RealiseError::Document),
            (Form::One | Form::All, one) => Ok((*one).clone()),
        }
    }
}

/// Returns true when a part of a reply lacks a secret: to send it would put the mark in the secret's place.
fn is_hidden(value: &Value) -> bool {
    match value {
        Value::String(text) => is_marked(text),
        Value::Array(items) => items.iter().any(is_hidden),
        Value::Object(members) => members.values().any(is_hidden),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filled(param: Param) -> Result<Realised, RealiseError> {
        let mut replies = Replies::new();
        replies.insert(
            (StepNumber(1), "r".into()),
            Some(json!({"A": {"B": 1}, "L": ["x", "y"]})),
        );
        let account = AccountId::from("111122223333");
        let filling = Filling {
            account: &account,
            step: StepNumber(1),
            replies: &replies,
            now: Timestamp(1_772_719_331_500),
        };
        filling.call(&CallTemplate::new(
            &"us-east-1".into(),
            "iam",
            "X",
            Param::object([("P", param)]),
        ))
    }

    #[test]
    fn the_four_kinds_of_parameter_are_filled_in() {
        let sent = |param| filled(param).unwrap().sent.params["P"].clone();
        assert_eq!(sent(Param::literal("x")), json!("x"));
        assert_eq!(
            sent(Param::from_reply("r", Path::of("A"), Form::Document)),
            json!(r#"{"B":1}"#)
        );
        assert_eq!(
            sent(Param::from_reply("r", Path::of("L[]"), Form::All)),
            json!(["x", "y"])
        );
        let text = Param::Text(vec![
            Param::literal("<"),
            Param::Cutoff { seconds: 30 },
            Param::literal(">"),
        ]);
        assert_eq!(sent(text), json!("<2026-03-05T14:02:41Z>"));
    }

    #[test]
    fn a_secret_is_sent_and_never_told() {
        let one = filled(Param::Secret).unwrap();
        let other = filled(Param::Secret).unwrap();
        let secret = one.sent.params["P"].as_str().unwrap().to_owned();
        assert!(secret.len() >= 32 && secret != other.sent.params["P"].as_str().unwrap());
        assert!(!one.told.params.to_string().contains(&secret));
    }

    #[test]
    fn a_secret_that_was_taken_out_is_never_sent_back_as_its_mark() {
        let hidden = json!({"Input": stanch_core::redact::mark("token")});
        assert!(is_hidden(&hidden) && !is_hidden(&json!({"Input": "x", "List": [1, null]})));
    }

    #[test]
    fn what_was_not_read_or_is_not_one_makes_no_call() {
        assert!(filled(Param::reply("other", Path::of("A"))).is_err());
        assert!(filled(Param::reply("r", Path::of("L[]"))).is_err());
        assert!(filled(Param::reply("r", Path::of("Nothing"))).is_err());
        assert!(filled(Param::Text(vec![Param::literal(1)])).is_err());
    }
}
