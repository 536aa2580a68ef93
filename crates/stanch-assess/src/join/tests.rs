//! Tests of the join: made-up events and findings, and the verdict on each resource.

use serde_json::{Value, json};
use stanch_core::assessment::{Assessment, FindingBasis, FindingVerdict, MadeBy, MakingEvent, Presence};
use stanch_core::{CallOutcome, EventKey, Principal, Reading, Timestamp};

use super::makers::Makers;
use crate::changes::{LoggedChange, LoggedChanges};
use crate::contract::{OWN, STRANGER, answer, asked, granting, stranger};
use crate::{Assessor, Known};

const ATTACKER: &str = "arn:aws:iam::111122223333:user/attacker";
const OWNER: &str = "arn:aws:iam::111122223333:user/owner";

fn at(minute: i64) -> Timestamp {
    Timestamp(1_772_800_000_000 + minute * 60_000)
}

fn change(minute: i64, who: &str, service: &str, call: &str, names: &[&str]) -> LoggedChange {
    let event = EventKey::of(&[call.as_bytes(), names.join(",").as_bytes()]);
    LoggedChange {
        account: OWN.into(),
        region: "us-east-1".into(),
        service: service.into(),
        kind: call.to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        removed: false,
        event: MakingEvent::new(event, call, at(minute), Principal::from_key(who)),
    }
}

fn logged(changes: Vec<LoggedChange>) -> LoggedChanges {
    LoggedChanges {
        begin: Some(at(0)),
        changes,
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

/// Returns a filter that hides every finding, which is malicious by itself.
fn filter() -> Reading {
    asked(
        "guardduty:GetFilter",
        json!({"DetectorId": "d", "FilterName": "noise"}),
        json!({"Name": "noise", "Action": "ARCHIVE", "FindingCriteria": {"Criterion": {}}}),
    )
}

fn judged(readings: &[Reading], known: Known, logged: Option<&LoggedChanges>) -> Assessment {
    let mut assessor = Assessor::new(known);
    readings.iter().for_each(|reading| assessor.observe(reading));
    assessor.assess(logged)
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
fn an_external_account_in_three_kinds_of_places_is_malicious_and_a_vendor_never() {
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
fn the_creator_of_a_malicious_resource_is_a_suspect_and_its_other_changes_get_a_worse_verdict() {
    let readings = [
        filter(),
        bucket("theirs", &granting(&stranger(), "*")),
        bucket("ours", &granting(&stranger(), "*")),
        answer("s3:ListBuckets", json!({"Buckets": [{"Name": "plain"}]})),
    ];
    let logged = logged(vec![
        change(1, OWNER, "s3", "PutBucketPolicy", &["ours"]),
        change(5, ATTACKER, "guardduty", "CreateFilter", &["d", "noise"]),
        change(6, ATTACKER, "s3", "PutBucketPolicy", &["theirs"]),
        change(7, ATTACKER, "s3", "CreateBucket", &["plain"]),
        change(8, ATTACKER, "s3", "CreateBucket", &["vanished"]),
        change(9, ATTACKER, "kms", "CreateKey", &["not-collected"]),
    ]);
    let assessment = judged(&readings, Known::default(), Some(&logged));
    assert_eq!(verdict_of(&assessment, "theirs"), Some(FindingVerdict::Malicious));
    assert_eq!(verdict_of(&assessment, "ours"), Some(FindingVerdict::Suspicious));
    assert_eq!(verdict_of(&assessment, "plain"), Some(FindingVerdict::Suspicious));
    let basis = |name: &str| {
        let finding = assessment
            .findings
            .iter()
            .find(|finding| finding.resource.name == name);
        finding.map(|finding| finding.basis)
    };
    assert_eq!(basis("plain"), Some(FindingBasis::StillExists));
    assert_eq!(basis("theirs"), Some(FindingBasis::Check));
    assert_eq!(assessment.suspects.len(), 1);
    assert_eq!(assessment.suspects[0].principal.key, ATTACKER);
    let presence = |name: &str| {
        let trace = assessment.traces.iter().find(|trace| trace.resource.id == name);
        trace.map(|trace| trace.presence)
    };
    assert_eq!(presence("plain"), Some(Presence::Exists));
    assert_eq!(presence("vanished"), Some(Presence::Gone));
    assert_eq!(presence("not-collected"), Some(Presence::Unknown));
    assert_eq!(presence("ours"), None);
}

#[test]
fn a_denied_listing_leaves_presence_unknown() {
    let denied = Reading {
        outcome: CallOutcome::Denied,
        ..answer("s3:ListBuckets", Value::Null)
    };
    let logged = logged(vec![
        change(5, ATTACKER, "guardduty", "CreateFilter", &["d", "noise"]),
        change(8, ATTACKER, "s3", "CreateBucket", &["hidden"]),
    ]);
    let assessment = judged(&[filter(), denied], Known::default(), Some(&logged));
    let trace = assessment
        .traces
        .iter()
        .find(|trace| trace.resource.id == "hidden")
        .unwrap();
    assert_eq!(trace.presence, Presence::Unknown);
}

#[test]
fn changes_long_before_the_first_malicious_one_are_no_evidence() {
    let readings = [
        filter(),
        answer("s3:ListBuckets", json!({"Buckets": [{"Name": "old"}]})),
    ];
    let logged = logged(vec![
        change(0, ATTACKER, "s3", "CreateBucket", &["old"]),
        change(600, ATTACKER, "guardduty", "CreateFilter", &["d", "noise"]),
    ]);
    let assessment = judged(&readings, Known::default(), Some(&logged));
    assert_eq!(verdict_of(&assessment, "old"), None);
}

#[test]
fn a_known_good_resource_stays_as_a_misconfiguration() {
    let known = Known::default().with_good("noise");
    let assessment = judged(&[filter()], known, None);
    assert_eq!(
        verdict_of(&assessment, "noise"),
        Some(FindingVerdict::Misconfiguration)
    );
    assert!(matches!(assessment.findings[0].made_by, MadeBy::KnownGood { .. }));
}

#[test]
fn the_call_that_makes_the_finding_is_named() {
    let role = answer(
        "iam:GetAccountAuthorizationDetails",
        json!({"RoleDetailList": [{"RoleName": "r",
        "Arn": "arn:aws:iam::111122223333:role/r", "AssumeRolePolicyDocument": granting(&stranger(), "sts:AssumeRole")}]}),
    );
    let logged = logged(vec![
        change(
            1,
            OWNER,
            "iam",
            "CreateRole",
            &["r", "arn:aws:iam::111122223333:role/r"],
        ),
        change(2, ATTACKER, "iam", "UpdateAssumeRolePolicy", &["r"]),
        change(3, OWNER, "iam", "AttachRolePolicy", &["r"]),
    ]);
    let assessment = judged(&[role], Known::default(), Some(&logged));
    let finding = assessment
        .findings
        .iter()
        .find(|finding| finding.check == "role-trusts-external")
        .unwrap();
    assert!(matches!(&finding.made_by, MadeBy::Event(event) if event.name == "UpdateAssumeRolePolicy"));
}

/// Ten thousand resources: the examples of all checks, over and over.
#[test]
fn ten_thousand_resources_of_all_kinds_are_assessed_in_bounded_time() {
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
    let logged = logged(
        (0..10_000)
            .map(|number| {
                change(
                    number,
                    ATTACKER,
                    "s3",
                    "PutBucketPolicy",
                    &[format!("b{number}").as_str()],
                )
            })
            .collect(),
    );
    let begin = std::time::Instant::now();
    let assessment = judged(&readings, Known::default(), Some(&logged));
    assert!(assessment.findings.len() > 2_000, "{}", assessment.findings.len());
    // The time must not grow with the square of their number; the example `assess` measures it.
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
fn a_call_that_created_another_resource_of_the_name_is_never_the_creator() {
    let own = change(0, ATTACKER, "guardduty", "CreateFilter", &["noise"]);
    let changed = change(1, ATTACKER, "guardduty", "UpdateFilter", &["noise"]);
    let other = change(
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
        let logged = logged(left);
        let calls = super::CallsByCheck::new();
        let made = Makers::of(&logged, &calls)
            .last(&finding)
            .map(|change| change.event.event);
        assert_eq!(made, Some(changed.event.event));
    }
}

#[test]
fn an_old_key_that_was_used_for_a_malicious_change_is_compromised() {
    let key = "AKIAIOSFODNN7EXAMPLE";
    let keys = asked(
        "iam:ListAccessKeys",
        json!({"UserName": "attacker"}),
        json!({"AccessKeyMetadata": [{"UserName": "attacker", "AccessKeyId": key, "Status": "Active"}]}),
    );
    let made = change(-9000, OWNER, "iam", "CreateAccessKey", &["attacker", key]);
    let mut malicious = change(1, ATTACKER, "guardduty", "CreateFilter", &["noise"]);
    for (used, verdict) in [
        (None, FindingVerdict::Misconfiguration),
        (Some(key.to_owned()), FindingVerdict::Malicious),
    ] {
        malicious.event.access_key = used;
        let logged = logged(vec![made.clone(), malicious.clone()]);
        let assessment = judged(&[filter(), keys.clone()], Known::default(), Some(&logged));
        assert_eq!(verdict_of(&assessment, key), Some(verdict));
    }
}

fn elsewhere(mut reading: Reading) -> Reading {
    reading.region = "eu-west-1".into();
    reading
}

fn queue(name: &str) -> Reading {
    asked(
        "sqs:GetQueueAttributes",
        json!({"QueueUrl": name}),
        json!({"Attributes": {"QueueArn": name, "Policy": granting(&stranger(), "*").to_string()}}),
    )
}

#[test]
fn a_namesake_in_another_region_has_another_creator_unless_names_are_unique() {
    let maker = |reading: Reading, service: &str, call: &str, name: &str| {
        let logged = logged(vec![change(1, ATTACKER, service, call, &[name])]);
        let finding = judged(&[reading], Known::default(), Some(&logged))
            .findings
            .remove(0);
        matches!(finding.made_by, MadeBy::Event(_))
    };
    assert!(maker(queue("orders"), "sqs", "SetQueueAttributes", "orders"));
    assert!(!maker(
        elsewhere(queue("orders")),
        "sqs",
        "SetQueueAttributes",
        "orders"
    ));
    // Bucket names are unique across regions.
    let open = bucket("b", &granting(&stranger(), "*"));
    assert!(maker(elsewhere(open), "s3", "PutBucketPolicy", "b"));
}

#[test]
fn a_namesake_in_another_region_or_account_is_no_sign_that_a_resource_still_exists() {
    let list = |names: &[&str]| answer("sqs:ListQueues", json!({"QueueUrls": names}));
    let presence = |readings: &[Reading]| {
        let logged = logged(vec![
            change(5, ATTACKER, "guardduty", "CreateFilter", &["d", "noise"]),
            change(6, ATTACKER, "sqs", "CreateQueue", &["jobs"]),
        ]);
        let all: Vec<Reading> = readings.iter().cloned().chain([filter()]).collect();
        let assessment = judged(&all, Known::default(), Some(&logged));
        let trace = assessment.traces.iter().find(|trace| trace.resource.id == "jobs");
        trace.map(|trace| trace.presence)
    };
    let mut other_account = list(&["jobs"]);
    other_account.account = "444455556666".into();
    assert_eq!(presence(&[list(&["jobs"])]), Some(Presence::Exists));
    assert_eq!(
        presence(&[list(&[]).clone(), elsewhere(list(&["jobs"]))]),
        Some(Presence::Gone)
    );
    assert_eq!(presence(&[list(&[]), other_account]), Some(Presence::Gone));
    assert_eq!(presence(&[elsewhere(list(&["jobs"]))]), Some(Presence::Unknown));
}

/// The rule that an event names is a part of the security group, known by its handle; a fact of the same text is none.
#[test]
fn a_call_that_names_a_part_of_the_resource_is_its_origin() {
    let rule = "sgr-0123456789abcdef0";
    let groups = answer(
        "ec2:DescribeSecurityGroups",
        json!({"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "web", "IpPermissions":
            [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]}]}),
    );
    let rules = answer(
        "ec2:DescribeSecurityGroupRules",
        json!({"SecurityGroupRules": [{"GroupId": "sg-1", "SecurityGroupRuleId": rule, "IpProtocol": "tcp",
            "FromPort": 22, "ToPort": 22, "CidrIpv4": "0.0.0.0/0", "IsEgress": false}]}),
    );
    let logged = logged(vec![change(
        1,
        ATTACKER,
        "ec2",
        "ModifySecurityGroupRules",
        &[rule],
    )]);
    let maker = |readings: &[Reading]| {
        let finding = judged(readings, Known::default(), Some(&logged))
            .findings
            .remove(0);
        matches!(finding.made_by, MadeBy::Event(_))
    };
    assert!(maker(&[groups.clone(), rules]));
    assert!(!maker(&[groups]));
}

/// Names of inline policies are unique within a user or role only.
#[test]
fn an_inline_policy_of_the_same_name_on_another_principal_has_another_creator() {
    let details = answer(
        "iam:GetAccountAuthorizationDetails",
        json!({"RoleDetailList": [{"RoleName": "breakglass", "Arn": "arn:aws:iam::111122223333:role/breakglass",
            "RolePolicyList": [{"PolicyName": "everything-inline", "PolicyDocument":
                {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]}]}),
    );
    let maker = |changes: Vec<LoggedChange>| {
        let logged = logged(changes);
        let assessment = judged(std::slice::from_ref(&details), Known::default(), Some(&logged));
        let mut findings = assessment.findings.into_iter();
        let finding = findings
            .find(|finding| finding.check == "policy-hides-power")
            .unwrap();
        match finding.made_by {
            MadeBy::Event(event) => event.name,
            _ => String::new(),
        }
    };
    let own = change(
        1,
        OWNER,
        "iam",
        "PutRolePolicy",
        &["breakglass", "everything-inline"],
    );
    let other = change(
        2,
        ATTACKER,
        "iam",
        "PutUserPolicy",
        &["mallory", "everything-inline"],
    );
    assert_eq!(maker(vec![own, other.clone()]), "PutRolePolicy");
    assert_eq!(maker(vec![other]), "");
}
