//! Tests of the detector above.

use serde_json::json;

use super::super::contract::{Call, call, judged, overflowed, series};
use super::*;

fn trail(time: &str, name: &str) -> Call {
    call(time, name).to("cloudtrail").request(json!({"name": "main"}))
}

fn made_flow_logs(time: &str, ids: &[&str]) -> Call {
    call(time, "CreateFlowLogs").response(json!({"CreateFlowLogsResponse": {"flowLogIdSet": {"item": ids}}}))
}

fn deleted_flow_logs(time: &str, ids: &[&str]) -> Call {
    let ids: Vec<Value> = ids.iter().map(|id| json!({"tag": 1, "content": id})).collect();
    call(time, "DeleteFlowLogs").request(json!({"DeleteFlowLogsRequest": {"FlowLogId": ids}}))
}

fn gaps(found: &Found) -> Vec<&str> {
    let facts = found.facts.iter().filter(|fact| fact.kind == FactKind::NotLogged);
    facts.map(|fact| fact.value.as_str()).collect()
}

#[test]
fn every_call_with_an_effect_on_logging_is_wanted() {
    for name in [
        "UpdateTrail",
        "StopLogging",
        "DeleteFlowLogs",
        "CreateDetector",
        "DisableMacie",
    ] {
        assert!(NAMES.contains(&name), "{name}");
    }
    assert_eq!(NAMES.len(), 33);
}

#[test]
fn a_stopped_trail_logs_nothing_until_anyone_starts_it() {
    let mut calls = vec![trail("2026-03-05T14:19:00Z", "StopLogging")];
    let found = judged(LoggingTampered, &calls);
    assert_eq!(found[0].severity, Severity::High);
    assert_eq!(
        gaps(&found[0]),
        ["No logs from trail main (eu-west-1) after 2026-03-05 14:19:00 UTC: stopped"]
    );
    let arn = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main";
    calls.push(
        trail("2026-03-05T16:40:00Z", "StartLogging")
            .request(json!({"name": arn}))
            .by_user("admin"),
    );
    let found = judged(LoggingTampered, &calls);
    assert_eq!(
        gaps(&found[0]),
        [
            "No logs from trail main (eu-west-1) between 2026-03-05 14:19:00 UTC and 2026-03-05 16:40:00 UTC: stopped"
        ]
    );
    insta::assert_snapshot!(found[0].summary, @"user ci-deploy stopped or reduced logging (1 call, 1 succeeded): StopLogging main. No logs from trail main (eu-west-1) between 2026-03-05 14:19:00 UTC and 2026-03-05 16:40:00 UTC: stopped.");
}

#[test]
fn a_region_that_other_logs_record_is_not_blind_to_the_end() {
    let stop = || trail("2026-03-05T14:19:00Z", "StopLogging");
    let gap = |calls: &[Call]| gaps(&judged(LoggingTampered, calls)[0])[0].to_owned();
    let later = |time: &str| call(time, "DescribeInstances").by_user("admin");
    insta::assert_snapshot!(gap(&[stop(), later("2026-03-05T18:00:00Z")]), @"No logs from trail main (eu-west-1) after 2026-03-05 14:19:00 UTC, other logs record eu-west-1 until 2026-03-05 18:00:00 UTC: stopped");
    let alone = gap(&[stop()]);
    assert_eq!(
        gap(&[stop(), later("2026-03-05T14:20:00Z")]),
        alone,
        "the trail's own last events"
    );
    assert_eq!(
        gap(&[stop(), later("2026-03-05T18:00:00Z").region("us-east-1")]),
        alone
    );
}

#[test]
fn another_trail_or_a_failed_start_ends_nothing() {
    let calls = [
        trail("2026-03-05T14:19:00Z", "StopLogging"),
        trail("2026-03-05T15:00:00Z", "StartLogging").request(json!({"name": "other"})),
        trail("2026-03-05T16:00:00Z", "StartLogging").error("AccessDenied"),
    ];
    assert!(gaps(&judged(LoggingTampered, &calls)[0])[0].contains(" after "));
}

#[test]
fn attempts_are_medium_and_leave_no_gap() {
    let calls = [trail("2026-03-05T14:19:00Z", "StopLogging").error("TrailNotFoundException")];
    let found = judged(LoggingTampered, &calls);
    assert_eq!((found[0].severity, found[0].succeeded), (Severity::Medium, 0));
    assert!(gaps(&found[0]).is_empty());
}

#[test]
fn selectors_that_narrow_are_told_from_those_that_do_not() {
    let put = |kinds: &str| {
        let selectors = json!({"trailName": "main", "eventSelectors": [{"readWriteType": kinds}]});
        judged(
            LoggingTampered,
            &[call("2026-03-05T14:19:00Z", "PutEventSelectors").request(selectors)],
        )
        .len()
    };
    assert_eq!((put("All"), put("ReadOnly")), (0, 1));
}

#[test]
fn updates_that_take_nothing_away_are_nothing() {
    let update = |name: &str, request: Value| {
        judged(
            LoggingTampered,
            &[call("2026-03-05T14:19:00Z", name).request(request)],
        )
        .len()
    };
    assert_eq!(
        update("UpdateTrail", json!({"name": "main", "isMultiRegionTrail": true})),
        0
    );
    assert_eq!(
        update(
            "UpdateTrail",
            json!({"name": "main", "isMultiRegionTrail": false})
        ),
        1
    );
    assert_eq!(
        update("UpdateDetector", json!({"detectorId": "d", "enable": true})),
        0
    );
    assert_eq!(
        update("UpdateDetector", json!({"detectorId": "d", "enable": "false"})),
        1
    );
    let status = |status: Value| json!({"bucketName": "b", "BucketLoggingStatus": status});
    assert_eq!(
        update(
            "PutBucketLogging",
            status(json!({"LoggingEnabled": {"TargetBucket": "logs"}}))
        ),
        0
    );
    assert_eq!(update("PutBucketLogging", status(json!({"xmlns": "x"}))), 1);
}

#[test]
fn taking_down_ones_own_test_trail_is_low() {
    let mut calls = vec![
        trail("2026-03-05T14:00:00Z", "CreateTrail"),
        trail("2026-03-05T14:10:00Z", "DeleteTrail"),
        made_flow_logs("2026-03-05T14:00:00Z", &["fl-1", "fl-2"]),
        deleted_flow_logs("2026-03-05T14:10:00Z", &["fl-1", "fl-2"]),
        call("2026-03-05T14:11:00Z", "DeleteLogGroup").request(json!({"logGroupName": "/aws/lambda/f"})),
    ];
    let found = judged(LoggingTampered, &calls);
    assert_eq!((found[0].severity, found[0].count), (Severity::Low, 3));
    calls.push(trail("2026-03-05T14:12:00Z", "DeleteTrail").request(json!({"name": "audit"})));
    let found = judged(LoggingTampered, &calls);
    assert_eq!((found[0].severity, found[0].count), (Severity::High, 2));
    assert_eq!(
        gaps(&found[0]),
        [
            "No logs from trail main (eu-west-1) after 2026-03-05 14:10:00 UTC: deleted",
            "No logs from trail audit (eu-west-1) after 2026-03-05 14:12:00 UTC: deleted"
        ]
    );
}

#[test]
fn a_deleted_detector_is_high_and_flow_logs_medium() {
    let one = |name: &str| judged(LoggingTampered, &[call("2026-03-05T14:19:00Z", name)])[0].severity;
    assert_eq!(one("DeleteDetector"), Severity::High);
    assert_eq!(one("DeleteFlowLogs"), Severity::Medium);
    assert_eq!(one("DeleteLogGroup"), Severity::Low);
}

#[test]
fn something_made_elsewhere_does_not_excuse_what_is_deleted_here() {
    let one = |calls: &[Call]| judged(LoggingTampered, calls)[0].severity;
    let create =
        |id: &str| call("2026-03-05T14:00:00Z", "CreateDetector").response(json!({"detectorId": id}));
    let delete = call("2026-03-05T14:10:00Z", "DeleteDetector").request(json!({"detectorId": "real"}));
    assert_eq!(one(&[create("real"), delete.clone()]), Severity::Low);
    assert_eq!(
        one(&[create("real").region("sa-east-1"), delete.clone()]),
        Severity::High
    );
    assert_eq!(one(&[create("decoy"), delete]), Severity::High);

    let made = trail("2026-03-05T14:00:00Z", "CreateTrail");
    let gone = trail("2026-03-05T14:10:00Z", "DeleteTrail");
    assert_eq!(one(&[made.clone(), gone.clone()]), Severity::Low);
    assert_eq!(
        one(&[made.clone().region("sa-east-1"), gone.clone()]),
        Severity::High
    );
    // Whoever made it again is the one it belongs to.
    let anew = trail("2026-03-05T14:05:00Z", "CreateTrail").by_user("admin");
    assert_eq!(one(&[made, anew, gone]), Severity::High);

    let made = made_flow_logs("2026-03-05T14:00:00Z", &["fl-1"]);
    let gone = |ids: &[&str]| deleted_flow_logs("2026-03-05T14:10:00Z", ids);
    assert_eq!(one(&[made.clone(), gone(&["fl-1"])]), Severity::Low);
    assert_eq!(one(&[made.clone(), gone(&["fl-1", "fl-2"])]), Severity::Medium);
    let unnamed = [made, call("2026-03-05T14:10:00Z", "DeleteFlowLogs")];
    assert_eq!(one(&unnamed), Severity::Medium);
}

#[test]
fn ones_own_trail_leaves_a_gap_too_and_only_its_own_region_ends_it() {
    let mut calls = vec![
        trail("2026-03-05T14:00:00Z", "CreateTrail"),
        trail("2026-03-05T14:10:00Z", "DeleteTrail"),
        trail("2026-03-05T14:20:00Z", "CreateTrail").region("sa-east-1"),
    ];
    let found = judged(LoggingTampered, &calls);
    assert_eq!(
        gaps(&found[0]),
        ["No logs from trail main (eu-west-1) after 2026-03-05 14:10:00 UTC: deleted"]
    );
    calls.push(trail("2026-03-05T14:30:00Z", "CreateTrail"));
    assert_eq!(
        gaps(&judged(LoggingTampered, &calls)[0]),
        [
            "No logs from trail main (eu-west-1) between 2026-03-05 14:10:00 UTC and 2026-03-05 14:30:00 UTC: deleted"
        ]
    );
}

#[test]
fn a_flood_of_everyday_changes_or_attempts_does_not_hide_a_stopped_trail() {
    let mut calls = vec![trail("2026-03-05T14:19:00Z", "StopLogging")];
    assert!(!overflowed(&LoggingTampered, &calls));
    for flood in [
        call("2026-03-05T14:20:00Z", "DeleteLogStream"),
        trail("2026-03-05T14:20:00Z", "StopLogging").error("TrailNotFoundException"),
    ] {
        calls.extend(series(&flood, 4_200, 1, |call, _| call));
    }
    let found = judged(LoggingTampered, &calls);
    assert_eq!(found[0].severity, Severity::High);
    assert!(
        gaps(&found[0])[0].starts_with("No logs from trail main (eu-west-1) after 2026-03-05 14:19:00 UTC")
    );
    assert!(overflowed(&LoggingTampered, &calls));
}
