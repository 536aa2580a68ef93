//! Cases: opened, locked, shown, verified.

use crate::harness::{Scratch, record};

#[test]
fn a_case_asks_who_must_never_be_locked_out() {
    let scratch = Scratch::new();
    let ran = scratch.run(&["case", "new", "incident"]);
    assert_eq!(ran.code, Some(2));
    insta::assert_snapshot!(ran.stderr, @r"
    error: a case needs a responder, who is never locked out, and there is no
            terminal to ask at
      next  add --responder ARN
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
    assert_eq!(ran.code, Some(7));
    assert!(ran.says(&std::process::id().to_string()), "{}", ran.stderr);
    assert!(ran.says("next"), "{}", ran.stderr);
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
    assert!(shown.prints("responder    ann"), "{}", shown.stdout);
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
    assert_eq!(ran.code, Some(7), "{}", ran.stdout);
    assert!(ran.prints("FAILED"), "{}", ran.stdout);
}

#[test]
fn declarations_are_added_listed_and_removed() {
    let scratch = Scratch::new();
    scratch.new_case("incident");
    let arn = "arn:aws:iam::111122223333:user/ann";
    for arguments in [
        ["responder", "add", arn, "--reason", "correct ARN"].as_slice(),
        &["responder", "remove", "ann", "--reason", "no ARN"],
        &[
            "vendors",
            "add",
            "4646-2253-2012",
            "Datadog",
            "--reason",
            "contract",
            "--by",
            "ben",
        ],
        &["known-good", "add", "web-*", "--reason", "CI"],
    ] {
        let ran = scratch.run(&[&["case"], arguments].concat());
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    }
    insta::assert_snapshot!(scratch.run(&["case", "vendors", "list"]).stdout, @r"
    464622532012  Datadog
      added by   ben
      reason     contract
    ");
    let list = scratch.run(&["case", "responder", "list", "--json"]).stdout;
    assert!(list.contains(arn) && !list.contains("\"ann\"}"), "{list}");
    let shown = scratch.run(&["case", "show", "incident"]).stdout;
    assert!(
        shown.contains("464622532012 Datadog") && shown.contains(arn),
        "{shown}"
    );
    for (arguments, why) in [
        (
            ["case", "responder", "remove", arn, "--reason", "x"].as_slice(),
            "only responder",
        ),
        (
            &["case", "known-good", "remove", "db", "--reason", "x"],
            "known-good list --case incident",
        ),
        (
            &["case", "break-glass", "add", "alice", "--reason", "x"],
            "arn:aws:iam::ACCOUNT:user/NAME",
        ),
        (
            &["case", "vendors", "add", "464622532013", "Other"],
            "--reason TEXT",
        ),
    ] {
        let ran = scratch.run(arguments);
        assert_eq!(ran.code, Some(2), "{}", ran.stdout);
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
    }
    assert_eq!(scratch.run(&["case", "verify", "incident"]).code, Some(0));
}

#[test]
fn a_case_refuses_an_empty_responder_and_a_break_glass_principal_that_is_no_arn() {
    let scratch = Scratch::new();
    for arguments in [
        ["--responder", " ", "--no-break-glass"],
        ["--responder=ann", "--break-glass", "alice"],
    ] {
        let ran = scratch.run(&[["case", "new", "incident"], arguments].concat());
        assert_eq!(ran.code, Some(2), "{}", ran.stdout);
        assert!(ran.stderr.contains("arn:aws:iam::ACCOUNT"), "{}", ran.stderr);
        assert!(!scratch.path("incident").exists());
    }
}
