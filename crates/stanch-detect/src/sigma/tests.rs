//! User rules: what loads, what is refused and why, what matches as the Sigma specification says.

use serde_json::{Value, json};
use stanch_core::finding::DetectionOrigin;
use stanch_core::{Severity, Timestamp};

use super::{RuleSet, RuleState};
use crate::detector::{Found, JudgeContext};
use crate::network::Networks;
use crate::observation::Observation;
use crate::rules::fixture;

fn user(text: &str) -> Vec<(String, String)> {
    vec![("mine.yml".to_owned(), text.to_owned())]
}

fn rule(detection: &str) -> String {
    format!(
        "title: Test\nid: 5d4d7c0e-0000-4000-8000-000000000001\nlogsource: {{product: aws, service: cloudtrail}}\nlevel: high\ndetection:\n{detection}\n"
    )
}

/// Returns true when `sel: {…}` matches a record.
fn matches(selection: &str, record: &Value) -> bool {
    let text = rule(&format!("  sel: {selection}\n  condition: sel"));
    let (set, refused) = RuleSet::load(&[], &user(&text));
    assert_eq!(refused, [], "{text}");
    let event = fixture::event(record);
    let networks = Networks::default();
    !set.matches(&Observation::new(&event, &networks, 40, crate::Keep::Place))
        .is_empty()
}

fn observe(set: &RuleSet, records: &[Value]) -> RuleState {
    let networks = Networks::default();
    let mut state = RuleState::default();
    for record in records {
        let event = fixture::event(record);
        set.observe(
            &mut state,
            &Observation::new(&event, &networks, 40, crate::Keep::Place),
        );
    }
    state
}

fn judge(set: &RuleSet, state: RuleState) -> Vec<(String, Found)> {
    let networks = Networks::default();
    let context = JudgeContext {
        networks: &networks,
        object_logs: &crate::activity::ObjectLogs::default(),
        recorded: &crate::activity::Recorded::default(),
        first: Timestamp(0),
        last: Timestamp(0),
        cited_limit: 40,
    };
    set.judge(state, &context)
        .into_iter()
        .map(|(about, found)| (about.id.0, found))
        .collect()
}

fn refusal(text: &str) -> String {
    let (set, refused) = RuleSet::load(&[], &user(text));
    assert_eq!(set.abouts().count(), 0);
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(refused[0].path, "mine.yml");
    refused[0].reason.clone()
}

#[test]
fn values_compare_as_sigma_says() {
    let record = json!({"eventSource": "iam.amazonaws.com", "eventName": "PutUserPolicy", "readOnly": false,
        "errorCode": null, "requestParameters": {"userName": "Ann", "count": 5, "path": "", "list": ["a", "B"],
        "policyDocument": "{\n  \"Effect\": \"Allow\",\n  \"Action\": \"*\"\n}"}});
    for (selection, expected) in [
        ("{eventName: putuserpolicy}", true),
        ("{eventName|cased: putuserpolicy}", false),
        ("{requestParameters.userName: a?n}", true),
        ("{requestParameters.userName: 'a\\?n'}", false),
        ("{requestParameters.userName|startswith: a*}", true),
        ("{requestParameters.userName|startswith: n*}", false),
        ("{requestParameters.userName|startswith: 'A?'}", true),
        ("{requestParameters.userName|endswith: '?N'}", true),
        ("{requestParameters.userName|endswith: 'A*x'}", false),
        ("{requestParameters.userName|contains|all: [a, n]}", true),
        ("{requestParameters.userName|contains|all: [a, x]}", false),
        (
            "{requestParameters.policyDocument|contains: '\"Effect\": \"Allow\"*\"Action\": \"[*]\"'}",
            false,
        ),
        (
            "{requestParameters.policyDocument|contains: '\"Effect\": \"Allow\"*\"Action\": \"\\*\"'}",
            true,
        ),
        ("{requestParameters.policyDocument: '*Allow*'}", true),
        (
            "{requestParameters.policyDocument|re: '\"Action\":\\s+\"\\*\"'}",
            true,
        ),
        ("{requestParameters.userName|re: ann}", false),
        ("{requestParameters.userName|re|i: ann}", true),
        ("{requestParameters.count: 5}", true),
        ("{requestParameters.count: '5'}", true),
        ("{requestParameters.count|gte: 5}", true),
        ("{requestParameters.count|lt: 5}", false),
        ("{requestParameters.list: b}", true),
        ("{requestParameters.list: c}", false),
        ("{requestParameters.list|contains: '\"a\",\"B\"'}", true),
        ("{requestParameters.path: ''}", true),
        ("{requestParameters.userName: ''}", false),
        ("{readOnly: false}", true),
        ("{readOnly: 'false'}", true),
        ("{sourceIPAddress|cidr: 198.51.100.0/24}", true),
        ("{sourceIPAddress|cidr: [192.0.2.0/24, '2001:db8::/32']}", false),
        (
            "{userIdentity.userName|fieldref: requestParameters.userName}",
            false,
        ),
        ("{eventSource|neq: s3.amazonaws.com}", true),
    ] {
        assert_eq!(matches(selection, &record), expected, "{selection}");
    }
}

#[test]
fn absent_null_and_empty_are_told_apart() {
    let bare = json!({"eventSource": "s3.amazonaws.com", "eventName": "ListBuckets"});
    let null = json!({"eventSource": "s3.amazonaws.com", "eventName": "ListBuckets", "errorCode": null,
        "requestParameters": null});
    let empty = json!({"eventSource": "s3.amazonaws.com", "eventName": "ListBuckets", "errorCode": ""});
    for (selection, of_bare, of_null, of_empty) in [
        ("{errorCode: null}", true, true, false),
        ("{errorCode|exists: false}", true, true, false),
        ("{errorCode|exists: true}", false, false, true),
        ("{errorCode: ''}", false, false, true),
        ("{errorCode: [null, '']}", true, true, true),
        ("{errorCode: ['', null, AccessDenied]}", true, true, true),
        ("{errorCode: '*'}", false, false, true),
        ("{errorCode: AccessDenied}", false, false, false),
        ("{errorCode|neq: AccessDenied}", true, true, true),
        ("{errorCode|neq: null}", false, false, true),
        ("{requestParameters.bucketName: null}", true, true, true),
        ("{requestParameters|exists: false}", true, true, true),
    ] {
        assert_eq!(matches(selection, &bare), of_bare, "{selection} absent");
        assert_eq!(matches(selection, &null), of_null, "{selection} null");
        assert_eq!(matches(selection, &empty), of_empty, "{selection} empty");
    }
}

#[test]
fn objects_compare_by_their_compact_text() {
    let record = json!({"eventSource": "ec2.amazonaws.com", "eventName": "AuthorizeSecurityGroupIngress",
        "requestParameters": {"groupId": "sg-1", "ipPermissions": {"items": [
            {"fromPort": 22, "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}},
            {"fromPort": 80, "ipRanges": {"items": [{"cidrIp": "192.0.2.0/24"}]}}]}}});
    for (selection, expected) in [
        ("{requestParameters|contains: '\"cidrIp\":\"0.0.0.0/0\"'}", true),
        (
            "{requestParameters.ipPermissions.items|contains: '\"fromPort\":22'}",
            true,
        ),
        (
            "{requestParameters.ipPermissions.items|contains: '\"fromPort\":23'}",
            false,
        ),
        (
            "{requestParameters.ipPermissions.items.ipRanges.items.cidrIp: 0.0.0.0/0}",
            true,
        ),
        ("{requestParameters.ipPermissions.items.fromPort: 80}", true),
        ("{requestParameters.ipPermissions.items.1.fromPort: 22}", false),
        ("{requestParameters|exists: true}", true),
        ("['0.0.0.0/0']", true),
        ("['203.0.113.1', nothing]", false),
    ] {
        assert_eq!(matches(selection, &record), expected, "{selection}");
    }
}

#[test]
fn event_names_match_with_and_without_their_api_date() {
    let record = json!({"eventSource": "lambda.amazonaws.com", "eventName": "UpdateFunctionCode20150331v2"});
    assert!(matches("{eventName: UpdateFunctionCode}", &record));
    assert!(matches("{eventName: UpdateFunctionCode20150331v2}", &record));
    assert!(matches("{eventName: 'UpdateFunctionCode*'}", &record));
    assert!(matches("{eventName|endswith: v2}", &record));
    assert!(!matches("{eventName: UpdateFunction}", &record));
}

#[test]
fn brackets_around_user_agents_are_seen_as_logged() {
    let record =
        json!({"eventSource": "s3.amazonaws.com", "eventName": "GetObject", "userAgent": "[aws-cli/2.15]"});
    assert!(matches("{userAgent: '[aws-cli*'}", &record));
    assert!(!matches("{userAgent|startswith: aws-cli}", &record));
}

#[test]
fn refusals_say_why() {
    let counting = rule("  sel: {eventName: X}\n  condition: sel | count() by sourceIPAddress > 10");
    assert!(
        refusal(&counting).contains("rule `Test` counts in its condition"),
        "{}",
        refusal(&counting)
    );
    assert!(refusal(&rule("  sel: {eventName: X}")).contains("no condition"));
    assert!(refusal("title: T\nlogsource: {product: aws}\n").contains("no detection section"));
    assert!(
        refusal(&rule("  sel: {eventName|windows: X}\n  condition: sel"))
            .contains("Unknown modifier 'windows'")
    );
    assert!(refusal(&rule("  sel: {eventName|re: '('}\n  condition: sel")).contains("regex"));
    assert!(refusal(&rule("  sel: {eventName: X}\n  condition: sel and other")).contains("other"));
    assert!(
        refusal(&rule("  sel: {eventName: X}\n  condition: all of filter_*")).contains("stands for nothing")
    );
    assert!(refusal("title: [\n").contains("not valid YAML"));
    assert!(refusal("").contains("holds no rule"));
    assert!(refusal("- a\n- b\n").contains("mapping"));
    let windows = rule("  sel: {EventID: 1}\n  condition: sel").replace("aws", "windows");
    assert_eq!(refusal(&windows), "is for the product `windows`, not for aws");
    let newer = format!(
        "sigma-version: 9\n{}",
        rule("  sel: {eventName: X}\n  condition: sel")
    );
    assert!(refusal(&newer).contains("newer version"));
    assert_eq!(refusal(&"#".repeat(2 << 20)), "is larger than 1 MiB");
}

#[test]
fn a_bad_rule_does_not_stop_the_others() {
    let good = rule("  sel: {eventName: X}\n  condition: sel");
    let bad = rule("  sel: {eventName|nope: X}\n  condition: sel");
    let files = vec![
        ("b.yml".to_owned(), format!("{bad}---\n{good}---\n")),
        ("a.yml".to_owned(), "{".to_owned()),
    ];
    let (set, refused) = RuleSet::load(&[], &files);
    assert_eq!(set.abouts().count(), 1);
    let paths: Vec<_> = refused.iter().map(|refused| refused.path.as_str()).collect();
    assert_eq!(paths, ["a.yml", "b.yml"]);
}

#[test]
fn metadata_becomes_words_for_people() {
    let text = "title: My  rule\nstatus: deprecated\ndescription: Because.\nlogsource: {product: aws, service: cloudtrail}\ntags: [attack.persistence, attack.t1136.003, cve.2020.1]\nfalsepositives: [CI]\ndetection:\n  sel: {eventName: X}\n  condition: sel\n";
    let (set, refused) = RuleSet::load(&[], &user(text));
    assert_eq!(refused, []);
    let about = set.abouts().next().unwrap();
    assert_eq!(about.id.as_str(), "my-rule");
    assert_eq!(about.title, "My rule");
    assert_eq!(
        (about.severity, about.origin),
        (Severity::Medium, DetectionOrigin::UserRule)
    );
    assert_eq!(about.why, "Because.");
    assert_eq!(
        about.tactics.len() + about.techniques.len() + about.false_positives.len(),
        3
    );
}

#[test]
fn a_users_rule_replaces_a_built_in_one_and_a_second_copy_is_refused() {
    let ours = format!("name: iam-x\n{}", rule("  sel: {eventName: A}\n  condition: sel"));
    let theirs = rule("  sel: {eventName: B}\n  condition: sel");
    let files = vec![
        ("one.yml".to_owned(), theirs.clone()),
        ("two.yml".to_owned(), theirs),
    ];
    let (set, refused) = RuleSet::load(&[("x.yml", &ours)], &files);
    let abouts: Vec<_> = set.abouts().collect();
    assert_eq!(abouts.len(), 1);
    assert_eq!(abouts[0].origin, DetectionOrigin::UserRule);
    assert_eq!(refused.len(), 1);
    assert!(refused[0].path == "two.yml" && refused[0].reason.contains("one.yml"));
}

fn create_user(name: &str, error: &str) -> Value {
    json!({"eventSource": "iam.amazonaws.com", "eventName": "CreateUser", "errorCode": error,
        "requestParameters": {"userName": name}})
}

#[test]
fn hits_are_grouped_by_principal_and_attempts_weigh_less() {
    let text = rule("  sel: {eventName: CreateUser}\n  condition: sel");
    let (set, _) = RuleSet::load(&[("persistence/created.yml", &text)], &[]);
    let mut other = create_user("svc-backup3", "AccessDenied");
    other["userIdentity"] = json!({"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/ann"});
    let records = [
        create_user("svc-backup2", ""),
        create_user("svc-backup1", "AccessDenied"),
        other,
    ];
    let found = judge(&set, observe(&set, &records));
    let lines: Vec<_> = found
        .iter()
        .map(|(_, found)| format!("{} {} | {}", found.severity.as_str(), found.count, found.summary))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    medium 1 | user ann created user svc-backup3 (CreateUser, 0 of 1 succeeded)
    high 2 | user ci-deploy created user svc-backup1 and svc-backup2 (CreateUser, 1 of 2 succeeded)
    ");
}

#[test]
fn the_result_does_not_depend_on_order_or_on_how_the_work_was_split() {
    let (set, _) = RuleSet::load(
        &[],
        &user(&rule("  sel: {eventName: CreateUser}\n  condition: sel")),
    );
    let records: Vec<Value> = (0..60)
        .map(|number| {
            let mut record = create_user(
                &format!("u{}", number % 20),
                if number % 3 == 0 { "AccessDenied" } else { "" },
            );
            record["eventTime"] = json!(format!("2026-03-05T14:{number:02}:00Z"));
            record
        })
        .collect();
    let whole = judge(&set, observe(&set, &records));
    let reversed: Vec<Value> = records.iter().rev().cloned().collect();
    assert_eq!(judge(&set, observe(&set, &reversed)), whole);
    let mut merged = observe(&set, &records[40..]);
    let bytes = postcard::to_stdvec(&observe(&set, &records[..40])).unwrap();
    merged.merge(postcard::from_bytes(&bytes).unwrap(), 40);
    assert_eq!(judge(&set, merged), whole);
    assert_eq!(whole[0].1.sample.len(), 40);
    assert_eq!(
        whole[0]
            .1
            .facts
            .iter()
            .filter(|fact| fact.label == "user")
            .count(),
        8
    );
}

fn correlated(kind: &str) -> String {
    let base = |name: &str, call: &str| {
        format!(
            "---\ntitle: {name}\nname: {name}\nlogsource: {{product: aws, service: cloudtrail}}\ndetection:\n  sel: {{eventName: {call}}}\n  condition: sel\n"
        )
    };
    format!(
        "title: Burst\nid: 5d4d7c0e-0000-4000-8000-000000000009\nlevel: high\ncorrelation:\n{kind}\n{}{}",
        base("made", "CreateUser"),
        base("keyed", "CreateAccessKey")
    )
}

fn at(mut record: Value, minute: u32) -> Value {
    record["eventTime"] = json!(format!("2026-03-05T14:{minute:02}:00Z"));
    record
}

fn key_made(name: &str) -> Value {
    json!({"eventSource": "iam.amazonaws.com", "eventName": "CreateAccessKey", "requestParameters": {"userName": name}})
}

/// Count of events behind each finding of a correlation over some records.
fn counts(kind: &str, records: &[Value]) -> Vec<u64> {
    let (set, refused) = RuleSet::load(&[], &user(&correlated(kind)));
    assert_eq!(refused, []);
    let state = observe(&set, records);
    let bytes = postcard::to_stdvec(&state).unwrap();
    let again = postcard::from_bytes::<RuleState>(&bytes).unwrap();
    assert_eq!(postcard::to_stdvec(&again).unwrap(), bytes);
    let found = judge(&set, state);
    assert!(
        found.iter().all(|(id, _)| id.ends_with("9")),
        "base rules must stay silent: {found:?}"
    );
    found.iter().map(|(_, found)| found.count).collect()
}

#[test]
fn events_are_counted_in_their_window() {
    let kind = "  type: event_count\n  rules: [made]\n  group-by: [userIdentity.arn]\n  timespan: 5m\n  condition: {gte: 3}";
    let close: Vec<_> = (0..4).map(|minute| at(create_user("a", ""), minute)).collect();
    let spread: Vec<_> = (0..4)
        .map(|minute| at(create_user("a", ""), minute * 10))
        .collect();
    assert_eq!(counts(kind, &close), [4]);
    assert_eq!(counts(kind, &spread), [0_u64; 0]);
    let shuffled: Vec<_> = close.iter().rev().cloned().collect();
    assert_eq!(counts(kind, &shuffled), [4]);
    let late = [&close[..], &[at(create_user("a", ""), 50)]].concat();
    assert_eq!(counts(kind, &late), [4]);
}

#[test]
fn distinct_values_are_counted() {
    let kind = "  type: value_count\n  rules: [made]\n  group-by: [userIdentity.arn]\n  timespan: 5m\n  condition: {gte: 3, field: requestParameters.userName}";
    let same: Vec<_> = (0..4).map(|minute| at(create_user("a", ""), minute)).collect();
    let distinct: Vec<_> = ["a", "b", "c"]
        .iter()
        .map(|name| at(create_user(name, ""), 1))
        .collect();
    assert_eq!(counts(kind, &same), [0_u64; 0]);
    assert_eq!(counts(kind, &distinct), [3]);
}

#[test]
fn temporal_correlations_need_every_rule() {
    let unordered =
        "  type: temporal\n  rules: [made, keyed]\n  group-by: [requestParameters.userName]\n  timespan: 5m";
    let ordered = unordered.replace("temporal", "temporal_ordered");
    let forth = [at(create_user("a", ""), 1), at(key_made("a"), 2)];
    let back = [at(create_user("a", ""), 2), at(key_made("a"), 1)];
    let apart = [at(create_user("a", ""), 1), at(key_made("b"), 2)];
    let none = [0_u64; 0];
    assert_eq!(counts(unordered, &forth), [2]);
    assert_eq!(counts(unordered, &back), [2]);
    assert_eq!(counts(unordered, &apart), none);
    assert_eq!(counts(&ordered, &forth), [2]);
    assert_eq!(counts(&ordered, &back), none);
}

#[test]
fn base_rules_report_when_the_correlation_says_so() {
    let kind = "  type: event_count\n  rules: [made]\n  group-by: [userIdentity.arn]\n  timespan: 5m\n  condition: {gte: 2}";
    let text = correlated(kind).replace("level: high", "level: high\ngenerate: true");
    let (set, refused) = RuleSet::load(&[], &user(&text));
    assert_eq!(refused, []);
    let found = judge(&set, observe(&set, &[at(create_user("a", ""), 1)]));
    assert_eq!(
        found.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(),
        ["made"]
    );
}

#[test]
fn correlations_that_lead_nowhere_are_refused() {
    let kind = "  type: temporal\n  rules: [made, nobody]\n  timespan: 5m";
    let (set, refused) = RuleSet::load(&[], &user(&correlated(kind)));
    assert_eq!(set.abouts().count(), 2);
    assert!(
        refused[0].reason.contains("refers to rule `nobody`"),
        "{refused:?}"
    );
    let itself =
        correlated("  type: temporal\n  rules: [5d4d7c0e-0000-4000-8000-000000000009]\n  timespan: 5m");
    let (_, refused) = RuleSet::load(&[], &user(&itself));
    assert!(refused[0].reason.contains("refers to itself"), "{refused:?}");
}
