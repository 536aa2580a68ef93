//! One credential and its relative: the same from logs and from a case, with what a snapshot says, inert and
//! legitimate.

use serde_json::{Value, json};

use crate::harness::{Ran, Scratch};

fn told(ran: &Ran) -> Value {
    let mut told: Value = serde_json::from_str(&ran.stdout).unwrap();
    told.as_object_mut().unwrap().remove("at");
    told
}

fn demo() -> Scratch {
    let scratch = Scratch::new();
    let made = scratch.run(&["demo", "--out", "made"]);
    assert!(made.code.is_some_and(|code| code != 2), "{}", made.stderr);
    scratch
}

#[test]
fn a_case_tells_what_its_logs_tell() {
    let scratch = demo();
    let first = scratch.run(&["who", "ci-release", "--case", "made/case", "--json"]);
    let subject = &told(&first)["subjects"][0];
    let keys: Vec<&str> = subject["descendants"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|relative| relative["kind"] == "long-term-key" || relative["kind"] == "session")
        .filter_map(|relative| relative["id"].as_str())
        .collect();
    assert!(keys.len() >= 3, "{keys:?}");
    for asked in keys
        .iter()
        .take(4)
        .copied()
        .chain(["ci-release", "203.0.113.45", "support-sync"])
    {
        let stored = scratch.run(&["who", asked, "--case", "made/case", "--json"]);
        let read = scratch.run(&["who", asked, "--logs", "made/logs", "--json"]);
        assert!(
            !told(&stored)["subjects"].as_array().unwrap().is_empty(),
            "{asked}"
        );
        assert_eq!(told(&stored), told(&read), "{asked}");
    }
    let page = scratch.run(&["who", keys[0], "--case", "made/case"]);
    for words in [
        "Calls",
        "Creator",
        "user arn:aws:iam::111122223333:user/ci-release",
        "support-sync",
        "created",
        "Still valid",
        "Next",
    ] {
        assert!(page.prints(words), "{words}: {}", page.stdout);
    }
}

#[test]
fn who_is_not_seen_is_not_called_clean() {
    let scratch = demo();
    let ran = scratch.run(&["who", "AKIAQAAAAAAAAAAAAAAA", "--case", "made/case"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(
        ran.prints("NOT SEEN") && ran.prints("are not known"),
        "{}",
        ran.stdout
    );
    let ran = scratch.run(&["who", "anybody", "--case", "nowhere"]);
    assert_eq!(ran.code, Some(7));
    assert!(ran.says("--logs"), "{}", ran.stderr);
}

#[test]
fn a_snapshot_tells_what_is_there_and_hostile_names_are_inert() {
    let scratch = Scratch::new();
    scratch.new_case("incident");
    let account = "111122223333";
    let folder = "incident/snapshots/20260306T140000000Z";
    let manifest = json!({
        "id": "20260306T140000000Z", "format": 1, "started": "2026-03-06T14:00:00Z", "ended": "2026-03-06T14:01:00Z", "tool": "0.1.0",
        "scope": {"collectors": [], "everything": false, "accounts":
            [{"account": account, "partition": "aws", "home": "us-east-1", "regions": ["us-east-1"]}]},
    });
    scratch.write(&format!("{folder}/manifest.json"), manifest.to_string());
    let hostile = "x\u{1b}[31m\u{202e}";
    let answers = [
        (
            "GetAccountAuthorizationDetails",
            json!({}),
            json!({"UserDetailList": [
            {"Arn": format!("arn:aws:iam::{account}:user/team/ann"), "UserId": "AIDAQNZGKIQY56JQ7WMLA"},
            {"Arn": format!("arn:aws:iam::{account}:user/{hostile}"), "UserId": "AIDAQNZGKIQY56JQ7WMLB"}], "RoleDetailList": []}),
        ),
        (
            "ListAccessKeys",
            json!({"UserName": "ann"}),
            json!({"AccessKeyMetadata": [{"UserName": "ann", "AccessKeyId": "AKIAIIIIIIIIIIIIIIII"}]}),
        ),
        (
            "ListAccessKeys",
            json!({"UserName": hostile}),
            json!({"AccessKeyMetadata": [{"UserName": hostile, "AccessKeyId": "AKIAJJJJJJJJJJJJJJJJ"}]}),
        ),
    ];
    let lines: String = answers
        .iter()
        .map(|(operation, params, body)| {
            let line = json!({"account": account, "region": "us-east-1", "service": "iam", "operation": operation, "params": params,
                "outcome": "ok", "items": 1, "pages": 1, "at": "2026-03-06T14:00:30Z", "body": body});
            format!("{line}\n")
        })
        .collect();
    scratch.write(&format!("{folder}/{account}/us-east-1/iam.jsonl"), lines);
    let ran = scratch.run(&["who", "AIDAQNZGKIQY56JQ7WMLA", "--case", "incident"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    for words in [
        "type: IAM user",
        "user/ann",
        "exists in the account",
        "AKIAIIIIIIIIIIIIIIII",
        "STILL EXISTS",
    ] {
        assert!(ran.prints(words), "{words}: {}", ran.stdout);
    }
    let ran = scratch.run(&["who", "AKIAJJJJJJJJJJJJJJJJ", "--case", "incident"]);
    assert!(ran.prints("its owner"), "{}", ran.stdout);
    assert!(
        !ran.stdout.contains('\u{1b}') && !ran.stdout.contains('\u{202e}'),
        "{:?}",
        ran.stdout
    );
}
