//! From readings to a plan, by the checks themselves: what a check says as a type is what the action gets.
//!
//! No value is written twice: a test that changes the meaning of a type on one side alone fails here.

use serde_json::{Value, json};
use stanch_assess::{Assessor, Known};
use stanch_core::assessment::Assessment;
use stanch_core::finding::Handle;
use stanch_core::plan::{Impact, Plan, Responder, Step};
use stanch_core::{CallOutcome, Reading};

use super::sample_account::{ACCOUNT, NOW, arn, reading};
use crate::account::Account;
use crate::planner::{Containment, Rates, Seed, Situation};

const EXTERNAL: &str = "666655554444";

/// The plan of a containment over an account and its assessment.
pub(super) fn planned(account: &Account, assessment: &Assessment, containment: &Containment) -> Plan {
    let responder = Responder {
        arn: format!("arn:aws:sts::{ACCOUNT}:assumed-role/responder/me"),
        expires: None,
    };
    let situation = Situation {
        verb: "contain",
        account,
        responder: &responder,
        chain: &[],
        break_glass: &[],
        regions: &[],
        without: &[],
        endpoint: None,
        snapshot: "s",
        state_at: NOW,
        made_at: NOW,
        harm_now: true,
        assessment: Some(assessment),
        detections: &[],
        who: &|_| None,
        made: &|_| Vec::new(),
        stories: &[],
        rates: &Rates::default(),
    };
    containment.plan(&situation).unwrap().0
}

/// The plan for the findings of one check, and what the check hands to actions.
fn plan_of(check: &str, readings: Vec<Reading>) -> (Plan, Vec<Handle>) {
    let mut assessor = Assessor::new(Known::default());
    for reading in &readings {
        assessor.observe(reading);
    }
    let assessment = assessor.assess(None);
    let of_check = || {
        let findings = assessment.findings.iter();
        findings.filter(|finding| finding.check == check)
    };
    assert!(
        of_check().count() > 0,
        "{check} finds something: {:?}",
        assessment.findings
    );
    let found = of_check().map(|finding| Seed::Finding(finding.id.clone()));
    let containment = Containment {
        found: found.collect(),
        ..Containment::default()
    };
    let handles = of_check().flat_map(|finding| finding.handles.clone()).collect();
    let account = Account::new(&ACCOUNT.into(), "aws", &"us-east-1".into(), readings);
    (planned(&account, &assessment, &containment), handles)
}

fn only<'p>(plan: &'p Plan, action: &str) -> &'p Step {
    let steps: Vec<&Step> = plan
        .steps
        .iter()
        .filter(|step| step.change.action == action)
        .collect();
    assert_eq!(
        steps.len(),
        1,
        "{:?} {:?}",
        super::sample_account::told(plan),
        plan.not_fixed
    );
    steps[0]
}

/// All that a step would send.
fn sent(step: &Step) -> String {
    serde_json::to_string(&step.change.writes).unwrap()
}

fn denied(mut reading: Reading) -> Reading {
    reading.outcome = CallOutcome::DoesNotExist;
    reading.body = Value::Null;
    reading
}

fn bucket(name: &str, statements: &Value) -> Vec<Reading> {
    let document = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let named = json!({"Bucket": name});
    vec![
        reading(
            "s3",
            "ListBuckets",
            Value::Null,
            json!({"Buckets": [{"Name": name}]}),
        ),
        reading(
            "s3",
            "GetBucketPolicy",
            named.clone(),
            json!({"Policy": document}),
        ),
        denied(reading("s3", "GetPublicAccessBlock", named, Value::Null)),
    ]
}

#[test]
fn the_public_statement_of_a_bucket_policy_is_removed_and_its_neighbour_stays() {
    let statement = |sid: &str, principal: Value| {
        json!({"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::exports/*"})
    };
    let own = json!({"AWS": format!("arn:aws:iam::{ACCOUNT}:root")});
    for everybody in [json!("*"), json!({"AWS": "*"}), json!({"AWS": ["*"]})] {
        let statements = json!([statement("Own", own.clone()), statement("World", everybody)]);
        let (plan, _) = plan_of("bucket-policy-shared", bucket("exports", &statements));
        let step = only(&plan, "bucket-statement-remove");
        let text = sent(step);
        assert!(!text.contains("World"), "{text}");
        assert!(text.contains("Own"), "{text}");
    }
}

#[test]
fn the_rule_that_a_check_names_is_the_rule_that_is_revoked() {
    let readings = vec![
        reading(
            "ec2",
            "DescribeSecurityGroups",
            Value::Null,
            json!({"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "front", "VpcId": "vpc-1",
                "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
                    "Ipv6Ranges": []}]}]}),
        ),
        reading(
            "ec2",
            "DescribeSecurityGroupRules",
            Value::Null,
            json!({"SecurityGroupRules": [
                {"SecurityGroupRuleId": "sgr-world", "GroupId": "sg-1", "IsEgress": false, "IpProtocol": "tcp",
                    "FromPort": 22, "ToPort": 22, "CidrIpv4": "0.0.0.0/0"},
                {"SecurityGroupRuleId": "sgr-office", "GroupId": "sg-1", "IsEgress": false, "IpProtocol": "tcp",
                    "FromPort": 22, "ToPort": 22, "CidrIpv4": "10.0.0.0/8"}]}),
        ),
    ];
    let (plan, handles) = plan_of("port-open-to-world", readings);
    let rule = |rule: &str| Handle::SecurityGroupRule {
        rule: rule.to_owned(),
    };
    assert_eq!(handles, [rule("sgr-world")]);
    let step = only(&plan, "security-group-rule-revoke");
    assert_eq!(step.change.target.id, "sgr-world");
}

fn key(id: &str, statements: &Value, grants: &Value) -> Vec<Reading> {
    let document = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let listed =
        json!({"Keys": [{"KeyId": id, "KeyArn": format!("arn:aws:kms:us-east-1:{ACCOUNT}:key/{id}")}]});
    vec![
        reading("kms", "ListKeys", Value::Null, listed),
        reading(
            "kms",
            "GetKeyPolicy",
            json!({"KeyId": id, "PolicyName": "default"}),
            json!({"Policy": document}),
        ),
        reading(
            "kms",
            "ListGrants",
            json!({"KeyId": id}),
            json!({"Grants": grants}),
        ),
    ]
}

#[test]
fn a_grant_is_revoked_by_the_id_that_the_check_names_and_a_key_policy_is_no_grant() {
    let own = json!({"Sid": "Own", "Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{ACCOUNT}:root")},
        "Action": "kms:*", "Resource": "*"});
    let grant = json!({"KeyId": "k-1", "GrantId": "g-external", "Operations": ["Decrypt"],
        "GranteePrincipal": format!("arn:aws:iam::{EXTERNAL}:root")});
    let (plan, handles) = plan_of("key-shared", key("k-1", &json!([own.clone()]), &json!([grant])));
    let ids: Vec<&str> = handles
        .iter()
        .filter_map(|handle| match handle {
            Handle::KmsGrant { grant, .. } => Some(grant.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(ids, ["g-external"]);
    assert!(sent(only(&plan, "kms-grant-revoke")).contains("g-external"));

    let shared = json!({"Sid": "Share", "Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{EXTERNAL}:root")},
        "Action": "kms:Decrypt", "Resource": "*"});
    let (plan, _) = plan_of("key-shared", key("k-1", &json!([own, shared]), &json!([])));
    let revoked = plan
        .steps
        .iter()
        .filter(|step| step.change.action == "kms-grant-revoke");
    assert_eq!(revoked.count(), 0, "a key policy is no grant");
    assert!(!plan.not_fixed.is_empty(), "and is listed");
}

#[test]
fn an_instance_of_an_auto_scaling_group_is_restored_by_it() {
    let instance = json!({"InstanceId": "i-1", "InstanceType": "p4d.24xlarge", "State": {"Name": "running"},
        "LaunchTime": "2026-03-06T10:00:00Z", "VpcId": "vpc-1", "SubnetId": "subnet-1", "SecurityGroups": [],
        "NetworkInterfaces": [], "BlockDeviceMappings": [],
        "Tags": [{"Key": "aws:autoscaling:groupName", "Value": "web"}]});
    let readings = vec![reading(
        "ec2",
        "DescribeInstances",
        Value::Null,
        json!({"Reservations": [{"OwnerId": ACCOUNT, "Instances": [instance]}]}),
    )];
    let (plan, _) = plan_of("costly-compute", readings);
    let impact = plan.steps.iter().flat_map(|step| &step.change.impact);
    let restored: Vec<&Impact> = impact.filter(|impact| impact.is_restored()).collect();
    assert!(!restored.is_empty(), "{:?}", plan.steps);
    assert!(
        restored.iter().all(|impact| impact.to_string().contains("web")),
        "{restored:?}"
    );
}

#[test]
fn a_trust_policy_denies_the_external_account_that_the_check_found() {
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{ACCOUNT}:root")}, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{EXTERNAL}:root")}, "Action": "sts:AssumeRole"}]});
    let role = json!({"RoleName": "audit", "Arn": arn("role", "audit"), "Path": "/", "RoleId": "AROAAUDIT",
        "AssumeRolePolicyDocument": trust, "RolePolicyList": [], "AttachedManagedPolicies": []});
    let details =
        json!({"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [role]});
    let readings = vec![reading(
        "iam",
        "GetAccountAuthorizationDetails",
        Value::Null,
        details,
    )];
    let (plan, _) = plan_of("role-trusts-external", readings);
    let text = sent(only(&plan, "trust-policy-tighten"));
    let (_, added) = text.split_once(r#"\"Deny\""#).unwrap();
    assert!(added.contains(EXTERNAL) && !added.contains(ACCOUNT), "{text}");
}
