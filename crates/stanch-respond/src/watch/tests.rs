//! The watch over made-up events.

use std::borrow::Cow;

use serde_json::json;
use stanch_core::assessment::Resource;
use stanch_core::event::{Identity, IdentityKind};
use stanch_core::plan::{Reason, Step, StepNumber};
use stanch_core::{Event, EventKey, Plan, Timestamp};

use crate::{Account, ActionRequest, actions};

use super::{Burned, SightingKind, Watch};

const MALLORY: &str = "arn:aws:iam::111122223333:user/mallory";

/// A plan that denies everything to these users.
fn plan(users: &[&str]) -> Plan {
    let account = Account::new(&"111122223333".into(), "aws", &"us-east-1".into(), []);
    let step = |(number, user): (u32, &&str)| {
        let arn = format!("arn:aws:iam::111122223333:user/{user}");
        let target = Resource::new("iam-user", &arn, user, &account.id, &account.home);
        let change = actions::named("user-deny")
            .unwrap()
            .change(&ActionRequest::new(target), &account)
            .unwrap();
        Step {
            number: StepNumber(number),
            why: vec![Reason {
                text: "said".to_owned(),
                evidence: Vec::new(),
            }],
            after: Vec::new(),
            change,
        }
    };
    Plan {
        schema_version: Plan::SCHEMA_VERSION,
        verb: "contain".to_owned(),
        account: account.id.clone(),
        partition: "aws".to_owned(),
        endpoint: None,
        responder: stanch_core::plan::Responder {
            arn: "arn:aws:iam::111122223333:role/responder".to_owned(),
            expires: None,
        },
        made_at: Timestamp(1_772_719_331_000),
        state_at: Timestamp(1_772_719_331_000),
        snapshot: "s".to_owned(),
        harm_now: true,
        exempt: Vec::new(),
        break_glass_declared: false,
        suspects: Vec::new(),
        steps: (1..).zip(users).map(step).collect(),
        not_fixed: Vec::new(),
        remaining_credentials: Vec::new(),
        seconds: 1,
    }
}

fn burned() -> Burned {
    Burned::of(&plan(&["mallory"]), ["203.0.113.9".to_owned()])
}

fn event<'e>(name: &'e str, arn: &'e str, error: &'e str, request: String) -> Event<'e> {
    Event {
        key: EventKey::of(&[
            name.as_bytes(),
            arn.as_bytes(),
            error.as_bytes(),
            request.as_bytes(),
        ]),
        time: Timestamp(1_772_719_400_000),
        source: Cow::Borrowed("iam.amazonaws.com"),
        name: Cow::Borrowed(name),
        identity: Identity {
            kind: IdentityKind::IamUser,
            arn: Cow::Borrowed(arn),
            access_key_id: Cow::Borrowed("AKIAQNZGKIQY56JQ7WML"),
            ..Identity::default()
        },
        error_code: Cow::Borrowed(error),
        request_json: Cow::Owned(request),
        source_address: Cow::Borrowed("198.51.100.7"),
        ..Event::default()
    }
}

fn seen(event: &Event<'_>) -> Option<SightingKind> {
    let mut watch = Watch::new(burned(), Timestamp(1_772_719_331_000));
    let first = watch.observe(event).map(|sighting| sighting.kind);
    assert_eq!(watch.observe(event), None, "told once");
    first
}

#[test]
fn refused_calls_prove_and_others_alarm() {
    let refused = event("ListUsers", MALLORY, "AccessDenied", "{}".to_owned());
    assert_eq!(seen(&refused), Some(SightingKind::Refused));
    let through = event("ListUsers", MALLORY, "", "{}".to_owned());
    assert_eq!(seen(&through), Some(SightingKind::GotThrough));
    let made = event("CreateAccessKey", MALLORY, "", "{}".to_owned());
    assert_eq!(seen(&made), Some(SightingKind::NewCredential));
    let alice = event(
        "ListUsers",
        "arn:aws:iam::111122223333:user/alice",
        "",
        "{}".to_owned(),
    );
    assert_eq!(seen(&alice), None);
}

#[test]
fn a_deny_that_is_stripped_is_seen_whoever_does_it() {
    const OSCAR: &str = "arn:aws:iam::111122223333:user/oscar";
    let strip = |policy: &str| json!({"userName": "mallory", "policyName": policy}).to_string();
    let stripped = event("DeleteUserPolicy", OSCAR, "", strip("StanchDeny"));
    assert_eq!(seen(&stripped), Some(SightingKind::Stripped));
    let other = event("DeleteUserPolicy", OSCAR, "", strip("Reports"));
    assert_eq!(seen(&other), None);
    let tried = event("DeleteUserPolicy", OSCAR, "AccessDenied", strip("StanchDeny"));
    assert_eq!(seen(&tried), None, "a refused try changes nothing");
    let own = event(
        "DeleteUserPolicy",
        "arn:aws:iam::111122223333:role/responder",
        "",
        strip("StanchDeny"),
    );
    assert_eq!(seen(&own), None, "the responder's own undo");
}

#[test]
fn what_a_suspect_makes_is_watched_for_from_then_on() {
    let mut watch = Watch::new(burned(), Timestamp(0));
    let mut made = event("CreateUser", MALLORY, "", "{}".to_owned());
    made.response_json = json!({"user": {"arn": "arn:aws:iam::111122223333:user/eve", "userName": "eve"}})
        .to_string()
        .into();
    assert_eq!(watch.observe(&made).unwrap().kind, SightingKind::NewCredential);
    let eve = event(
        "ListUsers",
        "arn:aws:iam::111122223333:user/eve",
        "",
        "{}".to_owned(),
    );
    assert_eq!(watch.observe(&eve).unwrap().kind, SightingKind::GotThrough);
}

#[test]
fn what_happened_before_is_no_sighting() {
    let mut watch = Watch::new(burned(), Timestamp(1_772_719_400_001));
    let through = event("ListUsers", MALLORY, "", "{}".to_owned());
    assert_eq!(watch.observe(&through), None);
    assert_eq!(watch.latest(), None);
}

#[test]
fn an_address_of_the_intruder_is_told() {
    let mut known = event(
        "ListUsers",
        "arn:aws:iam::111122223333:user/alice",
        "",
        "{}".to_owned(),
    );
    known.source_address = Cow::Borrowed("203.0.113.9");
    assert_eq!(seen(&known), Some(SightingKind::KnownAddress));
}
