//! The documented rules of evaluation, one test each, named by the rule. `docs/iam-evaluation.md` lists them with their pages.

mod conditions;
mod elements;
mod organization;
mod resource;
mod within;

use serde_json::{Value, json};

use super::{Caller, Context, Decision, OnResource, Policies, Policy, Request, Target, evaluate};

const ACCOUNT: &str = "111122223333";
const OTHER: &str = "444455556666";
const USER: &str = "arn:aws:iam::111122223333:user/alice";
const ROLE: &str = "arn:aws:iam::111122223333:role/app";
const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/app/one";
const BUCKET: &str = "arn:aws:s3:::docs/key";

fn policy(statements: &Value) -> Policy {
    Policy::parse(&json!({"Version": "2012-10-17", "Statement": statements})).unwrap()
}

fn statement(effect: &str, action: &str, resource: &str) -> Value {
    json!({"Effect": effect, "Action": action, "Resource": resource})
}

fn allow(action: &str, resource: &str) -> Policy {
    policy(&statement("Allow", action, resource))
}

fn deny(action: &str, resource: &str) -> Policy {
    policy(&statement("Deny", action, resource))
}

/// A statement of a resource policy about everything.
fn on(effect: &str, principal: &Value) -> Policy {
    policy(&json!({"Effect": effect, "Principal": principal, "Action": "*", "Resource": "*"}))
}

fn request(caller: Caller) -> Request {
    Request {
        caller,
        action: "s3:GetObject".to_owned(),
        target: Target::This(BUCKET.to_owned()),
        resource_account: ACCOUNT.to_owned(),
        context: Context::closed(),
    }
}

fn user() -> Request {
    request(Caller::user(USER))
}

fn session() -> Request {
    request(Caller::session(ROLE, SESSION))
}

fn identity(policies: Vec<Policy>) -> Policies {
    Policies {
        identity: policies,
        ..Policies::default()
    }
}

fn resource(policy: Policy) -> Policies {
    Policies {
        resource: OnResource::Policy(policy),
        ..Policies::default()
    }
}

#[track_caller]
fn allowed(request: &Request, policies: &Policies) {
    assert_eq!(evaluate(request, policies), Decision::Allowed);
}

#[track_caller]
fn nothing_allows(request: &Request, policies: &Policies) {
    assert_eq!(evaluate(request, policies), Decision::ImplicitlyDenied);
}

#[track_caller]
fn something_denies(request: &Request, policies: &Policies) {
    assert_eq!(evaluate(request, policies), Decision::ExplicitlyDenied);
}

#[track_caller]
fn hangs_on(request: &Request, policies: &Policies, why: &str) {
    let why = vec![why.to_owned()];
    assert_eq!(evaluate(request, policies), Decision::Unknown { why });
}

/// Every rule of the page is a test here, and every test stands on the page.
#[test]
fn the_page_lists_every_rule_and_no_other() {
    let page = include_str!("../../../../docs/iam-evaluation.md");
    let sources = [
        include_str!("conditions.rs"),
        include_str!("elements.rs"),
        include_str!("organization.rs"),
        include_str!("resource.rs"),
        include_str!("within.rs"),
    ];
    let tests: std::collections::BTreeSet<&str> = sources
        .iter()
        .flat_map(|source| source.split("#[test]\nfn ").skip(1))
        .filter_map(|rest| rest.split('(').next())
        .collect();
    let (page, _) = page.split_once("## Held against").unwrap();
    let listed: std::collections::BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    assert_eq!(tests, listed);
    assert!(tests.len() >= 50, "{}", tests.len());
}
