//! An account as a whole: access, administrators, ways up.

use serde_json::{Value, json};

use super::paths::{ENTERS, GRANTS, Grants, OPENS_USER, PASSES};
use super::{Decision, Escalations, Grade, OnResource, Policy, Principals, Target};

const ACCOUNT: &str = "111122223333";
const EVERYTHING: &str = "*";

fn arn(kind: &str, name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{kind}/{name}")
}

fn allows(actions: &[&str], resource: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": actions, "Resource": resource}})
}

fn user(name: &str, document: &Value) -> Value {
    json!({"UserName": name, "UserId": format!("AIDA{name}"), "Arn": arn("user", name), "GroupList": [],
        "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": document}], "AttachedManagedPolicies": []})
}

fn role(name: &str, trusted: &Value, document: &Value) -> Value {
    json!({"RoleName": name, "RoleId": format!("AROA{name}"), "Arn": arn("role", name),
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}},
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": document}], "AttachedManagedPolicies": [],
        "InstanceProfileList": [{"Arn": arn("instance-profile", name)}]})
}

fn nothing() -> Value {
    allows(&["none:None"], EVERYTHING)
}

fn account(details: &Value) -> Principals {
    let mut principals = Principals::of(ACCOUNT);
    principals.add_details(details);
    principals.finished()
}

fn users(list: &[Value]) -> Principals {
    account(&json!({ "UserDetailList": list }))
}

/// The names of the ways of the user `u` to an administrator, and how sure the shortest is.
fn up(escalations: &Escalations) -> Option<(Vec<String>, Grade)> {
    let way = escalations.way_up(&arn("user", "u"))?;
    Some((
        way.steps.iter().map(|step| step.path.clone()).collect(),
        way.grade,
    ))
}

fn paths(principals: &Principals) -> Vec<String> {
    let steps = principals.steps(&arn("user", "u"));
    steps.into_iter().map(|step| step.path).collect()
}

#[test]
fn administrators_are_told_from_those_who_may_nearly_everything() {
    let admin = allows(&[EVERYTHING], EVERYTHING);
    let power = json!({"Statement": [{"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}]});
    let with_mfa = json!({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}]});
    let quarantined = json!({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "iam:CreateUser", "Resource": "*"}]});
    let spared = json!({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "arn:aws:s3:::logs"}]});
    let mut bounded = user("bounded", &admin);
    bounded["PermissionsBoundary"] = json!({"PermissionsBoundaryArn": arn("policy", "small")});
    let mut attached = user("attached", &nothing());
    attached["AttachedManagedPolicies"] =
        json!([{"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]);
    let mut member = user("member", &nothing());
    member["GroupList"] = json!(["admins"]);
    let mut unread = user("unread", &nothing());
    unread["AttachedManagedPolicies"] = json!([{"PolicyArn": arn("policy", "gone")}]);
    let principals = account(&json!({
        "UserDetailList": [user("admin", &admin), user("power", &power), user("mfa", &with_mfa), user("quarantined", &quarantined),
            user("spared", &spared), bounded, attached, member, unread],
        "GroupDetailList": [{"GroupName": "admins", "Arn": arn("group", "admins"), "GroupPolicyList": [{"PolicyName": "p", "PolicyDocument": admin}]}],
        "Policies": [{"Arn": arn("policy", "small"), "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": allows(&["s3:*"], "*")}]}],
    }));
    let found = principals.administrators();
    let names = |list: &[String]| -> Vec<String> {
        list.iter()
            .map(|arn| arn.replace(&super::tests::arn("user", ""), ""))
            .collect()
    };
    assert_eq!(names(&found.certain), ["admin", "attached", "member", "spared"]);
    assert_eq!(names(&found.possible), ["mfa", "unread"]);
}

#[test]
fn the_last_administrator_is_known() {
    let admin = allows(&[EVERYTHING], EVERYTHING);
    let service = json!({"Service": "ec2.amazonaws.com"});
    let with = |more: Value| {
        account(
            &json!({"UserDetailList": [user("a", &admin), user("b", &nothing())], "RoleDetailList": more}),
        )
    };
    let last = |principals: &Principals, name: &str| principals.is_last_administrator(&arn("user", name));
    // A role for services is no way back in.
    let alone = with(json!([role("machine", &service, &admin)]));
    assert_eq!(
        (last(&alone, "a"), last(&alone, "b")),
        (Grade::Certain, Grade::No)
    );
    let backed = with(json!([role("people", &json!({"AWS": ACCOUNT}), &admin)]));
    assert_eq!(last(&backed, "a"), Grade::No);
    let conditional = json!({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}]});
    let maybe = users(&[user("a", &admin), user("c", &conditional)]);
    assert_eq!(last(&maybe, "a"), Grade::Possible);
}

#[test]
fn access_is_asked_for_with_what_is_known_of_a_principal() {
    let own = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:*AccessKey*", "Resource": arn("user", "${aws:username}")}});
    let principals = users(&[user("u", &own)]);
    let on = |name: &str| {
        principals.access(
            &arn("user", "u"),
            "iam:CreateAccessKey",
            &Target::This(arn("user", name)),
        )
    };
    assert_eq!(on("u"), Decision::Allowed);
    assert_eq!(on("v"), Decision::ImplicitlyDenied);
    let nobody = principals.access(
        &arn("user", "gone"),
        "s3:GetObject",
        &Target::This("*".to_owned()),
    );
    assert!(matches!(nobody, Decision::Unknown { .. }));
}

#[test]
fn a_resource_tells_who_reaches_it() {
    let read = allows(&["s3:GetObject"], "arn:aws:s3:::docs/*");
    let principals = users(&[
        user("reader", &read),
        user("named", &nothing()),
        user("other", &nothing()),
    ]);
    let policy = json!({"Statement": {"Effect": "Allow", "Principal": {"AWS": arn("user", "named")}, "Action": "s3:*", "Resource": "*"}});
    let on = OnResource::Policy(Policy::read(&policy));
    let found = principals.who_can(
        "s3:GetObject",
        &Target::This("arn:aws:s3:::docs/k".to_owned()),
        &on,
    );
    let names: Vec<&str> = found
        .iter()
        .map(|(principal, _)| principal.name.as_str())
        .collect();
    assert_eq!(names, ["named", "reader"]);
}

#[test]
fn every_way_to_give_oneself_permissions_is_found() {
    for (path, call, kind) in GRANTS {
        if kind == Grants::Role {
            let principals = account(
                &json!({"RoleDetailList": [role("u", &json!({"Service": "x.amazonaws.com"}), &allows(&[call], "*"))]}),
            );
            let escalations = principals.escalations();
            assert_eq!(escalations.way_up(&arn("role", "u")).unwrap().steps[0].path, path);
            continue;
        }
        let mut climber = user("u", &allows(&[call], EVERYTHING));
        climber["GroupList"] = json!(["g"]);
        climber["AttachedManagedPolicies"] = json!([{"PolicyArn": arn("policy", "p")}]);
        let versions = json!([{"VersionId": "v1", "IsDefaultVersion": false, "Document": allows(&[EVERYTHING], "*")},
            {"VersionId": "v2", "IsDefaultVersion": true, "Document": nothing()}]);
        let details = json!({"UserDetailList": [climber], "GroupDetailList": [{"GroupName": "g", "Arn": arn("group", "g")}],
            "Policies": [{"Arn": arn("policy", "p"), "PolicyVersionList": versions}]});
        assert_eq!(
            up(&account(&details).escalations()),
            Some((vec![path.to_owned()], Grade::Certain)),
            "{call}"
        );
    }
}

#[test]
fn an_older_version_without_more_power_is_no_way_up() {
    let mut climber = user("u", &allows(&["iam:SetDefaultPolicyVersion"], EVERYTHING));
    climber["AttachedManagedPolicies"] = json!([{"PolicyArn": arn("policy", "p")}]);
    let versions = json!([{"VersionId": "v1", "IsDefaultVersion": false, "Document": allows(&["s3:*"], "*")},
        {"VersionId": "v2", "IsDefaultVersion": true, "Document": nothing()}]);
    let details = json!({"UserDetailList": [climber], "Policies": [{"Arn": arn("policy", "p"), "PolicyVersionList": versions}]});
    assert_eq!(up(&account(&details).escalations()), None);
}

#[test]
fn a_boundary_stops_who_gives_themselves_permissions_unless_they_may_take_it_away() {
    let bounded = |calls: &[&str]| {
        let mut climber = user("u", &allows(calls, EVERYTHING));
        climber["PermissionsBoundary"] = json!({"PermissionsBoundaryArn": arn("policy", "b")});
        let boundary =
            json!([{"VersionId": "v1", "IsDefaultVersion": true, "Document": allows(&["iam:*"], "*")}]);
        up(&account(&json!({"UserDetailList": [climber], "Policies": [{"Arn": arn("policy", "b"), "PolicyVersionList": boundary}]})).escalations())
    };
    assert_eq!(bounded(&["iam:PutUserPolicy"]), None);
    assert!(bounded(&["iam:PutUserPolicy", "iam:DeleteUserPermissionsBoundary"]).is_some());
}

#[test]
fn taking_over_an_administrator_is_a_way_up_and_taking_over_oneself_is_none() {
    for (path, call) in OPENS_USER {
        let with = |resource: &str| {
            users(&[
                user("u", &allows(&[call], resource)),
                user("boss", &allows(&[EVERYTHING], "*")),
            ])
        };
        assert_eq!(
            up(&with("*").escalations()),
            Some((vec![path.to_owned()], Grade::Certain))
        );
        assert_eq!(up(&with(&arn("user", "u")).escalations()), None);
    }
}

#[test]
fn a_role_is_taken_on_where_its_trust_allows() {
    let boss = |trusted: Value| role("boss", &trusted, &allows(&[EVERYTHING], "*"));
    let with = |calls: &[&str], trusted: Value| {
        up(&account(
            &json!({"UserDetailList": [user("u", &allows(calls, "*"))], "RoleDetailList": [boss(trusted)]}),
        )
        .escalations())
    };
    assert_eq!(
        with(&["none:None"], json!({"AWS": arn("user", "u")})),
        Some((vec!["assume-role".to_owned()], Grade::Certain))
    );
    assert_eq!(with(&["none:None"], json!({"AWS": ACCOUNT})), None);
    assert_eq!(
        with(&["sts:AssumeRole"], json!({"AWS": ACCOUNT})),
        Some((vec!["assume-role".to_owned()], Grade::Certain))
    );
    assert_eq!(
        with(&["sts:AssumeRole"], json!({"Service": "ec2.amazonaws.com"})),
        None
    );
    let retrusts = with(
        &["iam:UpdateAssumeRolePolicy"],
        json!({"Service": "ec2.amazonaws.com"}),
    );
    assert_eq!(retrusts, Some((vec!["iam-012".to_owned()], Grade::Certain)));
}

#[test]
fn joining_a_group_of_administrators_is_a_way_up() {
    let group = |document: &Value| {
        let groups = json!([{"GroupName": "g", "Arn": arn("group", "g"), "GroupPolicyList": [{"PolicyName": "p", "PolicyDocument": document}]}]);
        up(&account(&json!({"UserDetailList": [user("u", &allows(&["iam:AddUserToGroup"], "*"))], "GroupDetailList": groups})).escalations())
    };
    assert_eq!(
        group(&allows(&[EVERYTHING], "*")),
        Some((vec!["iam-013".to_owned()], Grade::Certain))
    );
    assert_eq!(group(&allows(&["s3:*"], "*")), None);
}

#[test]
fn a_permission_for_somebody_else_and_their_key_are_a_way_up() {
    let with = |calls: &[&str]| {
        users(&[
            user("u", &allows(calls, &arn("user", "other"))),
            user("other", &nothing()),
        ])
    };
    assert_eq!(up(&with(&["iam:PutUserPolicy"]).escalations()), None);
    assert_eq!(up(&with(&["iam:CreateAccessKey"]).escalations()), None);
    let both = with(&["iam:PutUserPolicy", "iam:CreateAccessKey"]);
    assert_eq!(
        up(&both.escalations()),
        Some((vec!["iam-007+".to_owned()], Grade::Certain))
    );
    let new = users(&[user(
        "u",
        &allows(
            &["iam:CreateUser", "iam:AttachUserPolicy", "iam:CreateAccessKey"],
            "*",
        ),
    )]);
    assert!(paths(&new).contains(&"new-user".to_owned()));
}

#[test]
fn every_way_to_pass_a_role_is_found_and_only_to_whom_it_trusts() {
    for pass in PASSES {
        let calls: Vec<&str> = pass.calls.iter().copied().chain(["iam:PassRole"]).collect();
        let with = |service: &str, calls: &[&str]| {
            let roles = json!([role(
                "boss",
                &json!({"Service": service}),
                &allows(&[EVERYTHING], "*")
            )]);
            account(&json!({"UserDetailList": [user("u", &allows(calls, "*"))], "RoleDetailList": roles}))
        };
        assert!(
            paths(&with(pass.service, &calls)).contains(&pass.id.to_owned()),
            "{}",
            pass.id
        );
        assert_eq!(paths(&with("config.amazonaws.com", &calls)), Vec::<String>::new());
        assert_eq!(paths(&with(pass.service, pass.calls)), Vec::<String>::new());
    }
}

#[test]
fn a_role_may_be_passed_to_one_service_only() {
    let document = json!({"Statement": [{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*",
        "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}},
        {"Effect": "Allow", "Action": ["lambda:*", "ecs:*"], "Resource": "*"}]});
    let trusted = json!({"Service": ["lambda.amazonaws.com", "ecs-tasks.amazonaws.com"]});
    let roles = json!([role("boss", &trusted, &allows(&[EVERYTHING], "*"))]);
    let found = paths(&account(
        &json!({"UserDetailList": [user("u", &document)], "RoleDetailList": roles}),
    ));
    assert_eq!(found, ["ecs-run", "ecs-service", "ecs-start"]);
}

#[test]
fn every_way_into_what_runs_as_a_role_is_found() {
    for way in ENTERS {
        let roles = json!([role(
            "boss",
            &json!({"Service": "x.amazonaws.com"}),
            &allows(&[EVERYTHING], "*")
        )]);
        let mut principals = Principals::of(ACCOUNT);
        principals.add_details(
            &json!({"UserDetailList": [user("u", &allows(way.calls, "*"))], "RoleDetailList": roles}),
        );
        // An instance names the profile of its role.
        let runs_as = if way.kind == "ec2" {
            "instance-profile"
        } else {
            "role"
        };
        principals.add_workload(
            way.kind,
            "arn:aws:any:us-east-1:111122223333:thing/t",
            &arn(runs_as, "boss"),
        );
        let found = up(&principals.finished().escalations());
        assert_eq!(
            found,
            Some((vec![way.id.to_owned()], Grade::Certain)),
            "{}",
            way.id
        );
    }
}

#[test]
fn ways_lead_over_others_and_circles_end() {
    let chain = |name: &str, next: &str| {
        role(
            name,
            &json!({"AWS": ACCOUNT}),
            &allows(&["sts:AssumeRole"], &arn("role", next)),
        )
    };
    let last = role(
        "boss",
        &json!({"AWS": arn("role", "two")}),
        &allows(&[EVERYTHING], "*"),
    );
    let principals = account(&json!({
        "UserDetailList": [user("u", &allows(&["sts:AssumeRole"], &arn("role", "one")))],
        "RoleDetailList": [chain("one", "two"), chain("two", "one"), last],
    }));
    let escalations = principals.escalations();
    let way = escalations.way_up(&arn("user", "u")).unwrap();
    let over: Vec<&str> = way.steps.iter().filter_map(|step| step.to.as_deref()).collect();
    assert_eq!(
        over,
        [arn("role", "one"), arn("role", "two"), arn("role", "boss")]
    );
    let reached = principals.reach(&arn("user", "u"), Grade::Certain);
    assert_eq!(reached.len(), 3);
}

#[test]
fn a_session_of_a_role_is_a_fresh_one() {
    let date = |operator: &str, effect: &str| json!({"Effect": effect, "Action": "*", "Resource": "*", "Condition": {operator: {"aws:TokenIssueTime": "2026-03-06T14:00:00Z"}}});
    let service = json!({"Service": "ec2.amazonaws.com"});
    let is_admin = |statements: &Value| {
        let document = json!({"Version": "2012-10-17", "Statement": statements});
        let principals = account(&json!({"RoleDetailList": [role("r", &service, &document)]}));
        !principals.administrators().certain.is_empty()
    };
    assert!(is_admin(&json!([date("DateGreaterThan", "Allow")])));
    // Revoked sessions are no revoked role.
    let revoked = json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}, date("DateLessThan", "Deny")]);
    assert!(is_admin(&revoked));
}

#[test]
fn a_service_linked_role_is_no_way_up() {
    let mut boss = role(
        "boss",
        &json!({"Service": "x.amazonaws.com"}),
        &allows(&[EVERYTHING], "*"),
    );
    boss["Arn"] = json!(arn("role", "aws-service-role/x.amazonaws.com/boss"));
    let climber = user("u", &allows(&["iam:UpdateAssumeRolePolicy", "iam:PassRole"], "*"));
    let principals = account(&json!({"UserDetailList": [climber], "RoleDetailList": [boss]}));
    assert_eq!(up(&principals.escalations()), None);
}

#[test]
fn what_hangs_on_the_unknown_is_possible_only() {
    let document = json!({"Statement": [{"Effect": "Allow", "Action": "iam:PutUserPolicy", "Resource": "*",
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}]});
    let found = up(&users(&[user("u", &document)]).escalations());
    assert_eq!(found, Some((vec!["iam-007".to_owned()], Grade::Possible)));
}

proptest::proptest! {
    #[test]
    fn no_answer_makes_it_panic(text in "\\PC{0,20}", number in proptest::prelude::any::<i64>()) {
        for odd in [json!(text), json!(number), json!([text]), json!({"Statement": text}), json!(null)] {
            let mut climber = user("u", &odd);
            climber["GroupList"] = odd.clone();
            climber["PermissionsBoundary"] = odd.clone();
            climber["Tags"] = json!([odd, {"Key": text, "Value": number}]);
            let boss = role(&text, &odd, &odd);
            let principals = account(&json!({"UserDetailList": [climber, odd], "RoleDetailList": [boss], "Policies": odd, "GroupDetailList": odd}));
            drop(principals.escalations());
        }
    }
}
