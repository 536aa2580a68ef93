//! Hunting: what is found, and that chance plays no part.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::Stdio;

use crate::harness::{Ran, Scratch, record};

const NOW: &str = "2026-11-23T12:00:00Z";

#[test]
fn every_phase_of_a_made_up_incident_is_in_some_finding() {
    let scratch = Scratch::new();
    let truth = scratch.incident(4000).truth;
    let ran = scratch.run(&["hunt", "logs", "--format", "json", "--now", NOW, "-q"]);
    assert!(matches!(ran.code, Some(1 | 4)), "{:?}: {}", ran.code, ran.stderr);
    let analysis: stanch_core::Analysis = serde_json::from_str(&ran.stdout).unwrap();
    let cited: BTreeSet<&str> = analysis
        .events
        .values()
        .map(|record| record.event_id.as_str())
        .collect();
    let phases: BTreeSet<&str> = truth.iter().map(|event| event.phase.as_str()).collect();
    let found: BTreeSet<&str> = truth
        .iter()
        .filter(|event| cited.contains(event.event_id.as_str()))
        .map(|event| event.phase.as_str())
        .collect();
    assert_eq!(found, phases);
    assert_eq!(
        analysis.verdict.conclusion,
        stanch_core::verdict::Conclusion::Compromised
    );
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let scratch = Scratch::new();
    scratch.incident(4000);
    let on = |threads| {
        let html = format!("report-{threads}.html");
        let ran = scratch.run(&[
            "hunt",
            "logs",
            "--threads",
            threads,
            "--format",
            "json",
            "--now",
            NOW,
            "-q",
            "-o",
            &html,
        ]);
        (ran.stdout, std::fs::read(scratch.path(&html)).unwrap())
    };
    let one = on("1");
    assert!(one.0.len() > 1000);
    assert!(one == on("2"));
    assert!(one == on("8"));
}

#[test]
fn copies_of_an_event_are_judged_once() {
    let scratch = Scratch::new();
    let line = record("1", "CreateUser", "iam.amazonaws.com");
    scratch.write("logs/a.json", format!(r#"{{"Records":[{line}]}}"#));
    scratch.write("logs/b.jsonl", format!("{line}\n{line}\n"));
    // Same id, another event: must not be taken for a copy.
    scratch.write(
        "logs/c.json",
        format!("[{}]", record("1", "DeleteTrail", "cloudtrail.amazonaws.com")),
    );
    let ran = scratch.run(&["hunt", "logs", "--format", "json"]);
    let analysis: stanch_core::Analysis = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((analysis.coverage.events, analysis.coverage.duplicates), (2, 2));
}

#[test]
fn standard_input_is_read() {
    let scratch = Scratch::new();
    let mut child = scratch
        .command(&["hunt", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let line = record("1", "StopLogging", "cloudtrail.amazonaws.com");
    child.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.prints("StopLogging"));
}

#[test]
fn what_could_not_be_read_is_in_the_exit_code() {
    let scratch = Scratch::new();
    scratch.write(
        "logs/good.json",
        format!("[{}]", record("1", "DescribeInstances", "ec2.amazonaws.com")),
    );
    let complete = scratch.run(&["hunt", "logs"]);
    assert_eq!(complete.code, Some(0), "{}", complete.stdout);
    scratch.write("logs/torn.json", r#"{"Records":[{"eventVersion":"1.08","#);
    let incomplete = scratch.run(&["hunt", "logs"]);
    assert_eq!(incomplete.code, Some(3), "{}", incomplete.stdout);
    let nothing = scratch.run(&["hunt", "logs/torn.json"]);
    assert_eq!(nothing.code, Some(3), "{}", nothing.stdout);
    assert!(!nothing.stdout.to_lowercase().contains("clean"));
}

#[test]
fn rules_of_ones_own_run_and_refused_ones_are_named() {
    let scratch = Scratch::new();
    scratch.write(
        "logs/a.json",
        format!("[{}]", record("1", "GetWidget", "widgets.amazonaws.com")),
    );
    let rule = "title: Widget read\nid: 3f0f3c56-8a0e-4a53-9d5b-0c6c1c3f7f11\nstatus: test\nlogsource:\n  product: aws\n  \
                service: cloudtrail\ndetection:\n  selection:\n    eventName: GetWidget\n  condition: selection\nlevel: high\n";
    scratch.write("rules/widget.yml", rule);
    let ran = scratch.run(&["hunt", "logs", "--rules", "rules"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stdout);
    assert!(ran.prints("Widget read"), "{}", ran.stdout);
    scratch.write("rules/broken.yml", "title: [");
    let listed = scratch.run(&["rules", "--rules", "rules"]);
    assert_eq!(listed.code, Some(7));
    assert!(listed.says("broken.yml"), "{}", listed.stderr);
}
