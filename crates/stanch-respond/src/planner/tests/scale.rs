//! A large account is planned in little time: 1,000 users, 2,000 roles, 3,000 policies.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::sample_account::{ACCOUNT, NOW, SampleAccount, arn, reading};
use crate::planner::Seed;

#[test]
fn a_large_account_is_planned_in_little_time() {
    let mut world = SampleAccount::default();
    let policy = |number: usize| format!("arn:aws:iam::{ACCOUNT}:policy/policy-{number}");
    let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:Get*", "ec2:Describe*"], "Resource": "*"}]});
    for number in 0..1_000 {
        let attached = json!({"AttachedManagedPolicies": [{"PolicyArn": policy(number)}]});
        world.user(&format!("user-{number}"), attached);
        let key = format!("AKIA{number:016}");
        world.key(&format!("user-{number}"), &key);
        if number < 200 {
            world.used(&key, NOW, "203.0.113.9");
        }
    }
    for number in 0..2_000 {
        let inline = json!({"RolePolicyList": [{"PolicyName": "p", "PolicyDocument": document}]});
        let role = world.role(&format!("role-{number}"), inline);
        if number < 200 {
            world.assumed(&format!("AKIA{number:016}"), &role, &format!("ASIA{number:016}"));
        }
    }
    let policies: Vec<Value> = (0..3_000)
        .map(|number| json!({"Arn": policy(number), "PolicyVersionList": [{"IsDefaultVersion": true, "Document": document}]}))
        .collect();
    world.readings.push(reading(
        "iam",
        "GetAccountAuthorizationDetails",
        json!({"more": 1}),
        json!({"Policies": policies}),
    ));
    let readings = world.all_readings();
    let seeds: Vec<Seed> = (0..200)
        .map(|number| Seed::Key(format!("AKIA{number:016}")))
        .collect();
    let begin = Instant::now();
    let plan = world.plan_of(readings, &seeds).unwrap();
    let took = begin.elapsed();
    println!(
        "1,000 users, 2,000 roles, 3,000 policies, 200 stolen keys: {} steps in {took:?}",
        plan.steps.len()
    );
    assert!(plan.suspects.contains(&arn("role", "role-199")));
    assert!(plan.steps.len() >= 200 * 5);
    // Far above what it takes, for a slow host and a build without optimisation.
    assert!(took < Duration::from_secs(60), "{took:?}");
}
