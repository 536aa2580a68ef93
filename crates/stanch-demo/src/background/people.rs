//! People's actions: sign in, click through the console, look things up.

use serde_json::{Value, json};

use super::{Kind, Place, kind};
use crate::cast::{Actor, BROWSER, User, person_start};
use crate::plan::Planned;
use crate::random::Random;
use crate::record::{Record, Scene};

pub(super) const KINDS: &[Kind] = &[
    kind(42, Place::Office, console_read),
    kind(16, Place::HomeOffice, iam_read),
    kind(8, Place::HomeOffice, bucket_read),
    kind(6, Place::Office, small_change),
    kind(2, Place::Office, slip),
];

fn person(scene: &Scene<'_>, random: &mut Random) -> Actor {
    let person = random.pick(&scene.cast.people);
    scene.cast.person_actor(person, scene.day, random)
}

fn console_read(scene: &Scene<'_>, random: &mut Random) -> Record {
    const READS: [(&str, &str); 12] = [
        ("ec2", "DescribeInstances"),
        ("ec2", "DescribeSecurityGroups"),
        ("ec2", "DescribeVolumes"),
        ("lambda", "ListFunctions20150331"),
        ("lambda", "GetFunction20150331v2"),
        ("logs", "DescribeLogGroups"),
        ("logs", "StartQuery"),
        ("monitoring", "DescribeAlarms"),
        ("rds", "DescribeDBInstances"),
        ("ecs", "DescribeTasks"),
        ("cloudformation", "DescribeStacks"),
        ("health", "DescribeEventAggregates"),
    ];
    let (service, name) = *random.pick(&READS);
    let request = match service {
        "ec2" => json!({"maxResults": 50, "filterSet": {}}),
        "lambda" => json!({"functionName": random.pick(&scene.cast.functions)}),
        _ => Value::Null,
    };
    Record::read(person(scene, random), service, name)
        .request(request)
        .with("sessionCredentialFromConsole", "true".into())
}

fn iam_read(scene: &Scene<'_>, random: &mut Random) -> Record {
    let role = &random.pick(&scene.cast.services).role.name;
    let (name, request) = match random.below(4) {
        0 => ("GetRole", json!({"roleName": role})),
        1 => ("ListAttachedRolePolicies", json!({"roleName": role})),
        2 => ("ListRoles", json!({"maxItems": 100})),
        _ => ("GetAccountSummary", Value::Null),
    };
    Record::read(person(scene, random), "iam", name).request(request)
}

fn bucket_read(scene: &Scene<'_>, random: &mut Random) -> Record {
    let actor = person(scene, random);
    let buckets = &scene.cast.buckets;
    let bucket = *random.pick(&[&buckets.media, &buckets.stage, &buckets.releases]);
    if random.chance(300) {
        return Record::read(actor, "s3", "ListBuckets").request_id(random.request_id());
    }
    let name = *random.pick(&[
        "GetBucketLocation",
        "GetBucketEncryption",
        "GetBucketVersioning",
        "GetBucketTagging",
    ]);
    Record::read(actor, "s3", name)
        .request(json!({"bucketName": bucket, "Host": format!("{bucket}.s3.{}.amazonaws.com", scene.region)}))
        .request_id(random.request_id())
}

fn small_change(scene: &Scene<'_>, random: &mut Random) -> Record {
    let actor = person(scene, random);
    match random.below(3) {
        0 => Record::write(actor, "ec2", "CreateTags")
            .request(json!({
                "resourcesSet": {"items": [{"resourceId": random.pick(&scene.cast.machines[scene.region_index()])}]},
                "tagSet": {"items": [{"key": "team", "value": "shop"}]},
            }))
            .response(json!({"requestId": random.uuid(), "_return": true})),
        1 => Record::write(actor, "ecs", "UpdateService")
            .request(json!({"cluster": "shop", "service": "ledger", "desiredCount": random.between(2, 6)})),
        _ => Record::write(actor, "monitoring", "PutMetricAlarm")
            .request(json!({"alarmName": "checkout-latency", "threshold": random.between(300, 900)})),
    }
}

/// Someone opens a page they have no right to.
fn slip(scene: &Scene<'_>, random: &mut Random) -> Record {
    let (service, name) = *random.pick(&[
        ("ce", "GetCostAndUsage"),
        ("organizations", "DescribeOrganization"),
        ("kms", "ListAliases"),
    ]);
    Record::read(person(scene, random), service, name).denied()
}

/// The day's sign-ins: everyone by Identity Center, two administrators by password and token.
pub(super) fn sign_ins(scene: &Scene<'_>, planned: &mut Vec<Planned>) {
    if !scene.day.is_workday() {
        return;
    }
    let cast = scene.cast;
    let mut random = cast.random(&["sign-ins", &scene.day.key()]);
    for person in &cast.people {
        if random.chance(150) {
            continue;
        }
        let mut actor = cast.person_actor(person, scene.day, &mut random);
        BROWSER.clone_into(&mut actor.agent);
        // A federated session says nothing of MFA: the identity provider asked for it.
        let record = sign_in(actor, "No", "Success");
        planned.push(Planned::here(scene, person_start(person) + 3, record));
    }
    for user in &cast.console_users {
        let second = 28_800 + random.below(5_400) as u32;
        if random.chance(120) {
            let record = failed_sign_in(scene, user);
            planned.push(Planned::here(scene, second - 20, record));
        }
        let record = sign_in(password_session(scene, user), "Yes", "Success");
        planned.push(Planned::here(scene, second, record));
    }
}

fn password_session(scene: &Scene<'_>, user: &User) -> Actor {
    let mut actor = scene.cast.user_actor(user);
    if let Some(identity) = actor.identity.as_object_mut() {
        // A sign-in is made with no key.
        identity.remove("accessKeyId");
    }
    actor
}

/// A console sign-in event.
pub(crate) fn sign_in(actor: Actor, mfa: &str, outcome: &str) -> Record {
    Record::write(actor, "signin", "ConsoleLogin")
        .response(json!({"ConsoleLogin": outcome}))
        .with(
            "additionalEventData",
            json!({
                "LoginTo": "https://console.aws.amazon.com/console/home",
                "MobileVersion": "No",
                "MFAUsed": mfa,
            }),
        )
        .of_type("AwsConsoleSignIn")
}

/// A mistyped password. CloudTrail gives an error message and no error code.
fn failed_sign_in(scene: &Scene<'_>, user: &User) -> Record {
    sign_in(password_session(scene, user), "Yes", "Failure")
        .with("errorMessage", "Failed authentication".into())
}
