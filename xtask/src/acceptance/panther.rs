//! Unit tests of another rule set: events that must fire and events that must not.
//!
//! Which of its rules Stanch claims to cover, and by which detections, is checked in next to this file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::bench::{Hunted, json_lines, unfit};
use super::{Bar, Bench, Line};
use crate::error::TaskError;
use crate::root::files;

const CLAIMS: &str = include_str!("panther_claims.txt");
const CLAIMS_BAR: usize = 50;
const FIRE_BAR: f64 = 85.0;
const SILENT_BAR: f64 = 98.0;
const TRAIL: &str = "tests-AWS.CloudTrail.jsonl";

/// Rule of the other set → our detections.
type Claims = BTreeMap<&'static str, Vec<&'static str>>;

/// Cases met and missed.
#[derive(Default)]
struct Tally {
    good: usize,
    whole: usize,
    misses: Vec<String>,
}

impl Tally {
    fn add(&mut self, good: bool, miss: impl FnOnce() -> String) {
        self.whole += 1;
        if good {
            self.good += 1;
        } else {
            self.misses.push(miss());
        }
    }

    fn line(self, name: &str, bar: Bar) -> Line {
        let misses = if bar == Bar::None { Vec::new() } else { self.misses };
        Line::share(name, self.good, self.whole, bar, misses)
    }
}

/// Figures that are told and not held to a bar.
#[derive(Default)]
struct Told {
    /// Over all rules.
    fire: Tally,
    /// Over all rules.
    silent: Tally,
    /// Over claimed rules: a finding that says of itself that nothing succeeded is not counted.
    silent_of_success: Tally,
}

/// How claimed and unclaimed rules do.
pub(super) fn run(bench: &Bench, folder: &Path) -> Result<Vec<Line>, TaskError> {
    let path = folder.join(TRAIL);
    let (claims, gone) = claims(bench);
    let tests = json_lines(&path)?;
    let rules: BTreeSet<&str> = tests.iter().filter_map(|test| test["rule"].as_str()).collect();
    if let Some(unknown) = claims.keys().find(|rule| !rules.contains(**rule)) {
        return Err(unfit(&path, &format!("no test of {unknown}, which is claimed")));
    }
    let mut fire = Tally::default();
    let mut silent = Tally::default();
    let mut told = Told::default();
    for test in tests.iter().filter(|test| test["mocks"] == false) {
        let hunted = bench.hunt_record(&timed(&test["log"]))?;
        let rule = test["rule"].as_str().unwrap_or_default();
        let claim = claims.get(rule);
        let fires = fires(bench, &hunted, claim, false);
        let miss = || {
            format!(
                "{rule} / {}: {}",
                test["test"].as_str().unwrap_or_default(),
                said(&hunted)
            )
        };
        if test["expected"] == true {
            told.fire.add(fires, String::new);
            if claim.is_some() {
                fire.add(fires, miss);
            }
        } else {
            told.silent.add(!fires, String::new);
            if claim.is_some() {
                silent.add(!fires, miss);
                let says_done = self::fires(bench, &hunted, claim, true);
                told.silent_of_success.add(!says_done, String::new);
            }
        }
    }
    let mut lines = vec![
        Line::count(
            "panther: rules claimed",
            claims.len(),
            rules.len(),
            CLAIMS_BAR,
            gone,
        ),
        fire.line("panther: must fire, claimed rules", Bar::AtLeast(FIRE_BAR)),
        silent.line("panther: must be silent, claimed rules", Bar::AtLeast(SILENT_BAR)),
        told.silent_of_success
            .line("panther: the same, tries that failed aside", Bar::None),
        told.fire.line("panther: must fire, all rules", Bar::None),
        told.silent.line("panther: must be silent, all rules", Bar::None),
    ];
    lines.push(other_logs(bench, folder)?);
    Ok(lines)
}

/// The fixtures are fragments, some without the time that every real record has: those are given one.
fn timed(log: &Value) -> Value {
    let mut log = log.clone();
    if let Some(members) = log.as_object_mut()
        && !members.keys().any(|name| name.eq_ignore_ascii_case("eventTime"))
    {
        members.insert("eventTime".to_owned(), "2024-01-01T00:00:00Z".into());
    }
    log
}

/// Returns true when a fitting detection makes a finding that counts (that says something succeeded, when `done`): one
/// of the claim's; for a rule that is not claimed, any that is about a call it cites.
fn fires(bench: &Bench, hunted: &Hunted, claim: Option<&Vec<&str>>, done: bool) -> bool {
    hunted.alerts().any(|finding| {
        let detection = finding.detection.as_str();
        let fits = match claim {
            Some(ours) => ours.contains(&detection),
            None => hunted
                .cited_calls(finding)
                .any(|call| bench.naming.is_about(detection, call)),
        };
        fits && (finding.succeeded > 0 || !done)
    })
}

fn said(hunted: &Hunted) -> String {
    let findings: Vec<String> = hunted
        .analysis
        .findings
        .iter()
        .map(|finding| format!("{} ({})", finding.detection, finding.severity.as_str()))
        .collect();
    let calls: BTreeSet<&str> = hunted
        .analysis
        .findings
        .iter()
        .flat_map(|finding| hunted.cited_calls(finding))
        .collect();
    format!("{calls:?} found: {} {}", findings.join(", "), hunted.problems())
}

/// Reads the claims. A detection that is claimed and not there is a miss, and its claim doesn't count.
fn claims(bench: &Bench) -> (Claims, Vec<String>) {
    let (mut claims, mut misses) = (Claims::new(), Vec::new());
    let lines = CLAIMS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    for line in lines {
        let (rule, ours) = line.split_once(':').unwrap_or((line, ""));
        let ours: Vec<&str> = ours.split_whitespace().collect();
        let gone: Vec<&str> = ours
            .iter()
            .copied()
            .filter(|detection| !bench.naming.has(detection))
            .collect();
        if gone.is_empty() && !ours.is_empty() {
            claims.insert(rule.trim(), ours);
        } else {
            misses.push(format!("{rule}: there is no detection {}", gone.join(", ")));
        }
    }
    (claims, misses)
}

/// Logs of other kinds are only read. Their fixtures are fragments: one without a time can't be an event.
fn other_logs(bench: &Bench, folder: &Path) -> Result<Line, TaskError> {
    let mut tally = Tally::default();
    for path in files(folder, &["jsonl"])? {
        if path.ends_with(TRAIL) {
            continue;
        }
        for test in json_lines(&path)? {
            let log: &Value = &test["log"];
            let hunted = bench.hunt_record(log)?;
            tally.add(hunted.read_or_named(), || test["test"].to_string());
        }
    }
    let Tally { good, whole, misses } = tally;
    Ok(Line::count(
        "panther: other logs read or named",
        good,
        whole,
        whole,
        misses,
    ))
}
