//! The steps for each compromised identity: by exact evidence, in the order of harm, and never on exempt principals.

mod checks;
mod legitimate;
mod order;
mod requested;
mod resources;
mod same_name;
mod sample_account;
mod scale;
mod vouched;

use serde_json::{Value, json};
use stanch_core::Principal;
use stanch_core::assessment::{FindingVerdict, MadeBy, Suspect};
use stanch_core::dossier::{Derivation, SubjectKind};
use stanch_core::plan::{Evidence, Order};

use super::{PlanError, Seed};
use sample_account::{ACCOUNT, HOUR, KEY, NOW, SampleAccount, arn, key_seed, left, sentences, step, told};

/// Eve's only key is stolen, and a session was made of it.
fn stolen() -> SampleAccount {
    let mut world = SampleAccount::default();
    world.user("eve", json!({}));
    world.key("eve", KEY);
    world.edge(
        KEY,
        SubjectKind::LongTermKey,
        "ASIA0000000000000001",
        SubjectKind::Session,
        Derivation::SessionToken,
    );
    world.edge(
        &arn("user", "eve"),
        SubjectKind::User,
        "ASIA0000000000000001",
        SubjectKind::Session,
        Derivation::Belongs,
    );
    world
}

#[test]
fn a_user_whose_only_key_is_stolen_is_denied() {
    let plan = stolen().plan(&key_seed());
    insta::assert_debug_snapshot!(told(&plan), @r#"
    [
        "user-deny eve",
        "user-deny-attached eve",
        "access-key-deactivate AKIA0000000000000001",
        "user-deny-boundary eve",
    ]
    "#);
    let deny = step(&plan, "user-deny", "eve");
    let attached = step(&plan, "user-deny-attached", "eve");
    assert_eq!(
        (attached.after[0].step, attached.after[0].order),
        (deny.number, Order::Instead)
    );
    let key = step(&plan, "access-key-deactivate", KEY);
    assert_eq!(key.why[0].evidence, [Evidence::Said(format!("--key {KEY}"))]);
    let session = plan
        .remaining_credentials
        .iter()
        .find(|remaining| remaining.credential == "ASIA0000000000000001")
        .unwrap();
    assert_eq!(
        (session.until, session.denied_by),
        (Some(NOW.plus_millis(HOUR)), Some(deny.number))
    );
    let others = plan
        .remaining_credentials
        .iter()
        .find(|remaining| remaining.credential.starts_with("other sessions"))
        .unwrap();
    assert_eq!(
        (others.until, others.denied_by),
        (Some(NOW.plus_millis(36 * HOUR)), Some(deny.number))
    );
    assert_eq!(
        plan.suspects,
        [
            "AKIA0000000000000001",
            "ASIA0000000000000001",
            &arn("user", "eve")
        ]
    );
    assert!(plan.seconds >= 30 && !plan.break_glass_declared);
}

#[test]
fn what_the_intruder_made_is_shut_altogether() {
    let mut world = stolen();
    let made = world.user("backdoor", json!({}));
    world.key("backdoor", "AKIA0000000000000003");
    world.edge(
        KEY,
        SubjectKind::LongTermKey,
        &made,
        SubjectKind::User,
        Derivation::Created,
    );
    let role = world.role("evil", json!({}));
    world.edge(
        &made,
        SubjectKind::User,
        &role,
        SubjectKind::Role,
        Derivation::Created,
    );
    let plan = world.plan(&key_seed());
    for (action, name) in [
        ("user-deny", "backdoor"),
        ("user-deny-boundary", "backdoor"),
        ("access-key-deactivate", "AKIA0000000000000003"),
        ("login-profile-remove", "backdoor"),
        ("role-deny", "evil"),
        ("role-deny-boundary", "evil"),
    ] {
        step(&plan, action, name);
    }
    assert!(
        !told(&plan).contains(&"login-profile-remove eve".to_owned()),
        "her password was not stolen"
    );
    assert!(!told(&plan).contains(&"role-sessions-revoke evil".to_owned()));
    assert!(step(&plan, "user-deny", "backdoor").change.impact.is_empty());
}

#[test]
fn a_role_that_workloads_use_loses_its_sessions_and_says_who_uses_it() {
    let mut world = stolen();
    let role = world.role(
        "web",
        json!({"Tags": [{"Key": "aws:cloudformation:stack-name", "Value": "site"}]}),
    );
    world.assumed(KEY, &role, "ASIA0000000000000002");
    let function = json!({"Functions": [{"FunctionName": "f", "FunctionArn": "arn:aws:lambda:us-east-1:1:function:f", "Role": role}]});
    world.readings.push(sample_account::reading(
        "lambda",
        "ListFunctions",
        json!(null),
        function,
    ));
    let profile = "arn:aws:iam::111122223333:instance-profile/web";
    world.readings.push(sample_account::reading(
        "iam",
        "ListInstanceProfiles",
        json!(null),
        json!({"InstanceProfiles": [{"Arn": profile, "Roles": [{"Arn": role}]}]}),
    ));
    let machine = json!({"Reservations": [{"Instances": [{"InstanceId": "i-0123456789abcdef0", "IamInstanceProfile": {"Arn": profile}}]}]});
    world.readings.push(sample_account::reading(
        "ec2",
        "DescribeInstances",
        json!(null),
        machine,
    ));
    let plan = world.plan(&key_seed());
    let revoke = step(&plan, "role-sessions-revoke", "web");
    insta::assert_debug_snapshot!(sentences(&revoke.change.impact), @r#"
    [
        "1 Lambda function and 1 EC2 instance use this role: i-0123456789abcdef0, f",
        "Not known whether ECS tasks use this role: they were not read in full",
        "Managed by CloudFormation stack site, which can restore it",
    ]
    "#);
    let trust = step(&plan, "trust-policy-tighten", "web");
    assert!(trust.change.does.contains("user/eve"), "{}", trust.change.does);
    assert!(!told(&plan).iter().any(|told| told.starts_with("role-deny")));
    let session = plan
        .remaining_credentials
        .iter()
        .find(|remaining| remaining.credential == "ASIA0000000000000002")
        .unwrap();
    assert_eq!(session.denied_by, Some(revoke.number));
}

#[test]
fn one_machine_of_a_fleet_is_denied_alone() {
    let mut world = SampleAccount::default();
    let role = world.role("fleet", json!({}));
    world.edge(
        "i-0123456789abcdef0",
        SubjectKind::Instance,
        "ASIA0000000000000005",
        SubjectKind::Session,
        Derivation::RunsAs,
    );
    world.edge(
        &role,
        SubjectKind::Role,
        "ASIA0000000000000005",
        SubjectKind::Session,
        Derivation::Belongs,
    );
    let plan = world.plan(&[Seed::Session("ASIA0000000000000005".to_owned())]);
    assert_eq!(told(&plan), ["instance-sessions-deny fleet"]);
    assert_eq!(
        plan.remaining_credentials
            .iter()
            .find(|remaining| remaining.credential.starts_with("ASIA"))
            .unwrap()
            .denied_by,
        Some(plan.steps[0].number)
    );
}

#[test]
fn nobody_who_is_exempt_is_touched_and_it_is_said_loudly() {
    let mut world = stolen();
    let ours = world.role("responder", json!({}));
    let glass = world.role("break-glass", json!({}));
    world.assumed(KEY, &ours, "ASIA0000000000000003");
    world.assumed(KEY, &glass, "ASIA0000000000000004");
    world.break_glass = vec![arn("role", "ops/break-glass")];
    let plan = world.plan(&key_seed());
    for name in ["responder", "break-glass"] {
        assert!(plan.steps.iter().all(|step| step.change.target.name != name));
        assert!(
            left(&plan, name)[0].starts_with("NOT CONTAINED: it is compromised, but exempt"),
            "{:?}",
            left(&plan, name)
        );
        assert!(plan.exempt.contains(&arn("role", name)) && !plan.suspects.contains(&arn("role", name)));
    }
    assert!(plan.break_glass_declared && plan.not_fixed[0].why.starts_with("NOT CONTAINED"));
    world.chain = vec![arn("user", "eve")];
    let plan = world.plan(&key_seed());
    assert_eq!(
        told(&plan),
        [""; 0],
        "she is the responder's own user, her key as well"
    );
    assert!(
        plan.remaining_credentials
            .iter()
            .any(|remaining| remaining.credential == KEY && remaining.denied_by.is_none())
    );
}

#[test]
fn roles_that_iam_lets_nobody_change_are_left_and_impostors_are_not() {
    let mut world = stolen();
    let path = |path: &str, name: &str| json!({"Arn": format!("arn:aws:iam::{ACCOUNT}:role/{path}{name}"), "Path": format!("/{path}")});
    for (name, more) in [
        (
            "AWSReservedSSO_Admin_1",
            path("aws-reserved/sso.amazonaws.com/", "AWSReservedSSO_Admin_1"),
        ),
        (
            "AWSServiceRoleForX",
            path("aws-service-role/x.amazonaws.com/", "AWSServiceRoleForX"),
        ),
        ("AWSServiceRoleForY", json!({})),
    ] {
        let role = world.role(name, more);
        world.assumed(KEY, &role, &format!("ASIA000000000000{name}"));
    }
    let plan = world.plan(&key_seed());
    assert!(left(&plan, "AWSReservedSSO_Admin_1")[0].contains("permission set"));
    assert!(left(&plan, "AWSServiceRoleForX")[0].contains("service-linked"));
    step(&plan, "role-sessions-revoke", "AWSServiceRoleForY");
    assert!(
        plan.steps
            .iter()
            .all(|step| step.change.target.name != "AWSReservedSSO_Admin_1")
    );
}

#[test]
fn weak_links_are_listed_and_planned_only_when_named() {
    let mut world = stolen();
    world.user("ann", json!({}));
    world.key("ann", "AKIA0000000000000004");
    world.used(KEY, NOW, "203.0.113.9");
    world.used("AKIA0000000000000004", NOW, "203.0.113.9");
    let opened = world.role("opened", json!({}));
    world.edge(
        KEY,
        SubjectKind::LongTermKey,
        &opened,
        SubjectKind::Role,
        Derivation::Opened,
    );
    let plan = world.plan(&key_seed());
    assert!(left(&plan, "AKIA0000000000000004")[0].contains("an IP address can be shared"));
    assert!(left(&plan, "opened")[0].contains("changed its permissions"));
    assert!(
        plan.steps
            .iter()
            .all(|step| !["ann", "opened"].contains(&step.change.target.name.as_str()))
    );
    let plan = world.plan(&[
        Seed::Ip("203.0.113.9".to_owned()),
        Seed::Role("opened".to_owned()),
    ]);
    step(&plan, "user-deny", "ann");
    step(&plan, "role-sessions-revoke", "opened");
    assert!(left(&plan, "AKIA0000000000000004").is_empty());
}

#[test]
fn things_that_were_made_are_answered_each_by_its_action() {
    let mut world = stolen();
    let machine = json!({"InstanceId": "i-0123456789abcdef0", "State": {"Name": "running"}, "NetworkInterfaces": [],
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": "vol-1"}}]});
    world.readings.push(sample_account::reading(
        "ec2",
        "DescribeInstances",
        json!(null),
        json!({"Reservations": [{"Instances": [machine]}]}),
    ));
    let group = json!({"AutoScalingGroups": [{"AutoScalingGroupName": "miners", "MinSize": 1, "MaxSize": 9, "DesiredCapacity": 9, "SuspendedProcesses": []}]});
    world.readings.push(sample_account::reading(
        "autoscaling",
        "DescribeAutoScalingGroups",
        json!(null),
        group,
    ));
    world.made("ec2", "RunInstances", &["i-0123456789abcdef0"], KEY);
    world.made(
        "autoscaling",
        "CreateAutoScalingGroup",
        &["miners"],
        "ASIA0000000000000001",
    );
    world.made("glue", "CreateJob", &["strange"], KEY);
    world.made("iam", "CreateUser", &["second"], KEY);
    world.made("iam", "CreateUser", &["unrelated"], "AKIA000000000000OTHER");
    world.user("second", json!({}));
    let plan = world.plan(&key_seed());
    let parent = step(&plan, "auto-scaling-stop", "miners").number;
    let stop = step(&plan, "instance-stop", "i-0123456789abcdef0");
    assert!(parent < stop.number && stop.after.iter().any(|after| after.step == parent));
    let copied = step(&plan, "instance-snapshot", "i-0123456789abcdef0").number;
    assert!(
        stop.after
            .iter()
            .any(|after| after.step == copied && after.order == Order::Needs)
    );
    step(&plan, "user-deny", "second");
    assert!(left(&plan, "strange")[0].contains("no check and no action for it"));
    assert!(left(&plan, "unrelated")[0].contains("not known to be compromised"));
}

#[test]
fn machines_that_a_group_or_a_spot_request_of_an_intruder_launched_are_stopped_and_no_other() {
    let mut world = stolen();
    let machine = |id: &str, more: Value| {
        let mut machine = json!({"InstanceId": id, "State": {"Name": "running"}, "NetworkInterfaces": [],
            "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": "vol-1"}}]});
        machine
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        machine
    };
    let of_group = |name: &str| json!({"Tags": [{"Key": "aws:autoscaling:groupName", "Value": name}]});
    let machines = [
        machine("i-0000000000000group", of_group("miners")),
        machine("i-00000000000000spot", json!({"SpotInstanceRequestId": "sir-1"})),
        machine("i-0000000000000other", of_group("web")),
    ];
    world.readings.push(sample_account::reading(
        "ec2",
        "DescribeInstances",
        json!(null),
        json!({"Reservations": [{"Instances": machines}]}),
    ));
    world.made("autoscaling", "CreateAutoScalingGroup", &["miners"], KEY);
    world.made("ec2", "RequestSpotInstances", &["sir-1"], KEY);
    let plan = world.plan(&key_seed());
    let steps = plan
        .steps
        .iter()
        .filter(|step| step.change.action == "instance-stop");
    let mut stopped: Vec<&str> = steps.map(|step| step.change.target.name.as_str()).collect();
    stopped.sort_unstable();
    assert_eq!(stopped, ["i-00000000000000spot", "i-0000000000000group"]);
}

#[test]
fn what_was_made_before_the_first_hostile_act_is_not_the_intruders() {
    let mut world = stolen();
    world.made("iam", "CreateUser", &["old-colleague"], KEY);
    world.user("old-colleague", json!({}));
    world.suspects.push(Suspect {
        principal: Principal::from_key(&arn("user", "eve")),
        since: NOW.plus_millis(2 * HOUR),
        why: "made something".to_owned(),
    });
    let plan = world.plan(&key_seed());
    assert!(left(&plan, "old-colleague")[0].contains("before the first suspicious act"));
    assert!(
        plan.steps
            .iter()
            .all(|step| step.change.target.name != "old-colleague")
    );
}

#[test]
fn findings_are_seeds_and_hostile_ones_beside_are_mentioned() {
    let mut world = stolen();
    let group = "sg-1";
    let id = world.finding(
        "trust-anchor-own",
        "trust-anchor",
        "arn:aws:rolesanywhere:us-east-1:111122223333:trust-anchor/a",
        FindingVerdict::Malicious,
    );
    world.finding(
        "port-open-to-world",
        "security-group",
        group,
        FindingVerdict::Misconfiguration,
    );
    let plan = world.plan(&key_seed());
    assert!(left(&plan, "trust-anchor/a")[0].contains(&format!("--finding {id}")));
    assert!(left(&plan, group).is_empty());
    let plan = world.plan(&[Seed::Finding(id.clone())]);
    let answered = plan
        .steps
        .iter()
        .any(|step| step.change.action == "trust-anchor-disable");
    let told = left(&plan, "trust-anchor/a");
    assert!(
        answered || told.iter().any(|why| why.contains("trust-anchor-disable")),
        "{told:?}"
    );
    world.findings[0].made_by = MadeBy::unknown("x");
    assert!(matches!(
        world.try_plan(&[Seed::Finding("nothing".to_owned())]),
        Err(PlanError::Unknown { .. })
    ));
}

#[test]
fn what_is_unknown_or_a_strangers_is_an_error_that_says_what_to_do() {
    let world = stolen();
    let errors = [
        vec![],
        vec![Seed::Key("AKIA0000000000000009".to_owned())],
        vec![Seed::Key("ASIAY34FZKBOKMUTVV7A".to_owned())],
        vec![Seed::Key("hello".to_owned())],
        vec![Seed::User("arn:aws:iam::444455556666:user/eve".to_owned())],
        vec![Seed::User("nobody\u{1b}[31m".to_owned())],
        vec![Seed::Ip("not-an-address".to_owned())],
        vec![Seed::Instance("i-1".to_owned())],
    ]
    .map(|seeds| world.try_plan(&seeds).unwrap_err().to_string());
    insta::assert_snapshot!(errors.join("\n"), @r"
    nothing to contain was named: give at least one of --key, --user, --role, --session, --instance, --ip, --finding, --act
    --key AKIA0000000000000009 is in neither the snapshot nor the logs: check the spelling, collect the account again, or load the logs that name it
    --key ASIAY34FZKBOKMUTVV7A is in account 609629065308, and this plan is for account 111122223333: plan for that account, with its snapshot and credentials
    --key hello is not a valid access key id (AKIA… or ASIA…)
    --user arn:aws:iam::444455556666:user/eve is in account 444455556666, and this plan is for account 111122223333: plan for that account, with its snapshot and credentials
    --user nobody\u{1b}[31m is in neither the snapshot nor the logs: check the spelling, collect the account again, or load the logs that name it
    --ip not-an-address is not a valid address
    --instance i-1 is not a valid instance id
    ");
}

#[test]
fn a_user_that_vanished_is_told_and_not_planned() {
    let mut world = stolen();
    world.edge(
        &arn("user", "gone"),
        SubjectKind::User,
        "ASIA0000000000000007",
        SubjectKind::Session,
        Derivation::Belongs,
    );
    let plan = world.plan(&[Seed::User("gone".to_owned())]);
    assert!(plan.steps.is_empty());
    assert!(left(&plan, "gone")[0].contains("no longer exists in the account"));
}

/// The planner's impact and the lint rules are tied by type: what the planner says of a stack, the linter finds.
#[test]
fn a_stack_that_manages_a_role_is_found_by_the_linter() {
    let mut world = stolen();
    let tags = json!({"Tags": [{"Key": "aws:cloudformation:stack-name", "Value": "site"}]});
    let role = world.role("web", tags);
    world.assumed(KEY, &role, "ASIA0000000000000002");
    let plan = world.plan(&key_seed());
    let account = crate::account::Account::new(&ACCOUNT.into(), "aws", &"us-east-1".into(), []);
    let context = crate::lint::LintContext {
        now: NOW,
        account: &account,
        account_id: &ACCOUNT.into(),
        endpoint: None,
        caller: &plan.responder.arn,
        chain: &[],
        break_glass: &[],
        declared_later: &[],
        expires: None,
        skew_seconds: None,
        administrators: None,
        digest: None,
        hours: 24,
    };
    let complaints = crate::lint::lint(&plan, &context);
    let of = |rule: &str| {
        let found = complaints.iter().filter(|complaint| complaint.rule == rule);
        found.map(|complaint| complaint.step).collect::<Vec<_>>()
    };
    let revoke = step(&plan, "role-sessions-revoke", "web").number;
    assert!(of("put-back").contains(&Some(revoke)), "{complaints:?}");
    let restored = plan.steps.iter().flat_map(|step| &step.change.impact);
    let restored = restored.filter(|impact| impact.is_restored()).count();
    assert_eq!(of("put-back").len(), restored);
    let all = plan
        .steps
        .iter()
        .map(|step| step.change.impact.len())
        .sum::<usize>();
    assert_eq!(of("in-use").len(), all - restored);
}
