//! Reads replies of a step, and says whether what must hold does. It must not change anything.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use stanch_core::plan::{Expectation, Read, ReadName, Step};
use stanch_core::redact::redact_answer;
use stanch_core::run::Stage;
use stanch_core::{Answer, CallOutcome, RunLine, Timestamp};

use super::Run;
use crate::realise::Filling;

/// The most bytes of a reply that a line verified_by: longer ones are no state of one thing.
const BODY_LIMIT: usize = 512 * 1024;

/// Replies that were read just now; `None` is the reply about a thing that does not exist.
pub(crate) type Found = BTreeMap<ReadName, Option<Value>>;

/// What reading came to.
#[derive(Debug)]
pub(crate) struct Looked {
    pub(crate) found: Found,
    /// Lines that tell of it.
    pub(crate) lines: Vec<RunLine>,
    /// Why something could not be read.
    pub(crate) unread: Option<String>,
}

impl Run<'_> {
    /// Reads replies of a step.
    pub(crate) async fn look(&self, step: &Step, reads: &[Read], stage: Stage) -> Looked {
        let mut looked = Looked {
            found: Found::new(),
            lines: Vec::new(),
            unread: None,
        };
        for read in reads {
            let call = {
                let replies = self.replies.borrow();
                let filling = Filling {
                    account: &self.plan.account,
                    step: step.number,
                    replies: &replies,
                    now: self.engine.clock.now(),
                };
                filling.call(&read.call)
            };
            let call = match call {
                Ok(call) => call.sent,
                Err(error) => {
                    looked.unread = Some(error.to_string());
                    return looked;
                }
            };
            let mut answer = self.ask(&call).await;
            let reply = reply_of(&answer);
            redact_answer(&mut answer.body, &hex_sha256);
            let is_too_long = answer.body.to_string().len() > BODY_LIMIT;
            looked.lines.push(line(step, stage, read, &answer, is_too_long));
            match reply {
                Some(reply) if !is_too_long => {
                    looked.found.insert(read.name.clone(), reply);
                }
                _ => {
                    looked.unread = Some(unread(read, &answer));
                    return looked;
                }
            }
        }
        looked
    }

    /// Keeps replies for calls that are made of them.
    pub(crate) fn keep(&self, step: &Step, found: &Found) {
        let mut replies = self.replies.borrow_mut();
        for (name, reply) in found {
            replies.insert((step.number, name.clone()), reply.clone());
        }
    }
}

/// What a reply says, if it says anything: a thing that does not exist is an answer, a refusal is not.
fn reply_of(answer: &Answer) -> Option<Option<Value>> {
    match answer.outcome {
        CallOutcome::Ok => Some(Some(answer.body.clone())),
        CallOutcome::DoesNotExist => Some(None),
        _ => None,
    }
}

fn line(step: &Step, stage: Stage, read: &Read, answer: &Answer, is_too_long: bool) -> RunLine {
    RunLine::Read {
        step: step.number,
        stage,
        read: read.name.clone(),
        outcome: answer.outcome,
        code: answer.code.clone(),
        body: if is_too_long {
            Value::Null
        } else {
            answer.body.clone()
        },
        sha256s: answer.sha256s.clone(),
    }
}

fn unread(read: &Read, answer: &Answer) -> String {
    let call = &read.call;
    let code = answer.code.as_deref().unwrap_or("no code");
    format!("{} {}: {} ({code})", call.service, call.operation, answer.outcome)
}

/// The first expectation that does not hold.
pub(crate) fn missed<'x>(
    expectations: &'x [Expectation],
    found: &Found,
    sent: Timestamp,
) -> Option<&'x Expectation> {
    expectations.iter().find(|expectation| {
        let reply = found.get(&expectation.read);
        reply.is_none_or(|reply| !expectation.is_met(reply.as_ref(), sent))
    })
}

/// What does not hold, in words.
pub(crate) fn words(expectation: &Expectation) -> String {
    let path = path_words(&expectation.path);
    let test = serde_json::to_string(&expectation.test).unwrap_or_default();
    let test = stanch_core::text::bounded(&test, 300);
    format!("{}{path} is not as it must be ({test})", expectation.read.0)
}

/// The parts of a path, as a person reads them.
pub(crate) fn path_words(path: &stanch_core::json_path::Path) -> String {
    path.0.iter().map(part).collect()
}

fn part(part: &stanch_core::plan::Part) -> String {
    match part {
        stanch_core::plan::Part::Member(name) => format!(".{name}"),
        stanch_core::plan::Part::Each => "[]".to_owned(),
        stanch_core::plan::Part::Values => "{}".to_owned(),
        stanch_core::plan::Part::Where { member, is } => {
            format!("[{member}={}]", stanch_core::text::bounded(is, 100))
        }
    }
}

pub(crate) fn hex_sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
