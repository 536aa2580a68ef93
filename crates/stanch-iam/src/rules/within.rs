//! Policies of the caller: identity policies, boundary, session policies.

use super::*;

#[test]
fn by_default_everything_is_denied() {
    nothing_allows(&user(), &Policies::default());
    nothing_allows(&session(), &Policies::default());
}

#[test]
fn an_allow_of_any_identity_policy_is_enough() {
    allowed(
        &user(),
        &identity(vec![allow("ec2:*", "*"), allow("s3:Get*", "*")]),
    );
}

#[test]
fn an_explicit_deny_overrides_every_allow() {
    something_denies(
        &user(),
        &identity(vec![allow("*", "*"), deny("s3:GetObject", "*")]),
    );
    let mut both = resource(on("Allow", &json!({"AWS": USER})));
    both.identity = vec![deny("s3:*", BUCKET)];
    something_denies(&user(), &both);
}

#[test]
fn the_root_user_needs_no_policy() {
    allowed(&request(Caller::root(ACCOUNT, "aws")), &Policies::default());
}

#[test]
fn a_boundary_limits_and_grants_nothing() {
    let mut policies = identity(vec![allow("*", "*")]);
    policies.boundary = Some(allow("ec2:*", "*"));
    nothing_allows(&user(), &policies);
    policies.boundary = Some(allow("s3:*", "*"));
    allowed(&user(), &policies);
    policies.identity.clear();
    nothing_allows(&user(), &policies);
}

#[test]
fn a_deny_in_a_boundary_is_an_explicit_deny() {
    let mut policies = identity(vec![allow("*", "*")]);
    policies.boundary = Some(deny("*", "*"));
    something_denies(&user(), &policies);
}

#[test]
fn a_session_policy_limits_the_session() {
    let mut policies = identity(vec![allow("*", "*")]);
    policies.session = Some(vec![allow("ec2:*", "*")]);
    nothing_allows(&session(), &policies);
    policies.session = Some(vec![allow("ec2:*", "*"), allow("s3:*", "*")]);
    allowed(&session(), &policies);
}

#[test]
fn without_a_session_policy_a_role_session_has_all_of_the_role() {
    allowed(&session(), &identity(vec![allow("*", "*")]));
}

#[test]
fn without_a_session_policy_a_federated_user_has_nothing_of_the_user() {
    let federated = request(Caller::federated(
        "arn:aws:sts::111122223333:federated-user/f",
        USER,
    ));
    let mut policies = identity(vec![allow("*", "*")]);
    nothing_allows(&federated, &policies);
    policies.session = Some(vec![allow("s3:*", "*")]);
    allowed(&federated, &policies);
}

#[test]
fn some_calls_of_sts_need_no_permission() {
    let mut who = user();
    for action in ["sts:GetCallerIdentity", "sts:GetSessionToken"] {
        action.clone_into(&mut who.action);
        allowed(&who, &identity(vec![deny("*", "*")]));
    }
}

#[test]
fn an_unknown_that_cannot_change_the_result_does_not_show() {
    let mut open = user();
    open.context = Context::open();
    let condition = json!({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}});
    let with = |effect: &str| {
        policy(&json!({"Effect": effect, "Action": "*", "Resource": "*", "Condition": condition}))
    };
    hangs_on(&open, &identity(vec![with("Allow")]), "aws:sourceip");
    hangs_on(
        &open,
        &identity(vec![allow("*", "*"), with("Deny")]),
        "aws:sourceip",
    );
    allowed(&open, &identity(vec![with("Allow"), allow("*", "*")]));
    something_denies(&open, &identity(vec![with("Allow"), deny("*", "*")]));
    // Denied in either case.
    nothing_allows(&open, &identity(vec![with("Deny")]));
}

#[test]
fn what_was_not_read_is_unknown() {
    let policies = identity(vec![Policy::unseen()]);
    hangs_on(&user(), &policies, "a policy that was not read in full");
    let mut policies = identity(vec![allow("*", "*")]);
    policies.resource = OnResource::Unknown;
    hangs_on(&user(), &policies, "policy of the resource");
}
