//! The pipeline: twice a working day it changes what an attacker would also change, and means no harm.

use serde_json::{Value, json};

use crate::cast::TERRAFORM;
use crate::plan::Planned;
use crate::random::Random;
use crate::record::{Record, Scene};

/// One step: service, call, request and response.
type Step = (&'static str, &'static str, Value, Value);

/// The two runs of the day.
pub(super) fn pipeline(scene: &Scene<'_>, planned: &mut Vec<Planned>) {
    for start in [36_720_u32, 56_280] {
        let mut random = scene
            .cast
            .random(&["deploy", &scene.day.key(), &start.to_string()]);
        let mut second = start + random.below(300) as u32;
        for (service, name, request, response) in steps(scene, &mut random) {
            second += random.between(1, 9) as u32;
            let actor = scene.cast.deploy_actor(scene.day, second, TERRAFORM);
            let record =
                if name.starts_with("Get") || name.starts_with("List") || name.starts_with("Describe") {
                    Record::read(actor, service, name)
                } else {
                    Record::write(actor, service, name)
                };
            planned.push(Planned::here(
                scene,
                second,
                record.request(request).response(response),
            ));
        }
    }
}

fn steps(scene: &Scene<'_>, random: &mut Random) -> Vec<Step> {
    let suffix = random.hex(6);
    let mut steps = vec![
        ("sts", "GetCallerIdentity", Value::Null, Value::Null),
        ("ec2", "DescribeVpcs", json!({"filterSet": {}}), Value::Null),
        (
            "s3",
            "GetBucketVersioning",
            json!({"bucketName": scene.cast.buckets.releases}),
            Value::Null,
        ),
    ];
    steps.extend(role_steps(scene, &suffix, random));
    steps.extend(function_steps(scene, &suffix, random));
    steps.extend(network_steps(scene, &suffix, random));
    steps.push((
        "logs",
        "CreateLogGroup",
        json!({"logGroupName": format!("/aws/lambda/shop-{suffix}")}),
        Value::Null,
    ));
    steps.push((
        "logs",
        "PutRetentionPolicy",
        json!({"logGroupName": format!("/aws/lambda/shop-{suffix}"), "retentionInDays": 365}),
        Value::Null,
    ));
    steps
}

fn role_steps(scene: &Scene<'_>, suffix: &str, random: &mut Random) -> Vec<Step> {
    let cast = scene.cast;
    let name = format!("shop-{suffix}-function");
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    });
    let rights = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": [format!("arn:aws:s3:::{}/*", cast.buckets.media)],
        }],
    });
    let arn = format!("arn:aws:iam::{}:role/{name}", cast.account);
    vec![
        ("iam", "GetRole", json!({"roleName": name}), Value::Null),
        (
            "iam",
            "CreateRole",
            json!({"roleName": name, "assumeRolePolicyDocument": trust.to_string(), "description": "managed by terraform"}),
            json!({"role": {"path": "/", "roleName": name, "roleId": random.iam_id("AROA"), "arn": arn, "createDate": scene.day.dashed()}}),
        ),
        (
            "iam",
            "PutRolePolicy",
            json!({"roleName": name, "policyName": "media", "policyDocument": rights.to_string()}),
            Value::Null,
        ),
        (
            "iam",
            "AttachRolePolicy",
            json!({"roleName": name, "policyArn": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}),
            Value::Null,
        ),
        (
            "iam",
            "CreatePolicy",
            json!({"policyName": format!("shop-{suffix}"), "policyDocument": rights.to_string()}),
            json!({"policy": {"policyName": format!("shop-{suffix}"), "policyId": random.iam_id("ANPA"),
                "arn": format!("arn:aws:iam::{}:policy/shop-{suffix}", cast.account), "defaultVersionId": "v1"}}),
        ),
    ]
}

fn function_steps(scene: &Scene<'_>, suffix: &str, random: &mut Random) -> Vec<Step> {
    let cast = scene.cast;
    let arn = |name: &str| format!("arn:aws:lambda:{}:{}:function:{name}", scene.region, cast.account);
    let fresh = format!("shop-{suffix}");
    let role = format!("arn:aws:iam::{}:role/shop-{suffix}-function", cast.account);
    let known = *random.pick(&cast.functions);
    vec![
        (
            "lambda",
            "CreateFunction20150331",
            json!({"functionName": fresh, "runtime": "python3.12", "role": role, "handler": "app.handler", "code": {}}),
            json!({"functionName": fresh, "functionArn": arn(&fresh), "role": role, "codeSha256": random.alphanumeric(43)}),
        ),
        (
            "lambda",
            "AddPermission20150331v2",
            json!({"functionName": fresh, "statementId": "api", "action": "lambda:InvokeFunction",
                "principal": "apigateway.amazonaws.com",
                "sourceArn": format!("arn:aws:execute-api:{}:{}:a1b2c3/*", scene.region, cast.account)}),
            Value::Null,
        ),
        (
            "lambda",
            "UpdateFunctionCode20150331v2",
            json!({"functionName": known, "s3Bucket": cast.buckets.releases,
                "s3Key": format!("shop/build-{}/{known}.zip", random.between(800, 830)), "dryRun": false, "publish": true}),
            json!({"functionName": known, "functionArn": arn(known), "codeSha256": random.alphanumeric(43)}),
        ),
        (
            "lambda",
            "UpdateFunctionConfiguration20150331v2",
            json!({"functionName": known, "timeout": 30, "memorySize": 512}),
            json!({"functionName": known, "functionArn": arn(known), "memorySize": 512}),
        ),
    ]
}

fn network_steps(scene: &Scene<'_>, suffix: &str, random: &mut Random) -> Vec<Step> {
    let group = random.resource_id("sg");
    vec![
        (
            "ec2",
            "CreateSecurityGroup",
            json!({"groupName": format!("shop-{suffix}"), "groupDescription": "managed by terraform", "vpcId": scene.cast.network}),
            json!({"requestId": random.uuid(), "_return": true, "groupId": group}),
        ),
        (
            "ec2",
            "AuthorizeSecurityGroupIngress",
            ingress(&group, "10.0.0.0/8", 443),
            json!({"requestId": random.uuid(), "_return": true}),
        ),
    ]
}

/// A request that opens a port of a security group to a range.
pub(crate) fn ingress(group: &str, range: &str, port: u16) -> Value {
    json!({"groupId": group, "ipPermissions": {"items": [{
        "ipProtocol": "tcp", "fromPort": port, "toPort": port, "groups": {},
        "ipRanges": {"items": [{"cidrIp": range}]}, "ipv6Ranges": {}, "prefixListIds": {},
    }]}})
}
