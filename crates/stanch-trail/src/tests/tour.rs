//! Tour of the forms in which logs are handed over: one incident written in each, read as the original is.
//!
//! The same forms make the table of docs/inputs.md, and are tried with incidents that no one has looked at.

mod forms;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use forms::{FORMS, Form, Keeps};

/// What must be the same in every form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    time: i64,
    name: String,
    service: String,
    principal: String,
    address: String,
    error: String,
    region: String,
}

fn told(bytes: &[u8]) -> (Vec<Told>, Vec<(u128, String)>, SourceReport) {
    let (mut all, mut whole) = (Vec::new(), Vec::new());
    let report = Reader::new(Limits::default()).read_bytes(&source(), bytes, &mut |event| {
        all.push(Told {
            time: event.time.0,
            name: event.name.to_string(),
            service: event.source.to_string(),
            principal: event.principal_key().to_owned(),
            address: event.source_address.to_string(),
            error: event.error_code.to_string(),
            region: event.region.to_string(),
        });
        whole.push((event.key.0, event.request().to_string()));
    });
    all.sort();
    whole.sort();
    (all, whole, report)
}

/// An incident: a user with a stolen key, a session of a role, and the root user.
fn incident() -> Vec<Value> {
    let user = json!({"type": "IAMUser", "principalId": "AIDAEXAMPLEMARTA", "arn": "arn:aws:iam::444455556666:user/marta",
        "accountId": "444455556666", "accessKeyId": "AKIAEXAMPLEMARTA0001", "userName": "marta"});
    let role = json!({"type": "AssumedRole", "principalId": "AROAEXAMPLE:build", "arn": "arn:aws:sts::444455556666:assumed-role/builder/build",
        "accountId": "444455556666", "accessKeyId": "ASIAEXAMPLEBUILD0001", "sessionContext": {"sessionIssuer": {"type": "Role",
        "principalId": "AROAEXAMPLE", "arn": "arn:aws:iam::444455556666:role/builder", "accountId": "444455556666", "userName": "builder"},
        "attributes": {"creationDate": "2025-11-03T06:00:00Z", "mfaAuthenticated": "false"}}});
    [
        (&role, "ec2", "DescribeInstances", json!({"maxResults": 50}), ""),
        (&user, "sts", "GetCallerIdentity", Value::Null, ""),
        (
            &user,
            "iam",
            "CreateUser",
            json!({"userName": "it's \"q\" \\ {x}"}),
            "",
        ),
        (
            &user,
            "iam",
            "AttachUserPolicy",
            json!({"userName": "support", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
            "AccessDenied",
        ),
        (
            &user,
            "s3",
            "PutBucketPolicy",
            json!({"bucketName": "vault", "bucketPolicy": {"Statement": [{"Principal": "*"}]}}),
            "",
        ),
    ]
    .into_iter()
    .enumerate()
    .map(|(number, (identity, service, name, request, error))| {
        event(number, identity, service, name, &request, error)
    })
    .collect()
}

fn event(number: usize, identity: &Value, service: &str, name: &str, request: &Value, error: &str) -> Value {
    let mut event = json!({"eventVersion": "1.11", "userIdentity": identity, "eventTime": format!("2025-11-03T07:{:02}:00Z", number % 60),
        "eventSource": format!("{service}.amazonaws.com"), "eventName": name, "awsRegion": "eu-central-1",
        "sourceIPAddress": "198.51.100.23", "userAgent": "aws-cli/2.17 md/Botocore", "requestParameters": request,
        "responseElements": null, "requestID": format!("q-{number}"), "eventID": format!("00000000-0000-4000-8000-{number:012}"),
        "readOnly": false, "eventType": "AwsApiCall", "managementEvent": true, "recipientAccountId": "444455556666",
        "eventCategory": "Management"});
    if !error.is_empty() {
        event["errorCode"] = json!(error);
    }
    event
}

/// Checks that a form is read as the original.
fn check(form: &Form, events: &[Value]) {
    // The console names a session of a role by its own name only.
    let is_kept = |event: &&Value| form.keeps != Keeps::Names || event["userIdentity"]["type"] == "IAMUser";
    let events: Vec<Value> = events.iter().filter(is_kept).cloned().collect();
    let original = json!({ "Records": events }).to_string();
    let (expected, keys, _) = told(original.as_bytes());
    let bytes = (form.write)(&events);
    let (read, read_keys, report) = told(&bytes);
    let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(3000)]).into_owned();
    assert_eq!(read, expected, "{}: {}\n{shown}", form.name, short(&report));
    assert!(report.is_complete(), "{}: {report:?}\n{shown}", form.name);
    match form.keeps {
        Keeps::Everything => assert_eq!(read_keys, keys, "{}\n{shown}", form.name),
        Keeps::Parameters => {
            let half = |keys: &[(u128, String)]| {
                keys.iter()
                    .map(|(key, request)| (key >> 64, request.clone()))
                    .collect::<Vec<_>>()
            };
            assert_eq!(half(&read_keys), half(&keys), "{}\n{shown}", form.name);
        }
        Keeps::Names => assert!(!report.notes.is_empty(), "{}: {report:?}", form.name),
    }
}

#[test]
fn one_incident_is_the_same_in_every_form() {
    for form in FORMS {
        check(form, &incident());
    }
}

#[test]
fn the_table_of_forms_in_the_documents_is_up_to_date() {
    let path = "../../docs/inputs.md";
    let text = std::fs::read_to_string(path).unwrap();
    let (begin, end) = ("<!-- forms -->\n", "<!-- /forms -->");
    let (before, rest) = text.split_once(begin).unwrap();
    let (held, after) = rest.split_once(end).unwrap();
    let mut table = String::from("| Form | Made by | Read as |\n|---|---|---|\n");
    for form in FORMS {
        let keeps = match form.keeps {
            Keeps::Everything => "the original, every member",
            Keeps::Parameters => "an extract: same events, who, when, from where, request parameters",
            Keeps::Names => {
                "an extract: same events, who, when, from where; no request parameters, so what exactly was changed is not known"
            }
        };
        table.push_str(&format!("| {} | {} | {keeps} |\n", form.name, form.made_by));
    }
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") && held != table {
        std::fs::write(path, format!("{before}{begin}{table}{end}{after}")).unwrap();
    } else {
        assert_eq!(held, table, "run the tests with INSTA_UPDATE=always");
    }
}

/// Texts that trip parsers, of the kinds that names and parameters hold.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9+=,.@_-]{1,20}",
        "[a-z '\"{}\\[\\]\\\\,;:|=]{1,12}",
        "[äöß漢🦀\t\n]{1,5}",
        Just("eventName".to_owned()),
        Just(
            "{\"eventName\":\"Forged\",\"eventSource\":\"x\",\"eventTime\":\"2024-05-01T10:00:00Z\"}"
                .to_owned()
        ),
    ]
}

fn identity() -> impl Strategy<Value = Value> {
    let user = "[a-zA-Z][a-zA-Z0-9+=,.@_-]{0,15}".prop_map(|name| {
        json!({"type": "IAMUser", "principalId": format!("AIDA{}", name.len()), "arn": format!("arn:aws:iam::444455556666:user/{name}"),
            "accountId": "444455556666", "accessKeyId": "AKIAEXAMPLE000000001", "userName": name})
    });
    let role = ("[a-zA-Z][a-zA-Z0-9_-]{0,12}", "[a-zA-Z0-9@._-]{2,12}").prop_map(|(role, session)| {
        json!({"type": "AssumedRole", "principalId": format!("AROAX:{session}"),
            "arn": format!("arn:aws:sts::444455556666:assumed-role/{role}/{session}"), "accountId": "444455556666",
            "accessKeyId": "ASIAEXAMPLE000000001", "sessionContext": {"sessionIssuer": {"type": "Role", "principalId": "AROAX",
            "arn": format!("arn:aws:iam::444455556666:role/{role}"), "accountId": "444455556666", "userName": role},
            "attributes": {"creationDate": "2025-11-03T06:00:00Z", "mfaAuthenticated": "false"}}})
    });
    prop_oneof![user, role]
}

fn events() -> impl Strategy<Value = Vec<Value>> {
    let one = (
        identity(),
        "[a-z]{2,8}",
        "[A-Z][a-zA-Z]{3,12}",
        text(),
        text(),
        any::<bool>(),
    );
    prop::collection::vec(one, 1..6).prop_map(|all| {
        let event_of = |(number, (identity, service, name, one, other, refused)): (
            usize,
            (Value, String, String, String, String, bool),
        )| {
            let request = json!({"one": one, "nested": {"other": [other, 1, true]}});
            event(
                number,
                &identity,
                &service,
                &name,
                &request,
                if refused { "AccessDenied" } else { "" },
            )
        };
        all.into_iter().enumerate().map(event_of).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn incidents_no_one_has_looked_at_are_the_same_in_every_form(events in events()) {
        for form in FORMS.iter().filter(|form| form.keeps != Keeps::Names) {
            check(form, &events);
        }
    }

    #[test]
    fn a_record_in_a_wrapper_of_any_shape_is_found(events in events(), path in prop::collection::vec("[a-zA-Z@_.]{1,8}", 1..8), kinds: u16) {
        let wrap = |record: &Value| {
            path.iter().enumerate().fold(record.clone(), |inner, (level, name)| match kinds >> (2 * level) & 3 {
                0 => json!({"id": level, name.as_str(): inner}),
                1 if level < 4 => json!({"id": level, name.as_str(): inner.to_string()}),
                2 => json!({"tags": ["a", "b"], name.as_str(): [inner]}),
                _ => json!({name.as_str(): {"x": null, "y": inner}}),
            })
        };
        let text: String = events.iter().map(|record| wrap(record).to_string() + "\n").collect();
        let (expected, keys, _) = told(json!({ "Records": events }).to_string().as_bytes());
        let (read, read_keys, report) = told(text.as_bytes());
        prop_assert_eq!(&read, &expected, "{}\n{}", short(&report), text);
        prop_assert_eq!(read_keys, keys);
    }
}
