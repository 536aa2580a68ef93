//! Trees with known holes: each is found within one delivery interval, and no other.

use stanch_core::event::Category;
use stanch_core::{AccountId, Event, RegionName, Timestamp};

use super::observed::HOUR;
use super::{Gap, GapKind, Gaps, Never, Recorded, Sign};
use crate::gunzip::Unpacker;
use crate::testing::{ACCOUNT, BEGIN, Bucket, REGION, bucket};

const HOURS: usize = 96;

/// Events of an account in two regions, one each ten minutes, without those of some hours.
struct Tree {
    files: Bucket,
    silent: Vec<(&'static str, std::ops::Range<usize>)>,
    calls: Vec<(&'static str, &'static str, usize, String)>,
}

fn tree() -> Tree {
    Tree {
        files: bucket(HOURS, &[]),
        silent: Vec::new(),
        calls: Vec::new(),
    }
}

fn hour(hour: usize) -> Timestamp {
    Timestamp(BEGIN + hour as i64 * HOUR)
}

impl Tree {
    fn call(mut self, service: &'static str, name: &'static str, hour: usize, request: &str) -> Self {
        self.calls.push((service, name, hour, request.to_owned()));
        self
    }

    fn silent(mut self, region: &'static str, hours: std::ops::Range<usize>) -> Self {
        self.silent.push((region, hours));
        self
    }

    fn without(mut self, hours: std::ops::Range<usize>) -> Self {
        let mut digests: Vec<usize> = hours.map(|hour| self.files.digest_at(hour)).collect();
        digests.sort_unstable();
        for at in digests.into_iter().rev() {
            let first = at - 2;
            self.files.files.drain(first..=at);
        }
        self
    }

    fn recorded(&self) -> Recorded {
        let mut recorded = Recorded::default();
        let mut unpacker = Unpacker::new(1 << 20);
        for (path, bytes) in &self.files.files {
            if !recorded.digest(path, bytes, &mut unpacker) {
                recorded.log(path);
            }
        }
        for region in [REGION, "us-east-1"] {
            for at in 0..HOURS {
                if self
                    .silent
                    .iter()
                    .any(|(of, hours)| *of == region && hours.contains(&at))
                {
                    continue;
                }
                for minute in (0..60).step_by(10) {
                    let time = hour(at).plus_millis(minute * 60_000);
                    recorded.event(&event(region, "s3", "GetObject", time, "{}", Category::Data));
                    recorded.event(&event(
                        region,
                        "iam",
                        "ListUsers",
                        time,
                        "{}",
                        Category::Management,
                    ));
                }
            }
        }
        for (service, name, at, request) in &self.calls {
            let time = hour(*at);
            recorded.event(&event(REGION, service, name, time, request, Category::Management));
        }
        recorded
    }

    fn gaps(&self) -> Gaps {
        self.recorded().gaps()
    }

    fn one(&self) -> Gap {
        let gaps = self.gaps().gaps;
        assert_eq!(gaps.len(), 1, "{gaps:#?}");
        gaps.into_iter().next().unwrap()
    }
}

fn event<'a>(
    region: &'a str,
    service: &str,
    name: &'a str,
    time: Timestamp,
    request: &'a str,
    category: Category,
) -> Event<'a> {
    Event {
        account: ACCOUNT.into(),
        region: region.into(),
        source: format!("{service}.amazonaws.com").into(),
        name: name.into(),
        event_id: format!("{name}-{}", time.0).into(),
        time,
        category,
        request_json: request.into(),
        raw: "{}".into(),
        ..Event::default()
    }
}

fn assert_times(gap: &Gap, from: usize, to: Option<usize>) {
    let near = |a: Timestamp, b: Timestamp| (a.0 - b.0).abs() <= HOUR;
    assert!(near(gap.from, hour(from)), "{gap:#?}");
    match (gap.to, to) {
        (Some(a), Some(b)) => assert!(near(a, hour(b)), "{gap:#?}"),
        (a, b) => assert_eq!(a.is_some(), b.is_some(), "{gap:#?}"),
    }
}

#[test]
fn a_complete_tree_has_no_gap() {
    assert_eq!(tree().gaps().gaps, []);
}

#[test]
fn a_stopped_trail_is_one_gap_with_its_cause() {
    let mut stopped = tree().silent(REGION, 40..50).silent("us-east-1", 40..50);
    stopped.files = bucket(HOURS, &[50]);
    let stopped = stopped.without(40..50);
    let stopped = stopped
        .call(
            "cloudtrail",
            "StopLogging",
            40,
            r#"{"name":"arn:aws:cloudtrail:eu-west-1:1:trail/main"}"#,
        )
        .call("cloudtrail", "StartLogging", 50, r#"{"name":"main"}"#);
    let gap = stopped.one();
    assert_times(&gap, 40, Some(50));
    assert_eq!(gap.kind, GapKind::AllEvents);
    assert_eq!(gap.regions.len(), 2, "{gap:#?}");
    assert!(gap.signs.contains(&Sign::DigestRestart) && gap.signs.contains(&Sign::Silence));
    let cause = gap.cause.unwrap();
    assert_eq!((cause.name.as_str(), cause.certain), ("StopLogging", true));
    assert!(!cause.event_id.is_empty());
}

#[test]
fn a_trail_that_was_never_started_again_lasts_to_the_end() {
    for name in ["StopLogging", "DeleteTrail"] {
        let gap = tree()
            .silent(REGION, 60..HOURS)
            .call("cloudtrail", name, 60, r#"{"name":"main"}"#)
            .without(60..HOURS)
            .one();
        assert_times(&gap, 60, None);
    }
}

#[test]
fn narrowed_selectors_say_which_events_are_lost() {
    let cases = [
        (
            r#"{"readWriteType":"WriteOnly","dataResources":[{}]}"#,
            GapKind::ReadEvents,
        ),
        (
            r#"{"readWriteType":"ReadOnly","dataResources":[{}]}"#,
            GapKind::WriteEvents,
        ),
        (
            r#"{"includeManagementEvents":false,"dataResources":[{}]}"#,
            GapKind::ManagementEvents,
        ),
        (
            r#"{"excludeManagementEventSources":["kms.amazonaws.com"],"dataResources":[{}]}"#,
            GapKind::ExcludedServices,
        ),
        (
            r#"{"readWriteType":"All","includeManagementEvents":true}"#,
            GapKind::DataEvents,
        ),
    ];
    for (selector, kind) in cases {
        let narrowed = tree().call(
            "cloudtrail",
            "PutEventSelectors",
            30,
            &format!(r#"{{"trailName":"main","eventSelectors":[{selector}]}}"#),
        );
        let gap = narrowed.one();
        assert_eq!(gap.kind, kind);
        assert_times(&gap, 30, None);
        let restored = narrowed.call(
            "cloudtrail",
            "PutEventSelectors",
            33,
            r#"{"trailName":"main","eventSelectors":[{"readWriteType":"All","dataResources":[{}]}]}"#,
        );
        assert_times(&restored.one(), 30, Some(33));
    }
}

#[test]
fn advanced_selectors_are_read_too() {
    let gap = tree()
        .call(
            "cloudtrail",
            "PutEventSelectors",
            30,
            r#"{"trailName":"main","advancedEventSelectors":[
                {"fieldSelectors":[{"field":"eventCategory","equals":["Management"]},{"field":"readOnly","equals":["true"]}]},
                {"fieldSelectors":[{"field":"eventCategory","equals":["Data"]}]}]}"#,
        )
        .one();
    assert_eq!(gap.kind, GapKind::WriteEvents);
}

#[test]
fn a_region_that_was_dropped_is_found_by_its_silence() {
    let gap = tree().silent("us-east-1", 70..HOURS).one();
    assert_times(&gap, 70, None);
    assert_eq!(gap.regions, [RegionName::from("us-east-1")].into());
    assert_eq!(gap.cause, None);
    let named = tree()
        .silent("us-east-1", 70..HOURS)
        .call("account", "DisableRegion", 70, r#"{"regionName":"us-east-1"}"#)
        .one();
    assert_eq!(named.kind, GapKind::RegionDisabled);
    assert!(named.signs.contains(&Sign::Silence));
}

#[test]
fn a_deleted_log_file_is_found_by_its_digest_and_by_the_call() {
    let mut deleted = tree();
    let at = deleted.files.log_at(20, 1);
    let (key, _) = deleted.files.files.remove(at);
    let gap = deleted.one();
    assert_eq!(gap.kind, GapKind::LogFiles);
    assert_times(&gap, 20, Some(20));
    assert_eq!(gap.cause, None);
    let request = format!(r#"{{"bucketName":"logs","key":"{key}"}}"#);
    let gap = deleted.call("s3", "DeleteObject", 25, &request).one();
    assert_eq!(gap.cause.unwrap().name, "DeleteObject");
    let kept = tree().call("s3", "DeleteObject", 25, &request);
    assert_eq!(kept.gaps().gaps, []);
}

#[test]
fn a_lifecycle_rule_counts_on_the_bucket_of_the_logs_only() {
    let rule = |bucket: &str| {
        format!(
            r#"{{"bucketName":"{bucket}","LifecycleConfiguration":{{"Rule":{{"Expiration":{{"Days":1}}}}}}}}"#
        )
    };
    let gap = tree().call("s3", "PutBucketLifecycle", 12, &rule("logs")).one();
    assert_eq!(gap.kind, GapKind::Retention);
    assert_eq!(
        tree()
            .call("s3", "PutBucketLifecycle", 12, &rule("other"))
            .gaps()
            .gaps,
        []
    );
}

#[test]
fn a_restart_and_a_delivery_error_have_no_certain_cause() {
    let mut restarted = tree();
    restarted.files = bucket(HOURS, &[30]);
    let gap = restarted.one();
    assert_times(&gap, 30, Some(30));
    assert!(gap.signs.contains(&Sign::DigestRestart) && gap.cause.is_none());
    let failed = tree()
        .silent(REGION, 50..58)
        .without(50..58)
        .call("s3", "PutBucketPolicy", 50, r#"{"bucketName":"logs"}"#)
        .one();
    assert_times(&failed, 50, Some(58));
    assert!(!failed.cause.unwrap().certain);
}

#[test]
fn other_logs_that_are_switched_off_are_named() {
    for (service, name, kind) in [
        ("ec2", "DeleteFlowLogs", GapKind::FlowLogs),
        ("config", "StopConfigurationRecorder", GapKind::ConfigHistory),
        ("guardduty", "DeleteDetector", GapKind::GuardDuty),
    ] {
        assert_eq!(tree().call(service, name, 10, "{}").one().kind, kind);
    }
    let mut refused = event(
        REGION,
        "ec2",
        "DeleteFlowLogs",
        hour(10),
        "{}",
        Category::Management,
    );
    refused.error_code = "AccessDenied".into();
    let mut recorded = tree().recorded();
    recorded.event(&refused);
    assert_eq!(recorded.gaps().gaps, []);
}

#[test]
fn what_was_never_recorded_is_listed_and_order_does_not_matter() {
    let gaps = tree().gaps();
    let account = AccountId::from(ACCOUNT);
    let lambda = Never::DataEvents {
        account: account.clone(),
        service: "lambda".to_owned(),
    };
    let s3 = Never::DataEvents {
        account,
        service: "s3".to_owned(),
    };
    assert!(
        gaps.never.contains(&lambda) && !gaps.never.contains(&s3),
        "{:?}",
        gaps.never
    );
    assert!(
        gaps.never
            .iter()
            .any(|never| matches!(never, Never::Regions { regions, .. } if regions.len() == 15))
    );
    let stopped = tree().call("cloudtrail", "StopLogging", 40, r#"{"name":"main"}"#);
    let mut merged = stopped.recorded();
    merged.merge(tree().recorded());
    let mut other = tree().recorded();
    other.merge(stopped.recorded());
    assert_eq!(merged.gaps().gaps, other.gaps().gaps);
}

#[test]
fn the_collected_status_of_a_trail_joins_the_call_that_stopped_it() {
    let stopped = tree().call("cloudtrail", "StopLogging", 40, r#"{"name":"main"}"#);
    let place = (&AccountId::from(ACCOUNT), &RegionName::from(REGION));
    let body = serde_json::json!({"IsLogging": false, "StopLoggingTime": hour(40).to_string()});
    let mut recorded = stopped.recorded();
    recorded.trail_status(
        place,
        "arn:aws:cloudtrail:eu-west-1:1:trail/main",
        &body,
        hour(90),
    );
    let gaps = recorded.gaps().gaps;
    assert_eq!(gaps.len(), 1, "{gaps:#?}");
    assert!(gaps[0].signs.contains(&Sign::TrailStopped) && gaps[0].cause.is_some());
    let mut failing = tree().recorded();
    let body = serde_json::json!({"IsLogging": true, "LatestDeliveryError": "AccessDenied", "LatestDeliveryTime": hour(70).seconds()});
    failing.trail_status(place, "main", &body, hour(90));
    let gaps = failing.gaps().gaps;
    assert_eq!((gaps.len(), gaps[0].from), (1, hour(70)), "{gaps:#?}");
}
