//! From readings to a plan, by the checks themselves: what a responder vouched for is in no plan, and an attacker's account
//! next to it is.

use serde_json::{Value, json};
use stanch_assess::{Assessor, Known};
use stanch_core::assessment::{Assessment, FindingVerdict};
use stanch_core::plan::Plan;
use stanch_core::{CallOutcome, Reading};

use super::checks::planned;
use super::sample_account::{ACCOUNT, arn, reading};
use crate::account::Account;
use crate::planner::{Containment, Seed, compromised};

const VENDOR: &str = "777788889999";
const ATTACKER: &str = "666655554444";

fn root_of(account: &str) -> Value {
    json!({"AWS": format!("arn:aws:iam::{account}:root")})
}

fn bucket_policy(name: &str, account: &str) -> [Reading; 2] {
    let statements = json!([{"Sid": "Share", "Effect": "Allow", "Principal": root_of(account), "Action": "s3:*",
        "Resource": [format!("arn:aws:s3:::{name}"), format!("arn:aws:s3:::{name}/*")]}]);
    let document = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let mut none = reading("s3", "GetPublicAccessBlock", json!({"Bucket": name}), Value::Null);
    none.outcome = CallOutcome::DoesNotExist;
    [
        reading(
            "s3",
            "GetBucketPolicy",
            json!({"Bucket": name}),
            json!({"Policy": document}),
        ),
        none,
    ]
}

fn key_policy(id: &str, account: &str) -> [Reading; 2] {
    let own = json!({"Sid": "Own", "Effect": "Allow", "Principal": root_of(ACCOUNT), "Action": "kms:*", "Resource": "*"});
    let document = json!({"Version": "2012-10-17", "Statement": [own]}).to_string();
    let grant = json!({"KeyId": format!("arn:aws:kms:us-east-1:{ACCOUNT}:key/{id}"), "GrantId": format!("grant-{id}"),
        "GranteePrincipal": format!("arn:aws:iam::{account}:root"), "Operations": ["Decrypt"]});
    [
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
            json!({"Grants": [grant]}),
        ),
    ]
}

/// A vendor and an attacker, each with a role, a bucket and a KMS key.
fn readings() -> Vec<Reading> {
    let role = |name: &str, account: &str| {
        let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": root_of(account),
            "Action": "sts:AssumeRole"}]});
        json!({"RoleName": name, "Arn": arn("role", name), "Path": "/", "RoleId": format!("AROA{name}"),
            "AssumeRolePolicyDocument": trust, "RolePolicyList": [], "AttachedManagedPolicies": []})
    };
    let details = json!({"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        "RoleDetailList": [role("vendor-access", VENDOR), role("night-shift", ATTACKER)]});
    let key = |id: &str| json!({"KeyId": id, "KeyArn": format!("arn:aws:kms:us-east-1:{ACCOUNT}:key/{id}")});
    let mut readings = vec![
        reading("iam", "GetAccountAuthorizationDetails", Value::Null, details),
        reading(
            "s3",
            "ListBuckets",
            Value::Null,
            json!({"Buckets": [{"Name": "vendor-exports"}, {"Name": "night-exports"}]}),
        ),
        reading(
            "kms",
            "ListKeys",
            Value::Null,
            json!({"Keys": [key("vendor-key"), key("night-key")]}),
        ),
    ];
    readings.extend(bucket_policy("vendor-exports", VENDOR));
    readings.extend(bucket_policy("night-exports", ATTACKER));
    readings.extend(key_policy("vendor-key", VENDOR));
    readings.extend(key_policy("night-key", ATTACKER));
    readings
}

fn assess(known: Known) -> Assessment {
    let mut assessor = Assessor::new(known);
    for reading in readings() {
        assessor.observe(&reading);
    }
    assessor.assess(None)
}

/// The plan of a containment of everything that the assessment found.
fn contain_all(known: Known) -> (Vec<Seed>, Option<Plan>) {
    let assessment = assess(known);
    let account = Account::new(&ACCOUNT.into(), "aws", &"us-east-1".into(), readings());
    let found = compromised(&[], &assessment, &account);
    let seeds: Vec<Seed> = found.iter().cloned().collect();
    let containment = Containment {
        found,
        ..Containment::default()
    };
    let plan = (!containment.is_empty()).then(|| planned(&account, &assessment, &containment));
    (seeds, plan)
}

/// Actions and targets of a plan.
fn touched(plan: &Plan) -> Vec<String> {
    let steps = plan.steps.iter();
    steps
        .map(|step| format!("{} {}", step.change.action, step.change.target.name))
        .collect()
}

fn is_of(name: &str, owner: &str) -> bool {
    name.contains(owner)
}

#[test]
fn without_being_told_three_points_of_access_make_both_accounts_malicious() {
    let assessment = assess(Known::default());
    let malicious = |owner: &str| {
        let findings = assessment.findings.iter();
        let of = findings.filter(|finding| is_of(&finding.resource.name, owner));
        of.filter(|finding| finding.verdict == FindingVerdict::Malicious)
            .count()
    };
    assert_eq!((malicious("vendor"), malicious("night")), (3, 3));
    let (seeds, plan) = contain_all(Known::default());
    let touched = touched(&plan.unwrap());
    assert_eq!(seeds.len(), 6);
    assert!(touched.iter().any(|step| is_of(step, "vendor")), "{touched:?}");
}

#[test]
fn a_vendor_that_is_vouched_for_is_in_no_plan_and_the_attacker_next_to_it_is() {
    let known = Known::default()
        .with_vendors(&format!("{VENDOR} Backup vendor"))
        .unwrap();
    let by_account = Known::default().with_good(VENDOR);
    for known in [known, by_account] {
        let (seeds, plan) = contain_all(known);
        let plan = plan.unwrap();
        assert_eq!(seeds.len(), 3, "{seeds:?}");
        let touched = touched(&plan);
        assert_eq!(
            touched,
            [
                "trust-policy-tighten night-shift",
                "kms-grant-revoke grant-night-key",
                "bucket-statement-remove night-exports",
            ],
            "{:?}",
            plan.not_fixed
        );
        let text = serde_json::to_string(&plan).unwrap();
        assert!(!text.contains("vendor") && !text.contains(VENDOR), "{text}");
        let sent = serde_json::to_string(&plan.steps).unwrap();
        assert!(
            sent.contains(ATTACKER),
            "the attacker is removed from the trust policy"
        );
    }
}

#[test]
fn nothing_is_contained_where_everybody_is_vouched_for() {
    let known = Known::default().with_good(&format!("{VENDOR}\n{ATTACKER}"));
    assert_eq!(contain_all(known), (Vec::new(), None));
}
