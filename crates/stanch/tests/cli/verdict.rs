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
