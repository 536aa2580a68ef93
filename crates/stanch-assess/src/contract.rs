//! Contract of every check, and the parts of which examples are made.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stanch_core::{CallOutcome, Reading, Timestamp};

use stanch_core::assessment::{Assessment, FindingVerdict};

use super::{Assessor, Check, Known, checks, services};

/// Account of all examples.
pub(super) const OWN: &str = "111122223333";
/// External account.
pub(super) const STRANGER: &str = "999988887777";

/// Readings of an account, and the worst verdict of the check on it; none where it reports nothing.
pub(super) struct Example {
    pub(super) readings: Vec<Reading>,
    pub(super) verdict: Option<FindingVerdict>,
}

pub(super) fn malicious(readings: Vec<Reading>) -> Example {
    Example {
        readings,
        verdict: Some(FindingVerdict::Malicious),
    }
}

pub(super) fn suspicious(readings: Vec<Reading>) -> Example {
    Example {
        readings,
        verdict: Some(FindingVerdict::Suspicious),
    }
}

pub(super) fn misconfigured(readings: Vec<Reading>) -> Example {
    Example {
        readings,
        verdict: Some(FindingVerdict::Misconfiguration),
    }
}

pub(super) fn silent(readings: Vec<Reading>) -> Example {
    Example {
        readings,
        verdict: None,
    }
}

/// Returns the answer of an operation: `iam:ListUsers`.
pub(super) fn answer(call: &str, body: Value) -> Reading {
    asked(call, Value::Null, body)
}

/// Returns the answer to a call with parameters.
pub(super) fn asked(call: &str, params: Value, body: Value) -> Reading {
    let (service, operation) = call.split_once(':').unwrap();
    let items = body.as_object().map_or(1, |members| {
        members.values().find_map(Value::as_array).map_or(1, Vec::len) as u64
    });
    Reading {
        account: OWN.into(),
        region: "us-east-1".into(),
        service: service.into(),
        operation: operation.into(),
        params,
        outcome: CallOutcome::Ok,
        code: None,
        message: None,
        items,
        pages: 1,
        sha256s: Vec::new(),
        at: Timestamp::parse("2026-03-06T14:00:00Z").unwrap(),
        body,
    }
}

/// Returns a policy that grants a principal an action.
pub(super) fn granting(principal: &Value, action: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}]})
}

/// Returns the external account as a principal.
pub(super) fn stranger() -> Value {
    json!({"AWS": format!("arn:aws:iam::{STRANGER}:root")})
}

pub(super) fn judged(check: &'static dyn Check, readings: &[Reading]) -> Assessment {
    let mut assessor = Assessor::with(vec![check], Known::default());
    readings.iter().for_each(|reading| assessor.observe(reading));
    assessor.assess(None)
}

fn by_name(name: &str) -> &'static dyn Check {
    checks::all()
        .into_iter()
        .find(|check| check.about().name == name)
        .unwrap()
}

#[test]
fn every_file_in_the_folder_is_registered_under_its_own_name() {
    let folder = "src/checks";
    let names = std::fs::read_dir(folder).unwrap().filter_map(|entry| {
        let name = entry.unwrap().file_name().into_string().unwrap();
        name.strip_suffix(".rs").map(|name| name.replace('_', "-"))
    });
    let no_checks = ["mod", "support", "resource-policy"];
    let files: BTreeSet<String> = names.filter(|name| !no_checks.contains(&name.as_str())).collect();
    let names: Vec<&str> = checks::all().iter().map(|check| check.about().name).collect();
    let registered: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(registered.len(), names.len(), "each id is given once");
    assert!(
        files.iter().all(|name| registered.contains(name.as_str())),
        "{files:?}"
    );
    assert!(registered.len() >= 114, "no check is lost");
}

#[test]
fn every_check_has_a_complete_description() {
    for check in checks::all() {
        let about = check.about();
        let name = about.name;
        assert!(!about.title.ends_with('.') && about.title.len() < 80, "{name}");
        assert!(about.why.len() > 60 && about.why.ends_with('.'), "{name}");
        assert!(!about.next.is_empty() && !about.next.ends_with('.'), "{name}");
        assert!(
            !about.tactics.is_empty() && !about.techniques.is_empty(),
            "{name}"
        );
        assert!(!about.steps.is_empty() && !about.needs.is_empty(), "{name}");
        assert!(!about.harmless_when.is_empty(), "{name}");
    }
}

#[test]
fn every_check_reports_its_examples_and_nothing_on_the_harmless_ones() {
    let mut seen = BTreeSet::new();
    for (name, examples) in checks::examples() {
        let (mut found, mut quiet) = (0, 0);
        for (place, example) in examples.iter().enumerate() {
            let assessment = judged(by_name(name), &example.readings);
            let verdict = assessment.findings.iter().map(|finding| finding.verdict).max();
            assert_eq!(
                verdict, example.verdict,
                "{name} {place} {:#?}",
                assessment.findings
            );
            found += u32::from(verdict.is_some());
            quiet += u32::from(verdict.is_none());
            seen.insert(name);
        }
        assert!(found > 0 && quiet > 0, "{name} needs an example of each");
    }
    assert_eq!(seen.len(), checks::all().len());
}

#[test]
fn a_denied_answer_is_not_judged_and_never_silent() {
    for (name, examples) in checks::examples() {
        let about = by_name(name).about();
        let mut readings: Vec<Reading> = examples
            .into_iter()
            .flat_map(|example| example.readings)
            .collect();
        for need in about.needs {
            let denied = Reading {
                outcome: CallOutcome::Denied,
                ..asked(
                    &format!("{}:{}", need.service, need.operation),
                    json!({"Of": "x"}),
                    Value::Null,
                )
            };
            readings.push(denied);
            let assessment = judged(by_name(name), &readings);
            let is_reported = assessment.not_judged.iter().any(|open| {
                open.check == name && open.operation.as_str() == need.operation && open.why == "denied"
            });
            assert!(is_reported, "{name} {}", need.operation);
        }
        let nothing = judged(by_name(name), &[answer("sts:GetCallerIdentity", json!({}))]);
        assert!(
            !nothing.is_complete(),
            "{name}: an answer that was not collected is unknown"
        );
    }
}

#[test]
fn an_account_that_denies_every_question_is_unknown_and_never_fine() {
    let mut assessor = Assessor::new(Known::default());
    for need in checks::all().iter().flat_map(|check| check.about().needs) {
        let call = format!("{}:{}", need.service, need.operation);
        assessor.observe(&Reading {
            outcome: CallOutcome::Denied,
            ..asked(&call, json!({"Of": "x"}), Value::Null)
        });
    }
    let assessment = assessor.assess(None);
    assert_eq!(assessment.findings, []);
    let open: BTreeSet<&str> = assessment
        .not_judged
        .iter()
        .map(|open| open.check.as_str())
        .collect();
    assert_eq!(open.len(), checks::all().len());
}

/// Texts of every example with an ending that an attacker could write: nothing panics, everything is bounded.
#[test]
fn hostile_text_breaks_nothing_and_is_bounded() {
    fn spoil(value: &mut Value, with: &str) {
        match value {
            Value::String(text) => text.push_str(with),
            Value::Array(elements) => elements.iter_mut().for_each(|element| spoil(element, with)),
            Value::Object(members) => members.values_mut().for_each(|member| spoil(member, with)),
            _ => {}
        }
    }
    let long = "\u{1b}[31m<script>=cmd|\u{202e}'".repeat(4_000);
    for (name, examples) in checks::examples() {
        for example in examples {
            let mut readings = example.readings;
            for reading in &mut readings {
                spoil(&mut reading.body, &long);
            }
            for finding in judged(by_name(name), &readings).findings {
                assert!(serde_json::to_string(&finding).unwrap().len() < 60_000, "{name}");
                assert!(finding.summary.chars().count() <= 400, "{name}");
            }
        }
    }
}

/// Answers of another shape than the service's: a check may report nothing, but must not panic.
#[test]
fn answers_of_the_wrong_shape_break_nothing() {
    for (name, examples) in checks::examples() {
        for example in examples {
            for wrong in [json!([]), json!("x"), json!({"Users": 1, "Policy": []}), json!(7)] {
                let mut readings = example.readings.clone();
                readings
                    .iter_mut()
                    .for_each(|reading| reading.body = wrong.clone());
                drop(judged(by_name(name), &readings));
            }
        }
    }
}

#[test]
fn the_same_readings_in_any_order_give_the_same_bytes() {
    let mut readings: Vec<Reading> = checks::examples()
        .into_iter()
        .flat_map(|(_, examples)| examples)
        .flat_map(|example| example.readings)
        .collect();
    readings.sort_by_key(Reading::key);
    readings.dedup_by_key(|reading| reading.key());
    let assess = |readings: &mut dyn Iterator<Item = &Reading>| {
        let mut assessor = Assessor::new(Known::default());
        readings.for_each(|reading| assessor.observe(reading));
        serde_json::to_string(&assessor.assess(None)).unwrap()
    };
    assert_eq!(assess(&mut readings.iter()), assess(&mut readings.iter().rev()));
}

/// Titles are searched for: each names a service that the check reads, as AWS names it, or a feature of that service.
#[test]
fn every_title_names_a_service_or_feature_that_the_check_reads() {
    for check in checks::all() {
        let about = check.about();
        let services = about.needs.iter().map(|need| need.service);
        let names: Vec<&str> = services.flat_map(services::names).copied().collect();
        let is_word = |name: &&str| {
            let padded = format!(" {} ", about.title.replace([',', '\''], " "));
            padded.contains(&format!(" {name} "))
        };
        assert!(
            names.iter().any(is_word),
            "{}: {}: {names:?}",
            about.name,
            about.title
        );
        assert!(!about.services().is_empty());
    }
}

/// Every sentence that a person reads begins with a capital letter or the name of a resource, and has no word that the
/// glossary replaces.
#[test]
fn texts_follow_the_glossary() {
    let avoided = [
        "stranger",
        "hostile",
        "intruder",
        "somebody",
        "everybody",
        "anew",
        "machine",
        "told",
        "whoever has made",
        "switched",
        "ticking",
        "held for",
    ];
    let check_text = |name: &str, text: &str| {
        let lower = text.to_ascii_lowercase();
        for word in avoided {
            assert!(!lower.contains(word), "{name}: `{word}` in: {text}");
        }
    };
    for check in checks::all() {
        let about = check.about();
        let texts = [about.title, about.why, about.next];
        for text in texts.iter().chain(about.harmless_when) {
            check_text(about.name, text);
            assert!(
                text.starts_with(|letter: char| letter.is_ascii_uppercase() || letter == 'v'),
                "{text}"
            );
        }
    }
    for (name, examples) in checks::examples() {
        for example in examples {
            for finding in judged(by_name(name), &example.readings).findings {
                let resource = [&finding.resource.id, &finding.resource.name];
                let sentence = resource
                    .iter()
                    .fold(finding.summary.clone(), |text, name| text.replace(*name, ""));
                check_text(name, &sentence);
                assert!(
                    finding
                        .action
                        .starts_with(|letter: char| letter.is_ascii_uppercase()),
                    "{name}"
                );
                for fact in &finding.facts {
                    let words: Vec<&str> = fact.label.split(' ').collect();
                    let is_title = words.iter().all(|word| {
                        word.starts_with(|letter: char| letter.is_ascii_uppercase() || letter == 'v')
                    });
                    assert!(is_title && words.len() <= 3, "{name}: label {}", fact.label);
                }
            }
        }
    }
}
