//! What every built-in rule must have and do. Runs over the folder `rules/`, so that a rule can be tried before it
//! is in the index:
//!
//! `RULE=persistence/iam-create-user cargo test -p stanch-detect rules`

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize as _;
use stanch_core::finding::DetectionAbout;
use stanch_core::{LogKind, Timestamp};
use yaml_serde::Value;

use super::fixture;
use crate::detector::JudgeContext;
use crate::network::Networks;
use crate::observation::Observation;
use crate::sigma::{RuleSet, RuleState};

fn folder() -> PathBuf {
    PathBuf::from("../../rules")
}

fn wanted() -> Option<String> {
    let word = std::env::var("RULE").ok()?;
    Some(
        word.trim_start_matches("rules/")
            .trim_end_matches(".yml")
            .to_owned(),
    )
}

/// Path below the folder, and text, of every rule file.
fn files() -> Vec<(String, String)> {
    let root = folder();
    let mut found = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(place) = open.pop() {
        for entry in std::fs::read_dir(&place).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yml") {
                let below = path
                    .strip_prefix(&root)
                    .unwrap()
                    .to_string_lossy()
                    .replace('\\', "/");
                found.push((below, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn chosen() -> Vec<(String, String)> {
    let wanted = wanted();
    let found: Vec<_> = files()
        .into_iter()
        .filter(|(path, _)| wanted.as_ref().is_none_or(|word| path.contains(word.as_str())))
        .collect();
    if let Some(word) = wanted {
        assert!(!found.is_empty(), "no rule file matches RULE={word}");
    }
    found
}

fn documents(text: &str) -> Vec<Value> {
    yaml_serde::Deserializer::from_str(text)
        .map_while(|document| Value::deserialize(document).ok())
        .collect()
}

fn text_at<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

fn list_at<'v>(value: &'v Value, path: &[&str]) -> &'v [Value] {
    let end = path.iter().try_fold(value, |value, key| value.get(*key));
    end.and_then(Value::as_sequence)
        .map_or(&[], |list| list.as_slice())
}

/// Asserts with all problems at once.
fn report(problems: &[String]) {
    assert!(problems.is_empty(), "\n\n{}\n", problems.join("\n"));
}

#[test]
fn every_rule_is_complete() {
    let mut problems = Vec::new();
    for (path, text) in chosen() {
        let (set, refused) = RuleSet::load(&[(&path, &text)], &[]);
        problems.extend(
            refused
                .iter()
                .map(|refused| format!("{path}: {}", refused.reason)),
        );
        problems.extend(simulator_words(&path, &text));
        let abouts: BTreeMap<&str, &DetectionAbout> =
            set.abouts().map(|about| (about.id.as_str(), about)).collect();
        let documents = documents(&text);
        let stem = path.rsplit('/').next().unwrap_or("").trim_end_matches(".yml");
        if !documents.iter().any(|document| text_at(document, "name") == stem) {
            problems.push(format!("{path}: no rule in it has the file's `name: {stem}`"));
        }
        for document in &documents {
            let about = abouts.get(text_at(document, "name")).copied();
            problems.extend(missing(&path, document, about));
        }
    }
    report(&problems);
}

fn simulator_words(path: &str, text: &str) -> Option<String> {
    const NAMES: [&str; 7] = [
        "stratus",
        "invictus",
        "localstack",
        "cloudgoat",
        "moto",
        "grimoire",
        "flaws",
    ];
    let lower = text.to_lowercase();
    let word = lower
        .split(|character: char| !character.is_alphanumeric())
        .find(|word| NAMES.contains(word))?;
    Some(format!("{path}: names the simulator or data set `{word}`"))
}

fn missing(path: &str, document: &Value, about: Option<&DetectionAbout>) -> Vec<String> {
    let mut problems = Vec::new();
    let mut want = |holds: bool, what: &str| {
        if !holds {
            problems.push(format!("{path}: `{}` {what}", text_at(document, "title")));
        }
    };
    want(
        is_kebab(text_at(document, "name")),
        "has no `name` in lower-case words joined by hyphens",
    );
    want(is_uuid(text_at(document, "id")), "has no `id` that is a UUID");
    want(!text_at(document, "title").is_empty(), "has no title");
    want(
        text_at(document, "title").chars().count() <= 90,
        "has a title over 90 characters",
    );
    want(
        !text_at(document, "title").ends_with('.'),
        "has a title with a full stop",
    );
    want(!text_at(document, "description").is_empty(), "has no description");
    want(
        stanch_core::Severity::parse(text_at(document, "level")).is_some(),
        "has no level that Sigma knows",
    );
    want(
        !list_at(document, &["falsepositives"]).is_empty(),
        "has no falsepositives",
    );
    let own = document.get("stanch").unwrap_or(&Value::Null);
    want(!text_at(own, "why").is_empty(), "has no stanch.why");
    want(!list_at(own, &["next"]).is_empty(), "has no stanch.next");
    want(
        !list_at(own, &["examples", "match"]).is_empty(),
        "has no example that matches",
    );
    want(
        !list_at(own, &["examples", "no_match"]).is_empty(),
        "has no example that does not match",
    );
    if let Some(about) = about {
        let folder = path.split('/').next().unwrap_or("");
        want(
            !about.techniques.is_empty(),
            "has no tag of a technique (attack.tNNNN)",
        );
        want(
            about.tactics.iter().any(|tactic| tactic.as_str() == folder),
            &format!("has no tag attack.{folder}, though it lies in that folder"),
        );
    }
    problems
}

fn is_kebab(name: &str) -> bool {
    let word = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    name.split('-').all(word)
}

fn is_uuid(id: &str) -> bool {
    let lengths: Vec<usize> = id.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12]
        && id
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[test]
fn ids_and_names_are_used_once() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut problems = Vec::new();
    for (path, text) in files() {
        for document in documents(&text) {
            for key in ["id", "name"] {
                let word = text_at(&document, key).to_owned();
                if let Some(first) = seen.insert(word.clone(), path.clone())
                    && !word.is_empty()
                {
                    problems.push(format!("{path}: {key} `{word}` is also used in {first}"));
                }
            }
        }
    }
    report(&problems);
}

#[test]
fn every_example_does_what_it_says() {
    let mut problems = Vec::new();
    for (path, text) in chosen() {
        let (set, _) = RuleSet::load(&[(&path, &text)], &[]);
        for document in documents(&text) {
            let name = text_at(&document, "name");
            for (key, expected) in [("match", true), ("no_match", false)] {
                for (number, example) in list_at(&document, &["stanch", "examples", key])
                    .iter()
                    .enumerate()
                {
                    let found = found(&set, &document, example);
                    if found.iter().any(|id| id == name) != expected {
                        let does = if expected { "does not match" } else { "matches" };
                        problems.push(format!(
                            "{path}: example {} of {key} {does} `{name}`: {}",
                            number + 1,
                            shown(example)
                        ));
                    }
                }
            }
        }
    }
    report(&problems);
}

fn shown(example: &Value) -> String {
    let text = serde_json::to_string(example).unwrap_or_default();
    stanch_core::text::shown(&text, 600)
}

/// The ids of the detections that hold for an example: one event, or for a correlation a list of events.
fn found(set: &RuleSet, document: &Value, example: &Value) -> Vec<String> {
    let networks = Networks::default();
    let log = match document.get("logsource").map(|source| text_at(source, "service")) {
        Some("guardduty") => LogKind::GuardDuty,
        Some("vpcflow" | "vpc-flow") => LogKind::VpcFlow,
        Some("s3-server-access") => LogKind::S3ServerAccess,
        _ => LogKind::CloudTrail,
    };
    let records: Vec<serde_json::Value> = match example {
        Value::Sequence(records) => records.iter().map(json).collect(),
        record => vec![json(record)],
    };
    let mut state = RuleState::default();
    let mut ids = Vec::new();
    for record in &records {
        let event = fixture::event_of(log, record);
        let observation = Observation::new(&event, &networks, 40, crate::Keep::Place);
        set.observe(&mut state, &observation);
        ids.extend(set.matches(&observation).iter().map(|about| about.id.0.clone()));
    }
    let context = JudgeContext {
        networks: &networks,
        object_logs: &crate::activity::ObjectLogs::default(),
        recorded: &crate::activity::Recorded::default(),
        first: Timestamp(0),
        last: Timestamp(0),
        cited_limit: 40,
    };
    ids.extend(
        set.judge(state, &context)
            .into_iter()
            .map(|(about, _)| about.id.0),
    );
    ids
}

fn json(value: &Value) -> serde_json::Value {
    serde_json::to_value(value).unwrap()
}

#[test]
fn the_index_lists_every_rule() {
    if wanted().is_some() {
        return;
    }
    let on_disk = files();
    let embedded: Vec<(String, String)> = super::embedded()
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    assert!(
        embedded == on_disk,
        "the index of rules is out of date: run `cargo xtask index`"
    );
    let (set, refused) = RuleSet::load(super::embedded(), &[]);
    assert_eq!(refused, [], "built-in rules that do not load together");
    assert!(set.abouts().count() >= embedded.len());
}
