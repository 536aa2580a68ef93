//! Verbs that speak to AWS, against servers on this machine that stand in for it.

use std::process::Command;
use std::time::Duration;

use stanch_testkit::{Asked, Fault, FaultProxy, Faults, RecordedReply, RecordedServer};

use crate::harness::{Ran, Scratch};

pub(crate) const CALLER: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
    <Arn>arn:aws:iam::123456789012:user/ann</Arn><UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account>\
    </GetCallerIdentityResult></GetCallerIdentityResponse>";

pub(crate) fn xml(body: impl Into<String>) -> RecordedReply {
    RecordedReply {
        status: 200,
        content_type: "text/xml",
        body: body.into().into(),
    }
}

pub(crate) fn refusal(status: u16, code: &str) -> RecordedReply {
    RecordedReply {
        status,
        ..xml(format!(
            "<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"
        ))
    }
}

/// A page of two users; the marker is the number of the page.
pub(crate) fn users(asked: &Asked, pages: u32) -> RecordedReply {
    let form = String::from_utf8_lossy(&asked.body).into_owned();
    let marker = form.split('&').find_map(|field| field.strip_prefix("Marker="));
    let page: u32 = marker.map_or(0, |marker| marker.parse().unwrap());
    let member = |number| {
        format!(
            "<member><Path>/</Path><UserName>user-{number:03}</UserName><UserId>AIDA{number}</UserId>\
             <Arn>arn:aws:iam::123456789012:user/user-{number:03}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate></member>"
        )
    };
    let more = if page + 1 < pages {
        format!("<IsTruncated>true</IsTruncated><Marker>{}</Marker>", page + 1)
    } else {
        "<IsTruncated>false</IsTruncated>".to_owned()
    };
    xml(format!(
        "<ListUsersResponse><ListUsersResult><Users>{}{}</Users>{more}</ListUsersResult></ListUsersResponse>",
        member(2 * page),
        member(2 * page + 1)
    ))
}

pub(crate) fn server(answer: impl Fn(&Asked) -> RecordedReply + Send + Sync + 'static) -> RecordedServer {
    RecordedServer::start(Duration::ZERO, answer).unwrap()
}

/// The program with credentials that look live, kept on this machine.
pub(crate) fn command(scratch: &Scratch, endpoint: Option<&str>, arguments: &[&str]) -> Command {
    let mut command = scratch.command(arguments);
    command
        .env("AWS_ACCESS_KEY_ID", "AKIAQNZGKIQY56JQ7WML")
        .env(
            "AWS_SECRET_ACCESS_KEY",
            "hunter2hunter2hunter2hunter2hunter2hunter",
        )
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("HOME", scratch.path("home"))
        .env("STANCH_LOOPBACK_ONLY", "1");
    if let Some(endpoint) = endpoint {
        command.env("AWS_ENDPOINT_URL", endpoint);
    }
    command
}

pub(crate) fn run(scratch: &Scratch, endpoint: &str, arguments: &[&str]) -> Ran {
    Ran::of(command(scratch, Some(endpoint), arguments).output().unwrap())
}

#[test]
fn whoami_tells_who_it_is_and_that_the_endpoint_is_not_aws() {
    let server = server(|_| xml(CALLER));
    let scratch = Scratch::new();
    let ran = run(&scratch, &server.endpoint(), &["whoami"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    for told in [
        "arn:aws:iam::123456789012:user/ann",
        "123456789012 (partition aws)",
        "AKIAQNZGKIQY56JQ7WML, from EnvironmentVariable",
        "never (long-term key)",
        "NOT AWS",
        "not looked up",
    ] {
        assert!(ran.prints(told), "{told}\n{}", ran.stdout);
    }
    assert!(!ran.prints("hunter2") && !ran.says("hunter2"));
    let asked = server.recorded().asked;
    let place = (
        "eu-west-1".to_owned(),
        "sts".to_owned(),
        "GetCallerIdentity".to_owned(),
    );
    assert_eq!(asked.get(&place), Some(&1), "{asked:?}");
}

#[test]
fn a_call_prints_all_pages_as_one_reply() {
    let server = server(|asked| users(asked, 5));
    let ran = run(
        &Scratch::new(),
        &server.endpoint(),
        &["call", "iam", "list-users"],
    );
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let reply: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(names(&reply), expected(10));
    assert_eq!(reply["Users"][0]["CreateDate"], "2026-01-01T00:00:00+00:00");
}

fn names(reply: &serde_json::Value) -> Vec<String> {
    let users = reply["Users"].as_array().unwrap();
    users
        .iter()
        .map(|user| user["UserName"].as_str().unwrap().to_owned())
        .collect()
}

fn expected(count: u32) -> Vec<String> {
    (0..count).map(|number| format!("user-{number:03}")).collect()
}

#[test]
fn a_fifth_of_all_calls_goes_wrong_and_nothing_is_lost_or_twice() {
    let server = server(|asked| users(asked, 25));
    let upstream = server.endpoint().trim_start_matches("http://").parse().unwrap();
    // A skewed clock is left out among others, since the client believes the server from then on; it has its turn alone, below.
    let kinds: Vec<Fault> = Fault::ALL
        .into_iter()
        .filter(|fault| *fault != Fault::ClockSkew)
        .collect();
    let proxy = FaultProxy::start(upstream, Faults::new(&kinds, 20, 3)).unwrap();
    let ran = run(&Scratch::new(), &proxy.endpoint(), &["call", "iam", "ListUsers"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(names(&serde_json::from_str(&ran.stdout).unwrap()), expected(50));
    let spoiled = proxy.passed().iter().filter(|(_, fault)| fault.is_some()).count();
    assert!(spoiled >= 3, "only {spoiled} calls were spoiled");
}

#[test]
fn each_fault_alone_spoils_a_fifth_of_the_calls_and_nothing_is_lost_or_twice() {
    for fault in Fault::ALL {
        let server = server(|asked| users(asked, 25));
        let upstream = server.endpoint().trim_start_matches("http://").parse().unwrap();
        let proxy = FaultProxy::start(upstream, Faults::new(&[fault], 20, 5)).unwrap();
        let ran = run(&Scratch::new(), &proxy.endpoint(), &["call", "iam", "ListUsers"]);
        assert_eq!(ran.code, Some(0), "{fault:?} {}", ran.stderr);
        assert_eq!(
            names(&serde_json::from_str(&ran.stdout).unwrap()),
            expected(50),
            "{fault:?}"
        );
        assert!(
            proxy.passed().iter().any(|(_, spoiled)| spoiled.is_some()),
            "{fault:?}"
        );
    }
}

#[test]
fn denied_and_unreadable_are_not_known_and_absent_is_told_apart() {
    let cases = [
        (refusal(403, "AccessDenied"), Some(3), "denied (AccessDenied)"),
        (
            refusal(404, "NoSuchEntity"),
            Some(7),
            "does-not-exist (NoSuchEntity)",
        ),
        (refusal(400, "InvalidAction"), Some(3), "not-supported"),
        (
            RecordedReply {
                status: 501,
                content_type: "application/json",
                body: r#"{"message": "not here"}"#.into(),
            },
            Some(3),
            "not-supported",
        ),
        (
            RecordedReply {
                status: 404,
                content_type: "text/html",
                body: "<html><body>Not Found</body></html>".into(),
            },
            Some(3),
            "malformed",
        ),
    ];
    for (reply, code, told) in cases {
        let server = server(move |_| reply.clone());
        let ran = run(
            &Scratch::new(),
            &server.endpoint(),
            &["call", "iam", "list-roles"],
        );
        assert_eq!(ran.code, code, "{}", ran.stderr);
        assert!(ran.says(told), "{told}\n{}", ran.stderr);
        assert!(ran.stdout.is_empty(), "{}", ran.stdout);
    }
}

#[test]
fn what_changes_things_or_returns_secrets_is_refused_before_anything_is_sent() {
    let server = server(|_| xml(CALLER));
    for (service, operation, told) in [
        ("iam", "create-user", "changes the account"),
        ("iam", "CreateAccessKey", "changes the account"),
        ("secretsmanager", "GetSecretValue", "returns secrets"),
        ("ec2", "describe-instance", "did you mean"),
        ("nosuch", "x", "is not a service"),
    ] {
        let ran = run(&Scratch::new(), &server.endpoint(), &["call", service, operation]);
        assert_eq!(ran.code, Some(2));
        assert!(ran.says(told), "{}", ran.stderr);
    }
    assert!(server.recorded().asked.is_empty());
}

#[test]
fn secrets_in_a_reply_are_not_shown() {
    let server = server(|_| RecordedReply {
        status: 200,
        content_type: "application/json",
        body: r#"{"FunctionName": "f", "Environment": {"Variables": {"DB": "s3cr3tpassw0rd"}}}"#.into(),
    });
    let arguments = [
        "call",
        "lambda",
        "get-function-configuration",
        "--params",
        r#"{"FunctionName":"f"}"#,
    ];
    let ran = run(&Scratch::new(), &server.endpoint(), &arguments);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.prints("\"DB\"") && !ran.prints("s3cr3t"), "{}", ran.stdout);
}

#[test]
fn nothing_leaves_this_machine_whatever_the_environment_says() {
    let scratch = Scratch::new();
    for arguments in [&["whoami"][..], &["call", "iam", "list-users"]] {
        let ran = Ran::of(command(&scratch, None, arguments).output().unwrap());
        assert_eq!(ran.code, Some(7), "{}", ran.stdout);
        assert!(ran.says("may only speak to this machine"), "{}", ran.stderr);
    }
    let far = run(&scratch, "https://127.0.0.1.example.com", &["whoami"]);
    assert!(far.says("may only speak to this machine"), "{}", far.stderr);
}

#[test]
fn a_collection_keeps_what_came_and_says_what_is_not_known() {
    let server = server(|asked| match asked.operation.as_str() {
        "GetCallerIdentity" => xml(CALLER),
        "ListUsers" => users(asked, 2),
        "POST /listRegions" | "POST /list-regions" => RecordedReply {
            status: 200,
            content_type: "application/json",
            body: r#"{"Regions":[{"RegionName":"us-east-1","RegionOptStatus":"ENABLED_BY_DEFAULT"},
                {"RegionName":"me-south-1","RegionOptStatus":"DISABLED"}]}"#
                .into(),
        },
        _ => refusal(403, "AccessDenied"),
    });
    let scratch = Scratch::new();
    scratch.new_case("incident");
    let arguments = ["collect", "--case", "incident", "--only", "iam-users"];
    let ran = run(&scratch, &server.endpoint(), &arguments);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.prints("denied") && ran.prints("iam: "), "{}", ran.stdout);
    assert!(
        ran.prints("me-south-1"),
        "a disabled region is named\n{}",
        ran.stdout
    );
    let snapshots: Vec<_> = std::fs::read_dir(scratch.path("incident/snapshots"))
        .unwrap()
        .collect();
    let folder = snapshots
        .into_iter()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_dir())
        .unwrap();
    let users = std::fs::read_to_string(folder.join("123456789012/us-east-1/iam.jsonl")).unwrap();
    assert!(
        expected(4).iter().all(|name| users.contains(name.as_str())),
        "{users}"
    );
    let ran = run(&scratch, &server.endpoint(), &["case", "verify", "incident"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn the_policy_for_collecting_is_valid_json_that_only_reads() {
    let ran = Scratch::new().run(&["permissions", "collect"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let policies: Vec<serde_json::Value> = serde_json::Deserializer::from_str(&ran.stdout)
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert!(!policies.is_empty());
    let actions = policies
        .iter()
        .flat_map(|policy| policy["Statement"][0]["Action"].as_array().unwrap());
    let mut count = 0;
    for action in actions {
        let name = action.as_str().unwrap().split(':').nth(1).unwrap();
        // API Gateway's actions are called after the methods of HTTP.
        let reads = [
            "GET", "Get", "List", "Describe", "View", "Batch", "Search", "Lookup", "Generate", "Head",
            "Select", "Query",
        ]
        .iter()
        .any(|verb| name.starts_with(verb));
        assert!(reads, "{name}");
        count += 1;
    }
    assert!(count > 300, "{count}");
}
