//! The order of steps, and that the same situation gives the same plan.

use proptest::prelude::*;
use serde_json::json;
use stanch_core::dossier::{Derivation, SubjectKind};
use stanch_core::plan::Order;

use super::sample_account::{
    ACCOUNT, HOUR, KEY, NOW, SampleAccount, arn, key_seed, left, reading, step, told,
};
use crate::planner::Seed;

fn three() -> SampleAccount {
    let admin =
        json!({"AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]});
    let mut world = SampleAccount::default();
    for (name, number, more, hours) in [
        ("low", 1, json!({}), 0),
        ("mid", 2, json!({}), 3),
        ("top", 3, admin, 5),
    ] {
        world.user(name, more);
        let key = format!("AKIA000000000000000{number}");
        world.key(name, &key);
        world.used(&key, NOW.plus_millis(-hours * HOUR), "203.0.113.9");
    }
    world
}

fn all() -> Vec<Seed> {
    vec![Seed::Ip("203.0.113.9".to_owned())]
}

#[test]
fn denies_go_before_keys_and_keys_before_boundaries() {
    let mut world = three();
    world.quiet = true;
    let plan = world.plan(&all());
    insta::assert_snapshot!(told(&plan).join("\n"), @r"
    user-deny top
    user-deny low
    user-deny mid
    user-deny-attached top
    user-deny-attached low
    user-deny-attached mid
    access-key-deactivate AKIA0000000000000003
    access-key-deactivate AKIA0000000000000001
    access-key-deactivate AKIA0000000000000002
    user-deny-boundary top
    user-deny-boundary low
    user-deny-boundary mid
    ");
}

#[test]
fn while_harm_is_going_on_whoever_acts_now_comes_first_and_nothing_else_differs() {
    let mut world = three();
    let harm = world.plan(&all());
    world.quiet = true;
    let quiet = world.plan(&all());
    let denies = |plan| -> Vec<String> { told(plan).into_iter().take(3).collect() };
    assert_eq!(denies(&harm), ["user-deny low", "user-deny top", "user-deny mid"]);
    assert_eq!(
        denies(&quiet),
        ["user-deny top", "user-deny low", "user-deny mid"]
    );
    let sorted = |plan| {
        let mut told = told(plan);
        told.sort();
        told
    };
    assert_eq!(sorted(&harm), sorted(&quiet));
    let scope = |plan| {
        left(plan, "the rest of the account")
            .iter()
            .any(|why| why.contains("scope first"))
    };
    assert!(scope(&quiet) && !scope(&harm));
}

#[test]
fn roles_in_a_circle_are_closed_first_and_revoked_together() {
    let mut world = three();
    let (one, other) = (world.role("one", json!({})), world.role("other", json!({})));
    world.assumed(KEY, &one, "ASIA0000000000000001");
    world.circle(&[&one, &other]);
    let plan = world.plan(&key_seed());
    for name in ["one", "other"] {
        let (trust, revoke) = (
            step(&plan, "trust-policy-tighten", name),
            step(&plan, "role-sessions-revoke", name),
        );
        assert!(trust.number < revoke.number);
        assert!(
            revoke
                .after
                .iter()
                .any(|after| after.step == trust.number && after.order == Order::After)
        );
        let key = step(&plan, "access-key-deactivate", KEY);
        assert!(revoke.number < key.number, "they go with the denies");
    }
}

#[test]
fn a_policy_from_above_goes_first_where_it_can_be_put() {
    let organization = |manager: &str| {
        let types = json!([{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]);
        let body =
            json!({"Organization": {"Id": "o-1", "MasterAccountId": manager, "AvailablePolicyTypes": types}});
        let roots = json!({"Roots": [{"Id": "r-1", "PolicyTypes": types}]});
        [
            reading("organizations", "DescribeOrganization", json!(null), body),
            reading("organizations", "ListRoots", json!(null), roots),
        ]
    };
    let mut world = three();
    world.readings.extend(organization("444455556666"));
    let plan = world.plan(&key_seed());
    assert!(
        left(&plan, &format!("organization of account {ACCOUNT}"))[0]
            .contains("not signed in to the management account")
    );
    world.responder = Some("arn:aws:sts::444455556666:assumed-role/responder/me".to_owned());
    let plan = world.plan(&key_seed());
    assert_eq!(
        plan.steps[0].change.action,
        "scp-quarantine-create",
        "{:?} {:?}",
        told(&plan),
        plan.not_fixed
    );
    assert_eq!(plan.steps[1].change.action, "scp-quarantine-attach");
    assert_eq!(plan.steps[1].after[0].order, Order::Needs);
    let mut world = three();
    world.readings.extend(organization(ACCOUNT));
    let plan = world.plan(&key_seed());
    assert!(left(&plan, &format!("organization of account {ACCOUNT}"))[0].contains("management account"));
    assert_eq!(plan.steps[0].change.action, "user-deny");
}

#[test]
fn an_interface_is_opened_and_closed_with_the_numbers_of_the_steps_that_make_its_groups() {
    let mut world = SampleAccount::default();
    let interface = json!({"NetworkInterfaceId": "eni-1", "VpcId": "vpc-1", "Groups": [{"GroupId": "sg-9"}]});
    let machine = json!({"InstanceId": "i-0123456789abcdef0", "State": {"Name": "running"}, "NetworkInterfaces": [interface]});
    world.readings.push(reading(
        "ec2",
        "DescribeInstances",
        json!(null),
        json!({"Reservations": [{"Instances": [machine]}]}),
    ));
    world.readings.push(reading(
        "ec2",
        "DescribeNetworkInterfaces",
        json!(null),
        json!({"NetworkInterfaces": [interface]}),
    ));
    let plan = world.plan(&[Seed::Instance("i-0123456789abcdef0".to_owned())]);
    let (open, close) = (
        step(&plan, "interface-open", "eni-1"),
        step(&plan, "interface-close", "eni-1"),
    );
    let groups: Vec<u32> = plan
        .steps
        .iter()
        .filter(|step| step.change.action == "isolation-group-create")
        .map(|step| step.number.0)
        .collect();
    assert_eq!(groups.len(), 2);
    assert!(open.number < close.number && close.after.iter().any(|after| after.step == open.number));
    let refers = |step: &stanch_core::plan::Step| {
        let text = serde_json::to_string(&step.change.writes).unwrap();
        groups
            .iter()
            .any(|group| text.contains(&format!("\"step\":{group},")))
    };
    assert!(refers(open) && refers(close), "{:?}", close.change.writes);
    assert!(
        !told(&plan).iter().any(|told| told.starts_with("instance-stop")),
        "an honest machine is not stopped unasked"
    );
}

#[test]
fn the_order_of_readings_changes_nothing() {
    let world = three();
    let mut readings = world.all_readings();
    let one = world.plan_of(readings.clone(), &all()).unwrap();
    readings.reverse();
    let mut seeds = all();
    seeds.extend(all());
    let other = world.plan_of(readings, &seeds).unwrap();
    assert_eq!(one, other);
    assert_eq!(crate::digest(&one).unwrap(), crate::digest(&other).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn hostile_names_change_nothing_and_act_on_nothing(name in "\\PC{1,30}|.{1,30}") {
        let mut world = three();
        let user = arn("user", &name);
        world.user(&name, json!({"Tags": [{"Key": "aws:cloudformation:stack-name", "Value": name}]}));
        world.edge(KEY, SubjectKind::LongTermKey, &user, SubjectKind::User, Derivation::Created);
        world.made("lambda", "CreateFunction", &[&name], KEY);
        let plan = world.plan(&key_seed());
        let said = plan.not_fixed.iter().flat_map(|left| [&left.what, &left.why]);
        let why = plan.steps.iter().flat_map(|step| step.why.iter().map(|why| &why.text));
        let lived = plan.remaining_credentials.iter().flat_map(|remaining| [&remaining.credential, &remaining.remark]);
        for text in said.chain(why).chain(lived) {
            prop_assert!(!text.chars().any(stanch_core::text::is_deceptive), "{text:?}");
        }
        for step in &plan.steps {
            prop_assert!(step.after.iter().all(|after| after.step < step.number));
        }
    }
}
