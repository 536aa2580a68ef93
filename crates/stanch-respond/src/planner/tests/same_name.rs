//! Resources of the same name in another region, and what a named key made.

use super::resources::{in_region, of, push};
use super::sample_account::{ACCOUNT, KEY, SampleAccount, key_seed, left, reading, step, told};
use super::stolen;
use serde_json::json;

#[test]
fn a_function_of_the_same_name_in_another_region_is_not_touched() {
    let mut world = stolen();
    let arn = |region: &str| format!("arn:aws:lambda:{region}:{ACCOUNT}:function:orders");
    for region in ["eu-west-1", "us-west-2"] {
        let body = json!({"Functions": [{"FunctionName": "orders", "FunctionArn": arn(region)}]});
        let listed = reading("lambda", "ListFunctions", json!(null), body);
        world.readings.push(stanch_core::Reading {
            region: region.into(),
            ..listed
        });
    }
    world.edge(
        KEY,
        stanch_core::dossier::SubjectKind::LongTermKey,
        &arn("us-west-2"),
        stanch_core::dossier::SubjectKind::Function,
        stanch_core::dossier::Derivation::Created,
    );
    let plan = world.plan(&key_seed());
    let stopped: Vec<&str> = plan
        .steps
        .iter()
        .filter(|step| step.change.action == "lambda-stop")
        .map(|step| step.change.target.id.as_str())
        .collect();
    assert_eq!(stopped, [arn("us-west-2")]);
    // Not collected there: it is reported, and the namesake is still not touched.
    world
        .readings
        .retain(|reading| reading.region.as_str() != "us-west-2");
    let plan = world.plan(&key_seed());
    assert!(of(&plan, "lambda-stop").is_empty(), "{:?}", told(&plan));
    assert!(left(&plan, &arn("us-west-2"))[0].contains("collect us-west-2"));
}

/// An account in which a mining campaign made things that nothing suspects.
fn mined() -> SampleAccount {
    let mut world = stolen();
    let home = "us-east-1";
    for region in [home, "eu-west-1"] {
        world.logged("autoscaling", "CreateAutoScalingGroup", &["web"], region, KEY);
    }
    let cluster = in_region("ecs", "service/farm/miner");
    world.logged("ecs", "CreateService", &["miner", "farm", &cluster], home, KEY);
    world.logged("events", "PutRule", &["tick"], home, KEY);
    world.logged("ec2", "RunInstances", &["i-0123456789abcdef0"], home, KEY);
    world.logged(
        "ec2",
        "ModifyInstanceAttribute",
        &["i-0123456789abcdef0"],
        home,
        KEY,
    );
    world.logged("glue", "CreateJob", &["steal"], home, KEY);
    world.logged("sts", "AssumeRole", &["x"], home, KEY);
    world.logged(
        "glue",
        "CreateJob",
        &["owned-by-others"],
        home,
        "AKIA0000000000000099",
    );
    let group = |name: &str| json!({"AutoScalingGroupName": name, "AutoScalingGroupARN": format!("arn:{name}"), "MinSize": 1, "MaxSize": 9, "DesiredCapacity": 1, "Instances": []});
    for region in [home, "eu-west-1"] {
        let groups = json!({"AutoScalingGroups": [group("web")]});
        world.readings.push(stanch_core::Reading {
            region: region.into(),
            ..reading("autoscaling", "DescribeAutoScalingGroups", json!(null), groups)
        });
    }
    let rule = json!({"Name": "tick", "Arn": in_region("events", "rule/tick"), "EventBusName": "default", "State": "ENABLED"});
    push(
        &mut world,
        "events:ListRules",
        json!({"EventBusName": "default"}),
        json!({"Rules": [rule]}),
    );
    let instance = json!({"InstanceId": "i-0123456789abcdef0", "State": {"Name": "running"}, "RootDeviceType": "ebs",
        "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {"VolumeId": "vol-1"}}]});
    let instances = json!({"Reservations": [{"Instances": [instance]}]});
    push(&mut world, "ec2:DescribeInstances", json!(null), instances);
    world
}

#[test]
fn what_a_named_key_made_is_contained_or_listed_though_nothing_suspects_it() {
    let world = mined();
    let plan = world.plan(&key_seed());
    assert_eq!(
        of(&plan, "auto-scaling-stop").len(),
        2,
        "one in each region: {:?}",
        told(&plan)
    );
    for (action, name) in [
        ("ecs-service-zero", "miner"),
        ("event-rule-disable", "tick"),
        ("instance-stop", "i-0123456789abcdef0"),
    ] {
        step(&plan, action, name);
    }
    assert!(
        left(&plan, "steal")[0].contains("CreateJob by eve"),
        "{:?}",
        plan.not_fixed
    );
    for other in ["i-0123456789abcdef0", "owned-by-others", "x"] {
        assert_eq!(left(&plan, other), [""; 0], "{other}");
    }
}

#[test]
fn what_the_owner_of_a_key_made_long_before_the_attack_is_listed_and_not_changed() {
    let mut world = stolen();
    world.logged(
        "autoscaling",
        "CreateAutoScalingGroup",
        &["web"],
        "us-east-1",
        KEY,
    );
    world.logged[0].made_by.time =
        super::sample_account::NOW.plus_millis(-90 * 24 * super::sample_account::HOUR);
    world.stories.push(crate::testing::story(&[], &[KEY]));
    let plan = world.plan(&key_seed());
    assert!(of(&plan, "auto-scaling-stop").is_empty(), "{:?}", told(&plan));
    assert!(
        left(&plan, "web")[0].contains("before the first suspicious act"),
        "{:?}",
        plan.not_fixed
    );
}
