//! People at their consoles and command lines: by Identity Center, an operator by password, someone on call at night.

use serde_json::json;

use crate::actor::{Actor, BROWSER};
use crate::call::Call;
use crate::stage::{HOUR, Stage, iso};
use crate::thread::Thread;
use crate::world::{Person, REGIONS};

pub(super) fn day(stage: &mut Stage, account: usize, day: u32, work: bool, events: u64) {
    let people = stage.org.accounts[account].people.clone();
    for person in &people {
        if work && !stage.random.chance(150) {
            office_day(stage, account, day, person, events / 4);
        }
    }
    if work && stage.random.chance(700) {
        operator(stage, account, day, events / 4);
    }
    if stage.random.chance(120) {
        on_call(stage, account, day, &people[1]);
    }
}

/// Opens a person's session and returns a thread of it.
pub(crate) fn session<'s>(stage: &'s mut Stage, account: usize, person: &Person, time: i64) -> Thread<'s> {
    let own = &stage.org.accounts[account];
    let role = if person.is_administrator {
        &own.administrator
    } else {
        &own.developer
    }
    .clone();
    let place = Actor::of(json!({})).from(&person.home, person.browser);
    let mut thread = Thread::owner(stage, place, account, time);
    thread.pace = (1, 3);
    let identity = thread.portal(&role, &person.mail);
    thread.sign_in(&identity, false, true);
    thread.becomes(&identity);
    thread.pace = (2, 200);
    thread
}

fn office_day(stage: &mut Stage, account: usize, day: u32, person: &Person, events: u64) {
    let minute = stage.random.below(90) as u32;
    let time = stage.moment(day, 8, minute);
    let mut thread = session(stage, account, person, time);
    for number in 0..events {
        if number % 6 == 5 {
            thread.actor.agent = person.cli.to_owned();
        } else if number % 6 == 0 {
            person.browser.clone_into(&mut thread.actor.agent);
        }
        thread.region = REGIONS[thread.stage.random.weighted(&[8, 10, 11])];
        look(&mut thread);
        if thread.stage.random.chance(90) {
            change(&mut thread);
        }
        if thread.stage.random.chance(15) {
            thread.call(Call::new("ce", "GetCostAndUsage").denied());
        }
    }
    if person.is_administrator && thread.stage.random.chance(200) {
        administer(&mut thread);
    }
}

/// Something that people open in the console all day.
pub(crate) fn look(thread: &mut Thread<'_>) {
    const PAGES: [(&str, &str); 14] = [
        ("ec2", "DescribeInstances"),
        ("ec2", "DescribeVolumes"),
        ("ec2", "DescribeSecurityGroups"),
        ("s3", "ListBuckets"),
        ("s3", "GetBucketLocation"),
        ("rds", "DescribeDBInstances"),
        ("lambda", "ListFunctions20150331"),
        ("lambda", "GetFunction20150331v2"),
        ("logs", "DescribeLogGroups"),
        ("logs", "FilterLogEvents"),
        ("monitoring", "DescribeAlarms"),
        ("ecs", "DescribeServices"),
        ("iam", "ListRoles"),
        ("cloudformation", "DescribeStacks"),
    ];
    let (service, name) = *thread.stage.random.pick(&PAGES);
    let mut call = Call::new(service, name);
    call = match name {
        "GetFunction20150331v2" => call.req(json!({"functionName": "order-intake"})),
        "GetBucketLocation" => {
            let bucket = thread.stage.org.accounts[thread.account].media_bucket.clone();
            call.req(json!({"bucketName": bucket}))
        }
        "FilterLogEvents" => call.req(json!({"logGroupName": "/aws/lambda/order-intake"})),
        _ => call,
    };
    thread.call(call);
}

fn change(thread: &mut Thread<'_>) {
    let instance = thread.stage.org.accounts[thread.account].instances[0].0.clone();
    let call = match thread.stage.random.below(4) {
        0 => Call::new("ec2", "CreateTags").req(json!({
            "resourcesSet": {"items": [{"resourceId": instance}]},
            "tagSet": {"items": [{"key": "team", "value": "orders"}]},
        })),
        1 => Call::new("ecs", "UpdateService")
            .req(json!({"cluster": "orders", "service": "intake", "desiredCount": 3})),
        2 => Call::new("monitoring", "PutMetricAlarm")
            .req(json!({"alarmName": "orders-latency", "threshold": 400})),
        _ => Call::new("logs", "PutRetentionPolicy")
            .req(json!({"logGroupName": "/aws/lambda/order-intake", "retentionInDays": 90})),
    };
    thread.call(call);
}

/// An administrator's ordinary work on rights.
fn administer(thread: &mut Thread<'_>) {
    thread.region = REGIONS[0];
    let (role, bucket) = {
        let own = &thread.stage.org.accounts[thread.account];
        (own.worker.name.clone(), own.media_bucket.clone())
    };
    thread.read("iam", &["ListUsers", "ListPolicies", "GetAccountSummary"]);
    thread.call(Call::new("iam", "PutRolePolicy").req(json!({
        "roleName": role,
        "policyName": "queue",
        "policyDocument": format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":[\"s3:GetObject\"],\"Resource\":\"arn:aws:s3:::{bucket}/*\"}}]}}"),
    })));
}

/// The IAM user of a person: password with a token, now and then the key.
fn operator(stage: &mut Stage, account: usize, day: u32, events: u64) {
    let user = stage.org.accounts[account].operator.clone();
    let minute = stage.random.below(200) as u32;
    let time = stage.moment(day, 9, minute);
    let id = stage.org.accounts[account].id.clone();
    let key = stage.key_id("ASIA", &id);
    let identity = Actor::user_session(&id, &user.name, &user.id, &key, (&iso(time), true));
    let place = identity.from(&user.address, BROWSER);
    let mut thread = Thread::owner(stage, place, account, time);
    if thread.stage.random.chance(100) {
        thread.sign_in(&identity, true, false);
    }
    thread.sign_in(&identity, true, true);
    for _ in 0..events {
        look(&mut thread);
    }
    let keyed = thread.stage.org.accounts[account].user(&user);
    thread.actor = keyed;
    thread.wait(HOUR);
    for _ in 0..events / 3 {
        look(&mut thread);
    }
}

/// Somebody who is called out of bed.
fn on_call(stage: &mut Stage, account: usize, day: u32, person: &Person) {
    let hour = stage.random.below(5) as u32;
    let time = stage.moment(day, hour, 12);
    let instance = stage.org.accounts[account].instances[1].0.clone();
    let mut thread = session(stage, account, person, time);
    for _ in 0..8 {
        look(&mut thread);
    }
    thread.call(
        Call::new("ec2", "RebootInstances")
            .req(json!({"instancesSet": {"items": [{"instanceId": instance}]}})),
    );
}
