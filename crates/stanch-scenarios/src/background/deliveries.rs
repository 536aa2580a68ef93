//! Build and delivery: a user of the build service, jobs of GitHub, Terraform.

use serde_json::json;

use crate::actor::{Actor, CLI_LINUX, GO, TERRAFORM};
use crate::call::Call;
use crate::calls::object;
use crate::stage::Stage;
use crate::thread::Thread;

pub(super) fn day(stage: &mut Stage, account: usize, day: u32, work: bool, events: u64) {
    let builds = if work { 2 + stage.random.below(3) } else { 1 };
    for build in 0..builds {
        let time = stage.moment(day, 7 + 3 * build as u32, 20);
        build_user(stage, account, time, events / 6);
    }
    if work {
        let time = stage.moment(day, 11, 40);
        github(stage, account, time);
        if day % 3 == 1 {
            let time = stage.moment(day, 14, 5);
            terraform(stage, account, time, events / 2);
        }
    }
}

fn build_user(stage: &mut Stage, account: usize, time: i64, events: u64) {
    let own = &stage.org.accounts[account];
    let (actor, bucket, id) = (own.user(&own.ci), own.media_bucket.clone(), own.id.clone());
    let mut thread = Thread::owner(stage, actor, account, time);
    thread.identity();
    thread.call(Call::new("ecr", "GetAuthorizationToken"));
    for number in 0..events {
        let release = thread.stage.random.hex(7);
        let call = match number % 4 {
            0 => Call::new("ecr", "PutImage").req(json!({"repositoryName": "orders", "imageTag": release})),
            1 => Call::new("ecs", "RegisterTaskDefinition")
                .req(json!({"family": "orders-intake", "cpu": "512", "memory": "1024"})),
            2 => Call::new("ecs", "UpdateService")
                .req(json!({"cluster": "orders", "service": "intake", "forceNewDeployment": true})),
            _ => object(
                "PutObject",
                &id,
                &bucket,
                &format!("releases/{release}.tar.gz"),
                8_100_000,
            ),
        };
        thread.call(call);
    }
}

/// A job of GitHub: another runner every time.
fn github(stage: &mut Stage, account: usize, time: i64) {
    let role = stage.org.accounts[account].deploy.clone();
    let address = format!(
        "198.{}.{}.{}",
        19,
        200 + stage.random.below(50),
        stage.random.between(2, 250)
    );
    let runner = Actor::of(json!({})).from(&address, GO);
    let mut thread = Thread::owner(stage, runner, account, time);
    thread.pace = (1, 9);
    let session = thread.assume_by_token(&role, "repo:norden/orders:ref:refs/heads/main", "GitHubActions");
    thread.becomes(&session);
    CLI_LINUX.clone_into(&mut thread.actor.agent);
    thread.identity();
    for function in ["order-intake", "order-mail"] {
        thread.call(Call::new("lambda", "GetFunction20150331v2").req(json!({"functionName": function})));
        thread.call(
            Call::new("lambda", "UpdateFunctionCode20150331v2")
                .req(json!({"functionName": function, "publish": true}))
                .res(json!({"functionName": function, "state": "Active"})),
        );
    }
}

fn terraform(stage: &mut Stage, account: usize, time: i64, events: u64) {
    let own = &stage.org.accounts[account];
    let (mut actor, role) = (own.user(&own.ci), own.terraform.clone());
    TERRAFORM.clone_into(&mut actor.agent);
    let mut thread = Thread::owner(stage, actor, account, time);
    thread.pace = (1, 2);
    let session = thread.assume(account, &role, "terraform");
    thread.becomes(&session);
    plan(&mut thread, events);
    let group = thread.stage.random.resource_id("sg");
    thread.call(Call::new("ec2", "AuthorizeSecurityGroupIngress").req(json!({
        "groupId": group,
        "ipPermissions": {"items": [{
            "ipProtocol": "tcp", "fromPort": 443, "toPort": 443,
            "ipRanges": {"items": [{"cidrIp": "10.20.0.0/16"}]},
        }]},
    })));
    thread.call(
        Call::new("iam", "TagRole")
            .req(json!({"roleName": "order-worker", "tags": [{"key": "owner", "value": "orders"}]})),
    );
}

/// Reads everything that the configuration names.
pub(crate) fn plan(thread: &mut Thread<'_>, events: u64) {
    const READ: [(&str, &str); 10] = [
        ("ec2", "DescribeVpcs"),
        ("ec2", "DescribeSubnets"),
        ("ec2", "DescribeSecurityGroups"),
        ("ec2", "DescribeInstances"),
        ("iam", "GetRole"),
        ("iam", "ListAttachedRolePolicies"),
        ("iam", "ListRolePolicies"),
        ("s3", "GetBucketPolicy"),
        ("s3", "GetBucketVersioning"),
        ("lambda", "GetFunction20150331v2"),
    ];
    for number in 0..events {
        let (service, name) = READ[number as usize % READ.len()];
        let call = Call::new(service, name);
        let bucket = thread.stage.org.accounts[thread.account].media_bucket.clone();
        thread.call(match service {
            "iam" => call.req(json!({"roleName": "order-worker"})),
            "s3" => call.req(json!({"bucketName": bucket})),
            "lambda" => call.req(json!({"functionName": "order-intake"})),
            _ => call,
        });
    }
}
