//! Programs: instances, a worker, an export of a legacy user, Auto Scaling, AWS's own services.

use serde_json::json;

use crate::actor::{Actor, BOTO, JAVA};
use crate::call::Call;
use crate::calls::object;
use crate::stage::{At, HOUR, Stage, iso};
use crate::thread::Thread;

pub(super) fn day(stage: &mut Stage, account: usize, day: u32, events: u64) {
    for instance in 0..stage.org.accounts[account].instances.len() {
        instance_day(stage, account, day, instance, events / 8);
    }
    worker(stage, account, day, events / 5);
    export(stage, account, day);
    scaling(stage, account, day);
    aws(stage, account, day, events / 8);
}

/// Session of an instance's role, from the instance.
pub(crate) fn instance_session(stage: &mut Stage, account: usize, instance: usize, time: i64) -> Actor {
    let id = stage.org.accounts[account].id.clone();
    let key = stage.key_id("ASIA", &id);
    let own = &stage.org.accounts[account];
    let (name, address) = own.instances[instance].clone();
    let mut actor = Actor::role(&id, &own.web, &name, &key, &iso(time)).from(&address, JAVA);
    actor.identity["sessionContext"]["ec2RoleDelivery"] = "2.0".into();
    actor
}

fn instance_day(stage: &mut Stage, account: usize, day: u32, instance: usize, events: u64) {
    for part in 0..4 {
        let time = stage.moment(day, part * 6, 3 + instance as u32);
        let actor = instance_session(stage, account, instance, time);
        let (id, media) = {
            let own = &stage.org.accounts[account];
            (own.id.clone(), own.media_bucket.clone())
        };
        let mut thread = Thread::owner(stage, actor, account, time);
        thread.pace = (20, 5 * HOUR as u64 / events.max(1));
        for number in 0..events / 4 {
            let product = thread.stage.random.below(400);
            let call = match number % 5 {
                0 => Call::new("ssm", "UpdateInstanceInformation")
                    .req(json!({"agentVersion": "3.3.2746.0", "agentStatus": "Active"})),
                1 => object(
                    "PutObject",
                    &id,
                    &media,
                    &format!("uploads/{product}.jpg"),
                    90_000,
                ),
                _ => object(
                    "GetObject",
                    &id,
                    &media,
                    &format!("products/{product}.webp"),
                    40_000,
                ),
            };
            thread.call(call);
        }
    }
}

/// A function: AWS opens its session; it reads one secret and its table.
fn worker(stage: &mut Stage, account: usize, day: u32, events: u64) {
    for part in 0..3 {
        let time = stage.moment(day, part * 8, 31);
        let id = stage.org.accounts[account].id.clone();
        let key = stage.key_id("ASIA", &id);
        let role = stage.org.accounts[account].worker.clone();
        let at = At {
            account,
            region: "us-east-1",
            time,
            hostile: false,
        };
        let open = crate::calls::assume_call(&id, &role, "order-intake", &key);
        stage.record(at, &Actor::service("lambda.amazonaws.com"), open);
        let address = format!("198.19.190.{}", 10 + account);
        let actor = Actor::role(&id, &role, "order-intake", &key, &iso(time)).from(&address, BOTO);
        let mut thread = Thread::owner(stage, actor, account, time);
        thread.pace = (30, 6 * HOUR as u64 / events.max(1));
        let secret = format!("arn:aws:secretsmanager:us-east-1:{id}:secret:orders/database-Ab12Cd");
        thread.call(Call::new("secretsmanager", "GetSecretValue").req(json!({"secretId": secret})));
        for number in 0..events / 3 {
            let table = json!({"tableName": "orders", "key": {"id": "HIDDEN_DUE_TO_SECURITY_REASONS"}});
            let call = match number % 3 {
                0 => Call::new("kms", "Decrypt").req(json!({"encryptionAlgorithm": "SYMMETRIC_DEFAULT"})),
                1 => Call::new("dynamodb", "GetItem").req(table).data(),
                _ => Call::new("dynamodb", "PutItem").req(table).data(),
            };
            thread.call(call);
        }
    }
}

/// A legacy program with a long-term key that reads the newest export each night.
fn export(stage: &mut Stage, account: usize, day: u32) {
    let time = stage.moment(day, 3, 10);
    let own = &stage.org.accounts[account];
    let (actor, bucket, id) = (own.user(&own.legacy), own.data_bucket.clone(), own.id.clone());
    let mut thread = Thread::owner(stage, actor, account, time);
    thread.call(object("ListObjects", &id, &bucket, "", 9_120));
    for part in 0..3 {
        let bytes = thread.stage.random.between(4_000_000, 9_000_000);
        thread.call(object(
            "GetObject",
            &id,
            &bucket,
            &format!("daily/{day}/part-{part}.parquet"),
            bytes,
        ));
    }
}

/// Auto Scaling starts and ends instances by its service-linked role.
fn scaling(stage: &mut Stage, account: usize, day: u32) {
    let role = crate::actor::Role {
        path: "/aws-service-role/autoscaling.amazonaws.com/",
        name: "AWSServiceRoleForAutoScaling".to_owned(),
        id: "AROAX2SCALINGROLE0000".to_owned(),
    };
    let id = stage.org.accounts[account].id.clone();
    for hour in [8, 19] {
        let time = stage.moment(day, hour, 2);
        let key = stage.key_id("ASIA", &id);
        let mut actor = Actor::role(&id, &role, "AutoScaling", &key, &iso(time))
            .from("autoscaling.amazonaws.com", "autoscaling.amazonaws.com");
        actor.identity["invokedBy"] = "autoscaling.amazonaws.com".into();
        let mut thread = Thread::owner(stage, actor, account, time);
        let ids = thread.run_instances("m7g.large", 2);
        thread.wait(9 * HOUR);
        thread.terminate(&ids);
    }
}

/// AWS for itself: the trail's bucket, keys of volumes.
fn aws(stage: &mut Stage, account: usize, day: u32, events: u64) {
    let time = stage.moment(day, 0, 4);
    let bucket = stage.org.accounts[account].log_bucket.clone();
    let mut thread = Thread::owner(stage, Actor::service("cloudtrail.amazonaws.com"), account, time);
    thread.pace = (600, 20 * HOUR as u64 / events.max(1));
    for number in 0..events {
        if number % 2 == 0 {
            thread.actor = Actor::service("cloudtrail.amazonaws.com");
            thread.call(Call::new("s3", "GetBucketAcl").req(json!({"bucketName": bucket})));
        } else {
            thread.actor = Actor::service("ebs.amazonaws.com");
            thread.call(
                Call::new("kms", "GenerateDataKeyWithoutPlaintext").req(json!({"keyId": "alias/aws/ebs"})),
            );
        }
    }
}
