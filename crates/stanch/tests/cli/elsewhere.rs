//! Hunting logs that are not on this disk, comparing what was collected, and signing in: against servers on this machine
//! that stand in for AWS.

use std::sync::{Arc, Mutex};

use stanch_testkit::{Asked, RecordedReply};

use crate::aws::{CALLER, refusal, run, server, users, xml};
use crate::harness::{Scratch, record};

const REGIONS: &str = r#"{"Regions":[{"RegionName":"us-east-1","RegionOptStatus":"ENABLED_BY_DEFAULT"},
    {"RegionName":"eu-west-1","RegionOptStatus":"ENABLED_BY_DEFAULT"}]}"#;

fn json(body: impl Into<String>) -> RecordedReply {
    RecordedReply {
        content_type: "application/json",
        ..xml(body)
    }
}

/// A listing of keys and folders.
fn listing(keys: &[&str], folders: &[&str]) -> RecordedReply {
    let keys = keys.iter().map(|key| {
        format!("<Contents><Key>{key}</Key><LastModified>2026-03-05T14:02:00.000Z</LastModified><Size>9</Size></Contents>")
    });
    let folders = folders
        .iter()
        .map(|folder| format!("<CommonPrefixes><Prefix>{folder}</Prefix></CommonPrefixes>"));
    let parts: String = keys.chain(folders).collect();
    xml(format!(
        "<ListBucketResult><IsTruncated>false</IsTruncated>{parts}</ListBucketResult>"
    ))
}

/// A bucket with two days of one region, digests, and another region.
fn bucket(asked: &Asked) -> RecordedReply {
    const BASE: &str = "AWSLogs/123456789012/";
    const DAYS: &str = "AWSLogs/123456789012/CloudTrail/us-east-1/2026/03/";
    let query = asked.query.replace("%2F", "/");
    let prefix = query
        .split('&')
        .find_map(|field| field.strip_prefix("prefix="))
        .unwrap_or_default();
    if query.contains("location") {
        return xml("<LocationConstraint>eu-west-1</LocationConstraint>");
    }
    if query.contains("list-type=2") {
        return match prefix {
            "AWSLogs/" => listing(&[], &[BASE]),
            BASE => listing(
                &[],
                &[
                    "AWSLogs/123456789012/CloudTrail/",
                    "AWSLogs/123456789012/CloudTrail-Digest/",
                ],
            ),
            "AWSLogs/123456789012/CloudTrail/" => listing(
                &[],
                &[
                    "AWSLogs/123456789012/CloudTrail/us-east-1/",
                    "AWSLogs/123456789012/CloudTrail/eu-west-1/",
                ],
            ),
            "AWSLogs/123456789012/CloudTrail/us-east-1/" => {
                listing(&[], &["AWSLogs/123456789012/CloudTrail/us-east-1/2026/"])
            }
            "AWSLogs/123456789012/CloudTrail/us-east-1/2026/" => listing(&[], &[DAYS]),
            DAYS => listing(&[], &[&format!("{DAYS}04/"), &format!("{DAYS}05/")]),
            day if day.starts_with(DAYS) => {
                let key = format!("{day}a b.json");
                listing(&[&key, &format!("{day}denied.json")], &[])
            }
            _ => refusal(403, "AccessDenied"),
        };
    }
    if asked.operation.contains("denied") {
        return refusal(403, "AccessDenied");
    }
    let records = [record("s3-1", "ListUsers", "iam.amazonaws.com")];
    json(format!("{{\"Records\":[{}]}}", records.join(",")))
}

#[test]
fn objects_in_s3_are_chosen_by_their_keys_streamed_and_named_when_they_are_refused() {
    let server = server(bucket);
    let scratch = Scratch::new();
    let arguments = [
        "hunt",
        "s3://logs/AWSLogs/",
        "--since",
        "2026-03-05T00:00:00Z",
        "--region",
        "us-east-1",
        "--format",
        "json",
    ];
    let ran = run(&scratch, &server.endpoint(), &arguments);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["coverage"]["events"], 1, "{}", report["coverage"]);
    let coverage = report["coverage"].to_string();
    assert!(
        coverage.contains("s3://logs/AWSLogs/123456789012/CloudTrail/us-east-1/2026/03/05/denied.json")
            && coverage.contains("AccessDenied"),
        "{coverage}"
    );
    assert!(!coverage.contains("Digest") && !coverage.contains("eu-west-1") && !coverage.contains("/04/"));
}

#[test]
fn a_hunt_in_s3_with_a_case_does_not_read_an_object_twice() {
    let fetched: Arc<Mutex<Vec<String>>> = Arc::default();
    let noted = Arc::clone(&fetched);
    let server = server(move |asked| {
        if asked.operation.contains("json") {
            noted.lock().unwrap().push(asked.operation.clone());
        }
        bucket(asked)
    });
    let scratch = Scratch::new();
    scratch.new_case("incident");
    let day = "s3://logs/AWSLogs/123456789012/CloudTrail/us-east-1/2026/03/05/";
    let arguments = ["hunt", day, "--case", "incident"];
    let first = run(&scratch, &server.endpoint(), &arguments);
    assert_eq!(first.code, Some(3), "{}", first.stderr);
    assert_eq!(fetched.lock().unwrap().drain(..).count(), 2);
    run(&scratch, &server.endpoint(), &arguments);
    let again = fetched.lock().unwrap().clone();
    // What was refused is tried again; what was read is not, unless the report cites it.
    assert_eq!(again.len(), 1, "{again:?}");
    assert!(again[0].contains("denied"), "{again:?}");
}

/// One event in each region, except where the looking up is refused.
fn trail(asked: &Asked, refused: &str) -> RecordedReply {
    match asked.operation.as_str() {
        "GetCallerIdentity" => xml(CALLER),
        "POST /listRegions" | "POST /list-regions" => json(REGIONS),
        "LookupEvents" if asked.region == refused => RecordedReply {
            status: 400,
            ..json(r#"{"__type":"AccessDeniedException","message":"no"}"#)
        },
        "LookupEvents" => {
            let event = record(
                &format!("live-{}", asked.region),
                "ListUsers",
                "iam.amazonaws.com",
            );
            json(serde_json::json!({"Events": [{"CloudTrailEvent": event}]}).to_string())
        }
        _ => refusal(403, "AccessDenied"),
    }
}

#[test]
fn events_are_pulled_into_the_case_and_a_region_that_is_refused_stays_unknown() {
    let server = server(|asked| trail(asked, "eu-west-1"));
    let scratch = Scratch::new();
    scratch.new_case("incident");
    let arguments = [
        "hunt",
        "--live",
        "--case",
        "incident",
        "--format",
        "json",
        "--since",
        "2999-01-01T00:00:00Z",
    ];
    let ran = run(&scratch, &server.endpoint(), &arguments);
    assert_eq!(ran.code, Some(2), "nothing lies in the future: {}", ran.stderr);
    let recent = stanch_core::Timestamp(milliseconds_now() - 30 * 60_000).to_string();
    let arguments = [
        "hunt", "--live", "--case", "incident", "--format", "json", "--since", &recent,
    ];
    let ran = run(&scratch, &server.endpoint(), &arguments);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["coverage"]["events"], 1, "{}", report["coverage"]);
    let coverage = report["coverage"].to_string();
    assert!(
        coverage.contains("eu-west-1") && coverage.contains("denied (AccessDeniedException)"),
        "{coverage}"
    );
    let ran = run(&scratch, &server.endpoint(), &["case", "verify", "incident"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    // A pull is no state of the account that could be compared.
    let ran = scratch.run(&["case", "diff", "--case", "incident"]);
    assert_eq!(ran.code, Some(7));
    assert!(ran.says("has 0 snapshots of the account"), "{}", ran.stderr);
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is live is asked for by the real time"
)]
fn milliseconds_now() -> i64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

#[test]
fn a_user_that_came_between_two_snapshots_is_told() {
    let scratch = Scratch::new();
    scratch.new_case("incident");
    for pages in [1, 2] {
        let server = server(move |asked| match asked.operation.as_str() {
            "GetCallerIdentity" => xml(CALLER),
            "ListUsers" => users(asked, pages),
            "POST /listRegions" | "POST /list-regions" => json(REGIONS),
            _ => refusal(403, "AccessDenied"),
        });
        let arguments = ["collect", "--case", "incident", "--only", "iam-users", "--fresh"];
        let ran = run(&scratch, &server.endpoint(), &arguments);
        assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    }
    let ran = scratch.run(&["case", "diff", "--case", "incident"]);
    assert_eq!(ran.code, Some(4), "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.prints("+ 123456789012/us-east-1 iam:ListUsers Users[]"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.says("have no reply in one of the snapshots"),
        "{}",
        ran.stderr
    );
    let ran = scratch.run(&["case", "diff", "nothing", "more", "--case", "incident"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.says("choose among"), "{}", ran.stderr);
}

#[test]
fn what_an_identity_will_not_see_is_told_beforehand() {
    let decisions = |asked: &Asked| {
        let form = String::from_utf8_lossy(&asked.body).into_owned();
        let actions = form.split('&').filter(|field| field.starts_with("ActionNames."));
        let results = actions.filter_map(|field| field.split_once('=')).map(|(_, action)| {
            let action = action.replace("%3A", ":");
            let decision = if action == "iam:ListUsers" { "implicitDeny" } else { "allowed" };
            format!("<member><EvalActionName>{action}</EvalActionName><EvalDecision>{decision}</EvalDecision></member>")
        });
        xml(format!(
            "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults>{}</EvaluationResults>\
             <IsTruncated>false</IsTruncated></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>",
            results.collect::<String>()
        ))
    };
    let server = server(move |asked| match asked.operation.as_str() {
        "GetCallerIdentity" => xml(CALLER),
        "SimulatePrincipalPolicy" => decisions(asked),
        _ => refusal(403, "AccessDenied"),
    });
    let ran = run(
        &Scratch::new(),
        &server.endpoint(),
        &["permissions", "collect", "--check"],
    );
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(
        ran.prints("ListUsers") && ran.prints("not allowed by any policy"),
        "{}",
        ran.stdout
    );
    assert!(!ran.prints("ListRoles"), "{}", ran.stdout);
}

#[test]
fn a_code_opens_a_session_that_all_calls_go_out_with() {
    let session = "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIASESSION</AccessKeyId>\
        <SecretAccessKey>s</SecretAccessKey><SessionToken>t0ken</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>\
        </Credentials></AssumeRoleResult></AssumeRoleResponse>";
    let server = server(move |asked| {
        let form = String::from_utf8_lossy(&asked.body).into_owned();
        match asked.operation.as_str() {
            "AssumeRole" if form.contains("TokenCode=123456") => xml(session),
            "GetCallerIdentity" => xml(CALLER),
            _ => refusal(403, "AccessDenied"),
        }
    });
    let with_code = |code: &'static str| {
        [
            "whoami",
            "--json",
            "--role-arn",
            "arn:aws:iam::123456789012:role/Responder",
            "--mfa-serial",
            "arn:aws:iam::123456789012:mfa/phone",
            "--mfa-code",
            code,
        ]
    };
    let ran = run(&Scratch::new(), &server.endpoint(), &with_code("123456"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let identity: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(identity["access_key_id"], "ASIASESSION");
    assert!(!ran.prints("t0ken"));
    let ran = run(&Scratch::new(), &server.endpoint(), &with_code("000000"));
    assert_eq!(ran.code, Some(7));
    assert!(ran.says("MFA code failed (denied)"), "{}", ran.stderr);
}
