//! Staying on an account after containment, and the walk through the whole response.

use std::io::Write as _;
use std::process::Stdio;

use stanch_case::{Approval, Case, Entry, NewCase};
use stanch_core::assessment::Resource;
use stanch_core::plan::{Reason, Responder, Step, StepNumber};
use stanch_core::{Plan, RunLine, Timestamp};
use stanch_respond::{Account, ActionRequest, actions};
use stanch_testkit::{Asked, RecordedReply};

use crate::aws::{CALLER, command, refusal, run, server, xml};
use crate::harness::{Ran, Scratch, record};

const REGIONS: &str = r#"{"Regions":[{"RegionName":"us-east-1","RegionOptStatus":"ENABLED_BY_DEFAULT"},
    {"RegionName":"eu-west-1","RegionOptStatus":"ENABLED_BY_DEFAULT"}]}"#;
/// Two minutes before the events of `record`.
const CONTAINED: Timestamp = Timestamp(1_772_719_200_000);

fn json(body: impl Into<String>) -> RecordedReply {
    RecordedReply {
        content_type: "application/json",
        ..xml(body)
    }
}

/// A plan that denies the user of `record`.
fn plan(endpoint: &str) -> Plan {
    let account = Account::new(&"123456789012".into(), "aws", &"us-east-1".into(), []);
    let target = Resource::new(
        "iam-user",
        "arn:aws:iam::111122223333:user/ann",
        "ann",
        &account.id,
        &account.home,
    );
    let change = actions::named("user-deny")
        .unwrap()
        .change(&ActionRequest::new(target), &account)
        .unwrap();
    Plan {
        schema_version: Plan::SCHEMA_VERSION,
        verb: "contain".to_owned(),
        account: account.id.clone(),
        partition: "aws".to_owned(),
        endpoint: Some(endpoint.to_owned()),
        responder: Responder {
            arn: "arn:aws:iam::123456789012:user/ann".to_owned(),
            expires: None,
        },
        made_at: CONTAINED,
        state_at: CONTAINED,
        snapshot: "s".to_owned(),
        harm_now: true,
        exempt: Vec::new(),
        break_glass_declared: false,
        suspects: Vec::new(),
        steps: vec![Step {
            number: StepNumber(1),
            why: vec![Reason {
                text: "said".to_owned(),
                evidence: Vec::new(),
            }],
            after: Vec::new(),
            change,
        }],
        not_fixed: Vec::new(),
        remaining_credentials: Vec::new(),
        seconds: 1,
    }
}

/// A case in which the user of `record` was cut off.
pub(crate) fn contained(scratch: &Scratch, endpoint: &str) {
    let new = NewCase {
        title: "incident".to_owned(),
        accounts: vec!["123456789012".into()],
        responder: "ann".to_owned(),
        break_glass: Vec::new(),
        seal_to: None,
        opened_at: CONTAINED,
    };
    let mut case = Case::create(&scratch.path("incident"), &new).unwrap();
    let canonical = plan(endpoint).canonical().unwrap();
    let digest = case.keep_plan(canonical.as_bytes(), CONTAINED).unwrap();
    let approval = Approval {
        by: "ann".to_owned(),
        second: None,
        account: "123456789012".into(),
    };
    case.approve(&digest, &approval, CONTAINED).unwrap();
    let lines = vec![
        RunLine::Begun {
            plan: digest,
            caller: "ann".to_owned(),
            approved_by: "ann".to_owned(),
            second: None,
            undo: false,
            reason: None,
        },
        RunLine::Finished {
            undo: false,
            reached: 1,
            missed: 0,
        },
    ];
    case.write_run("run-1", lines, CONTAINED).unwrap();
}

/// Event history that holds some events in one region; the other region is refused if it is named.
pub(crate) fn history(asked: &Asked, events: &[String], refused: &str) -> RecordedReply {
    match asked.operation.as_str() {
        "GetCallerIdentity" => xml(CALLER),
        "POST /listRegions" | "POST /list-regions" => json(REGIONS),
        "LookupEvents" if asked.region == refused => RecordedReply {
            status: 400,
            ..json(r#"{"__type":"AccessDeniedException","message":"no"}"#)
        },
        "LookupEvents" if asked.region == "us-east-1" => {
            let events: Vec<_> = events
                .iter()
                .map(|event| serde_json::json!({"CloudTrailEvent": event}))
                .collect();
            json(serde_json::json!({"Events": events}).to_string())
        }
        "LookupEvents" => json(r#"{"Events":[]}"#),
        _ => refusal(403, "AccessDenied"),
    }
}

pub(crate) fn denied(id: &str) -> String {
    record(id, "ListUsers", "iam.amazonaws.com").replace(
        r#""requestID":"r""#,
        r#""errorCode":"AccessDenied","requestID":"r""#,
    )
}

fn watched(events: Vec<String>, refused: &'static str, arguments: &[&str]) -> (Scratch, Ran) {
    let server = server(move |asked| history(asked, &events, refused));
    let scratch = Scratch::new();
    contained(&scratch, &server.endpoint());
    let all = [&["watch", "--minutes", "0"], arguments].concat();
    let ran = run(&scratch, &server.endpoint(), &all);
    (scratch, ran)
}

fn lines(ran: &Ran) -> Vec<serde_json::Value> {
    let lines = ran.stdout.lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn notes(scratch: &Scratch) -> Vec<String> {
    let view = Case::open_read_only(&scratch.path("incident")).unwrap();
    let lines = view.lines().unwrap().into_iter();
    lines
        .filter_map(|line| match line.entry {
            Entry::Note { text } => Some(text),
            _ => None,
        })
        .collect()
}

#[test]
fn refused_calls_are_the_proof_and_quiet_is_told() {
    let (scratch, ran) = watched(vec![denied("e1"), denied("e2")], "", &[]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.prints("2 calls of the attacker were refused: the containment is in effect"),
        "{}",
        ran.stdout
    );
    assert!(ran.says("minutes without events prove nothing"), "{}", ran.stderr);
    for line in ran.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let lines = Case::open_read_only(&scratch.path("incident"))
        .unwrap()
        .lines()
        .unwrap();
    let kinds: Vec<&str> = lines.iter().map(|line| line.entry.kind()).collect();
    assert!(kinds.ends_with(&["watch-began", "watch-ended"]), "{kinds:?}");
}

#[test]
fn a_region_that_is_refused_is_never_quiet() {
    let (_, ran) = watched(vec![denied("e1")], "eu-west-1", &["--json"]);
    assert_eq!(ran.code, Some(3), "{}{}", ran.stdout, ran.stderr);
    let lines = lines(&ran);
    let round = lines.iter().find(|line| line["kind"] == "round").unwrap();
    assert_eq!(round["refused"], 1);
    assert!(
        round["unread"]["eu-west-1"].as_str().unwrap().contains("denied"),
        "{round}"
    );
    assert!(round["lag_seconds"].as_i64().unwrap() > 0);
}

#[test]
fn who_gets_through_is_an_alarm_and_in_the_journal() {
    let through = record("e3", "CreateUser", "iam.amazonaws.com");
    let (scratch, ran) = watched(vec![denied("e1"), through], "", &["--json"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
    let kinds: Vec<_> = lines(&ran)
        .iter()
        .filter(|line| line["kind"] == "sighting")
        .map(|line| line["sighting"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds.len(), 2, "{kinds:?}");
    assert!(kinds.contains(&"new-credential".to_owned()), "{kinds:?}");
    assert!(
        notes(&scratch)
            .iter()
            .any(|note| note.starts_with("NEW CREDENTIAL: iam:CreateUser")),
        "{:?}",
        notes(&scratch)
    );
}

#[test]
fn there_is_nothing_to_watch_before_something_was_contained() {
    let server = server(|asked| history(asked, &[], ""));
    let scratch = Scratch::new();
    scratch.new_case("incident");
    let ran = run(&scratch, &server.endpoint(), &["watch"]);
    assert_eq!(ran.code, Some(7));
    assert!(
        ran.says("nothing was contained in account 123456789012"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_trail_in_s3_is_read_in_place_of_event_history() {
    let server = server(|asked| match asked.operation.as_str() {
        "GetCallerIdentity" => xml(CALLER),
        _ if asked.query.contains("location") => xml("<LocationConstraint>eu-west-1</LocationConstraint>"),
        _ if asked.query.contains("list-type=2") => xml(
            "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>logs/a.json</Key>\
             <LastModified>2026-03-05T14:02:00.000Z</LastModified><Size>9</Size></Contents></ListBucketResult>",
        ),
        _ if asked.operation.contains("a.json") => json(format!("{{\"Records\":[{}]}}", denied("e1"))),
        _ => refusal(403, "AccessDenied"),
    });
    let scratch = Scratch::new();
    contained(&scratch, &server.endpoint());
    let arguments = [
        "watch",
        "--minutes",
        "0",
        "--trail",
        "s3://bucket/logs/",
        "--json",
    ];
    let ran = run(&scratch, &server.endpoint(), &arguments);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let lines = lines(&ran);
    assert_eq!(lines.iter().filter(|line| line["kind"] == "sighting").count(), 1);
}

/// Walks with what is typed.
pub(crate) fn walked(scratch: &Scratch, endpoint: &str, typed: &str) -> Ran {
    let mut command = command(scratch, Some(endpoint), &["respond"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    Ran::of(child.wait_with_output().unwrap())
}

fn state(scratch: &Scratch) -> serde_json::Value {
    let ran = scratch.run(&["respond", "--json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn a_walk_makes_the_case_is_left_and_goes_on_where_it_was() {
    let summary = "<GetAccountSummaryResponse><GetAccountSummaryResult><SummaryMap><entry><key>AccountMFAEnabled</key>\
        <value>1</value></entry></SummaryMap></GetAccountSummaryResult></GetAccountSummaryResponse>";
    let devices = "<ListVirtualMFADevicesResponse><ListVirtualMFADevicesResult><VirtualMFADevices/>\
        <IsTruncated>false</IsTruncated></ListVirtualMFADevicesResult></ListVirtualMFADevicesResponse>";
    let server = server(move |asked| match asked.operation.as_str() {
        "GetCallerIdentity" => xml(CALLER),
        "GetAccountSummary" => xml(summary),
        "ListVirtualMFADevices" => xml(devices),
        _ => refusal(403, "AccessDenied"),
    });
    let scratch = Scratch::new();
    let ran = walked(&scratch, &server.endpoint(), "\n\nx\nq\n");
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.prints("unknown key: x"), "{}", ran.stdout);
    let begun = state(&scratch);
    assert_eq!(begun["next"]["act"], "hunt");
    assert_eq!(begun["account"], "123456789012");
    let ran = walked(
        &scratch,
        &server.endpoint(),
        "o root-mfa\nd root-mfa\nann\ns root-keys\n",
    );
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.prints("root has an MFA device") && ran.prints("Security credentials"),
        "{}",
        ran.stdout
    );
    let state = state(&scratch);
    let steps = state["phases"][0]["steps"].as_array().unwrap().clone();
    assert_eq!(steps[3]["status"], "done", "{}", steps[3]);
    assert_eq!(steps[3]["guided"][0]["by"], "ann");
    let root = steps[0]["guided"].as_array().unwrap();
    assert!(
        root.iter()
            .any(|step| step["id"] == "root-keys" && step["status"] == "later")
    );
    let verified = scratch.run(&["case", "verify", "incident"]);
    assert_eq!(verified.code, Some(0), "{}", verified.stdout);
}

#[test]
fn a_step_that_nothing_proves_is_not_done_without_a_name() {
    let server = server(|asked| match asked.operation.as_str() {
        "GetCallerIdentity" => xml(CALLER),
        _ => refusal(403, "AccessDenied"),
    });
    let scratch = Scratch::new();
    scratch.new_case("incident");
    let ran = walked(&scratch, &server.endpoint(), "d root-mfa\n\nd nothing\nq\n");
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.prints("not known"), "{}", ran.stdout);
    assert!(ran.says("This is not proven"), "{}", ran.stderr);
    assert!(ran.says("there is no manual step nothing"), "{}", ran.stderr);
    let state = state(&scratch);
    assert_eq!(state["phases"][0]["steps"][3]["status"], "waits");
}
