//! A collected account, judged: findings, what is not known, exit codes, hostile names.

use serde_json::{Value, json};

use crate::harness::{Ran, Scratch};

const ACCOUNT: &str = "111122223333";
const HOSTILE: &str = "noise\u{1b}[31m\u{202e}\n<script>";

/// Writes a snapshot of one region, a line for each answer, into the case.
pub(crate) fn snapshot(scratch: &Scratch, answers: &[(&str, &str, Value, &str, Value)]) {
    scratch.new_case("incident");
    let folder = "incident/snapshots/20260306T140000000Z";
    let manifest = json!({
        "id": "20260306T140000000Z", "format": 1, "started": "2026-03-06T14:00:00Z", "ended": "2026-03-06T14:01:00Z", "tool": "0.1.0",
        "scope": {"collectors": [], "everything": false, "accounts":
            [{"account": ACCOUNT, "partition": "aws", "home": "us-east-1", "regions": ["us-east-1"]}]},
    });
    scratch.write(&format!("{folder}/manifest.json"), manifest.to_string());
    let mut books: std::collections::BTreeMap<&str, String> = std::collections::BTreeMap::new();
    for (service, operation, params, outcome, body) in answers {
        let line = json!({"account": ACCOUNT, "region": "us-east-1", "service": service, "operation": operation, "params": params,
            "outcome": outcome, "items": 1, "pages": 1, "at": "2026-03-06T14:00:30Z", "body": body});
        books.entry(service).or_default().push_str(&format!("{line}\n"));
    }
    for (service, lines) in books {
        scratch.write(&format!("{folder}/{ACCOUNT}/us-east-1/{service}.jsonl"), lines);
    }
}

pub(crate) fn filter(name: &str) -> (&'static str, &'static str, Value, &'static str, Value) {
    let body = json!({"Name": name, "Action": "ARCHIVE", "FindingCriteria": {"Criterion": {}}});
    (
        "guardduty",
        "GetFilter",
        json!({"DetectorId": "d", "FilterName": "f"}),
        "ok",
        body,
    )
}

fn assessed(scratch: &Scratch, more: &[&str]) -> Ran {
    let arguments: Vec<&str> = ["assess", "--case", "incident"]
        .into_iter()
        .chain(more.iter().copied())
        .collect();
    scratch.run(&arguments)
}

#[test]
fn what_is_hostile_is_told_and_what_was_not_read_is_unknown() {
    let scratch = Scratch::new();
    snapshot(
        &scratch,
        &[
            filter("noise"),
            ("kms", "ListGrants", json!({"KeyId": "k"}), "denied", Value::Null),
        ],
    );
    let ran = assessed(&scratch, &[]);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    for told in [
        "1 malicious",
        "GuardDuty filter noise archives every finding",
        "creator unknown: no logs were given",
        "Not judged: unknown",
    ] {
        assert!(ran.prints(told), "{told}: {}", ran.stdout);
    }
    let all = assessed(&scratch, &["-v"]);
    assert!(
        all.prints("kms:ListGrants in 1 region: denied; needed by key-shared"),
        "{}",
        all.stdout
    );
}

#[test]
fn a_snapshot_with_nothing_in_it_is_not_clean() {
    let scratch = Scratch::new();
    snapshot(
        &scratch,
        &[("sts", "GetCallerIdentity", Value::Null, "ok", json!({}))],
    );
    let ran = assessed(&scratch, &[]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.prints("NOTHING FOUND IN WHAT IS KNOWN"), "{}", ran.stdout);
}

#[test]
fn names_of_an_attacker_are_inert_in_every_format() {
    let scratch = Scratch::new();
    snapshot(&scratch, &[filter(HOSTILE)]);
    for format in ["text", "json", "html"] {
        let ran = assessed(&scratch, &["--format", format]);
        let acts = |letter: char| letter != '\n' && stanch_core::text::is_deceptive(letter);
        assert!(!ran.stdout.chars().any(acts), "{}", ran.stdout);
    }
    let ran = assessed(&scratch, &["--format", "json"]);
    let assessment: stanch_core::Assessment = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(assessment.findings[0].resource.name, HOSTILE);
}

#[test]
fn logs_say_who_made_it() {
    let scratch = Scratch::new();
    snapshot(&scratch, &[filter("noise")]);
    let record = json!({"Records": [{"eventVersion": "1.09", "eventID": "1", "eventTime": "2026-03-06T13:00:00Z", "eventSource": "guardduty.amazonaws.com",
        "eventName": "CreateFilter", "awsRegion": "us-east-1", "sourceIPAddress": "203.0.113.9", "readOnly": false, "recipientAccountId": ACCOUNT,
        "userIdentity": {"type": "IAMUser", "arn": format!("arn:aws:iam::{ACCOUNT}:user/mallory"), "accountId": ACCOUNT, "userName": "mallory", "accessKeyId": "AKIAX"},
        "requestParameters": {"detectorId": "d", "name": "noise"}, "responseElements": {"name": "noise"}}]});
    scratch.write("logs/a.json", record.to_string());
    let ran = assessed(&scratch, &["--logs", "logs"]);
    assert!(
        ran.prints("by user mallory, CreateFilter, 2026-03-06 13:00:00"),
        "{}",
        ran.stdout
    );
    let good = scratch.write("good.txt", "noise");
    let vouched = assessed(&scratch, &["--known-good", &good.display().to_string()]);
    assert!(vouched.prints("0 malicious"), "{}", vouched.stdout);
}

#[test]
fn the_page_is_written_where_it_is_asked_for_and_replaces_nothing() {
    let scratch = Scratch::new();
    snapshot(&scratch, &[filter(HOSTILE)]);
    let ran = assessed(&scratch, &["-o", "account.html", "-o", "account.json"]);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    let page = std::fs::read_to_string(scratch.path("account.html")).unwrap();
    for told in [
        "archives every finding",
        "Fix",
        "guardduty:GetFilter in us-east-1",
        "Requests without a reply",
    ] {
        assert!(page.contains(told), "{told}");
    }
    assert_eq!(page.matches("<script").count(), 1);
    let json = std::fs::read_to_string(scratch.path("account.json")).unwrap();
    assert!(serde_json::from_str::<stanch_core::Assessment>(&json).is_ok());
    let again = assessed(&scratch, &["-o", "account.html"]);
    assert_eq!(again.code, Some(2), "{}", again.stdout);
    assert_eq!(
        assessed(&scratch, &["-o", "account.html", "--force"]).code,
        Some(4)
    );
    let unknown = assessed(&scratch, &["-o", "account.docx"]);
    assert!(unknown.says(".html .json .txt"), "{}", unknown.stderr);
}

/// A vendor's account is context, a stack too; neither is a pardon for what is hostile in itself.
#[test]
fn vendors_are_known_and_stacks_are_told() {
    let role = |principal: &str| {
        let trust = json!({"Statement": [{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}]});
        let tags = json!([{"Key": "aws:cloudformation:stack-name", "Value": "baseline"}]);
        let body = json!({"RoleDetailList": [{"RoleName": "watcher", "Arn": "arn:aws:iam::111122223333:role/watcher",
            "AssumeRolePolicyDocument": trust, "Tags": tags}]});
        ("iam", "GetAccountAuthorizationDetails", Value::Null, "ok", body)
    };
    let scratch = Scratch::new();
    snapshot(&scratch, &[role("arn:aws:iam::464622532012:root")]);
    let strange = assessed(&scratch, &["-v"]);
    assert!(
        strange.prints("IAM role watcher can be assumed by account 464622532012"),
        "{}",
        strange.stdout
    );
    let json = assessed(&scratch, &["--format", "json"]).stdout;
    assert!(json.contains("aws:cloudformation:stack-name baseline"), "{json}");
    scratch.write("vendors.txt", "464622532012 Watcher");
    // A snapshot that is not of the case: the list is not kept.
    std::fs::rename(
        scratch.path("incident/snapshots/20260306T140000000Z"),
        scratch.path("loose"),
    )
    .unwrap();
    let loose = assessed(&scratch, &["-v", "loose", "--vendors", "vendors.txt"]);
    assert!(!loose.prints("can be assumed by"), "{}", loose.stdout);
    assert!(loose.says("for this assessment only"), "{}", loose.stderr);
    // One that is of the case: the list is kept, and the verb takes an entry out again.
    let scratch = Scratch::new();
    snapshot(&scratch, &[role("arn:aws:iam::464622532012:root")]);
    scratch.write("vendors.txt", "464622532012 Watcher");
    let stored = assessed(&scratch, &["-v", "--vendors", "vendors.txt"]);
    assert!(stored.says("Added 1 vendors"), "{}", stored.stderr);
    assert!(!stored.prints("can be assumed by"), "{}", stored.stdout);
    assert!(!assessed(&scratch, &["-v"]).prints("can be assumed by"));
    let removed = scratch.run(&[
        "case",
        "vendors",
        "remove",
        "464622532012",
        "--reason",
        "not ours",
    ]);
    assert_eq!(removed.code, Some(0), "{}", removed.stderr);
    assert!(assessed(&scratch, &["-v"]).prints("can be assumed by"));
    // Everybody is no vendor.
    let scratch = Scratch::new();
    snapshot(&scratch, &[role("*")]);
    scratch.write("vendors.txt", "464622532012 Watcher");
    let open = assessed(&scratch, &["--vendors", "vendors.txt"]);
    assert!(open.prints("1 malicious"), "{}", open.stdout);
}

#[test]
fn wrong_inputs_are_refused_with_what_to_do() {
    let scratch = Scratch::new();
    scratch.new_case("incident");
    let none = assessed(&scratch, &[]);
    assert_eq!(none.code, Some(7));
    assert!(none.says("stanch collect --case incident"), "{}", none.stderr);
    scratch.write("vendors.txt", "Watcher 464622532012");
    let wrong = assessed(&scratch, &["--vendors", "vendors.txt"]);
    assert!(
        wrong.says("line 1 of vendors.txt names no account"),
        "{}",
        wrong.stderr
    );
}
