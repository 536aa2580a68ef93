//! Policies of an organization.

use super::super::Guard;
use super::*;

fn admin_under(levels: Vec<Vec<Policy>>) -> Policies {
    let mut policies = identity(vec![allow("*", "*")]);
    policies.service_control = Guard::Levels(levels);
    policies
}

#[test]
fn a_service_control_policy_grants_nothing() {
    let mut policies = admin_under(vec![vec![allow("*", "*")]]);
    policies.identity.clear();
    nothing_allows(&user(), &policies);
}

#[test]
fn every_level_of_an_organization_must_allow() {
    allowed(
        &user(),
        &admin_under(vec![vec![allow("*", "*")], vec![allow("s3:*", "*")]]),
    );
    nothing_allows(
        &user(),
        &admin_under(vec![vec![allow("*", "*")], vec![allow("ec2:*", "*")]]),
    );
    nothing_allows(&user(), &admin_under(vec![vec![allow("*", "*")], vec![]]));
}

#[test]
fn within_a_level_any_policy_is_enough() {
    allowed(
        &user(),
        &admin_under(vec![vec![allow("ec2:*", "*"), allow("s3:*", "*")]]),
    );
}

#[test]
fn a_deny_at_any_level_is_an_explicit_deny() {
    let levels = vec![vec![allow("*", "*"), deny("s3:*", "*")], vec![allow("*", "*")]];
    something_denies(&user(), &admin_under(levels));
}

#[test]
fn service_control_limits_what_a_resource_policy_grants() {
    let mut policies = resource(on("Allow", &json!({"AWS": USER})));
    policies.service_control = Guard::Levels(vec![vec![allow("ec2:*", "*")]]);
    nothing_allows(&user(), &policies);
}

#[test]
fn service_control_limits_the_root_user_of_a_member() {
    let root = request(Caller::root(ACCOUNT, "aws"));
    something_denies(&root, &admin_under(vec![vec![allow("*", "*"), deny("*", "*")]]));
}

#[test]
fn the_management_account_is_under_no_service_control_policy() {
    let mut policies = identity(vec![allow("*", "*")]);
    policies.service_control = Guard::None;
    allowed(&user(), &policies);
}

#[test]
fn a_service_linked_role_is_under_no_policy_of_an_organization() {
    let role = "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
    let caller = Caller::session(
        role,
        "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForX/one",
    );
    let mut policies = admin_under(vec![vec![deny("*", "*")]]);
    policies.resource_control = Guard::Levels(vec![vec![deny("*", "*")]]);
    allowed(&request(caller), &policies);
}

#[test]
fn a_resource_control_policy_limits_everyone() {
    let deny_all = Guard::Levels(vec![vec![allow("*", "*"), deny("s3:GetObject", "*")]]);
    let mut policies = resource(on("Allow", &json!("*")));
    policies.resource_control = deny_all.clone();
    something_denies(&request(Caller::anonymous()), &policies);
    let mut policies = identity(vec![allow("*", "*")]);
    policies.resource_control = deny_all;
    something_denies(&user(), &policies);
}

#[test]
fn policies_of_an_organization_that_were_not_read_are_unknown() {
    let mut policies = identity(vec![allow("*", "*")]);
    policies.service_control = Guard::Unknown;
    hangs_on(&user(), &policies, "policies of the organization");
    policies.identity.clear();
    nothing_allows(&user(), &policies);
}
