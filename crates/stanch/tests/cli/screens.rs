//! Whole screens of every verb, as they are printed at 80 and at 120 columns: `screens/*.snap`, to be read as text.
//!
//! Times of the run, hashes, ports and the scratch folder are replaced by texts of the same length.

use std::process::Command;
use std::sync::LazyLock;

use serde_json::{Value, json};
use stanch_core::Timestamp;

use crate::assess::{filter, snapshot};
use crate::aws::{CALLER, command, refusal, server, xml};
use crate::harness::{Ran, Scratch, harmless};
use crate::respond::{contained, denied, history, walked};

/// Columns at which screens are taken.
const WIDTHS: [&str; 2] = ["80", "120"];
const NOW: &str = "2026-11-23T12:00:00Z";

/// Every verb, by the words that lead to its help.
const VERBS: [&str; 34] = [
    "",
    "hunt",
    "whoami",
    "collect",
    "assess",
    "who",
    "scan-keys",
    "scan-ssrf",
    "contain",
    "plan",
    "plan show",
    "plan lint",
    "plan list",
    "plan actions",
    "apply",
    "undo",
    "watch",
    "respond",
    "call",
    "permissions",
    "report",
    "verify-logs",
    "gaps",
    "cost",
    "dispute",
    "query",
    "case",
    "case new",
    "case show",
    "case verify",
    "case diff",
    "rules",
    "demo",
    "completions",
];

/// A made-up incident, hunted into a case.
static INCIDENT: LazyLock<Scratch> = LazyLock::new(|| {
    let scratch = Scratch::new();
    scratch.incident(4000);
    scratch.new_case("incident");
    let ran = scratch.run(&["hunt", "logs", "--case", "incident", "--now", NOW, "-q"]);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    scratch
});

/// Takes the screen of a command at every width.
fn take(name: &str, scratch: &Scratch, made: impl Fn() -> Command) {
    for width in WIDTHS {
        let ran = Ran::of(made().env("COLUMNS", width).output().unwrap());
        compare(&format!("{name}.{width}"), scratch, &ran, width);
    }
}

fn compare(name: &str, scratch: &Scratch, ran: &Ran, width: &str) {
    let mut screen = redacted(&format!("{}{}", ran.stdout, ran.stderr), scratch);
    if !name.starts_with("help") {
        screen = screen.split_inclusive([' ', '\n']).map(hash).collect();
    }
    if name.starts_with("watch") || name.starts_with("respond") {
        screen = screen.split_inclusive([' ', '\n']).map(clock).collect();
    }
    let limit: usize = width.parse().unwrap();
    for line in screen.lines().filter(|line| line.chars().count() > limit) {
        // Only what is there to be copied, or has no space in it, may be longer.
        let longest = line.split_whitespace().map(|word| word.chars().count()).max();
        let is_command = line.contains("stanch ") || line.contains("aws ");
        let is_for_files = name.contains("markdown");
        assert!(
            is_command || is_for_files || longest >= Some(limit / 2),
            "{name}: {line}"
        );
    }
    let text = format!("{screen}\nexit code {}", ran.code.unwrap_or(-1));
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("screens");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name.to_owned(), text));
}

/// Compares a screen with the one in the documentation, or writes it where snapshots are written.
fn document(name: &str, typed: &str, scratch: &Scratch, ran: &Ran) {
    let screen = redacted(&format!("{}{}", ran.stdout, ran.stderr), scratch);
    let text = format!("$ {typed}\n{}\n", screen.trim_end());
    let folder = std::path::Path::new("../../docs/screens");
    let path = folder.join(name);
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), text, "{name}");
}

/// Replaces what differs between runs.
fn redacted(screen: &str, scratch: &Scratch) -> String {
    let folder = std::fs::canonicalize(scratch.path(".")).unwrap();
    let folder = folder.display().to_string();
    let same_length = format!("{:-<width$}", "/scratch", width = folder.len());
    let screen = screen.replace(&folder, &same_length);
    screen.split_inclusive([' ', '\n', ',', ';']).map(word).collect()
}

fn word(word: &str) -> String {
    let text = word.trim_end_matches([' ', '\n', ',', ';', '.', ':']);
    let now = || Timestamp(jiff::Timestamp::now().as_millisecond());
    let is_now = Timestamp::parse(text).is_some_and(|at| now().since(at).abs() < 86_400_000);
    let same_length = |letter: &str| word.replacen(text, &letter.repeat(text.len()), 1);
    if is_now {
        same_length("0")
    } else if let Some((before, rest)) = word.split_once("127.0.0.1:") {
        let port = rest.bytes().take_while(u8::is_ascii_digit).count();
        format!("{before}127.0.0.1:{}{}", "0".repeat(port), &rest[port..])
    } else {
        word.to_owned()
    }
}

/// Replaces a hash, whole or its first digits.
fn hash(word: &str) -> String {
    let text = word.trim_end();
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_hex && !is_number && [12, 64].contains(&text.len()) {
        word.replacen(text, &"#".repeat(text.len()), 1)
    } else {
        word.to_owned()
    }
}

/// Replaces a time of day.
fn clock(word: &str) -> String {
    let is_clock = word.len() > 8
        && word.bytes().take(8).enumerate().all(|(place, byte)| match place {
            2 | 5 => byte == b':',
            _ => byte.is_ascii_digit(),
        });
    if is_clock {
        format!("00:00:00{}", &word[8..])
    } else {
        word.to_owned()
    }
}

#[test]
fn help_of_every_verb() {
    let scratch = Scratch::new();
    for verb in VERBS {
        let mut arguments: Vec<&str> = verb.split_whitespace().collect();
        let name = if verb.is_empty() { "stanch" } else { verb };
        arguments.push("--help");
        take(&format!("help {name}").replace(' ', "-"), &scratch, || {
            scratch.command(&arguments)
        });
    }
    let listed = scratch.run(&["--help"]);
    let commands = listed.stdout.split("Commands:").nth(1).unwrap_or_default();
    let commands = commands.split("\n\n").next().unwrap_or_default().lines();
    let named = commands.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    for verb in named.filter_map(|line| line.split_whitespace().next()) {
        assert!(
            VERBS.contains(&verb) || verb == "help",
            "no screen of stanch {verb} --help"
        );
    }
}

#[test]
fn a_hunt_and_what_reads_its_case() {
    let scratch = &*INCIDENT;
    let screens: [(&str, &[&str]); 16] = [
        ("hunt", &["hunt", "logs", "--case", "incident", "--now", NOW]),
        ("hunt-verbose", &["hunt", "logs", "--no-case", "--now", NOW, "-v"]),
        ("case-show", &["case", "show"]),
        ("case-show-problems", &["case", "show", "--problems"]),
        ("case-verify", &["case", "verify"]),
        ("case-diff-without-snapshots", &["case", "diff"]),
        ("report", &["report"]),
        ("report-markdown", &["report", "--format", "markdown"]),
        ("query-list", &["query", "--list"]),
        ("query-persistence", &["query", "persistence"]),
        ("query-error", &["query", "SELECT nothing FROM nowhere"]),
        ("who-user", &["who", "support-sync"]),
        ("who-not-seen", &["who", "AKIAQNZGKIQY56JQ7WML"]),
        (
            "contain-without-snapshot",
            &["contain", "--all", "--harm-now", "yes"],
        ),
        ("plan-list-none", &["plan", "list"]),
        ("apply-without-plan", &["apply", "7f3a19c2d4e5"]),
    ];
    for (name, arguments) in screens {
        // No credentials but those of the test, and nothing outside this machine.
        take(name, scratch, || command(scratch, None, arguments));
    }
    let arguments = ["hunt", "logs", "--case", "incident", "--now", NOW];
    let ran = scratch.run(&arguments);
    document("hunt.txt", "stanch hunt logs/ --case incident", scratch, &ran);
}

#[test]
fn a_bill_of_the_incident() {
    let scratch = Scratch::new();
    scratch.incident(4000);
    scratch.new_case("incident");
    scratch.run(&["hunt", "logs", "--case", "incident", "--now", NOW, "-q"]);
    crate::bill::bill(&scratch);
    take("cost", &scratch, || scratch.command(&["cost", "bill"]));
    take("dispute", &scratch, || {
        scratch.command(&["dispute", "--bill", "bill", "--output", "dispute", "--force"])
    });
    let case = std::fs::read_to_string(scratch.path("dispute/case.txt")).unwrap();
    let ran = Ran {
        code: Some(0),
        stdout: case,
        stderr: String::new(),
    };
    document("dispute.txt", "cat dispute/case.txt", &scratch, &ran);
}

#[test]
fn what_needs_no_case() {
    let scratch = Scratch::new();
    scratch.write("logs/a.json", harmless("1"));
    scratch.write("torn/a.json", r#"{"Records":[{"eventVersion":"1.08","#);
    let screens: [(&str, &[&str]); 11] = [
        ("hunt-nothing-found", &["hunt", "logs", "--now", NOW]),
        ("hunt-unknown", &["hunt", "torn", "--now", NOW]),
        ("hunt-no-input", &["hunt", "nowhere"]),
        ("hunt-wrong-option", &["hunt", "--thread", "2", "logs"]),
        ("rules", &["rules"]),
        ("rules-explain", &["rules", "--explain", "iam-new-admin-user"]),
        ("plan-actions", &["plan", "actions"]),
        ("plan-action", &["plan", "actions", "user-deny"]),
        ("permissions-whoami", &["permissions", "whoami"]),
        ("case-new-unanswered", &["case", "new"]),
        ("undo-without-case", &["undo", "7f3a19c2d4e5-1"]),
    ];
    for (name, arguments) in screens {
        take(name, &scratch, || scratch.command(arguments));
    }
    let opened = scratch.run(&["case", "new", "--responder", "ann", "--no-break-glass"]);
    compare("case-new.80", &scratch, &opened, "80");
}

#[test]
fn an_assessment() {
    let scratch = Scratch::new();
    let nobody = json!({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]});
    snapshot(
        &scratch,
        &[
            filter("noise"),
            (
                "s3",
                "GetBucketPolicy",
                json!({"Bucket": "exports"}),
                "ok",
                json!({"Policy": nobody.to_string()}),
            ),
            ("kms", "ListGrants", json!({"KeyId": "k"}), "denied", Value::Null),
        ],
    );
    take("assess", &scratch, || scratch.command(&["assess"]));
    take("assess-verbose", &scratch, || scratch.command(&["assess", "-v"]));
}

#[test]
fn verbs_that_ask_aws() {
    let server = server(|asked| match asked.operation.as_str() {
        "GetCallerIdentity" => xml(CALLER),
        _ => refusal(403, "AccessDenied"),
    });
    let scratch = Scratch::new();
    let endpoint = server.endpoint();
    take("whoami", &scratch, || {
        command(&scratch, Some(&endpoint), &["whoami"])
    });
    take("call-denied", &scratch, || {
        command(&scratch, Some(&endpoint), &["call", "iam", "list-users"])
    });
    take("call-changes", &scratch, || {
        command(&scratch, Some(&endpoint), &["call", "iam", "create-user"])
    });
    scratch.new_case("incident");
    let left = walked(&scratch, &endpoint, "q\n");
    compare("respond.80", &scratch, &left, "80");
    let opened = walked(&scratch, &endpoint, "o root-mfa\nq\n");
    compare("respond-manual-step.80", &scratch, &opened, "80");
}

#[test]
fn a_watch() {
    let events = vec![denied("e1")];
    let server = server(move |asked| history(asked, &events, "eu-west-1"));
    let scratch = Scratch::new();
    contained(&scratch, &server.endpoint());
    let arguments = ["watch", "--minutes", "0"];
    let ran = Ran::of(
        command(&scratch, Some(&server.endpoint()), &arguments)
            .output()
            .unwrap(),
    );
    // How old the latest event is changes with the day.
    let stdout = ran.stdout.lines().filter(|line| !line.contains("latest event"));
    let ran = Ran {
        stdout: stdout.map(|line| format!("{line}\n")).collect(),
        ..ran
    };
    compare("watch.80", &scratch, &ran, "80");
    take("plan-list", &scratch, || scratch.command(&["plan", "list"]));
}
