//! Tests of the join: events and findings made up, each verdict of a thing read back.

use serde_json::{Value, json};
use stanch_core::assessment::{Assessment, FindingVerdict, MadeBy, MakingEvent, Presence};
use stanch_core::{CallOutcome, EventKey, Principal, Reading, Timestamp};

use super::{Act, Acts, Index};
use crate::contract::{OWN, STRANGER, answer, asked, granting, stranger};
use crate::{Assessor, Known};

const INTRUDER: &str = "arn:aws:iam::111122223333:user/intruder";
const OWNER: &str = "arn:aws:iam::111122223333:user/owner";

fn at(minute: i64) -> Timestamp {
    Timestamp(1_772_800_000_000 + minute * 60_000)
}

fn act(minute: i64, who: &str, service: &str, call: &str, names: &[&str]) -> Act {
    let event = EventKey::of(&[call.as_bytes(), names.join(",").as_bytes()]);
    Act {
        account: OWN.into(),
        region: "us-east-1".into(),
        service: service.into(),
        kind: call.to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        removed: false,
        event: MakingEvent::new(event, call, at(minute), Principal::from_key(who)),
    }
}

fn acts(acts: Vec<Act>) -> Acts {
    Acts {
        begin: Some(at(0)),
        acts,
        left_out: 0,
    }
}

fn bucket(name: &str, policy: &Value) -> Reading {
    asked(
        "s3:GetBucketPolicy",
        json!({"Bucket": name}),
        json!({"Policy": policy.to_string()}),
    )
}

/// A filter that hides everything is hostile in itself.
fn filter() -> Reading {
    asked(
        "guardduty:GetFilter",
        json!({"DetectorId": "d", "FilterName": "noise"}),
        json!({"Name": "noise", "Action": "ARCHIVE", "FindingCriteria": {"Criterion": {}}}),
    )
}

fn judged(readings: &[Reading], known: Known, acts: Option<&Acts>) -> Assessment {
    let mut assessor = Assessor::new(known);
    readings.iter().for_each(|reading| assessor.observe(reading));
    assessor.assess(acts)
}

fn verdict_of(assessment: &Assessment, name: &str) -> Option<FindingVerdict> {
    let named = assessment
        .findings
        .iter()
        .filter(|finding| finding.resource.name == name);
    named.map(|finding| finding.verdict).max()
}

#[test]
fn without_logs_the_maker_is_unknown() {
    let assessment = judged(&[filter()], Known::default(), None);
    assert!(matches!(assessment.findings[0].made_by, MadeBy::Unknown { .. }));
    assert!(assessment.suspects.is_empty() && assessment.logs_begin.is_none());
}

#[test]
fn an_unknown_account_at_three_kinds_of_places_is_hostile_and_a_vendor_never() {
    let let_in = granting(&stranger(), "*");
    let readings = [
        bucket("b", &let_in),
        asked(
            "sqs:GetQueueAttributes",
            json!({"QueueUrl": "q"}),
            json!({"Attributes": {"QueueArn": "q", "Policy": let_in.to_string()}}),
        ),
        asked(
            "ecr:GetRepositoryPolicy",
            json!({"repositoryName": "r"}),
            json!({"repositoryName": "r", "policyText": let_in.to_string()}),
        ),
    ];
    let two = judged(&readings[..2], Known::default(), None);
    assert_eq!(verdict_of(&two, "b"), Some(FindingVerdict::Suspicious));
    let three = judged(&readings, Known::default(), None);
    assert_eq!(verdict_of(&three, "b"), Some(FindingVerdict::Malicious));
    let vendor = Known::default()
        .with_vendors(&format!("{STRANGER} Watcher"))
        .unwrap();
    assert_eq!(verdict_of(&judged(&readings, vendor, None), "b"), None);
}

#[test]
fn who_made_what_is_hostile_is_suspect_and_the_rest_of_what_they_made_stands_graver() {
    let readings = [
        filter(),
        bucket("theirs", &granting(&stranger(), "*")),
        bucket("ours", &granting(&stranger(), "*")),
        answer("s3:ListBuckets", json!({"Buckets": [{"Name": "plain"}]})),
    ];
    let acts = acts(vec![
        act(1, OWNER, "s3", "PutBucketPolicy", &["ours"]),
        act(5, INTRUDER, "guardduty", "CreateFilter", &["d", "noise"]),
        act(6, INTRUDER, "s3", "PutBucketPolicy", &["theirs"]),
        act(7, INTRUDER, "s3", "CreateBucket", &["plain"]),
        act(8, INTRUDER, "s3", "CreateBucket", &["vanished"]),
        act(9, INTRUDER, "kms", "CreateKey", &["not-collected"]),
    ]);
    let assessment = judged(&readings, Known::default(), Some(&acts));
    assert_eq!(verdict_of(&assessment, "theirs"), Some(FindingVerdict::Malicious));
    assert_eq!(verdict_of(&assessment, "ours"), Some(FindingVerdict::Suspicious));
    assert_eq!(verdict_of(&assessment, "plain"), Some(FindingVerdict::Suspicious));
    assert_eq!(assessment.suspects.len(), 1);
    assert_eq!(assessment.suspects[0].principal.key, INTRUDER);
    let alive = |name: &str| {
        let trace = assessment.traces.iter().find(|trace| trace.resource.id == name);
        trace.map(|trace| trace.presence)
    };
    assert_eq!(alive("plain"), Some(Presence::Exists));
    assert_eq!(alive("vanished"), Some(Presence::Gone));
    assert_eq!(alive("not-collected"), Some(Presence::Unknown));
    assert_eq!(alive("ours"), None);
}

#[test]
fn what_was_denied_is_not_gone() {
    let denied = Reading {
        outcome: CallOutcome::Denied,
        ..answer("s3:ListBuckets", Value::Null)
    };
    let acts = acts(vec![
        act(5, INTRUDER, "guardduty", "CreateFilter", &["d", "noise"]),
        act(8, INTRUDER, "s3", "CreateBucket", &["hidden"]),
    ]);
    let assessment = judged(&[filter(), denied], Known::default(), Some(&acts));
    let trace = assessment
        .traces
        .iter()
        .find(|trace| trace.resource.id == "hidden")
        .unwrap();
    assert_eq!(trace.presence, Presence::Unknown);
}

#[test]
fn acts_long_before_the_first_hostile_one_are_no_evidence() {
    let readings = [
        filter(),
        answer("s3:ListBuckets", json!({"Buckets": [{"Name": "old"}]})),
    ];
    let acts = acts(vec![
        act(0, INTRUDER, "s3", "CreateBucket", &["old"]),
        act(600, INTRUDER, "guardduty", "CreateFilter", &["d", "noise"]),
    ]);
    let assessment = judged(&readings, Known::default(), Some(&acts));
    assert_eq!(verdict_of(&assessment, "old"), None);
}

#[test]
fn what_is_vouched_for_stays_as_a_weakness() {
    let known = Known::default().with_good("noise");
    let assessment = judged(&[filter()], known, None);
    assert_eq!(
        verdict_of(&assessment, "noise"),
        Some(FindingVerdict::Misconfiguration)
    );
    assert!(matches!(assessment.findings[0].made_by, MadeBy::KnownGood { .. }));
}

#[test]
fn of_two_calls_the_one_that_makes_the_finding_is_named() {
    let role = answer(
        "iam:GetAccountAuthorizationDetails",
        json!({"RoleDetailList": [{"RoleName": "r",
        "Arn": "arn:aws:iam::111122223333:role/r", "AssumeRolePolicyDocument": granting(&stranger(), "sts:AssumeRole")}]}),
    );
    let acts = acts(vec![
        act(
            1,
            OWNER,
            "iam",
            "CreateRole",
            &["r", "arn:aws:iam::111122223333:role/r"],
        ),
        act(2, INTRUDER, "iam", "UpdateAssumeRolePolicy", &["r"]),
        act(3, OWNER, "iam", "AttachRolePolicy", &["r"]),
    ]);
    let assessment = judged(&[role], Known::default(), Some(&acts));
    let finding = assessment
        .findings
        .iter()
        .find(|finding| finding.check == "role-trusts-stranger")
        .unwrap();
    assert!(matches!(&finding.made_by, MadeBy::Event(event) if event.name == "UpdateAssumeRolePolicy"));
}

/// Ten thousand things, the examples of all checks over and over: more kinds than forty.
#[test]
fn ten_thousand_things_of_all_kinds_are_judged_in_bounded_time() {
    let mut readings = Vec::new();
    let examples: Vec<Reading> = crate::checks::examples()
        .into_iter()
        .flat_map(|(_, examples)| examples)
        .flat_map(|example| example.readings)
        .collect();
    for number in 0..10_000 {
        let mut reading = examples[number % examples.len()].clone();
        let id = format!("{number}");
        rename(&mut reading.body, &id);
        rename(&mut reading.params, &id);
        readings.push(reading);
    }
    let acts = acts(
        (0..10_000)
            .map(|number| {
                act(
                    number,
                    INTRUDER,
                    "s3",
                    "PutBucketPolicy",
                    &[format!("b{number}").as_str()],
                )
            })
            .collect(),
    );
    let begin = std::time::Instant::now();
    let assessment = judged(&readings, Known::default(), Some(&acts));
    assert!(assessment.findings.len() > 2_000, "{}", assessment.findings.len());
    // Whether anything goes with the square of their number; how fast it is, the example `assess` tells.
    let took = begin.elapsed();
    assert!(took.as_secs() < 60, "{took:?}");
}

/// Gives names and ids of an example another ending.
fn rename(value: &mut Value, ending: &str) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let names = ["Name", "Id", "Arn", "ARN", "Bucket", "Identifier"];
                match member {
                    Value::String(text) if names.iter().any(|known| name.ends_with(known)) => {
                        text.push_str(ending);
                    }
                    other => rename(other, ending),
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| rename(element, ending)),
        _ => {}
    }
}

#[test]
fn what_made_another_thing_of_the_same_name_is_no_maker_whatever_is_left_of_the_log() {
    let own = act(0, INTRUDER, "guardduty", "CreateFilter", &["noise"]);
    let changed = act(1, INTRUDER, "guardduty", "UpdateFilter", &["noise"]);
    let other = act(
        2,
        OWNER,
        "guardduty",
        "CreateSample",
        &["arn:aws:x:::sample", "noise"],
    );
    for left in [
        vec![own, changed.clone(), other.clone()],
        vec![changed.clone(), other],
    ] {
        let mut finding = judged(&[filter()], Known::default(), None).findings.remove(0);
        finding.resource.id = "arn:aws:x:::filter".to_owned();
        let acts = acts(left);
        let made = Index::of(&acts).last(&finding).map(|act| act.event.event);
        assert_eq!(made, Some(changed.event.event));
    }
}

#[test]
fn an_old_key_that_was_used_for_what_is_hostile_is_in_the_intruders_hands() {
    let key = "AKIAIOSFODNN7EXAMPLE";
    let keys = asked(
        "iam:ListAccessKeys",
        json!({"UserName": "intruder"}),
        json!({"AccessKeyMetadata": [{"UserName": "intruder", "AccessKeyId": key, "Status": "Active"}]}),
    );
    let made = act(-9000, OWNER, "iam", "CreateAccessKey", &["intruder", key]);
    let mut hostile = act(1, INTRUDER, "guardduty", "CreateFilter", &["noise"]);
    for (used, verdict) in [
        (None, FindingVerdict::Misconfiguration),
        (Some(key.to_owned()), FindingVerdict::Malicious),
    ] {
        hostile.event.access_key = used;
        let acts = acts(vec![made.clone(), hostile.clone()]);
        let assessment = judged(&[filter(), keys.clone()], Known::default(), Some(&acts));
        assert_eq!(verdict_of(&assessment, key), Some(verdict));
    }
}
