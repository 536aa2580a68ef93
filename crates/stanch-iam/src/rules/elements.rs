//! Elements of a statement: actions, resources, variables.

use super::*;

#[test]
fn actions_have_no_case_and_take_wildcards() {
    for action in ["S3:GETOBJECT", "s3:Get*", "s3:?etObject", "*", "s3:*Object"] {
        allowed(&user(), &identity(vec![allow(action, "*")]));
    }
    nothing_allows(&user(), &identity(vec![allow("s3:GetObjectAcl", "*")]));
}

#[test]
fn resources_have_case_and_take_wildcards() {
    for resource in [
        "*",
        BUCKET,
        "arn:aws:s3:::d*",
        "arn:aws:s3:::docs/k?y",
        "arn:aws:s3:::*/key",
    ] {
        allowed(&user(), &identity(vec![allow("*", resource)]));
    }
    for resource in ["arn:aws:s3:::Docs/key", "arn:aws:s3:::docs", "arn:aws:s3:::docs/"] {
        nothing_allows(&user(), &identity(vec![allow("*", resource)]));
    }
}

#[test]
fn an_incomplete_arn_stands_for_all_that_is_missing() {
    allowed(&user(), &identity(vec![allow("*", "arn:aws:s3")]));
    nothing_allows(&user(), &identity(vec![allow("*", "arn:aws:sqs")]));
}

#[test]
fn a_wildcard_stays_within_its_part_of_an_arn() {
    nothing_allows(&user(), &identity(vec![allow("*", "arn:aws:*:docs/key")]));
    allowed(&user(), &identity(vec![allow("*", "arn:aws:*:*:*:docs/key")]));
}

#[test]
fn not_action_speaks_of_all_others() {
    let all_but =
        |action: &str| policy(&json!({"Effect": "Allow", "NotAction": [action, "iam:*"], "Resource": "*"}));
    allowed(&user(), &identity(vec![all_but("ec2:*")]));
    nothing_allows(&user(), &identity(vec![all_but("S3:Get*")]));
}

#[test]
fn not_resource_speaks_of_all_others() {
    let all_but = |resource: &str| policy(&json!({"Effect": "Deny", "Action": "*", "NotResource": resource}));
    something_denies(
        &user(),
        &identity(vec![allow("*", "*"), all_but("arn:aws:s3:::logs/*")]),
    );
    allowed(
        &user(),
        &identity(vec![allow("*", "*"), all_but("arn:aws:s3:::docs/*")]),
    );
}

#[test]
fn variables_stand_for_values_of_the_request() {
    let mut request = user();
    request.context = Context::closed().with("aws:username", "docs");
    let own = allow("*", "arn:aws:s3:::${aws:username}/*");
    allowed(&request, &identity(vec![own.clone()]));
    request.context = Context::closed().with("aws:username", "other");
    nothing_allows(&request, &identity(vec![own]));
}

#[test]
fn variables_are_text_in_the_older_version() {
    let mut request = user();
    request.context = Context::closed().with("aws:username", "docs");
    let statement = statement("Allow", "*", "arn:aws:s3:::${aws:username}/*");
    for document in [
        json!({"Version": "2008-10-17", "Statement": statement}),
        json!({"Statement": statement}),
    ] {
        nothing_allows(&request, &identity(vec![Policy::parse(&document).unwrap()]));
    }
}

#[test]
fn a_variable_without_value_matches_nothing() {
    nothing_allows(
        &user(),
        &identity(vec![allow("*", "arn:aws:s3:::${aws:username}*")]),
    );
}

#[test]
fn a_variable_may_have_a_default() {
    allowed(
        &user(),
        &identity(vec![allow(
            "*",
            "arn:aws:s3:::${aws:PrincipalTag/team, 'docs'}/*",
        )]),
    );
}

#[test]
fn a_wildcard_may_be_meant_literally() {
    let mut request = user();
    let literal = || identity(vec![allow("*", "arn:aws:s3:::${*}")]);
    nothing_allows(&request, &literal());
    request.target = Target::This("arn:aws:s3:::*".to_owned());
    allowed(&request, &literal());
}
