//! Properties of every policy and every request.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Caller, Context, Decision, Guard, OnResource, Policies, Policy, Request, Target, evaluate};

const KEYS: [&str; 3] = ["aws:sourceip", "aws:username", "s3:prefix"];

fn condition() -> impl Strategy<Value = Value> {
    let operator = prop::sample::select(vec![
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLikeIfExists",
        "Null",
        "IpAddress",
        "NotIpAddress",
        "ForAllValues:StringEquals",
        "ForAnyValue:StringNotLike",
        "Bool",
        "NumericLessThan",
        "DateGreaterThan",
        "ArnLike",
        "ForAnyValue:StringEqualsIfExists",
    ]);
    let value = prop::sample::select(vec![
        "a",
        "a*",
        "true",
        "false",
        "192.0.2.0/24",
        "192.0.2.1",
        "7",
        "${aws:username}",
    ]);
    let values = prop::collection::vec(value, 1..3);
    prop::option::of((operator, prop::sample::select(KEYS.to_vec()), values)).prop_map(|one| {
        one.map_or(
            json!({}),
            |(operator, key, values)| json!({operator: {key: values}}),
        )
    })
}

fn policy() -> impl Strategy<Value = Policy> {
    let effect = prop::sample::select(vec!["Allow", "Allow", "Deny"]);
    let actions = prop::sample::select(vec!["*", "s3:*", "s3:Get*", "ec2:*"]);
    let resources = prop::sample::select(vec![
        "*",
        "arn:aws:s3:::a/*",
        "arn:aws:s3:::${aws:username}/*",
        "arn:aws:s3:::b",
    ]);
    let principals = prop::sample::select(vec![
        json!("*"),
        json!({"AWS": "111122223333"}),
        json!({"AWS": "arn:aws:iam::111122223333:user/u"}),
        json!({"AWS": "444455556666"}),
    ]);
    let statement = (
        effect,
        actions,
        any::<bool>(),
        resources,
        any::<bool>(),
        principals,
        condition(),
    )
        .prop_map(
            |(effect, action, not_action, resource, not_resource, principal, condition)| {
                json!({
                    "Effect": effect, "Principal": principal, "Condition": condition,
                    if not_action { "NotAction" } else { "Action" }: action,
                    if not_resource { "NotResource" } else { "Resource" }: resource,
                })
            },
        );
    prop::collection::vec(statement, 1..4)
        .prop_map(|statements| Policy::read(&json!({"Version": "2012-10-17", "Statement": statements})))
}

fn policies() -> impl Strategy<Value = Policies> {
    let level = prop::collection::vec(policy(), 1..2);
    (
        prop::collection::vec(policy(), 0..3),
        prop::option::of(policy()),
        prop::option::of(prop::collection::vec(policy(), 1..2)),
        prop::option::of(prop::collection::vec(level, 1..3)),
        prop::option::of(policy()),
    )
        .prop_map(|(identity, boundary, session, levels, resource)| Policies {
            identity,
            boundary,
            session,
            service_control: levels.map_or(Guard::None, Guard::Levels),
            resource_control: Guard::None,
            resource: resource.map_or(OnResource::None, OnResource::Policy),
        })
}

fn request(context: Context, foreign: bool) -> Request {
    Request {
        caller: Caller::user("arn:aws:iam::111122223333:user/u"),
        action: "s3:GetObject".to_owned(),
        target: Target::This("arn:aws:s3:::a/k".to_owned()),
        resource_account: if foreign { "444455556666" } else { "111122223333" }.to_owned(),
        context,
    }
}

fn values() -> impl Strategy<Value = Option<String>> {
    prop::option::of(
        prop::sample::select(vec!["a", "ab", "192.0.2.1", "198.51.100.1", "true", "3"])
            .prop_map(str::to_owned),
    )
}

proptest! {
    /// A decision without knowing the keys is the same whatever they are.
    #[test]
    fn more_knowledge_never_changes_what_was_known(
        policies in policies(), values in prop::collection::vec(values(), 3), foreign in any::<bool>(), named in 0_usize..4,
    ) {
        let known = |places: usize, mut context: Context| {
            for (key, value) in KEYS.iter().zip(&values).take(places) {
                context = match value {
                    Some(value) => context.with(key, value),
                    None => context.without(key),
                };
            }
            context
        };
        let some = evaluate(&request(known(named, Context::open()), foreign), &policies);
        let all = evaluate(&request(known(KEYS.len(), Context::closed()), foreign), &policies);
        match some {
            Decision::Unknown { why } => prop_assert!(!why.is_empty()),
            Decision::Allowed => prop_assert_eq!(all, Decision::Allowed),
            Decision::ExplicitlyDenied => prop_assert_eq!(all, Decision::ExplicitlyDenied),
            Decision::ImplicitlyDenied => prop_assert!(!all.may_be_allowed()),
        }
    }

    /// A Deny more never opens anything; an Allow more in an identity policy never closes anything.
    #[test]
    fn denies_only_close_and_allows_only_open(policies in policies(), foreign in any::<bool>()) {
        let request = request(Context::closed().with("aws:username", "a"), foreign);
        let before = evaluate(&request, &policies);
        let with = |effect: &str| {
            let mut more = policies.clone();
            more.identity.push(Policy::read(&json!({"Statement": {"Effect": effect, "Action": "s3:*", "Resource": "*"}})));
            evaluate(&request, &more)
        };
        prop_assert_eq!(with("Deny"), Decision::ExplicitlyDenied);
        if before.is_allowed() {
            prop_assert_eq!(with("Allow"), Decision::Allowed);
        }
    }

    /// Whatever the documents hold, nothing breaks.
    #[test]
    fn hostile_documents_break_nothing(texts in prop::collection::vec("\\PC{0,30}|[*?${}:,'/a-z0-9]{0,30}", 12)) {
        let text = |place: usize| texts.get(place).cloned().unwrap_or_default();
        let document = json!({"Version": text(0), "Statement": [{
            "Effect": "Allow", "Action": text(1), "Resource": text(2), "Principal": {text(3): text(4)},
            "Condition": {text(5): {text(6): text(7)}, "StringLike": {text(6): text(7)}, "IpAddress": {text(6): text(8)}}}]});
        let policies = Policies {
            identity: vec![Policy::read(&document)],
            resource: OnResource::Gate(Policy::read(&document)),
            ..Policies::default()
        };
        let request = Request {
            caller: Caller::session(&text(9), &text(10)),
            action: text(1),
            target: Target::This(text(11)),
            resource_account: text(8),
            context: Context::open().with(&text(6), &text(7)),
        };
        drop(evaluate(&request, &policies));
    }
}
