//! Routine calls of services and programs: sessions, keys, log streams, health checks, parameters.

use serde_json::{Value, json};

use super::{Kind, Place, kind};
use crate::cast::{Actor, Runs};
use crate::random::Random;
use crate::record::{Record, Scene};

pub(super) const KINDS: &[Kind] = &[
    kind(150, Place::Any, assume_role),
    kind(130, Place::Any, use_key),
    kind(45, Place::Any, open_log_stream),
    kind(40, Place::Any, report_machine),
    kind(50, Place::Any, read_parameter),
    kind(22, Place::Any, read_own_secret),
    kind(75, Place::Any, look_around),
    kind(16, Place::Any, pull_image),
    kind(18, Place::Any, network_interface),
    kind(12, Place::Any, scale_out),
    kind(9, Place::Any, known_refusal),
    kind(8, Place::Any, service_event),
    kind(4, Place::Any, send_mail_quota),
];

/// A service starts a session of its role.
fn assume_role(scene: &Scene<'_>, random: &mut Random) -> Record {
    let cast = scene.cast;
    let service = random.pick(&cast.services);
    let actor = cast.service_actor(service, scene.region_index(), scene.day, scene.second, random);
    let session = actor.identity["arn"]
        .as_str()
        .and_then(|arn| arn.rsplit('/').next())
        .unwrap_or("session");
    let arn = cast.role_arn(&service.role);
    Record::read(Actor::service(service.runs.principal()), "sts", "AssumeRole")
        .request(json!({"roleArn": arn, "roleSessionName": session, "durationSeconds": 21_600}))
        .response(json!({
            "credentials": {
                "accessKeyId": actor.identity["accessKeyId"],
                "sessionToken": random.alphanumeric(120),
                "expiration": scene.day.moment(86_399),
            },
            "assumedRoleUser": {
                "assumedRoleId": actor.identity["principalId"],
                "arn": actor.identity["arn"],
            },
        }))
        .with(
            "resources",
            json!([{"accountId": cast.account, "type": "AWS::IAM::Role", "ARN": arn}]),
        )
        .with("sharedEventID", random.uuid().into())
}

/// A session of a service's role at this moment.
fn program(scene: &Scene<'_>, random: &mut Random) -> Actor {
    let service = random.pick(&scene.cast.services);
    scene
        .cast
        .service_actor(service, scene.region_index(), scene.day, scene.second, random)
}

fn of_kind(scene: &Scene<'_>, runs: Runs, random: &mut Random) -> Actor {
    let fitting: Vec<_> = scene
        .cast
        .services
        .iter()
        .filter(|service| service.runs == runs)
        .collect();
    let service = random.pick(&fitting);
    scene
        .cast
        .service_actor(service, scene.region_index(), scene.day, scene.second, random)
}

fn use_key(scene: &Scene<'_>, random: &mut Random) -> Record {
    let cast = scene.cast;
    let key = format!(
        "arn:aws:kms:{}:{}:key/{}",
        scene.region,
        cast.account,
        random.pick(&cast.keys)
    );
    let actor = program(scene, random);
    let (actor, context) = if random.chance(600) {
        let object = format!("arn:aws:s3:::{}/in/{}", cast.buckets.stage, random.hex(8));
        (
            actor.by_service("s3.amazonaws.com"),
            json!({"aws:s3:arn": object}),
        )
    } else {
        let parameter = format!(
            "arn:aws:ssm:{}:{}:parameter/shop/database-url",
            scene.region, cast.account
        );
        (actor, json!({"PARAMETER_ARN": parameter}))
    };
    let (name, request) = if random.chance(700) {
        (
            "Decrypt",
            json!({"encryptionContext": context, "encryptionAlgorithm": "SYMMETRIC_DEFAULT"}),
        )
    } else {
        (
            "GenerateDataKey",
            json!({"keyId": key, "encryptionContext": context, "keySpec": "AES_256"}),
        )
    };
    Record::read(actor, "kms", name).request(request).with(
        "resources",
        json!([{"accountId": cast.account, "type": "AWS::KMS::Key", "ARN": key}]),
    )
}

fn open_log_stream(scene: &Scene<'_>, random: &mut Random) -> Record {
    let function = *random.pick(&scene.cast.functions);
    let stream = format!("{}/[$LATEST]{}", scene.day.slashed(), random.hex(32));
    let mut actor = of_kind(scene, Runs::Function, random);
    "awslambda-worker/1.0 rusoto/0.48.0 rust/1.82.0 linux".clone_into(&mut actor.agent);
    Record::write(actor, "logs", "CreateLogStream")
        .request(json!({"logGroupName": format!("/aws/lambda/{function}"), "logStreamName": stream}))
        .with("apiVersion", "20140328".into())
}

fn report_machine(scene: &Scene<'_>, random: &mut Random) -> Record {
    let mut actor = of_kind(scene, Runs::Machine, random);
    "aws-sdk-go/1.55.5 (go1.23.2; linux; amd64) amazon-ssm-agent/3.3.1345.0".clone_into(&mut actor.agent);
    let arn = actor.identity["arn"].as_str().unwrap_or_default();
    let machine = arn.rsplit('/').next().unwrap_or_default().to_owned();
    Record::write(actor, "ssm", "UpdateInstanceInformation").request(json!({
        "instanceId": machine,
        "agentVersion": "3.3.1345.0",
        "agentStatus": "Active",
        "platformType": "Linux",
        "platformName": "Amazon Linux",
        "platformVersion": "2023",
        "agentName": "amazon-ssm-agent",
    }))
}

fn read_parameter(scene: &Scene<'_>, random: &mut Random) -> Record {
    let name = *random.pick(&["database-url", "feature-flags", "mail-sender", "price-table"]);
    Record::read(program(scene, random), "ssm", "GetParameter")
        .request(json!({"name": format!("/shop/{name}"), "withDecryption": true}))
}

/// The ledger reads the one secret it needs, again and again.
fn read_own_secret(scene: &Scene<'_>, random: &mut Random) -> Record {
    let secret = format!(
        "arn:aws:secretsmanager:{}:{}:secret:shop/ledger-database-Qw8ZtR",
        scene.region, scene.cast.account
    );
    Record::read(
        of_kind(scene, Runs::Task, random),
        "secretsmanager",
        "GetSecretValue",
    )
    .request(json!({"secretId": secret}))
}

fn look_around(scene: &Scene<'_>, random: &mut Random) -> Record {
    let cast = scene.cast;
    let machine = random.pick(&cast.machines[scene.region_index()]).clone();
    let (service, name, request): (&'static str, &'static str, Value) = match random.below(8) {
        0..=2 => (
            "ec2",
            "DescribeInstances",
            json!({"instancesSet": {"items": [{"instanceId": machine}]}, "filterSet": {}}),
        ),
        3 => (
            "ec2",
            "DescribeTags",
            json!({"maxResults": 1000, "filterSet": {}}),
        ),
        4 => (
            "elasticloadbalancing",
            "DescribeTargetHealth",
            json!({"targetGroupArn": format!(
            "arn:aws:elasticloadbalancing:{}:{}:targetgroup/web/6f1a2b3c4d5e6f70", scene.region, cast.account)}),
        ),
        5 => (
            "ecs",
            "DescribeServices",
            json!({"cluster": "shop", "services": ["ledger"]}),
        ),
        6 => ("dynamodb", "DescribeTable", json!({"tableName": "carts"})),
        _ => ("monitoring", "DescribeAlarms", Value::Null),
    };
    Record::read(program(scene, random), service, name).request(request)
}

fn pull_image(scene: &Scene<'_>, random: &mut Random) -> Record {
    let actor = of_kind(scene, Runs::Task, random);
    if random.chance(500) {
        return Record::read(actor, "ecr", "GetAuthorizationToken");
    }
    Record::read(actor, "ecr", "BatchGetImage").request(json!({
        "registryId": scene.cast.account,
        "repositoryName": "shop/ledger",
        "imageIds": [{"imageTag": format!("build-{}", random.between(800, 830))}],
    }))
}

fn network_interface(scene: &Scene<'_>, random: &mut Random) -> Record {
    let actor = of_kind(scene, Runs::Function, random).by_service("lambda.amazonaws.com");
    let interface = random.resource_id("eni");
    if random.chance(500) {
        return Record::write(actor, "ec2", "DeleteNetworkInterface")
            .request(json!({"networkInterfaceId": interface}))
            .response(json!({"requestId": random.uuid(), "_return": true}));
    }
    let subnet = random.pick(&scene.cast.subnets);
    Record::write(actor, "ec2", "CreateNetworkInterface")
        .request(json!({"subnetId": subnet, "description": "AWS Lambda VPC ENI"}))
        .response(json!({"requestId": random.uuid(), "networkInterface": {
            "networkInterfaceId": interface, "subnetId": subnet, "status": "pending",
            "privateIpAddress": format!("10.{}.{}.{}", scene.cast.index, random.below(200), random.between(4, 250)),
        }}))
}

/// The scaling group starts or ends an ordinary host.
fn scale_out(scene: &Scene<'_>, random: &mut Random) -> Record {
    const SCALING: &str = "autoscaling.amazonaws.com";
    let cast = scene.cast;
    let machine = random.resource_id("i");
    let actor = Actor {
        identity: json!({
            "type": "AssumedRole",
            "principalId": "AROAHARBORSCALINGROLE:AutoScaling",
            "arn": format!("arn:aws:sts::{}:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling", cast.account),
            "accountId": cast.account,
            "sessionContext": {"sessionIssuer": {
                "type": "Role",
                "principalId": "AROAHARBORSCALINGROLE",
                "arn": format!("arn:aws:iam::{}:role/aws-service-role/{SCALING}/AWSServiceRoleForAutoScaling", cast.account),
                "accountId": cast.account,
                "userName": "AWSServiceRoleForAutoScaling",
            }, "attributes": {"creationDate": scene.time(), "mfaAuthenticated": "false"}},
        }),
        address: String::new(),
        agent: String::new(),
        tls: false,
    }
    .by_service(SCALING);
    if random.chance(500) {
        return Record::write(actor, "ec2", "TerminateInstances")
            .request(json!({"instancesSet": {"items": [{"instanceId": machine}]}}))
            .response(json!({"requestId": random.uuid(), "instancesSet": {"items": [{
                "instanceId": machine, "currentState": {"code": 32, "name": "shutting-down"},
            }]}}));
    }
    Record::write(actor, "ec2", "RunInstances")
        .request(json!({
            "instancesSet": {"items": [{"minCount": 1, "maxCount": 1}]},
            "launchTemplate": {"launchTemplateName": "web", "version": "14"},
            "instanceType": "m7g.large",
        }))
        .response(json!({"requestId": random.uuid(), "instancesSet": {"items": [{
            "instanceId": machine, "instanceType": "m7g.large", "instanceState": {"code": 0, "name": "pending"},
        }]}}))
}

/// A job that has asked for the same thing in vain for months.
fn known_refusal(scene: &Scene<'_>, random: &mut Random) -> Record {
    let actor = of_kind(scene, Runs::Job, random);
    Record::read(actor, "s3", "GetBucketPolicy")
        .request(json!({"bucketName": scene.cast.buckets.stage, "policy": ""}))
        .denied()
}

fn service_event(scene: &Scene<'_>, random: &mut Random) -> Record {
    let principal = "backup.amazonaws.com";
    let mut actor = Actor::service(principal);
    actor.identity = json!({"accountId": scene.cast.account, "invokedBy": principal});
    Record::write(actor, "backup", "BackupJobCompleted")
        .of_type("AwsServiceEvent")
        .with(
            "serviceEventDetails",
            json!({"state": "COMPLETED", "backupJobId": random.uuid()}),
        )
}

/// The mail relay looks at its sending limit, as it has always done.
fn send_mail_quota(scene: &Scene<'_>, random: &mut Random) -> Record {
    let users = &scene.cast.other_users;
    let user = random.pick(&users[users.len().saturating_sub(1)..]);
    Record::read(scene.cast.user_actor(user), "ses", "GetSendQuota")
}
