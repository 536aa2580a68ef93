//! The comparison behind `cargo xtask parity`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value};
use stanch_core::Event;
use stanch_detect::{Engine, EngineConfig, Frame, Keep};
use stanch_trail::{Input, Limits, Reader};

use crate::error::TaskError;
use crate::root::{files, read, relative, root, write};

/// About how many harmless events are made up.
const EVENTS: u64 = 4000;

/// The events that each rule hits, by rule id and event key.
type Hits = BTreeMap<String, BTreeSet<String>>;

/// Compares, prints a line per rule, and tells whether all agree and enough was hit to mean something.
pub(crate) fn run(python: &Path, out: &mut dyn Write) -> Result<bool, TaskError> {
    let scratch = tempfile::tempdir()?;
    let logs = scratch.path().join("logs");
    let options = stanch_demo::Options {
        events: EVENTS,
        ..stanch_demo::Options::default()
    };
    stanch_demo::write(&logs, &options).map_err(|error| TaskError::Unfit(error.to_string()))?;
    let rules = root().join("fixtures/sigma");
    let flat = scratch.path().join("events.jsonl");
    let ours = hunt(&logs, &rules, &flat)?;
    let theirs = ask(python, &rules, &flat)?;
    let mut agreed = true;
    for (rule, hits) in &theirs {
        let own = ours.get(rule).cloned().unwrap_or_default();
        let same = own == *hits;
        agreed &= same;
        let word = if same { "same" } else { "DIFFERS" };
        writeln!(
            out,
            "{rule}  {:>6} hits here, {:>6} there  {word}",
            own.len(),
            hits.len()
        )?;
    }
    let hitting = theirs.values().filter(|hits| !hits.is_empty()).count();
    writeln!(out, "{} rules, {hitting} of them hit something", theirs.len())?;
    Ok(agreed && !theirs.is_empty() && hitting * 4 >= theirs.len() * 3)
}

/// Hunts with the rules, and writes every event flattened.
fn hunt(logs: &Path, rules: &Path, flat: &Path) -> Result<Hits, TaskError> {
    let mut user_rules = Vec::new();
    for path in files(rules, &["yml"])? {
        user_rules.push((relative(&path, rules), read(&path)?));
    }
    let config = EngineConfig {
        user_rules,
        cited_limit: Some(usize::MAX),
        ..EngineConfig::default()
    };
    let engine = Engine::new(config);
    if let Some(refused) = engine.rules_refused().first() {
        return Err(TaskError::Unfit(format!(
            "{} was not loaded: {}",
            refused.path, refused.reason
        )));
    }
    let mut state = engine.new_state();
    let mut seen = BTreeSet::new();
    let mut lines = Vec::new();
    let limits = Limits::default();
    let mut reader = Reader::new(limits);
    for source in &stanch_trail::list(&[Input::Path(logs.to_owned())], &limits).sources {
        reader.read(source, &mut |event: &Event<'_>| {
            if seen.insert(event.key) {
                engine.observe(&mut state, event, Keep::Record);
                lines.extend(flattened(event).to_string().into_bytes());
                lines.push(b'\n');
            }
        });
    }
    write(flat, &lines)?;
    let mut hits = Hits::new();
    for finding in engine.conclude_held(state, Frame::default()).findings {
        let keys = finding.events.iter().map(ToString::to_string);
        hits.entry(finding.detection.to_string())
            .or_default()
            .extend(keys);
    }
    Ok(hits)
}

/// The record as one level of dotted names. Event names stand without their API date, as rules see them.
fn flattened(event: &Event<'_>) -> Value {
    let mut flat = Map::new();
    flatten(event.record(), String::new(), &mut flat);
    flat.insert("eventName".to_owned(), event.base_name().into());
    flat.insert("_key".to_owned(), event.key.to_string().into());
    Value::Object(flat)
}

fn flatten(value: &Value, path: String, flat: &mut Map<String, Value>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let below = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                flatten(member, below, flat);
            }
        }
        // SQLite has no booleans: its `true` is 1.
        Value::Bool(truth) => {
            flat.insert(path, i64::from(*truth).into());
        }
        Value::Array(_) => {
            flat.insert(path, value.to_string().into());
        }
        plain => {
            flat.insert(path, plain.clone());
        }
    }
}

/// What the other implementation says.
fn ask(python: &Path, rules: &Path, flat: &Path) -> Result<Hits, TaskError> {
    let failed = |reason: String| TaskError::Tool {
        command: "scripts/parity.py".to_owned(),
        reason,
    };
    let output = Command::new(python)
        .arg(root().join("scripts/parity.py"))
        .args([rules, flat])
        .output()
        .map_err(|error| failed(format!("could not be started: {error}")))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| failed(format!("gave no list of hits: {error}")))
}
