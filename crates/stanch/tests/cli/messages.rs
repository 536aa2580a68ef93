//! Error messages of the program: what happened, what to do next, and the exit code.

use crate::harness::{Scratch, record};

#[test]
fn an_input_that_is_not_there_is_an_error() {
    let ran = Scratch::new().run(&["hunt", "nowhere"]);
    assert_eq!(ran.code, Some(7));
    insta::assert_snapshot!(ran.stderr, @r"
    error: nowhere can't be read
      why   No such file or directory (os error 2)
      next  name a folder, file or archive that exists, or - for standard input
    ");
}

#[test]
fn a_report_is_not_overwritten_unasked() {
    let scratch = Scratch::new();
    scratch.write(
        "logs/a.json",
        format!("[{}]", record("1", "DescribeInstances", "ec2.amazonaws.com")),
    );
    scratch.write("report.html", "mine");
    let ran = scratch.run(&["hunt", "logs", "-o", "report.html"]);
    assert_eq!(ran.code, Some(2));
    assert_eq!(
        std::fs::read_to_string(scratch.path("report.html")).unwrap(),
        "mine"
    );
    let ran = scratch.run(&["hunt", "logs", "-o", "report.html", "--force"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        std::fs::read_to_string(scratch.path("report.html"))
            .unwrap()
            .contains("<html")
    );
}

#[test]
fn a_wrong_option_is_a_usage_error() {
    let ran = Scratch::new().run(&["hunt", "--thread", "2", "logs"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.says("--threads"), "{}", ran.stderr);
}

#[test]
fn help_needs_no_manual() {
    let ran = Scratch::new().run(&["hunt", "--help"]);
    assert_eq!(ran.code, Some(0));
    for word in [
        "CloudTrail",
        "--case",
        "--rules",
        "Exit codes",
        "stanch hunt --live",
    ] {
        assert!(ran.prints(word), "{word} is missing from the help");
    }
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn hostile_text_in_logs_does_not_reach_the_terminal_or_the_page_alive() {
    let scratch = Scratch::new();
    let hostile = r"\u001b]0;owned\u0007</script><script>alert(1)</script>\u202e";
    let line = record("1", "StopLogging", "cloudtrail.amazonaws.com")
        .replace("aws-cli/2.17.13", hostile)
        .replace("user/ann", &format!("user/{hostile}"))
        .replace(r#""userName":"ann""#, &format!(r#""userName":"{hostile}""#));
    scratch.write("logs/a.json", line);
    let ran = scratch.run(&["hunt", "logs", "-v", "-o", "report.html"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(!ran.stdout.contains('\u{1b}') && !ran.stdout.contains('\u{202e}'));
    let page = std::fs::read_to_string(scratch.path("report.html")).unwrap();
    assert!(!page.contains("<script>alert(1)"));
}
