//! `stanch report`: every format from a case or a report, and what it says when it can't.

use crate::harness::{Scratch, harmless, record};

/// Every format with an ending that means it.
const FORMATS: [(&str, &str); 14] = [
    ("text", ".txt"),
    ("json", ".json"),
    ("html", ".html"),
    ("markdown", ".md"),
    ("csv", ".csv"),
    ("csv-events", ".events.csv"),
    ("csv-attacker-events", ".attacker.csv"),
    ("jsonl", ".jsonl"),
    ("jsonl-events", ".events.jsonl"),
    ("timesketch", ".timesketch.jsonl"),
    ("ocsf", ".ocsf.jsonl"),
    ("ocsf-events", ".events.ocsf.jsonl"),
    ("sarif", ".sarif"),
    ("stix", ".stix.json"),
];

/// A case in which something was found.
fn hunted() -> Scratch {
    let scratch = Scratch::new();
    scratch.new_case("incident");
    scratch.write(
        "logs/a.json",
        format!("[{}]", record("1", "StopLogging", "cloudtrail.amazonaws.com")),
    );
    let ran = scratch.run(&["hunt", "logs", "--case", "incident"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    scratch
}

#[test]
fn every_format_is_the_same_by_name_by_ending_and_from_a_hunt() {
    let scratch = hunted();
    for (format, ending) in FORMATS {
        let shown = scratch.run(&["report", "--format", format]);
        assert_eq!(shown.code, Some(0), "{format}: {}", shown.stderr);
        assert!(!shown.stdout.is_empty(), "{format}");
        let by_ending = format!("ending{ending}");
        let ran = scratch.run(&["report", "incident", "-o", &by_ending]);
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (Some(0), ""),
            "{format}: {}",
            ran.stderr
        );
        let hunted = format!("hunted{ending}");
        let ran = scratch.run(&["hunt", "logs", "--case", "incident", "-o", &hunted]);
        assert_eq!(ran.code, Some(1), "{format}: {}", ran.stderr);
        for file in [by_ending, hunted] {
            let written = std::fs::read_to_string(scratch.path(&file)).unwrap();
            assert_eq!(written, shown.stdout, "{file}");
        }
    }
    let kept = std::fs::read_to_string(scratch.path("incident/report/report.json")).unwrap();
    let again = std::fs::read_to_string(scratch.path("ending.json")).unwrap();
    assert_eq!(again, kept);
}

#[test]
fn a_report_file_will_do_and_a_format_goes_before_the_ending() {
    let scratch = hunted();
    let ran = scratch.run(&["hunt", "logs", "-o", "alone.json"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let ran = scratch.run(&["report", "alone.json", "--format", "csv", "-o", "table.txt"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let table = std::fs::read_to_string(scratch.path("table.txt")).unwrap();
    assert!(table.starts_with("finding,severity,"), "{table}");
}

#[test]
fn one_run_writes_many_files_and_replaces_none_unasked() {
    let scratch = hunted();
    let outputs = ["report", "-o", "a.md", "-o", "a.csv", "-o", "a.stix.json"];
    let ran = scratch.run(&outputs);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let ran = scratch.run(&outputs);
    assert_eq!(ran.code, Some(2));
    assert!(ran.says("a.md exists"), "{}", ran.stderr);
    let ran = scratch.run(&[&outputs[..], &["--force"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

#[test]
fn an_ending_that_means_nothing_is_told_what_would() {
    let scratch = hunted();
    let ran = scratch.run(&["report", "-o", "report.docx"]);
    assert_eq!(ran.code, Some(2));
    insta::assert_snapshot!(ran.stderr, @r"
    error: the format of report.docx is not known from its extension
      next  use one of the extensions .txt .json .html .md .csv .events.csv
            .attacker.csv .jsonl .events.jsonl .timesketch.jsonl .ocsf.jsonl
            .events.ocsf.jsonl .sarif .stix.json
    ");
    assert_eq!(
        scratch.run(&["hunt", "logs", "-o", "report.docx"]).stderr,
        ran.stderr
    );
}

#[test]
fn what_is_no_report_of_this_version_is_refused() {
    let scratch = hunted();
    let report = std::fs::read_to_string(scratch.path("incident/report/report.json")).unwrap();
    let newer = report.replacen("\"schema_version\": 1", "\"schema_version\": 9", 1);
    assert_ne!(newer, report);
    scratch.write("newer.json", newer);
    scratch.write("other.json", "{\"Records\": []}");
    scratch.write("cut.json", "{\"schema_version\": 1");
    let said: Vec<String> = ["newer.json", "other.json", "cut.json", "nowhere"]
        .iter()
        .map(|from| {
            let ran = scratch.run(&["report", from, "-o", "out.md"]);
            assert_eq!(ran.code, Some(7), "{from}");
            ran.stderr
        })
        .collect();
    assert!(!scratch.path("out.md").exists());
    insta::assert_snapshot!(said.concat(), @r"
    error: newer.json has report schema version 9; this Stanch reads version 1
      next  use the newer Stanch that wrote it, or hunt again with this version
    error: other.json is not a report of Stanch
      why   missing field `schema_version` at line 1 column 15
      next  name a case, or the report/report.json in it
    error: cut.json is not a report of Stanch
      why   EOF while parsing an object at line 1 column 20
      next  name a case, or the report/report.json in it
    error: reading nowhere failed
      why   No such file or directory (os error 2)
      next  name a case with a report (stanch hunt LOGS --case DIR), or a
            report.json
    ");
}

#[test]
fn a_case_without_a_report_and_a_changed_report_are_refused() {
    let scratch = Scratch::new();
    scratch.new_case("incident");
    let ran = scratch.run(&["report"]);
    assert_eq!(ran.code, Some(7));
    assert!(ran.says("stanch hunt"), "{}", ran.stderr);
    scratch.write("logs/a.json", harmless("1"));
    assert_eq!(scratch.run(&["hunt", "logs", "--case", "incident"]).code, Some(0));
    assert_eq!(scratch.run(&["report"]).code, Some(0));
    let path = scratch.path("incident/report/report.json");
    let changed = std::fs::read_to_string(&path)
        .unwrap()
        .replacen("nothing-found", "unknown", 1);
    std::fs::write(&path, changed).unwrap();
    let ran = scratch.run(&["report", "--format", "csv"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(7), ""));
    assert!(ran.says("report.json"), "{}", ran.stderr);
}

#[test]
fn help_lists_every_format() {
    let help = Scratch::new().run(&["report", "--help"]).stdout;
    for (format, _) in FORMATS {
        assert!(help.contains(&format!("- {format}:")), "{format}: {help}");
    }
}
