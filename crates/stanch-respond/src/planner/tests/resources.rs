//! Resources that the attacker created or changed: each is one resource of the account, by whatever name a call gives it.

use serde_json::{Value, json};
use stanch_core::assessment::{FindingVerdict, MadeBy};
use stanch_core::finding::{Exposure, Handle};
use stanch_core::plan::Plan;

use super::sample_account::{ACCOUNT, KEY, SampleAccount, arn, key_seed, left, reading, step, told};
use super::stolen;

const STRANGER: &str = "666677778888";

/// A finding about what the last trace made: of the same event.
pub(super) fn found(
    world: &mut SampleAccount,
    check: &str,
    kind: &str,
    id: &str,
    handles: &[Handle],
    external: &[&str],
) {
    world.finding(check, kind, id, FindingVerdict::Suspicious);
    let event = world.traces.last().unwrap().made_by.clone();
    let finding = world.findings.last_mut().unwrap();
    finding.made_by = MadeBy::Event(event);
    finding.handles = handles.to_vec();
    finding.exposure = Exposure {
        public: external.contains(&"*"),
        accounts: external
            .iter()
            .filter(|account| **account != "*")
            .map(|&account| account.into())
            .collect(),
        ..Exposure::default()
    };
}

pub(super) fn push(world: &mut SampleAccount, call: &str, params: Value, body: Value) {
    let (service, operation) = call.split_once(':').unwrap();
    world.readings.push(reading(service, operation, params, body));
}

pub(super) fn of(plan: &Plan, action: &str) -> Vec<String> {
    let steps = plan.steps.iter().filter(|step| step.change.action == action);
    steps.map(|step| step.change.does.clone()).collect()
}

pub(super) fn in_region(service: &str, rest: &str) -> String {
    format!("arn:aws:{service}:us-east-1:{ACCOUNT}:{rest}")
}

#[test]
fn a_thing_is_planned_for_once_by_whatever_name_it_is_told() {
    let mut world = stolen();
    let (key, schedule, trail) = (
        in_region("kms", "key/k-1"),
        in_region("scheduler", "schedule/default/nightly"),
        in_region("cloudtrail", "trail/main"),
    );
    push(
        &mut world,
        "kms:ListKeys",
        json!(null),
        json!({"Keys": [{"KeyArn": key, "KeyId": "k-1"}]}),
    );
    let described = json!({"KeyMetadata": {"KeyId": "k-1", "KeyState": "PendingDeletion", "DeletionDate": "2026-03-20T00:00:00Z"}});
    push(&mut world, "kms:DescribeKey", json!({"KeyId": "k-1"}), described);
    let schedules = json!({"Schedules": [{"Arn": schedule, "Name": "nightly", "GroupName": "default"}]});
    push(&mut world, "scheduler:ListSchedules", json!(null), schedules);
    let got = json!({"Name": "nightly", "GroupName": "default", "State": "ENABLED", "Target": {}});
    push(
        &mut world,
        "scheduler:GetSchedule",
        json!({"Name": "nightly", "GroupName": "default"}),
        got,
    );
    let trails = json!({"trailList": [{"TrailARN": trail, "Name": "main", "HomeRegion": "eu-west-1"}]});
    push(&mut world, "cloudtrail:DescribeTrails", json!(null), trails);
    world.made("kms", "ScheduleKeyDeletion", &["k-1"], KEY);
    found(&mut world, "key-pending-deletion", "kms-key", &key, &[], &[]);
    world.made(
        "scheduler",
        "CreateSchedule",
        &["nightly", "default", &schedule],
        KEY,
    );
    found(&mut world, "schedule-acts", "schedule", "nightly", &[], &[]);
    world.made("cloudtrail", "PutEventSelectors", &[&trail], KEY);
    world.made("cloudtrail", "StopLogging", &["main"], KEY);
    let plan = world.plan(&key_seed());
    for action in ["kms-deletion-cancel", "schedule-disable", "trail-start"] {
        assert_eq!(
            of(&plan, action).len(),
            1,
            "{:?} {:?}",
            told(&plan),
            plan.not_fixed
        );
    }
    let trail = step(&plan, "trail-start", "main");
    assert_eq!(trail.why.len(), 2, "both calls are told: {:?}", trail.why);
    assert_eq!(
        trail.change.target.region.as_str(),
        "eu-west-1",
        "where it is at home"
    );
    let cancel = step(&plan, "kms-deletion-cancel", "k-1");
    assert_eq!(
        cancel.why.len(),
        1,
        "the event is the end of the finding's sentence: {:?}",
        cancel.why
    );
}

#[test]
fn a_name_that_fits_several_things_is_not_taken_for_one() {
    let mut world = stolen();
    let schedule = |group: &str| json!({"Arn": in_region("scheduler", &format!("schedule/{group}/nightly")), "Name": "nightly", "GroupName": group});
    let schedules = json!({"Schedules": [schedule("a"), schedule("b")]});
    push(&mut world, "scheduler:ListSchedules", json!(null), schedules);
    world.made("scheduler", "CreateSchedule", &["nightly"], KEY);
    let plan = world.plan(&key_seed());
    assert!(of(&plan, "schedule-disable").is_empty());
    assert!(
        left(&plan, "nightly")[0].contains("fits several resources: nightly, nightly"),
        "{:?}",
        plan.not_fixed
    );
}

#[test]
fn a_target_is_not_taken_for_its_rule() {
    let mut world = stolen();
    let function = in_region("lambda", "function:helper");
    let rule = |name: &str| json!({"Name": name, "Arn": in_region("events", &format!("rule/{name}")), "EventBusName": "default", "State": "ENABLED"});
    push(
        &mut world,
        "events:ListRules",
        json!({"EventBusName": "default"}),
        json!({"Rules": [rule("sync"), rule("watch")]}),
    );
    let target = |world: &mut SampleAccount, rule: &str| {
        let asked = json!({"Rule": rule, "EventBusName": "default"});
        push(
            world,
            "events:ListTargetsByRule",
            asked,
            json!({"Targets": [{"Id": "1", "Arn": function}]}),
        );
    };
    world.made("events", "PutTargets", &[&function], KEY);
    let plan = world.plan(&key_seed());
    assert!(of(&plan, "event-rule-disable").is_empty(), "{:?}", told(&plan));
    assert!(left(&plan, &function)[0].contains("was not read"));
    target(&mut world, "sync");
    let plan = world.plan(&key_seed());
    step(&plan, "event-rule-disable", "sync");
    target(&mut world, "watch");
    let plan = world.plan(&key_seed());
    assert!(
        of(&plan, "event-rule-disable").is_empty(),
        "which of the two is not known"
    );
    assert!(left(&plan, &function)[0].contains("fits several resources: sync, watch"));
    world.made("events", "PutRule", &["sync"], KEY);
    world.made("events", "PutRule", &["watch", "default"], KEY);
    let plan = world.plan(&key_seed());
    assert_eq!(of(&plan, "event-rule-disable").len(), 2);
    assert!(
        left(&plan, &function).is_empty(),
        "both are answered: {:?}",
        plan.not_fixed
    );
}

/// What was read of bob's credentials: all but his SSH key.
fn bobs_credentials(world: &mut SampleAccount) {
    world.user("bob.dev", json!({}));
    for (operation, path, id, of) in [
        (
            "ListServiceSpecificCredentials",
            "ServiceSpecificCredentials",
            "ServiceSpecificCredentialId",
            "ACCA1",
        ),
        (
            "ListSigningCertificates",
            "Certificates",
            "CertificateId",
            "NVA95",
        ),
        (
            "ListMFADevices",
            "MFADevices",
            "SerialNumber",
            &arn("mfa", "phone-2"),
        ),
    ] {
        let (asked, call) = (json!({"UserName": "bob.dev"}), format!("iam:{operation}"));
        let body = json!({path: [{"UserName": "bob.dev", id: of, "Status": "Active"}]});
        push(world, &call, asked, body);
    }
}

#[test]
fn a_credential_is_told_from_its_owner_in_whatever_order_they_stand() {
    let mut world = stolen();
    bobs_credentials(&mut world);
    let serial = arn("mfa", "phone-2");
    for (call, id, kind) in [
        ("CreateServiceSpecificCredential", "ACCA1", "service-credential"),
        ("UploadSigningCertificate", "NVA95", "signing-certificate"),
        ("UploadSSHPublicKey", "APKA1", "ssh-key"),
        ("EnableMFADevice", &serial, "mfa-device"),
    ] {
        world.made("iam", call, &["bob.dev", id], KEY);
        let handles = [Handle::UserCredential {
            credential: id.to_owned(),
            user: "bob.dev".to_owned(),
        }];
        found(&mut world, "user-extra-credential", kind, id, &handles, &[]);
    }
    world.made("iam", "UploadSigningCertificate", &["bob.dev", "UNREAD"], KEY);
    let plan = world.plan(&key_seed());
    let told: Vec<String> = [
        "service-credential-deactivate",
        "signing-certificate-deactivate",
        "ssh-key-deactivate",
        "mfa-device-deactivate",
    ]
    .iter()
    .flat_map(|action| of(&plan, action))
    .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    Disable service-specific credential ACCA1 of user bob.dev
    Disable signing certificate NVA95 of user bob.dev
    Disable SSH public key APKA1 of user bob.dev
    Deactivate MFA device arn:aws:iam::111122223333:mfa/phone-2 of user bob.dev
    ");
    let why = left(&plan, "bob.dev");
    assert!(why[0].contains("which credential of which user"), "{why:?}");
}

fn allow(principal: &Value, sid: &str) -> Value {
    json!({"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": "*", "Resource": "*"})
}

fn stranger() -> Value {
    json!({"AWS": format!("arn:aws:iam::{STRANGER}:root")})
}

/// A bucket policy with the own account, an unnamed statement for an external one, and a condition that excludes it.
fn external_bucket_policy(world: &mut SampleAccount, own: &Value) {
    let unnamed = json!({"Effect": "Allow", "Principal": stranger(), "Action": "*", "Resource": "*"});
    let limited = json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalAccount": STRANGER}}});
    let policy = json!({"Statement": [allow(own, "own"), unnamed, limited]}).to_string();
    push(
        world,
        "s3:GetBucketPolicy",
        json!({"Bucket": "exports"}),
        json!({"Policy": policy}),
    );
}

#[test]
fn statements_that_let_strangers_in_are_taken_out_and_no_others() {
    let mut world = stolen();
    let own = json!({"AWS": format!("arn:aws:iam::{ACCOUNT}:root")});
    let function = in_region("lambda", "function:helper");
    push(
        &mut world,
        "lambda:ListFunctions",
        json!(null),
        json!({"Functions": [{"FunctionArn": function, "FunctionName": "helper"}]}),
    );
    let mut of_function = allow(&stranger(), "anyone");
    of_function["Resource"] = json!(function);
    let policy = json!({"Statement": [allow(&own, "own"), of_function]}).to_string();
    for qualifier in [json!(null), json!("live")] {
        let asked = json!({"FunctionName": "helper", "Qualifier": qualifier});
        push(&mut world, "lambda:GetPolicy", asked, json!({"Policy": policy}));
    }
    external_bucket_policy(&mut world, &own);
    world.made("lambda", "AddPermission", &["helper"], KEY);
    found(
        &mut world,
        "function-shared",
        "function",
        "helper",
        &[],
        &[STRANGER],
    );
    world.made("s3", "PutBucketPolicy", &["exports"], KEY);
    found(
        &mut world,
        "bucket-policy-shared",
        "bucket",
        "exports",
        &[],
        &[STRANGER],
    );
    let plan = world.plan(&key_seed());
    assert_eq!(
        of(&plan, "lambda-permission-remove"),
        [
            "Remove statement anyone from the policy of Lambda function helper, which allows arn:aws:iam::666677778888:root to invoke it"
        ]
    );
    assert_eq!(
        of(&plan, "bucket-statement-remove"),
        ["Remove statement 1 from the policy of S3 bucket exports"]
    );
    assert!(left(&plan, "helper").is_empty() && left(&plan, "exports").is_empty());
    world.findings.clear();
    let plan = world.plan(&key_seed());
    assert!(
        of(&plan, "bucket-statement-remove").is_empty(),
        "nobody says who is a stranger"
    );
    assert!(left(&plan, "exports")[0].starts_with("NOT CONTAINED"));
}

#[test]
fn what_lets_everybody_in_is_taken_out_only_if_a_finding_says_so() {
    let mut world = stolen();
    let limited = json!({"Sid": "ours", "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}});
    let policy = json!({"Statement": [limited, allow(&json!("*"), "open")]}).to_string();
    push(
        &mut world,
        "s3:GetBucketPolicy",
        json!({"Bucket": "site"}),
        json!({"Policy": policy}),
    );
    world.made("s3", "PutBucketPolicy", &["site"], KEY);
    let plan = world.plan(&key_seed());
    assert!(of(&plan, "bucket-statement-remove").is_empty());
    found(&mut world, "bucket-policy-shared", "bucket", "site", &[], &["*"]);
    let plan = world.plan(&key_seed());
    assert_eq!(
        of(&plan, "bucket-statement-remove"),
        ["Remove statement open from the policy of S3 bucket site"]
    );
}

#[test]
fn a_role_is_closed_to_strangers_and_to_whoever_opened_it_to_themselves() {
    let mut world = stolen();
    let trust = json!({"Statement": [{"Effect": "Allow", "Principal": {"AWS": [arn("user", "eve"), arn("user", "ann")]}, "Action": "sts:AssumeRole"}]});
    for name in ["billing", "glass"] {
        world.role(name, json!({"AssumeRolePolicyDocument": trust}));
    }
    world.made("iam", "UpdateAssumeRolePolicy", &["billing"], KEY);
    found(
        &mut world,
        "role-trusts-external",
        "iam-role",
        &arn("role", "billing"),
        &[],
        &[STRANGER],
    );
    world.made("iam", "UpdateAssumeRolePolicy", &["glass"], KEY);
    let plan = world.plan(&key_seed());
    let eve = arn("user", "eve");
    assert_eq!(
        step(&plan, "trust-policy-tighten", "billing").change.does,
        format!("Deny {STRANGER}, {eve} to assume role billing")
    );
    assert_eq!(
        step(&plan, "trust-policy-tighten", "glass").change.does,
        format!("Deny {eve} to assume role glass")
    );
    assert_eq!(of(&plan, "trust-policy-tighten").len(), 2);
    assert!(plan.not_fixed.is_empty(), "{:?}", plan.not_fixed);
}

#[test]
fn grants_that_were_made_or_let_strangers_in_are_revoked() {
    let mut world = stolen();
    let key = in_region("kms", "key/k-1");
    push(
        &mut world,
        "kms:ListKeys",
        json!(null),
        json!({"Keys": [{"KeyArn": key, "KeyId": "k-1"}]}),
    );
    let grant = |id: &str, to: &str| json!({"KeyId": key, "GrantId": id, "GranteePrincipal": to, "Operations": ["Decrypt"]});
    let grants = json!({"Grants": [grant("made", &arn("user", "x")), grant("foreign", &format!("arn:aws:iam::{STRANGER}:root")), grant("ours", &arn("role", "db"))]});
    push(&mut world, "kms:ListGrants", json!({"KeyId": "k-1"}), grants);
    world.made("kms", "CreateGrant", &["k-1", "made"], KEY);
    found(&mut world, "key-shared", "kms-key", "k-1", &[], &[]);
    let plan = world.plan(&key_seed());
    assert_eq!(of(&plan, "kms-grant-revoke").len(), 1, "{:?}", plan.not_fixed);
    let made = step(&plan, "kms-grant-revoke", "made");
    assert_eq!(made.why.len(), 1, "what its policy says is no grant");
    assert!(left(&plan, "k-1")[0].contains("no action for it: key-shared"));
    found(
        &mut world,
        "key-shared",
        "kms-key",
        "k-1",
        &[Handle::KmsGrant {
            key: "k-1".to_owned(),
            grant: "foreign".to_owned(),
        }],
        &[STRANGER],
    );
    let plan = world.plan(&key_seed());
    step(&plan, "kms-grant-revoke", "foreign");
    assert!(!told(&plan).contains(&"kms-grant-revoke ours".to_owned()));
}

#[test]
fn what_no_action_answers_is_told_in_one_line_for_each_thing() {
    let mut world = stolen();
    for call in ["PutRetentionPolicy", "PutSubscriptionFilter"] {
        world.made("logs", call, &["/acme/app"], KEY);
    }
    found(&mut world, "log-group-short", "log-group", "/acme/app", &[], &[]);
    world.made("sns", "CreateTopic", &["copy"], KEY);
    world.made("sns", "Subscribe", &[&in_region("sns", "copy")], KEY);
    world.made("iam", "PutUserPolicy", &["eve"], KEY);
    let plan = world.plan(&key_seed());
    assert_eq!(
        left(&plan, "copy"),
        ["no check and no action for it: CreateTopic, Subscribe by eve, last at 2026-03-06T12:26:40Z"]
    );
    assert!(
        left(&plan, "eve").is_empty(),
        "she is denied, whatever she may do"
    );
    insta::assert_debug_snapshot!(left(&plan, "/acme/app"), @r#"
    [
        "no action for it: log-group-short on /acme/app; PutRetentionPolicy, PutSubscriptionFilter by eve, last at 2026-03-06T12:26:40Z",
    ]
    "#);
}

#[test]
fn two_statements_of_one_function_go_one_after_the_other() {
    let mut world = stolen();
    let function = in_region("lambda", "function:helper");
    push(
        &mut world,
        "lambda:ListFunctions",
        json!(null),
        json!({"Functions": [{"FunctionArn": function, "FunctionName": "helper"}]}),
    );
    let policy = json!({"Statement": [allow(&stranger(), "one"), allow(&stranger(), "two")]}).to_string();
    let asked = json!({"FunctionName": "helper", "Qualifier": null});
    push(&mut world, "lambda:GetPolicy", asked, json!({"Policy": policy}));
    world.made("lambda", "AddPermission", &["helper"], KEY);
    found(
        &mut world,
        "function-shared",
        "function",
        "helper",
        &[],
        &[STRANGER],
    );
    let plan = world.plan(&key_seed());
    let steps = plan.steps.iter();
    let taken: Vec<_> = steps
        .filter(|step| step.change.action == "lambda-permission-remove")
        .collect();
    let [first, second] = taken.as_slice() else {
        panic!("{taken:?}");
    };
    assert!(
        second
            .after
            .iter()
            .any(|dependency| dependency.step == first.number)
    );
}
