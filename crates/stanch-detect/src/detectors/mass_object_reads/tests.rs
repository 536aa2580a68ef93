//! Several reads of several principals, and what must not be one.

use serde_json::json;

use super::super::contract::{Call, call, judged, series};
use super::*;

fn read(time: &str) -> Call {
    call(time, "GetObject")
        .to("s3")
        .request(json!({"bucketName": "exports", "key": "2026/a.csv"}))
}

fn burst_of(times: usize, size: impl Into<Value>) -> Vec<Call> {
    let size = size.into();
    series(&read("2026-03-06T14:10:00Z"), times, 2, |call, index| {
        call.request(json!({"bucketName": "exports", "key": format!("{}/{index}.csv", index % 3)}))
            .additional(json!({"bytesTransferredOut": size.clone()}))
    })
}

fn history() -> Vec<Call> {
    series(&read("2026-03-01T08:00:00Z"), 40, 3_600, |call, _| {
        call.additional(json!({"bytesTransferredOut": 10}))
    })
}

#[test]
fn the_log_bucket_of_a_log_that_has_just_begun_is_no_theft() {
    let by_aws = series(
        &call("2026-03-06T06:00:00Z", "PutObject")
            .to("s3")
            .request(json!({"bucketName": "exports", "key": "AWSLogs/a.json.gz"}))
            .from("cloudtrail.amazonaws.com"),
        3,
        60,
        |call, _| call,
    );
    let reads = burst_of(1_200, json!(1_500.0));
    let severity = |calls: &[Call]| judged(MassObjectReads, calls)[0].severity;
    assert_eq!(severity(&[by_aws.clone(), reads.clone()].concat()), Severity::Low);
    // With days of log, or another bucket, it stays what it is.
    assert_eq!(severity(&reads), Severity::High);
    let earlier = series(&read("2026-03-01T08:00:00Z").by_user("ann"), 2, 60, |call, _| {
        call
    });
    assert_eq!(severity(&[earlier, by_aws, reads].concat()), Severity::High);
}

#[test]
fn a_burst_far_above_the_usual_is_medium_and_a_mass_high() {
    let found = judged(
        MassObjectReads,
        &[history(), burst_of(150, json!(1_000_000.0))].concat(),
    );
    assert_eq!((found[0].severity, found[0].count), (Severity::Medium, 150));
    insta::assert_snapshot!(found[0].summary, @"user ci-deploy read 150 objects (150.0 MB) from bucket exports within 4 minutes, in at least 3 folders; its busiest other hour there had 1.");
    let found = judged(MassObjectReads, &burst_of(150, json!(10_000_000)));
    assert_eq!(found[0].severity, Severity::High);
    insta::assert_snapshot!(found[0].summary, @"user ci-deploy read 150 objects (1.5 GB) from bucket exports within 4 minutes, in at least 3 folders; object calls of this bucket were recorded for only 0 hours before, so what is usual is not known.");
}

#[test]
fn sizes_that_were_not_logged_are_unknown() {
    let calls = series(&read("2026-03-06T14:10:00Z"), 120, 2, |call, index| {
        call.request(json!({"bucketName": "exports", "key": format!("2026/{index}.csv")}))
    });
    insta::assert_snapshot!(judged(MassObjectReads, &calls)[0].summary, @"user ci-deploy read 120 objects (size unknown) from bucket exports within 3 minutes, in one folder; object calls of this bucket were recorded for only 0 hours before, so what is usual is not known.");
}

#[test]
fn one_large_object_in_many_ranges_is_one_object() {
    let range = read("2026-03-05T14:00:00Z")
        .request(json!({"bucketName": "exports", "key": "backup/db.dump"}))
        .additional(json!({"bytesTransferredOut": 8_388_608.0}));
    let found = judged(MassObjectReads, &series(&range, 640, 3, |call, _| call));
    assert_eq!((found.len(), found[0].count), (1, 640));
    assert!(
        found[0].summary.contains("read 1 object (5.4 GB)"),
        "{}",
        found[0].summary
    );
}

#[test]
fn a_few_objects_a_daily_job_and_failures_are_nothing() {
    assert!(judged(MassObjectReads, &burst_of(99, json!(1))).is_empty());
    let nightly: Vec<Call> = (0..3)
        .flat_map(|day| {
            burst_of(110, json!(1))
                .into_iter()
                .map(move |call| call.later(day * 86_400))
        })
        .collect();
    assert!(judged(MassObjectReads, &nightly).is_empty());
    let refused: Vec<Call> = burst_of(150, json!(1))
        .into_iter()
        .map(|call| call.error("AccessDenied"))
        .collect();
    assert!(judged(MassObjectReads, &refused).is_empty());
    let service: Vec<Call> = burst_of(150, json!(1))
        .into_iter()
        .map(|call| call.by_service("athena"))
        .collect();
    assert!(judged(MassObjectReads, &service).is_empty());
}

#[test]
fn both_logs_of_the_same_reads_count_once() {
    let twice: Vec<Call> = burst_of(120, json!(1))
        .into_iter()
        .flat_map(|call| [call.clone(), call.of_log(LogKind::S3ServerAccess, Value::Null)])
        .collect();
    let found = judged(MassObjectReads, &twice);
    assert_eq!((found.len(), found[0].count), (1, 120));
    assert!(!found[0].summary.contains("Likewise"));
}

#[test]
fn a_new_role_that_reads_is_low() {
    let calls: Vec<Call> = burst_of(150, json!(1))
        .into_iter()
        .map(|call| call.by_role("web", "task"))
        .collect();
    assert_eq!(judged(MassObjectReads, &calls)[0].severity, Severity::Low);
}

#[test]
fn odd_sizes_do_no_harm() {
    for size in [json!(-5.0), json!("12"), json!(1e300), json!(null)] {
        assert!(
            judged(MassObjectReads, &burst_of(100, size))[0]
                .summary
                .contains("size unknown")
        );
    }
}

#[test]
fn slow_reads_of_a_bucket_never_read_before_add_up() {
    let slow: Vec<Call> = series(&read("2026-03-04T10:00:00Z"), 120, 1_800, |call, number| {
        call.request(json!({"bucketName": "exports", "key": format!("{number}")}))
            .additional(json!({"bytesTransferredOut": 20_000_000}))
    });
    assert!(judged(MassObjectReads, &slow).is_empty());
    let other = read("2026-03-01T10:00:00Z").by_role("job", "nightly");
    let found = judged(MassObjectReads, &[vec![other], slow].concat());
    assert_eq!((found[0].severity, found[0].count), (Severity::High, 120));
}
