//! Callers from outside, by agreement: the auditing company, the build service, the sister account.

use serde_json::{Value, json};

use super::{Kind, Place, kind};
use crate::cast::{
    AUDITOR_ACCOUNT, AUDITOR_ADDRESS, Actor, BOTO, BUILD_PROVIDER, Cast, LEDGER, Role, TERRAFORM,
};
use crate::plan::Planned;
use crate::random::Random;
use crate::record::{Record, Scene};

pub(super) const KINDS: &[Kind] = &[
    kind(10, Place::Any, auditor_arrives),
    kind(45, Place::Any, auditor_reads),
    kind(10, Place::HomeOffice, build_signs_in),
    kind(14, Place::HomeOffice, build_reads),
];

/// The auditor's session of the day.
fn audit_key(scene: &Scene<'_>) -> String {
    scene
        .cast
        .session_key(&scene.cast.audit_role, "review", &scene.day.key())
}

fn auditor_arrives(scene: &Scene<'_>, random: &mut Random) -> Record {
    let actor = Actor {
        identity: json!({
            "type": "AWSAccount",
            "principalId": "AROAHARBORAUDITORABCDE:scheduler",
            "accountId": AUDITOR_ACCOUNT,
        }),
        address: AUDITOR_ADDRESS.to_owned(),
        agent: BOTO.to_owned(),
        tls: true,
    };
    let key = audit_key(scene);
    assume(actor, scene, &scene.cast.audit_role, "review", &key, random)
}

fn auditor_reads(scene: &Scene<'_>, random: &mut Random) -> Record {
    const READS: [(&str, &str); 8] = [
        ("ec2", "DescribeSecurityGroups"),
        ("ec2", "DescribeVolumes"),
        ("ec2", "DescribeSnapshots"),
        ("rds", "DescribeDBInstances"),
        ("cloudtrail", "GetTrailStatus"),
        ("config", "DescribeConfigurationRecorders"),
        ("s3", "GetBucketPublicAccessBlock"),
        ("kms", "ListKeys"),
    ];
    let cast = scene.cast;
    let created = scene.day.moment(300);
    let actor = Actor {
        identity: cast.session(&cast.audit_role, "review", &audit_key(scene), &created, false),
        address: AUDITOR_ADDRESS.to_owned(),
        agent: BOTO.to_owned(),
        tls: true,
    };
    let (service, name) = *random.pick(&READS);
    let record = Record::read(actor, service, name);
    match service {
        "ec2" => record.request(json!({"maxResults": 500, "filterSet": {}})),
        "s3" => record.request(json!({"bucketName": cast.buckets.media, "publicAccessBlock": ""})),
        _ => record,
    }
}

fn build_signs_in(scene: &Scene<'_>, random: &mut Random) -> Record {
    let cast = scene.cast;
    let session = cast.deploy_actor(scene.day, scene.second, BOTO);
    let subject = "repo:harbor-example/shop:ref:refs/heads/main";
    let provider = format!("arn:aws:iam::{}:oidc-provider/{BUILD_PROVIDER}", cast.account);
    let actor = Actor {
        identity: json!({
            "type": "WebIdentityUser",
            "principalId": format!("{provider}:sts.amazonaws.com:{subject}"),
            "userName": subject,
            "identityProvider": provider,
        }),
        address: session.address,
        agent: "aws-sdk-js/3.699.0 ua/2.1 os/linux lang/js md/nodejs#20.18.0 api/sts#3.699.0 configure-aws-credentials"
            .to_owned(),
        tls: true,
    };
    Record::read(actor, "sts", "AssumeRoleWithWebIdentity")
        .request(json!({"roleArn": cast.role_arn(&cast.deploy_role), "roleSessionName": "build", "durationSeconds": 3600}))
        .response(credentials(scene, &cast.deploy_role, "build", session.identity["accessKeyId"].as_str().unwrap_or(""), random))
}

fn build_reads(scene: &Scene<'_>, random: &mut Random) -> Record {
    let actor = scene.cast.deploy_actor(scene.day, scene.second, TERRAFORM);
    let (service, name) = *random.pick(&[
        ("sts", "GetCallerIdentity"),
        ("ec2", "DescribeVpcs"),
        ("ec2", "DescribeSubnets"),
        ("dynamodb", "DescribeTable"),
        ("lambda", "GetFunction20150331v2"),
    ]);
    Record::read(actor, service, name)
}

/// Reply of `AssumeRole…`.
pub(crate) fn credentials(
    scene: &Scene<'_>,
    role: &Role,
    session: &str,
    key: &str,
    random: &mut Random,
) -> Value {
    json!({
        "credentials": {
            "accessKeyId": key,
            "sessionToken": random.alphanumeric(120),
            "expiration": scene.day.moment(scene.second + 3600),
        },
        "assumedRoleUser": {
            "assumedRoleId": format!("{}:{session}", role.id),
            "arn": format!("arn:aws:sts::{}:assumed-role/{}/{session}", scene.cast.account, role.name),
        },
    })
}

/// `AssumeRole` of a role of this account.
pub(crate) fn assume(
    actor: Actor,
    scene: &Scene<'_>,
    role: &Role,
    session: &str,
    key: &str,
    random: &mut Random,
) -> Record {
    let arn = scene.cast.role_arn(role);
    Record::read(actor, "sts", "AssumeRole")
        .request(json!({"roleArn": arn, "roleSessionName": session, "durationSeconds": 3600}))
        .response(credentials(scene, role, session, key, random))
        .with(
            "resources",
            json!([{"accountId": scene.cast.account, "type": "AWS::IAM::Role", "ARN": arn}]),
        )
}

/// Four times a day the first account's ledger steps into the second account. Both sides log it, under ids of
/// their own and one shared id.
pub(super) fn between_accounts(scene: &Scene<'_>, casts: &[Cast], planned: &mut Vec<Planned>) {
    let (Some(caller), Some(target), true) = (casts.first(), casts.get(1), scene.cast.index < 2) else {
        return;
    };
    for hour in [2_u32, 8, 14, 20] {
        let mut random = caller.random(&["between", &scene.day.key(), &hour.to_string()]);
        let second = hour * 3600 + random.below(600) as u32;
        let (key, shared) = (random.iam_id("ASIA"), random.uuid());
        let ledger = &caller.services[LEDGER];
        let mut actor = caller.service_actor(ledger, 0, scene.day, second, &mut random);
        if scene.cast.index == target.index {
            actor.identity = json!({
                "type": "AWSAccount",
                "principalId": actor.identity["principalId"],
                "accountId": caller.account,
            });
        }
        let there = Scene {
            cast: target,
            second,
            ..*scene
        };
        let record = assume(actor, &there, &target.data_role, "ledger-sync", &key, &mut random)
            .with("sharedEventID", shared.into());
        planned.push(Planned::here(scene, second, record));
    }
}
