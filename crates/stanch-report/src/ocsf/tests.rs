//! The objects as they are written, and what the schema requires of them.

use serde_json::Value;
use stanch_core::event::LogKind;

use crate::inert::written;
use crate::sample::{hostile, sample, small};

/// Required attributes with their type, and enumerated numbers with their values, from the tables of the published
/// schema 1.5.0. `make exports` holds the whole schema against the exports.
const FINDING: [(&str, &str, &[u64]); 10] = [
    ("/activity_id", "number", &[0, 1, 2, 3, 99]),
    ("/category_uid", "number", &[2]),
    ("/class_uid", "number", &[2004]),
    (
        "/type_uid",
        "number",
        &[200_400, 200_401, 200_402, 200_403, 200_499],
    ),
    ("/severity_id", "number", &[0, 1, 2, 3, 4, 5, 6, 99]),
    ("/time", "number", &[]),
    ("/metadata/version", "string", &[]),
    ("/metadata/product/name", "string", &[]),
    ("/finding_info/uid", "string", &[]),
    ("/cloud/provider", "string", &[]),
];
const EVENT: [(&str, &str, &[u64]); 11] = [
    ("/activity_id", "number", &[0, 1, 2, 3, 4, 99]),
    ("/category_uid", "number", &[6]),
    ("/class_uid", "number", &[6003]),
    (
        "/type_uid",
        "number",
        &[600_300, 600_301, 600_302, 600_303, 600_304, 600_399],
    ),
    ("/severity_id", "number", &[0, 1, 2, 3, 4, 5, 6, 99]),
    ("/time", "number", &[]),
    ("/metadata/version", "string", &[]),
    ("/metadata/product/name", "string", &[]),
    ("/actor/user/uid", "string", &[]),
    ("/api/operation", "string", &[]),
    ("/cloud/provider", "string", &[]),
];

fn check(text: &str, table: &[(&str, &str, &[u64])]) {
    assert!(!text.is_empty());
    for line in text.lines() {
        let object: Value = serde_json::from_str(line).unwrap();
        for (pointer, kind, values) in table {
            let value = object
                .pointer(pointer)
                .unwrap_or_else(|| panic!("{pointer} in {line}"));
            match *kind {
                "number" => assert!(value.is_i64(), "{pointer}"),
                _ => assert!(value.is_string(), "{pointer}"),
            }
            assert!(
                values.is_empty() || values.contains(&value.as_u64().unwrap()),
                "{pointer}: {value}"
            );
        }
        let (class, activity) = (
            object["class_uid"].as_u64().unwrap(),
            object["activity_id"].as_u64().unwrap(),
        );
        assert_eq!(object["type_uid"].as_u64(), Some(class * 100 + activity));
    }
}

#[test]
fn a_finding_is_a_detection_finding() {
    insta::assert_snapshot!(written(super::ocsf, &small()), @r#"{"activity_id":1,"activity_name":"Create","category_uid":2,"category_name":"Findings","class_uid":2004,"class_name":"Detection Finding","type_uid":200401,"type_name":"Detection Finding: Create","time":1772720342000,"start_time":1772720342000,"end_time":1772720342000,"timezone_offset":0,"count":1,"severity_id":5,"severity":"Critical","status_id":1,"status":"New","is_alert":true,"message":"Stopped the trail main in eu-west-1.","metadata":{"version":"1.5.0","uid":"f6e8c222687d60a5","product":{"name":"Stanch","vendor_name":"Stanch","version":"0.1.0"},"profiles":["cloud"]},"cloud":{"provider":"AWS","account":{"uid":"111122223333","type_id":10,"type":"AWS Account"},"region":"eu-west-1"},"finding_info":{"uid":"f6e8c222687d60a5","title":"Trail stopped or deleted","desc":"Stopped the trail main in eu-west-1.","types":["Defense evasion"],"analytic":{"uid":"trail-stopped","name":"Trail stopped or deleted","type_id":2,"type":"Behavioral"},"attacks":[{"technique":{"uid":"T1685"},"sub_technique":{"uid":"T1685.002","src_url":"https://attack.mitre.org/techniques/T1685/002/"},"tactic":{"uid":"TA0005","name":"Defense evasion"}}],"created_time":1772720342000,"first_seen_time":1772720342000,"last_seen_time":1772720342000,"data_sources":["CloudTrail"],"related_events":[{"uid":"00000000-0000-4000-8000-000000000000","type":"API Activity"}],"related_events_count":1},"resources":[{"uid":"arn:aws:iam::111122223333:user/ci-deploy","name":"user ci-deploy","type":"IAM user"}],"confidence_id":3,"confidence":"High","risk_details":"Whoever holds stolen credentials does this early, and few people who belong here ever do.","remediation":{"desc":"Ask the owner of the principal whether it was meant. If not, deny the principal everything and make its keys inactive."},"evidences":[{"actor":{"user":{"uid":"arn:aws:iam::111122223333:user/ci-deploy","name":"user ci-deploy","type_id":1,"type":"User","account":{"uid":"111122223333","type_id":10,"type":"AWS Account"},"credential_uid":"AKIAIOSFODNN7EXAMPLE"}},"api":{"operation":"CreateUser","service":{"name":"iam.amazonaws.com"}},"src_endpoint":{"ip":"203.0.113.77"},"http_request":{"user_agent":"aws-cli/2.15.30"},"uid":"00000000-0000-4000-8000-000000000000","data":{"key":"0cf3001ac54c06e2be46f57e79860424","event_id":"00000000-0000-4000-8000-000000000000","file":"logs/a.json.gz","member":0,"offset":0}}],"observables":[{"name":"resources.uid","type_id":10,"type":"Resource UID","value":"arn:aws:iam::111122223333:user/ci-deploy"},{"name":"evidences.src_endpoint.ip","type_id":2,"type":"IP Address","value":"203.0.113.77"},{"name":"evidences.actor.user.credential_uid","type_id":19,"type":"User Credential ID","value":"AKIAIOSFODNN7EXAMPLE"}],"unmapped":{"events":1,"succeeded":1,"facts":[{"label":"region","value":"eu-west-1"},{"label":"client","value":"aws-cli/2.15.30 Python/3.11.8"}]}}"#);
}

#[test]
fn an_api_call_is_an_api_activity() {
    insta::assert_snapshot!(written(super::ocsf_events, &small()), @r#"{"activity_id":1,"activity_name":"Create","category_uid":6,"category_name":"Application Activity","class_uid":6003,"class_name":"API Activity","type_uid":600301,"type_name":"API Activity: Create","time":1772720342000,"timezone_offset":0,"severity_id":5,"severity":"Critical","status_id":1,"status":"Success","message":"iam.amazonaws.com CreateUser: succeeded","metadata":{"version":"1.5.0","uid":"00000000-0000-4000-8000-000000000000","product":{"name":"CloudTrail","vendor_name":"AWS"},"log_name":"CloudTrail","event_code":"CreateUser","profiles":["cloud"]},"cloud":{"provider":"AWS","account":{"uid":"111122223333","type_id":10,"type":"AWS Account"},"region":"eu-west-1"},"actor":{"user":{"uid":"arn:aws:iam::111122223333:user/ci-deploy","name":"user ci-deploy","type_id":1,"type":"User","account":{"uid":"111122223333","type_id":10,"type":"AWS Account"},"credential_uid":"AKIAIOSFODNN7EXAMPLE"}},"api":{"operation":"CreateUser","service":{"name":"iam.amazonaws.com"}},"src_endpoint":{"ip":"203.0.113.77"},"http_request":{"user_agent":"aws-cli/2.15.30"},"observables":[{"name":"src_endpoint.ip","type_id":2,"type":"IP Address","value":"203.0.113.77"}],"raw_data":"{\"eventVersion\":\"1.11\",\"eventName\":\"CreateUser\",\"number\":0}","unmapped":{"key":"0cf3001ac54c06e2be46f57e79860424","event_id":"00000000-0000-4000-8000-000000000000","file":"logs/a.json.gz","member":0,"offset":0,"findings":["f6e8c222687d60a5"]}}"#);
}

#[test]
fn what_the_schema_requires_is_there() {
    for analysis in [sample(), hostile()] {
        check(&written(super::ocsf, &analysis), &FINDING);
        check(&written(super::ocsf_events, &analysis), &EVENT);
    }
}

#[test]
fn what_is_no_api_call_is_left_out() {
    let analysis = sample();
    let calls = analysis
        .events
        .values()
        .filter(|record| matches!(record.log, LogKind::CloudTrail | LogKind::S3ServerAccess));
    assert_eq!(
        written(super::ocsf_events, &analysis).lines().count(),
        calls.count()
    );
}
