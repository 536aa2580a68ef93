//! Findings cite records, wherever these came from and whatever became of their files since.

use crate::harness::{Scratch, harmless, record};

/// The cited records of the case's report.
fn cited(scratch: &Scratch, report: &str) -> Vec<serde_json::Value> {
    let report = std::fs::read(scratch.path(report)).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    report["events"].as_object().unwrap().values().cloned().collect()
}

fn tampering() -> String {
    format!("[{}]", record("e-1", "StopLogging", "cloudtrail.amazonaws.com"))
}

#[test]
fn a_record_whose_file_moved_is_still_cited_in_full() {
    let scratch = Scratch::new();
    scratch.write("logs/a.json", tampering());
    scratch.new_case("case");
    assert_eq!(
        scratch.run(&["hunt", "logs", "--case", "case", "-q"]).code,
        Some(1)
    );
    let before = cited(&scratch, "case/report/report.json");
    assert_eq!(before.len(), 1);
    std::fs::remove_file(scratch.path("logs/a.json")).unwrap();
    scratch.write("logs/b.json", harmless("e-2"));
    let ran = scratch.run(&["hunt", "logs", "--case", "case", "-q"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert_eq!(cited(&scratch, "case/report/report.json"), before);
}

#[test]
fn a_record_that_is_nowhere_any_more_is_named_and_makes_the_hunt_incomplete() {
    let scratch = Scratch::new();
    scratch.write("logs/a.json", tampering());
    scratch.new_case("case");
    assert_eq!(
        scratch.run(&["hunt", "logs", "--case", "case", "-q"]).code,
        Some(1)
    );
    std::fs::remove_file(scratch.path("logs/a.json")).unwrap();
    std::fs::remove_file(scratch.path("case/report/report.json")).unwrap();
    scratch.write("logs/b.json", harmless("e-2"));
    let ran = scratch.run(&["hunt", "logs", "--case", "case", "-q"]);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    let gone = cited(&scratch, "case/report/report.json");
    assert_eq!(gone.len(), 1);
    assert!(
        gone[0]["raw"].as_str().unwrap().contains("not available"),
        "{gone:?}"
    );
}

#[test]
fn a_pipe_gives_the_same_citations_as_a_file() {
    use std::io::Write as _;
    let scratch = Scratch::new();
    scratch.write("a.json", tampering());
    let from_file = scratch.run(&["hunt", "a.json", "-q", "-o", "file.json"]);
    let mut child = scratch
        .command(&["hunt", "-", "-q", "-o", "pipe.json"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(tampering().as_bytes())
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), from_file.code);
    assert_eq!(cited(&scratch, "pipe.json"), cited(&scratch, "file.json"));
}
