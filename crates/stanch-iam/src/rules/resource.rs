//! The policy on the resource, within an account and across accounts.

use super::*;

fn gate(principal: &Value) -> Policies {
    let trust = policy(&json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}));
    Policies {
        resource: OnResource::Gate(trust),
        ..Policies::default()
    }
}

fn assume() -> Request {
    let mut request = user();
    "sts:AssumeRole".clone_into(&mut request.action);
    request.target = Target::This(ROLE.to_owned());
    request
}

#[test]
fn within_an_account_either_side_is_enough() {
    allowed(&user(), &resource(on("Allow", &json!({"AWS": USER}))));
    let mut policies = resource(on("Allow", &json!({"AWS": ROLE})));
    policies.identity = vec![allow("s3:*", "*")];
    allowed(&user(), &policies);
}

#[test]
fn a_deny_on_the_resource_is_an_explicit_deny() {
    let mut policies = resource(on("Deny", &json!("*")));
    policies.identity = vec![allow("*", "*")];
    something_denies(&user(), &policies);
}

#[test]
fn across_accounts_both_sides_must_allow() {
    let mut foreign = user();
    OTHER.clone_into(&mut foreign.resource_account);
    nothing_allows(&foreign, &identity(vec![allow("*", "*")]));
    let mut policies = resource(on("Allow", &json!({"AWS": USER})));
    nothing_allows(&foreign, &policies);
    policies.identity = vec![allow("s3:*", "*")];
    allowed(&foreign, &policies);
    policies.boundary = Some(allow("ec2:*", "*"));
    nothing_allows(&foreign, &policies);
}

#[test]
fn across_accounts_naming_the_account_is_enough() {
    let mut foreign = user();
    OTHER.clone_into(&mut foreign.resource_account);
    for name in ["arn:aws:iam::111122223333:root", ACCOUNT] {
        let mut policies = resource(on("Allow", &json!({"AWS": name})));
        policies.identity = vec![allow("s3:*", "*")];
        allowed(&foreign, &policies);
    }
}

#[test]
fn naming_ones_own_account_passes_it_on_to_identity_policies() {
    let mut policies = resource(on("Allow", &json!({"AWS": ACCOUNT})));
    nothing_allows(&user(), &policies);
    policies.identity = vec![allow("s3:*", "*")];
    allowed(&user(), &policies);
}

#[test]
fn a_user_named_by_arn_is_not_limited_by_its_boundary() {
    let mut policies = resource(on("Allow", &json!({"AWS": USER})));
    policies.boundary = Some(allow("ec2:*", "*"));
    allowed(&user(), &policies);
    policies.boundary = Some(deny("s3:*", "*"));
    something_denies(&user(), &policies);
}

#[test]
fn a_role_named_by_arn_is_limited_by_boundary_and_session() {
    let mut policies = resource(on("Allow", &json!({"AWS": ROLE})));
    allowed(&session(), &policies);
    policies.boundary = Some(allow("ec2:*", "*"));
    nothing_allows(&session(), &policies);
    policies.boundary = None;
    policies.session = Some(vec![allow("ec2:*", "*")]);
    nothing_allows(&session(), &policies);
}

#[test]
fn a_session_named_by_arn_is_limited_by_neither() {
    let mut policies = resource(on("Allow", &json!({"AWS": SESSION})));
    policies.boundary = Some(allow("ec2:*", "*"));
    policies.session = Some(vec![allow("ec2:*", "*")]);
    allowed(&session(), &policies);
}

#[test]
fn a_star_in_the_principal_is_limited_by_neither() {
    for star in [json!("*"), json!({"AWS": "*"})] {
        let mut policies = resource(on("Allow", &star));
        policies.boundary = Some(allow("ec2:*", "*"));
        allowed(&session(), &policies);
    }
}

#[test]
fn a_federated_user_named_by_arn_needs_no_session_policy() {
    let name = "arn:aws:sts::111122223333:federated-user/f";
    let federated = request(Caller::federated(name, USER));
    allowed(&federated, &resource(on("Allow", &json!({"AWS": name}))));
}

#[test]
fn a_federated_user_named_by_its_user_is_limited_by_boundary_and_session() {
    let federated = request(Caller::federated(
        "arn:aws:sts::111122223333:federated-user/f",
        USER,
    ));
    let mut policies = resource(on("Allow", &json!({"AWS": USER})));
    policies.session = Some(vec![allow("s3:*", "*")]);
    allowed(&federated, &policies);
    policies.boundary = Some(allow("ec2:*", "*"));
    nothing_allows(&federated, &policies);
}

#[test]
fn a_trust_policy_must_allow() {
    let mut policies = gate(&json!({"Service": "ec2.amazonaws.com"}));
    policies.identity = vec![allow("*", "*")];
    nothing_allows(&assume(), &policies);
}

#[test]
fn a_trust_policy_that_names_the_user_is_enough_within_the_account() {
    allowed(&assume(), &gate(&json!({"AWS": USER})));
}

#[test]
fn a_trust_policy_that_names_the_account_needs_an_identity_policy() {
    let mut policies = gate(&json!({"AWS": ACCOUNT}));
    nothing_allows(&assume(), &policies);
    policies.identity = vec![allow("sts:AssumeRole", ROLE)];
    allowed(&assume(), &policies);
}

#[test]
fn a_trust_policy_names_an_external_user_who_needs_an_identity_policy() {
    let mut foreign = assume();
    OTHER.clone_into(&mut foreign.resource_account);
    let mut policies = gate(&json!({"AWS": USER}));
    nothing_allows(&foreign, &policies);
    policies.identity = vec![allow("sts:*", "*")];
    allowed(&foreign, &policies);
}

#[test]
fn the_policy_of_a_key_must_allow() {
    let mut decrypt = user();
    "kms:Decrypt".clone_into(&mut decrypt.action);
    decrypt.target = Target::This("arn:aws:kms:us-east-1:111122223333:key/1".to_owned());
    let mut policies = identity(vec![allow("kms:*", "*")]);
    policies.resource = OnResource::Gate(on("Allow", &json!({"AWS": "arn:aws:iam::111122223333:role/x"})));
    nothing_allows(&decrypt, &policies);
    policies.resource = OnResource::Gate(on("Allow", &json!({"AWS": "arn:aws:iam::111122223333:root"})));
    allowed(&decrypt, &policies);
}

#[test]
fn a_service_has_access_by_its_name_only() {
    let service = request(Caller::service("cloudtrail.amazonaws.com"));
    allowed(
        &service,
        &resource(on("Allow", &json!({"Service": "cloudtrail.amazonaws.com"}))),
    );
    nothing_allows(
        &service,
        &resource(on("Allow", &json!({"Service": "config.amazonaws.com"}))),
    );
    nothing_allows(&service, &resource(on("Allow", &json!({"AWS": ACCOUNT}))));
}

#[test]
fn a_star_only_grants_access_to_no_one() {
    let nobody = request(Caller::anonymous());
    allowed(&nobody, &resource(on("Allow", &json!("*"))));
    allowed(&nobody, &resource(on("Allow", &json!({"AWS": "*"}))));
    nothing_allows(&nobody, &resource(on("Allow", &json!({"AWS": ACCOUNT}))));
}

#[test]
fn all_but_one_principal_is_denied_with_not_principal() {
    let all_but = |names: Value| {
        policy(&json!({"Effect": "Deny", "NotPrincipal": {"AWS": names}, "Action": "*", "Resource": "*"}))
    };
    let mut policies = resource(all_but(json!([USER, ACCOUNT])));
    policies.identity = vec![allow("*", "*")];
    allowed(&user(), &policies);
    something_denies(&session(), &policies);
    // With a boundary, nobody is exempt.
    policies.boundary = Some(allow("*", "*"));
    something_denies(&user(), &policies);
    policies.boundary = None;
    policies.resource = OnResource::Policy(all_but(json!([USER])));
    hangs_on(
        &user(),
        &policies,
        "NotPrincipal that lists only some names of the caller",
    );
}

#[test]
fn a_deleted_principal_grants_access_to_no_one() {
    nothing_allows(
        &user(),
        &resource(on("Allow", &json!({"AWS": "AIDACKCEVSQ6C2EXAMPLE"}))),
    );
}
