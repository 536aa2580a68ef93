//! What calls leave and remove, over events made by hand.

use serde_json::{Value, json};
use stanch_core::Event;

use super::effects::{self, Effect, removes};

fn iam(name: &'static str, request: &Value) -> Event<'static> {
    Event {
        source: "iam.amazonaws.com".into(),
        name: name.into(),
        account: "111122223333".into(),
        region: "us-east-1".into(),
        request_json: request.to_string().into(),
        ..Event::default()
    }
}

#[test]
fn a_deleted_user_takes_its_policies_along_and_no_other_user() {
    let made = effects::of(&iam(
        "AttachUserPolicy",
        &json!({"userName": "ann", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
    ));
    let [Effect::Made(thing)] = made.as_slice() else {
        panic!("{made:?}");
    };
    assert_eq!(thing.label, "AdministratorAccess is still attached to user ann");
    for (user, expected) in [("ann", true), ("anna", false)] {
        let gone = effects::of(&iam("DeleteUser", &json!({"userName": user})));
        let [Effect::Removed(removed)] = gone.as_slice() else {
            panic!("{gone:?}");
        };
        assert_eq!(removes(removed, &thing.id), expected, "{user}");
    }
}

#[test]
fn a_service_without_a_row_is_told_by_the_name_of_its_call() {
    let queue = |name: &'static str| Event {
        source: "sqs.amazonaws.com".into(),
        ..iam(name, &json!({"queueName": "jobs"}))
    };
    let made = effects::of(&queue("CreateQueue"));
    let [Effect::Made(thing)] = made.as_slice() else {
        panic!("{made:?}");
    };
    let gone = effects::of(&queue("DeleteQueue"));
    let [Effect::Removed(removed)] = gone.as_slice() else {
        panic!("{gone:?}");
    };
    assert!(removes(removed, &thing.id), "{removed} {}", thing.id);
}

#[test]
fn a_recorder_that_was_stopped_is_left_stopped_until_it_is_started() {
    let of = |source: &'static str, name: &'static str, request: Value| {
        effects::of(&Event {
            source: source.into(),
            ..iam(name, &request)
        })
    };
    let pairs = [
        (
            "config.amazonaws.com",
            "StopConfigurationRecorder",
            "StartConfigurationRecorder",
        ),
        (
            "securityhub.amazonaws.com",
            "DisableSecurityHub",
            "EnableSecurityHub",
        ),
        (
            "bedrock.amazonaws.com",
            "DeleteModelInvocationLoggingConfiguration",
            "PutModelInvocationLoggingConfiguration",
        ),
    ];
    for (source, stop, start) in pairs {
        let request = json!({"configurationRecorderName": "default"});
        let made = of(source, stop, request.clone());
        let [Effect::Made(thing)] = made.as_slice() else {
            panic!("{stop}: {made:?}");
        };
        let gone = of(source, start, request);
        let [Effect::Removed(removed)] = gone.as_slice() else {
            panic!("{start}: {gone:?}");
        };
        assert!(removes(removed, &thing.id), "{removed} {}", thing.id);
    }
}

#[test]
fn a_session_that_ends_by_itself_is_not_left() {
    let session = Event {
        source: "cloudshell.amazonaws.com".into(),
        ..iam("CreateSession", &json!({"environmentId": "e-1"}))
    };
    assert_eq!(effects::of(&session), Vec::new());
}
