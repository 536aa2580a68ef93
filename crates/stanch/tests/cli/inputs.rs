//! The files that are read, and their names in a case.

use crate::harness::{Ran, Scratch, harmless};

fn hunt_json(scratch: &Scratch, arguments: &[&str]) -> (Ran, stanch_core::Analysis) {
    let ran = scratch.run(&[&["hunt", "--format", "json"], arguments].concat());
    let analysis = serde_json::from_str(&ran.stdout).unwrap();
    (ran, analysis)
}

#[test]
fn a_repaired_input_makes_the_case_complete() {
    let scratch = Scratch::new();
    scratch.new_case("incident");
    let whole = harmless("1");
    scratch.write("logs/a.json", &whole[..whole.len() / 2]);
    let (ran, analysis) = hunt_json(&scratch, &["logs", "--case", "incident"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(!analysis.coverage.is_complete());
    scratch.write("logs/a.json", whole);
    for _ in 0..2 {
        let (ran, analysis) = hunt_json(&scratch, &["logs", "--case", "incident"]);
        assert_eq!(ran.code, Some(0), "{}", ran.stdout);
        assert!(analysis.coverage.is_complete());
        assert_eq!(analysis.coverage.sources.values().sum::<u64>(), 1);
    }
}

#[test]
#[cfg(unix)]
fn an_input_that_became_readable_makes_the_case_complete() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new();
    scratch.new_case("incident");
    let path = scratch.write("logs/a.json", harmless("1"));
    let permit = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    permit(0o000);
    // Who may read everything can't be kept from it.
    let readable = std::fs::read(&path).is_ok();
    let (ran, _) = hunt_json(&scratch, &["logs", "--case", "incident"]);
    assert_eq!(ran.code, Some(if readable { 0 } else { 3 }), "{}", ran.stdout);
    permit(0o600);
    let (ran, analysis) = hunt_json(&scratch, &["logs", "--case", "incident"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    assert_eq!(analysis.coverage.sources.values().sum::<u64>(), 1);
}

#[test]
fn a_case_and_a_report_among_the_inputs_are_not_read() {
    let scratch = Scratch::new();
    scratch.write("logs/a.json", harmless("1"));
    scratch.new_case("logs/incident");
    let hunt = [
        "logs",
        "--case",
        "logs/incident",
        "-o",
        "logs/report.html",
        "--force",
    ];
    for _ in 0..3 {
        let (ran, analysis) = hunt_json(&scratch, &hunt);
        assert_eq!(ran.code, Some(0), "{}", ran.stdout);
        assert_eq!(analysis.coverage.sources.values().sum::<u64>(), 1);
        assert_eq!(analysis.coverage.events, 1);
        assert!(ran.stderr.starts_with("Not read: "), "{}", ran.stderr);
        assert_eq!(ran.stderr.matches("Not read: ").count(), 1, "{}", ran.stderr);
    }
    let (ran, _) = hunt_json(&scratch, &hunt);
    assert!(ran.says("logs/incident"), "{}", ran.stderr);
    assert!(ran.says("logs/report.html"), "{}", ran.stderr);
}

#[test]
fn logs_can_not_be_hidden_by_files_named_as_in_a_case() {
    let scratch = Scratch::new();
    scratch.write("logs/AWSLogs/a.json", harmless("1"));
    scratch.write("logs/case.json", "{}");
    scratch.write("logs/journal.jsonl", "{}");
    let (_, analysis) = hunt_json(&scratch, &["logs"]);
    assert_eq!(analysis.coverage.events, 1);
    // Even next to a whole case they are read.
    scratch.new_case("true/logs");
    scratch.write("true/logs/AWSLogs/a.json", harmless("1"));
    let (ran, analysis) = hunt_json(&scratch, &["true"]);
    assert_eq!(analysis.coverage.events, 1);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

#[test]
fn an_input_is_the_same_however_its_path_is_typed() {
    let scratch = Scratch::new();
    scratch.new_case("incident");
    scratch.write("logs/a.json", harmless("1"));
    let absolute = scratch.path("logs").display().to_string();
    for typed in ["logs", "./logs", "logs/../logs/a.json", absolute.as_str()] {
        let (ran, analysis) = hunt_json(&scratch, &[typed, "--case", "incident"]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let coverage = analysis.coverage;
        assert_eq!(coverage.sources.values().sum::<u64>(), 1, "{typed}");
        assert_eq!((coverage.events, coverage.duplicates), (1, 0), "{typed}");
    }
}
