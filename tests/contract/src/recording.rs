//! The replies to one action's calls, by the changes made before them: recorded from the stand-in, replayed without it.
//!
//! A recording is a tree. Its root is the account as the seed left it; every change that was carried out leads to a node of its
//! own, and each node holds the replies to all calls that were made there. What a failed call, a kill or a repeat leads to is
//! thus answered as the stand-in answered it, in any order that was recorded. It must not know what an action does.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stanch_core::assessment::Resource;
use stanch_core::{Answer, Call, CallOutcome, Reading};
use stanch_respond::ActionRequest;

/// A call without the account, which is always the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Asked {
    service: String,
    operation: String,
    region: String,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    params: Value,
}

impl Asked {
    pub(crate) fn of(call: &Call) -> Self {
        Self {
            service: call.service.to_string(),
            operation: call.operation.to_string(),
            region: call.region.to_string(),
            params: call.params.clone(),
        }
    }

    fn shown(&self) -> String {
        format!(
            "{}:{} {} {}",
            self.service, self.operation, self.region, self.params
        )
    }
}

/// A reply as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Saved {
    outcome: CallOutcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    pages: u32,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    body: Value,
}

impl Saved {
    fn of(answer: &Answer) -> Self {
        Self {
            outcome: answer.outcome,
            code: answer.code.clone(),
            message: answer.message.clone(),
            pages: answer.pages,
            body: answer.body.clone(),
        }
    }

    fn answer(&self) -> Answer {
        Answer {
            outcome: self.outcome,
            code: self.code.clone(),
            message: self.message.clone(),
            body: self.body.clone(),
            pages: self.pages,
            ..Answer::ok(Value::Null)
        }
    }
}

/// What the seed left: the change that is requested, and the readings that the plan is made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Start {
    target: Resource,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    parameters: BTreeMap<String, Vec<String>>,
    readings: Vec<Reading>,
}

/// One call at one node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Edge {
    at: usize,
    call: usize,
    answer: usize,
    /// The node after it.
    then: usize,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Recording {
    start: Option<Start>,
    calls: Vec<Asked>,
    answers: Vec<Saved>,
    edges: Vec<Edge>,
    /// Changes carried out before each node.
    depths: Vec<usize>,
    /// Calls that were answered in two ways at the same node, or are not recorded.
    pub(crate) wrong: Vec<String>,
}

impl Recording {
    /// Number of changes that were carried out before a node.
    pub(crate) fn depth(&self, node: usize) -> usize {
        self.depths.get(node).copied().unwrap_or_default()
    }

    /// Keeps what the seed left; it must be the same every time.
    pub(crate) fn begin(&mut self, request: &ActionRequest, readings: &[Reading]) {
        let start = Start {
            target: request.target.clone(),
            parameters: request.parameters.clone(),
            readings: readings.to_vec(),
        };
        match &self.start {
            None => self.start = Some(start),
            Some(known) if *known == start => {}
            Some(known) => self.wrong.push(format!(
                "the seed does not leave the same twice: {}",
                first_difference(&json!(known), &json!(start))
            )),
        }
    }

    /// Returns what the seed left.
    pub(crate) fn beginning(&self) -> Option<(ActionRequest, Vec<Reading>)> {
        let start = self.start.as_ref()?;
        let request = ActionRequest {
            parameters: start.parameters.clone(),
            ..ActionRequest::new(start.target.clone())
        };
        Some((request, start.readings.clone()))
    }

    /// Keeps a reply, and returns the node after it.
    pub(crate) fn keep(&mut self, at: usize, asked: Asked, answer: &Answer, reads: bool) -> usize {
        let saved = Saved::of(answer);
        if let Some(edge) = self.edge(at, &asked) {
            let known = &self.answers[edge.answer];
            if *known != saved {
                let difference = first_difference(&json!(known), &json!(saved));
                self.wrong.push(format!(
                    "answered in two ways at node {at}: {}: {difference}",
                    asked.shown()
                ));
            }
            return edge.then;
        }
        let then = if reads || answer.outcome != CallOutcome::Ok {
            at
        } else {
            self.depths.resize(self.depths.len().max(1), 0);
            self.depths.push(self.depth(at) + 1);
            self.depths.len() - 1
        };
        let call = place(&mut self.calls, asked);
        let answer = place(&mut self.answers, saved);
        self.edges.push(Edge {
            at,
            call,
            answer,
            then,
        });
        then
    }

    /// Returns the recorded reply and the node after it. A call that is not recorded is refused, and noted.
    pub(crate) fn replay(&mut self, at: usize, asked: &Asked) -> (Answer, usize) {
        if let Some(edge) = self.edge(at, asked) {
            return (self.answers[edge.answer].answer(), edge.then);
        }
        self.wrong.push(format!(
            "not recorded at node {at}: {}: run `make record`",
            asked.shown()
        ));
        let refused = Answer::refused(CallOutcome::Failed, Some("NotRecorded"), Some("not recorded"));
        (refused, at)
    }

    fn edge(&self, at: usize, asked: &Asked) -> Option<Edge> {
        let mut edges = self.edges.iter();
        edges
            .find(|edge| edge.at == at && self.calls[edge.call] == *asked)
            .cloned()
    }

    /// Returns how this recording differs from an earlier one that holds more cases: each reply must stand there too.
    pub(crate) fn differences(&self, known: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        if self.start != known.start {
            let difference = first_difference(&json!(known.start), &json!(self.start));
            differences.push(format!("the seed leaves another account: {difference}"));
        }
        let mut nodes = BTreeMap::from([(0, 0)]);
        for edge in &self.edges {
            let Some(at) = nodes.get(&edge.at).copied() else {
                continue;
            };
            let (asked, answer) = (&self.calls[edge.call], &self.answers[edge.answer]);
            let Some(other) = known.edge(at, asked) else {
                differences.push(format!("not recorded at node {at}: {}", asked.shown()));
                continue;
            };
            let recorded = &known.answers[other.answer];
            if recorded != answer {
                let difference = first_difference(&json!(recorded), &json!(answer));
                differences.push(format!("node {at}: {}: {difference}", asked.shown()));
            }
            nodes.insert(edge.then, other.then);
        }
        differences
    }

    /// Writes it as lines of JSON.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut line = |kind: &str, value: Value| {
            // Writing to a string can't fail.
            let _ = writeln!(text, "{}", json!({kind: value}));
        };
        line("start", json!(self.start));
        for call in &self.calls {
            line("call", json!(call));
        }
        for answer in &self.answers {
            line("answer", json!(answer));
        }
        for edge in &self.edges {
            line("edge", json!([edge.at, edge.call, edge.answer, edge.then]));
        }
        text
    }

    /// Reads what [`Self::text`] wrote.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("{}: {error}: run `make record`", path.display()))?;
        let mut recording = Self::default();
        for line in text.lines() {
            let bad = |error: serde_json::Error| format!("{}: {error}", path.display());
            let value: Value = serde_json::from_str(line).map_err(bad)?;
            let members = value.as_object().into_iter().flatten();
            for (kind, value) in members {
                let value = value.clone();
                match kind.as_str() {
                    "start" => recording.start = serde_json::from_value(value).map_err(bad)?,
                    "call" => recording.calls.push(serde_json::from_value(value).map_err(bad)?),
                    "answer" => recording
                        .answers
                        .push(serde_json::from_value(value).map_err(bad)?),
                    _ => {
                        let [at, call, answer, then] = serde_json::from_value(value).map_err(bad)?;
                        recording.edges.push(Edge {
                            at,
                            call,
                            answer,
                            then,
                        });
                    }
                }
            }
        }
        Ok(recording)
    }
}

fn place<T: PartialEq>(all: &mut Vec<T>, one: T) -> usize {
    all.iter().position(|known| *known == one).unwrap_or_else(|| {
        all.push(one);
        all.len() - 1
    })
}

/// Names the first member in which two values differ.
fn first_difference(one: &Value, other: &Value) -> String {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let names = one.keys().chain(other.keys());
            for name in names {
                let (one, other) = (&one.get(name), &other.get(name));
                if one != other {
                    let null = Value::Null;
                    return format!(
                        "{name}.{}",
                        first_difference(one.unwrap_or(&null), other.unwrap_or(&null))
                    );
                }
            }
            String::new()
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let place = one.iter().zip(other).position(|(one, other)| one != other);
            place.map_or_else(String::new, |place| {
                format!("{place}.{}", first_difference(&one[place], &other[place]))
            })
        }
        _ => format!(" {one} and {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(operation: &str) -> Asked {
        Asked {
            service: "iam".to_owned(),
            operation: operation.to_owned(),
            region: "us-east-1".to_owned(),
            params: Value::Null,
        }
    }

    /// A read, a change, and the read after it.
    fn recorded(before: &Value, after: &Value) -> Recording {
        let mut recording = Recording::default();
        recording.keep(0, asked("GetUser"), &Answer::ok(before.clone()), true);
        let then = recording.keep(0, asked("DeleteUser"), &Answer::ok(Value::Null), false);
        recording.keep(then, asked("GetUser"), &Answer::ok(after.clone()), true);
        recording
    }

    #[test]
    fn a_part_of_a_recording_does_not_differ_from_it() {
        let known = recorded(&json!({"a": 1}), &json!({"a": 2}));
        let mut part = Recording::default();
        let then = part.keep(0, asked("DeleteUser"), &Answer::ok(Value::Null), false);
        part.keep(then, asked("GetUser"), &Answer::ok(json!({"a": 2})), true);
        assert_eq!(part.differences(&known), Vec::<String>::new());
    }

    #[test]
    fn another_reply_and_a_call_that_is_not_recorded_are_named() {
        let known = recorded(&json!({"a": 1}), &json!({"a": 2}));
        let mut other = recorded(&json!({"a": 1}), &json!({"a": 3}));
        other.keep(0, asked("ListUsers"), &Answer::ok(Value::Null), true);
        let differences = other.differences(&known);
        assert_eq!(differences.len(), 2, "{differences:?}");
        assert!(differences[0].contains("2 and 3"), "{differences:?}");
        assert!(differences[1].contains("ListUsers"), "{differences:?}");
    }
}
