//! Cases: opened, locked, shown, verified.

use crate::harness::{Scratch, record};

#[test]
fn a_case_asks_whom_to_spare() {
    let scratch = Scratch::new();
    let ran = scratch.run(&["case", "new", "incident"]);
    assert_eq!(ran.code, Some(2));
    insta::assert_snapshot!(ran.stderr, @r"
    error: a case needs to know whom to spare, and there is no terminal to ask at
      next  add --responder
    ");
}

#[test]
fn a_second_process_is_refused() {
    let scratch = Scratch::new();
    scratch.new_case("incident");
    scratch.write(
        "logs/a.json",
        format!("[{}]", record("1", "StopLogging", "cloudtrail.amazonaws.com")),
    );
    let held = stanch_case::Case::open(&scratch.path("incident"), stanch_core::Timestamp(0)).unwrap();
    let ran = scratch.run(&["hunt", "logs", "--case", "incident"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains(&std::process::id().to_string()),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("next"), "{}", ran.stderr);
    drop(held);
    let ran = scratch.run(&["hunt", "logs", "--case", "incident"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
}

#[test]
fn a_hunt_run_again_adds_only_what_is_new() {
    let scratch = Scratch::new();
    scratch.new_case("incident");
    scratch.write(
        "logs/a.json",
        format!("[{}]", record("1", "StopLogging", "cloudtrail.amazonaws.com")),
    );
    scratch.run(&["hunt", "logs", "--case", "incident"]);
    scratch.write(
        "logs/b.json",
        format!("[{}]", record("2", "DeleteTrail", "cloudtrail.amazonaws.com")),
    );
    let ran = scratch.run(&["hunt", "logs", "--case", "incident", "--format", "json"]);
    let analysis: stanch_core::Analysis = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((analysis.coverage.events, analysis.coverage.duplicates), (2, 0));
    let journal = std::fs::read_to_string(scratch.path("incident/journal.jsonl")).unwrap();
    assert!(journal.lines().count() > 4, "{journal}");
    let shown = scratch.run(&["case", "show", "incident"]);
    assert!(shown.stdout.contains("responder    ann"), "{}", shown.stdout);
}

#[test]
fn tampering_is_found() {
    let scratch = Scratch::new();
    scratch.new_case("incident");
    scratch.write(
        "logs/a.json",
        format!("[{}]", record("1", "StopLogging", "cloudtrail.amazonaws.com")),
    );
    scratch.run(&["hunt", "logs", "--case", "incident"]);
    assert_eq!(scratch.run(&["case", "verify", "incident"]).code, Some(0));
    let path = scratch.path("incident/verdict.json");
    let text = std::fs::read_to_string(&path)
        .unwrap()
        .replacen("suspicious", "nothing-found", 1);
    std::fs::write(&path, text).unwrap();
    let ran = scratch.run(&["case", "verify", "incident"]);
    assert_eq!(ran.code, Some(2), "{}", ran.stdout);
    assert!(ran.stdout.contains("FAILED"), "{}", ran.stdout);
}
