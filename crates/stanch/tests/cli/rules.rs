//! Rules of one's own: none silently missing, none forgotten in what to type next.

use crate::harness::{Scratch, harmless, record};

fn rule(level: &str) -> String {
    format!(
        "title: Widget read\nid: 3f0f3c56-8a0e-4a53-9d5b-0c6c1c3f7f11\nstatus: test\nlogsource:\n  product: aws\n  \
         service: cloudtrail\ndetection:\n  selection:\n    eventName: GetWidget\n  condition: selection\n\
         level: {level}\n"
    )
}

fn widget() -> String {
    record("1", "GetWidget", "widgets.amazonaws.com")
}

#[test]
fn a_rule_that_met_too_many_principals_is_in_the_exit_code() {
    use std::fmt::Write as _;
    let scratch = Scratch::new();
    scratch.write("rules/widget.yml", rule("low"));
    let mut lines = String::new();
    for number in 0..20_001 {
        let line = widget()
            .replace("user/ann", &format!("user/u{number}"))
            .replace(r#""eventID":"1""#, &format!(r#""eventID":"{number}""#))
            .replace("AIDAEXAMPLE", &format!("AIDA{number:016}"));
        let _ = writeln!(lines, "{line}");
    }
    scratch.write("logs/a.jsonl", lines);
    let ran = scratch.run(&["hunt", "logs", "--rules", "rules", "--format", "json"]);
    let analysis: stanch_core::Analysis = serde_json::from_str(&ran.stdout).unwrap();
    assert!(analysis.coverage.is_complete());
    assert_eq!(
        analysis.verdict.unknown.len(),
        1,
        "{:?}",
        analysis.verdict.unknown
    );
    assert!(matches!(ran.code, Some(3 | 4)), "{:?}", ran.code);
}

#[test]
fn the_next_commands_load_the_same_rules_and_tables() {
    let scratch = Scratch::new();
    scratch.write("logs/a.json", format!("[{}]", widget()));
    scratch.write("my rules/widget.yml", rule("high"));
    scratch.write(
        "ranges.json",
        r#"{"syncToken":"1","createDate":"2026-03-01-00-00-00","prefixes":[{"ip_prefix":"198.51.100.0/24","region":"us-east-1","service":"EC2","network_border_group":"us-east-1"}],"ipv6_prefixes":[]}"#,
    );
    let ran = scratch.run(&[
        "hunt",
        "logs",
        "--rules",
        "my rules",
        "--aws-ranges",
        "ranges.json",
    ]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let report = "stanch hunt logs --rules 'my rules' --aws-ranges ranges.json -o report.html";
    assert!(ran.prints(report), "{}", ran.stdout);
    let explain = "stanch rules --rules 'my rules' --explain ";
    assert!(ran.prints(explain), "{}", ran.stdout);
}

#[test]
fn rules_too_deep_or_too_many_are_refused() {
    let scratch = Scratch::new();
    scratch.write("logs/a.json", harmless("1"));
    let deepest = format!("deep/{}", "d/".repeat(32));
    scratch.write(&format!("{deepest}widget.yml"), rule("high"));
    assert_eq!(scratch.run(&["hunt", "logs", "--rules", "deep"]).code, Some(0));
    scratch.write(&format!("{deepest}d/widget.yml"), rule("high"));
    let ran = scratch.run(&["hunt", "logs", "--rules", "deep"]);
    assert_eq!(ran.code, Some(7), "{}", ran.stdout);
    assert!(ran.says("deeper than 32 folders"), "{}", ran.stderr);
    std::fs::create_dir(scratch.path("many")).unwrap();
    for number in 0..1001 {
        std::fs::File::create(scratch.path(&format!("many/{number}.yml"))).unwrap();
    }
    // Named fifty times: a folder costs its reading each time it is named.
    let ran = scratch.run(&[vec!["hunt", "logs"], ["--rules", "many"].repeat(50)].concat());
    assert_eq!(ran.code, Some(7), "{}", ran.stdout);
    assert!(ran.says("more than 50000 rule files"), "{}", ran.stderr);
}

#[test]
#[cfg(target_os = "linux")]
fn only_regular_files_are_rules() {
    let scratch = Scratch::new();
    scratch.write("logs/a.json", harmless("1"));
    scratch.write("kept/widget.yml", rule("high"));
    std::fs::create_dir(scratch.path("rules")).unwrap();
    std::os::unix::fs::symlink("../kept/widget.yml", scratch.path("rules/widget.yml")).unwrap();
    assert_eq!(scratch.run(&["hunt", "logs", "--rules", "rules"]).code, Some(0));
    let pipe = scratch.path("rules/pipe.yml");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let ran = scratch.run(&["hunt", "logs", "--rules", "rules"]);
    assert_eq!(ran.code, Some(7), "{}", ran.stdout);
    assert!(ran.says("not a regular file"), "{}", ran.stderr);
    std::fs::remove_file(&pipe).unwrap();
    // Endless, and no regular file.
    std::os::unix::fs::symlink("/dev/zero", pipe).unwrap();
    assert_eq!(scratch.run(&["hunt", "logs", "--rules", "rules"]).code, Some(7));
}
