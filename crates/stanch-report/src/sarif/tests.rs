//! The log as it is written.

use serde_json::Value;

use crate::inert::written;
use crate::sample::{empty, sample, small};

#[test]
fn a_finding_is_a_result_with_its_rule_and_its_place() {
    let log: Value = serde_json::from_str(&written(super::sarif, &small())).unwrap();
    let run = log["runs"][0].as_object().unwrap();
    let lines: Vec<String> = run.iter().map(|(name, part)| format!("{name}: {part}")).collect();
    insta::assert_snapshot!(lines.join("
"), @r#"
    tool: {"driver":{"name":"Stanch","version":"0.1.0","rules":[{"id":"trail-stopped","shortDescription":{"text":"Trail stopped or deleted"},"fullDescription":{"text":"Whoever holds stolen credentials does this early, and few people who belong here ever do."},"help":{"text":"Ask the owner of the principal whether it was meant. If not, deny the principal everything and make its keys inactive. Legitimate when: Planned work by an administrator, announced beforehand."},"defaultConfiguration":{"level":"error"},"properties":{"tags":["attack.defense-evasion","attack.t1685.002"],"security-severity":"9.5","origin":"detector"}}]}}
    columnKind: "unicodeCodePoints"
    artifacts: [{"location":{"uri":"logs/a.json.gz"},"description":{"text":"Byte offsets count in the unpacked content."}}]
    invocations: [{"executionSuccessful":false,"toolExecutionNotifications":[{"level":"warning","message":{"text":"3 problems in the input: damaged compression"}},{"level":"warning","message":{"text":"9 problems in the input: truncated"}},{"level":"warning","message":{"text":"2 problems in the input: malformed JSON"}},{"level":"warning","message":{"text":"A rule could not be loaded: rules/own/broken.yml: no detection section"}},{"level":"warning","message":{"text":"Not logged: 5 Mar 14:19 – 16:40: trail main stopped by ci-deploy in eu-west-1 and us-east-1"}},{"level":"warning","message":{"text":"Not logged: All 7 days: S3 data events of 11 of 12 buckets never recorded"}},{"level":"warning","message":{"text":"Not known: 14 files could not be read whole; what they hold is not judged."}}]}]
    results: [{"ruleId":"trail-stopped","kind":"fail","level":"error","message":{"text":"Stopped the trail main in eu-west-1."},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"logs/a.json.gz","index":0},"region":{"byteOffset":0}},"logicalLocations":[{"fullyQualifiedName":"arn:aws:iam::111122223333:user/ci-deploy","kind":"principal"}],"message":{"text":"2026-03-05T14:19:02Z iam.amazonaws.com CreateUser: succeeded"}}],"partialFingerprints":{"stanchFinding/v1":"f6e8c222687d60a5"},"occurrenceCount":1,"properties":{"severity":"critical","principal":"user ci-deploy","principalKey":"arn:aws:iam::111122223333:user/ci-deploy","account":"111122223333","first":"2026-03-05T14:19:02Z","last":"2026-03-05T14:19:02Z","succeeded":1},"ruleIndex":0}]
    properties: {"conclusion":"compromised","conclusionText":"One attack was found. Logs that were not read or never written may hide more."}
    "#);
}

#[test]
fn every_index_points_to_what_it_names() {
    let mut analysis = sample();
    for (number, record) in analysis.events.values_mut().enumerate() {
        record.location.member = number as u32 % 3;
    }
    let log: Value = serde_json::from_str(&written(super::sarif, &analysis)).unwrap();
    let run = &log["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), analysis.findings.len());
    for result in run["results"].as_array().unwrap() {
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        let related = result["relatedLocations"].as_array().into_iter().flatten();
        for location in result["locations"].as_array().unwrap().iter().chain(related) {
            let place = &location["physicalLocation"]["artifactLocation"];
            let artifact = &run["artifacts"][place["index"].as_u64().unwrap() as usize];
            assert_eq!(artifact["location"]["uri"], place["uri"]);
            if let Some(parent) = artifact["parentIndex"].as_u64() {
                assert!(run["artifacts"][parent as usize]["parentIndex"].is_null());
            }
        }
    }
}

#[test]
fn without_findings_the_run_is_still_told() {
    let log: Value = serde_json::from_str(&written(super::sarif, &empty())).unwrap();
    assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
    assert_eq!(log["runs"][0]["properties"]["conclusion"], "unknown");
}
