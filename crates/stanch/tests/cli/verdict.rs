//! Verdicts on logs made for the purpose: required and forbidden statements.

use serde_json::{Value, json};
use stanch_core::Analysis;
use stanch_core::verdict::Conclusion;

use crate::harness::Scratch;

/// One call of user `ops` with a long-term key.
fn call(time: &str, service: &str, name: &str, request: &Value, response: &Value) -> Value {
    json!({
        "eventVersion": "1.08", "eventTime": time, "eventName": name, "awsRegion": "us-east-1",
        "eventSource": format!("{service}.amazonaws.com"), "eventID": format!("{name}-{time}"),
        "eventType": "AwsApiCall", "eventCategory": "Management", "readOnly": false,
        "sourceIPAddress": "203.0.113.9", "userAgent": "aws-cli/2.17.13", "recipientAccountId": "111122223333",
        "requestParameters": request, "responseElements": response,
        "userIdentity": {
            "type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/ops", "accountId": "111122223333",
            "principalId": "AIDAEXAMPLE", "accessKeyId": "AKIAEXAMPLEOPS", "userName": "ops"
        }
    })
}

/// Five acts within minutes that together have no harmless reading.
fn attack(day: &str) -> Vec<Value> {
    let at = |minute: u32| format!("{day}T14:{minute:02}:00Z");
    let admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    let key =
        json!({"accessKey": {"userName": "evil", "accessKeyId": "AKIAEXAMPLEEVIL", "status": "Active"}});
    vec![
        call(
            &at(1),
            "iam",
            "CreateUser",
            &json!({"userName": "evil"}),
            &json!({"user": {"userName": "evil"}}),
        ),
        call(
            &at(2),
            "iam",
            "AttachUserPolicy",
            &json!({"userName": "evil", "policyArn": admin}),
            &Value::Null,
        ),
        call(
            &at(3),
            "iam",
            "CreateAccessKey",
            &json!({"userName": "evil"}),
            &key,
        ),
        call(
            &at(4),
            "cloudtrail",
            "StopLogging",
            &json!({"name": "main"}),
            &Value::Null,
        ),
        call(
            &at(5),
            "guardduty",
            "DeleteDetector",
            &json!({"detectorId": "d1"}),
            &Value::Null,
        ),
        call(
            &at(6),
            "ec2",
            "ModifySnapshotAttribute",
            &json!({"snapshotId": "snap-1", "attributeType": "CREATE_VOLUME_PERMISSION",
                "createVolumePermission": {"add": {"items": [{"userId": "999988887777"}]}}}),
            &Value::Null,
        ),
    ]
}

fn hunt(records: &[Value]) -> (Analysis, String) {
    let scratch = Scratch::new();
    scratch.write("logs/a.json", json!({"Records": records}).to_string());
    let ran = scratch.run(&["hunt", "logs", "--format", "json"]);
    let analysis = serde_json::from_str(&ran.stdout).unwrap();
    (analysis, ran.stdout)
}

#[test]
fn a_takeover_is_found_and_what_it_left_is_named() {
    let mut records = attack("2026-03-05");
    for second in 10..30 {
        let time = format!("2026-03-05T14:07:{second}Z");
        let mut look = call(&time, "secretsmanager", "ListSecrets", &Value::Null, &Value::Null);
        look["awsRegion"] = json!(format!("eu-west-{}", second % 4));
        records.push(look);
    }
    let (analysis, _) = hunt(&records);
    assert_eq!(analysis.verdict.conclusion, Conclusion::Compromised);
    let left = analysis.verdict.stories[0].left.join("; ");
    // Nothing read a secret: looking for some is not taking them.
    let took = analysis.verdict.stories[0].took.join("; ");
    assert!(took.contains("snap-1") && !took.contains("ListSecrets"), "{took}");
    for thing in [
        "user evil",
        "AKIAEXAMPLEEVIL",
        "snap-1",
        "is still attached to user evil",
        "is still stopped",
    ] {
        assert!(left.contains(thing), "{thing} is missing from: {left}");
    }
}

#[test]
fn a_harmless_past_hides_nothing() {
    let mut records = attack("2026-03-05");
    for (month, record) in attack("2025-07-01").iter().enumerate() {
        let mut record = record.clone();
        let time = format!("2025-{:02}-01T10:00:00Z", month + 3);
        record["eventID"] = json!(format!("past-{month}"));
        record["eventTime"] = json!(time);
        records.push(record);
    }
    let (analysis, _) = hunt(&records);
    assert_eq!(analysis.verdict.conclusion, Conclusion::Compromised);
    let since = analysis.verdict.stories[0].since.to_string();
    assert!(since.starts_with("2026-03-05"), "{since}");
}

#[test]
fn two_odd_acts_are_no_takeover() {
    let records = attack("2026-03-05");
    let (analysis, _) = hunt(&[records[1].clone(), records[3].clone()]);
    assert_eq!(analysis.verdict.conclusion, Conclusion::Suspicious);
}

#[test]
fn secrets_in_logs_reach_no_report() {
    let mut records = attack("2026-03-05");
    records.push(call(
        "2026-03-05T14:07:00Z",
        "sts",
        "GetFederationToken",
        &json!({"name": "x", "policy": "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"}),
        &json!({"credentials": {"accessKeyId": "ASIAEXAMPLE", "sessionToken": "FwoGTOKENLEAK", "secretAccessKey": "SECRETLEAK"}}),
    ));
    records.push(call(
        "2026-03-05T14:08:00Z",
        "iam",
        "CreateLoginProfile",
        &json!({"userName": "evil", "password": "PASSWORDLEAK"}),
        &Value::Null,
    ));
    let (analysis, text) = hunt(&records);
    assert!(
        analysis
            .events
            .values()
            .any(|record| record.name == "GetFederationToken")
    );
    assert!(text.contains("redacted"));
    for secret in ["TOKENLEAK", "SECRETLEAK", "PASSWORDLEAK"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

/// Usual calls of user `ops` from two addresses: nothing that a detection looks at.
fn usual(address: &str, minutes: std::ops::Range<u32>) -> Vec<Value> {
    minutes
        .map(|minute| {
            let time = format!("2026-03-05T14:{minute:02}:00Z");
            let mut record = call(&time, "ec2", "DescribeInstances", &Value::Null, &Value::Null);
            record["readOnly"] = json!(true);
            record["sourceIPAddress"] = json!(address);
            record["eventID"] = json!(format!("{address}-{minute}"));
            record
        })
        .collect()
}

#[test]
fn a_suspect_that_no_detection_names_is_an_attack_with_its_own_events() {
    let scratch = Scratch::new();
    let mut records = usual("198.51.100.4", 0..20);
    records.extend(usual("203.0.113.9", 20..30));
    scratch.write("logs/a.json", json!({"Records": records}).to_string());
    let hunt = |more: &[&str]| -> Analysis {
        let ran = scratch.run(&[&["hunt", "logs", "--format", "json"], more].concat());
        serde_json::from_str(&ran.stdout).unwrap()
    };
    assert_eq!(hunt(&[]).verdict.conclusion, Conclusion::NothingFound);
    for suspect in ["203.0.113.9", "203.0.113.0/24", "ops,from=2026-03-05T14:20:00Z"] {
        let found = hunt(&["--suspect", suspect]);
        assert_eq!(found.verdict.conclusion, Conclusion::Compromised, "{suspect}");
        assert_eq!(found.attacker_events.len(), 10, "{suspect}");
        let addresses = found
            .attacker_events
            .iter()
            .map(|event| event.source_address.as_str());
        assert!(addresses.eq(["203.0.113.9"; 10]), "{suspect}");
        let how = found.verdict.stories[0].how.join(" ");
        assert!(
            how.contains(&format!("Named as a suspect by the responder: {suspect}.")),
            "{how}"
        );
    }
    let nobody = hunt(&["--suspect", "192.0.2.1"]);
    assert_eq!(nobody.verdict.conclusion, Conclusion::NothingFound);
}

#[test]
fn what_the_responder_declares_as_good_is_low_and_starts_no_attack() {
    let scratch = Scratch::new();
    scratch.write(
        "logs/a.json",
        json!({"Records": attack("2026-03-05")}).to_string(),
    );
    let hunt = |more: &[&str]| -> Analysis {
        let ran = scratch.run(&[&["hunt", "logs", "--format", "json"], more].concat());
        serde_json::from_str(&ran.stdout).unwrap()
    };
    assert_eq!(hunt(&[]).verdict.conclusion, Conclusion::Compromised);
    let good = hunt(&["--known-good", "arn:aws:iam::111122223333:user/ops"]);
    assert_eq!(good.verdict.conclusion, Conclusion::NothingFound);
    assert!(!good.findings.is_empty(), "findings stay in the report");
    let told = |finding: &stanch_core::Finding| {
        let mut facts = finding.facts.iter();
        facts.any(|fact| fact.value.starts_with("declared as known good"))
    };
    assert!(good.findings.iter().any(told));
    let severe = |finding: &&stanch_core::Finding| finding.severity > stanch_core::Severity::Low;
    assert_eq!(good.findings.iter().filter(severe).count(), 0);
    let before = hunt(&["--known-good", "ops,until=2026-03-05T00:00:00Z"]);
    assert_eq!(
        before.verdict.conclusion,
        Conclusion::Compromised,
        "the statement ended before"
    );

    scratch.new_case("incident");
    let added = scratch.run(&[
        "case",
        "known-good",
        "add",
        "arn:aws:iam::111122223333:user/ops",
        "--reason",
        "release",
    ]);
    assert_eq!(added.code, Some(0), "{}", added.stderr);
    assert_eq!(
        hunt(&["--case", "incident"]).verdict.conclusion,
        Conclusion::NothingFound
    );
}
