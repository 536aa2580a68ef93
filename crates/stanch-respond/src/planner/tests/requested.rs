//! What a person asks for by name: made or refused, never in somebody's way who must continue.

use serde_json::json;
use stanch_core::plan::Order;

use super::sample_account::{arn, key_seed, left, step, told};
use super::stolen;
use crate::planner::Seed;

#[test]
fn what_is_asked_for_by_name_is_planned_and_waits_for_what_makes_its_target() {
    let world = stolen();
    let asked = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| Seed::Act((*text).to_owned()))
            .collect::<Vec<_>>()
    };
    let plan = world.plan(&asked(&[
        "trail-bucket-create:watch-1,trail=watch",
        "trail-create:watch,bucket=watch-1",
        "trail-start:watch",
        "account-public-access-block",
        "trail-start:watch",
    ]));
    assert_eq!(
        told(&plan),
        [
            "account-public-access-block 111122223333",
            "trail-bucket-create watch-1",
            "trail-create watch",
            "trail-start watch"
        ]
    );
    let after = |action: &str, name: &str| {
        let after = step(&plan, action, name).after.iter();
        after.map(|dependency| dependency.step.0).collect::<Vec<_>>()
    };
    assert_eq!(
        (after("trail-create", "watch"), after("trail-start", "watch")),
        (vec![2], vec![3])
    );
    assert!(
        plan.suspects.is_empty(),
        "nobody is suspect by it: {:?}",
        plan.suspects
    );
}

#[test]
fn what_is_asked_for_and_can_not_be_done_is_an_error() {
    let world = stolen();
    let error = |text: &str| {
        world
            .try_plan(&[Seed::Act(text.to_owned())])
            .unwrap_err()
            .to_string()
    };
    let errors = [
        "lock-out:all",
        "user-deny:eve,why=x",
        "user-deny",
        "trail-create:t",
        "user-deny:x,kind=bucket",
        "user-deny:arn:aws:iam::999988887777:user/eve",
        "account-public-access-block:999988887777",
        "guardduty-enable:eu-west-1,region=us-east-1",
        "trail-repair:t,validation=yes",
        "access-key-deactivate:AKIA1,user=a,user=b",
        "kms-deletion-cancel:k,leave-disabled=no",
        "scp-quarantine-create:q,principals=arn:aws:iam::111122223333:role/*",
        "schedule-disable:arn:aws:scheduler:us-east-1:111122223333:schedule/custom/nightly",
    ]
    .map(error);
    insta::assert_snapshot!(errors.join("\n"), @r"
    --act lock-out:all: there is no action lock-out; stanch plan actions lists the actions and their targets
    --act user-deny:eve,why=x: user-deny takes no why; stanch plan actions lists the actions and their targets
    --act user-deny: user-deny needs a target: user-deny:TARGET; stanch plan actions lists the actions and their targets
    --act trail-create:t: bucket is not given; stanch plan actions lists the actions and their targets
    --act user-deny:x,kind=bucket: user-deny takes only these kinds of target: iam-user; stanch plan actions lists the actions and their targets
    --act user-deny:arn:aws:iam::999988887777:user/eve: it is in account 999988887777, and this plan is for account 111122223333; stanch plan actions lists the actions and their targets
    --act account-public-access-block:999988887777: its target is account 111122223333; stanch plan actions lists the actions and their targets
    --act guardduty-enable:eu-west-1,region=us-east-1: name one region: guardduty-enable:REGION; stanch plan actions lists the actions and their targets
    --act trail-repair:t,validation=yes: trail-repair takes no validation; stanch plan actions lists the actions and their targets
    --act access-key-deactivate:AKIA1,user=a,user=b: user is given twice; stanch plan actions lists the actions and their targets
    --act kms-deletion-cancel:k,leave-disabled=no: omit leave-disabled instead of leave-disabled=no; stanch plan actions lists the actions and their targets
    --act scp-quarantine-create:q,principals=arn:aws:iam::111122223333:role/*: scp-quarantine-create is part of containing a principal or an instance: name it with --user, --role or --instance; stanch plan actions lists the actions and their targets
    --act schedule-disable:arn:aws:scheduler:us-east-1:111122223333:schedule/custom/nightly: it was not read: collect the account again, or give its name alone; stanch plan actions lists the actions and their targets
    ");
}

#[test]
fn whom_nothing_may_touch_is_not_touched_though_asked_for() {
    let mut world = stolen();
    world.break_glass.push(arn("user", "rescue"));
    world.user("rescue", json!({}));
    let plan = world.plan(&[
        Seed::Act("user-deny:rescue".to_owned()),
        Seed::Act("user-deny:eve".to_owned()),
    ]);
    assert_eq!(told(&plan), ["user-deny eve"]);
    assert!(
        left(&plan, "rescue")[0]
            .starts_with("NOT CONTAINED: user-deny was requested, but the target is exempt")
    );
}

#[test]
fn a_bucket_that_is_shut_by_name_spares_whoever_nothing_may_touch() {
    let mut world = stolen();
    world.break_glass.push(arn("user", "rescue"));
    world.user("rescue", json!({}));
    let policy = stanch_core::Reading {
        outcome: stanch_core::CallOutcome::DoesNotExist,
        body: json!(null),
        ..crate::testing::reply("s3:GetBucketPolicy", json!({"Bucket": "b"}), json!(null))
    };
    world.readings.push(policy);
    let plan = world.plan(&[Seed::Act("bucket-policy-contain:b".to_owned())]);
    let sent = serde_json::to_string(&step(&plan, "bucket-policy-contain", "b").change.writes).unwrap();
    assert!(
        sent.contains("user/rescue") && sent.contains("responder"),
        "{sent}"
    );
}

#[test]
fn one_thing_that_is_asked_for_in_two_ways_is_done_in_the_order_of_asking() {
    let world = stolen();
    let asked = ["user-deny:eve", "login-profile-remove:eve"].map(|text| Seed::Act(text.to_owned()));
    let plan = world.plan(&asked);
    let later = step(&plan, "login-profile-remove", "eve");
    let orders: Vec<Order> = later.after.iter().map(|dependency| dependency.order).collect();
    assert_eq!(
        orders,
        [Order::After],
        "a deny that fails does not keep the password"
    );
    let two = ["lambda-stop:f,region=eu-west-1", "lambda-stop:f,region=us-east-1"]
        .map(|text| Seed::Act(text.to_owned()));
    assert_eq!(told(&world.plan(&two)), ["lambda-stop f", "lambda-stop f"]);
}

#[test]
fn what_is_asked_for_and_planned_anyway_is_planned_once() {
    let world = stolen();
    let mut seeds = key_seed();
    let alone = told(&world.plan(&seeds));
    seeds.push(Seed::Act("user-deny:eve".to_owned()));
    let both = world.plan(&seeds);
    assert_eq!(told(&both), alone);
    let step = step(&both, "user-deny", "eve");
    assert!(
        step.why.iter().any(|why| why.text == "requested by --act"),
        "{:?}",
        step.why
    );
}

/// Returns the planned steps as action, target and region.
fn placed(plan: &stanch_core::plan::Plan) -> Vec<String> {
    let steps = plan.steps.iter().map(|step| &step.change);
    steps
        .map(|change| format!("{} {} {}", change.action, change.target.id, change.target.region))
        .collect()
}

fn functions(region: &str) -> stanch_core::Reading {
    let arn = format!("arn:aws:lambda:{region}:111122223333:function:orders");
    stanch_core::Reading {
        region: region.into(),
        ..super::sample_account::reading(
            "lambda",
            "ListFunctions",
            json!(null),
            json!({"Functions": [{"FunctionName": "orders", "FunctionArn": arn}]}),
        )
    }
}

#[test]
fn a_name_in_two_regions_is_refused_until_one_region_is_named() {
    let mut world = stolen();
    world
        .readings
        .extend([functions("eu-west-1"), functions("us-west-2")]);
    let plan = |world: &super::sample_account::SampleAccount, text: &str| {
        world.try_plan(&[Seed::Act(text.to_owned())])
    };
    let refused = plan(&world, "lambda-stop:orders").unwrap_err().to_string();
    assert!(
        refused.contains("fits several resources") && refused.contains("us-west-2"),
        "{refused}"
    );
    let there = ["lambda-stop arn:aws:lambda:us-west-2:111122223333:function:orders us-west-2"];
    assert_eq!(
        placed(&plan(&world, "lambda-stop:orders,region=us-west-2").unwrap()),
        there
    );
    let arn = "lambda-stop:arn:aws:lambda:us-west-2:111122223333:function:orders";
    assert_eq!(placed(&plan(&world, arn).unwrap()), there);
    world.regions = vec!["us-west-2".into()];
    assert_eq!(placed(&plan(&world, "lambda-stop:orders").unwrap()), there);
}

#[test]
fn a_bucket_is_planned_for_its_region() {
    for (listed, located, region) in [
        (
            json!({"Name": "b", "BucketRegion": "eu-central-1"}),
            json!({}),
            "eu-central-1",
        ),
        (
            json!({"Name": "b"}),
            json!({"LocationConstraint": "ap-southeast-2"}),
            "ap-southeast-2",
        ),
        (
            json!({"Name": "b"}),
            json!({"LocationConstraint": "EU"}),
            "eu-west-1",
        ),
        (
            json!({"Name": "b"}),
            json!({"LocationConstraint": null}),
            "us-east-1",
        ),
    ] {
        let mut world = stolen();
        let reading = super::sample_account::reading;
        let buckets = json!({"Buckets": [listed]});
        world
            .readings
            .push(reading("s3", "ListBuckets", json!(null), buckets));
        world.readings.push(reading(
            "s3",
            "GetBucketLocation",
            json!({"Bucket": "b"}),
            located,
        ));
        let policy = reading(
            "s3",
            "GetBucketPolicy",
            json!({"Bucket": "b"}),
            json!({"Policy": null}),
        );
        world.readings.push(policy);
        for action in ["bucket-public-access-block", "bucket-policy-contain"] {
            let plan = world.plan(&[Seed::Act(format!("{action}:b"))]);
            assert_eq!(placed(&plan), [format!("{action} b {region}")]);
        }
    }
}

#[test]
fn a_step_that_a_person_leaves_out_is_listed_and_one_that_is_not_there_is_an_error() {
    let mut world = stolen();
    let all = told(&world.plan(&key_seed()));
    world.without = vec![
        "user-deny-boundary:eve".to_owned(),
        "access-key-deactivate".to_owned(),
    ];
    let plan = world.plan(&key_seed());
    let rest: Vec<String> = all
        .into_iter()
        .filter(|step| !step.starts_with("user-deny-boundary") && !step.starts_with("access-key-deactivate"))
        .collect();
    assert_eq!(told(&plan), rest);
    assert!(left(&plan, "user/eve")[0].contains("user-deny-boundary was left out by --without"));
    world.without = vec!["user-deny:nobody".to_owned()];
    let error = world.try_plan(&key_seed()).unwrap_err().to_string();
    assert!(error.contains("--without user-deny:nobody"), "{error}");
}
