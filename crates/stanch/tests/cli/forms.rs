//! Forms in which logs are handed over, where the whole run matters: extracts, logs that other logs complete, logs that
//! no detection judges.

use stanch_core::Analysis;

use crate::harness::{Ran, Scratch, record};

fn hunt(scratch: &Scratch, more: &[&str]) -> (Ran, Analysis) {
    let arguments = [
        "hunt",
        "logs",
        "--format",
        "json",
        "--now",
        "2026-11-23T12:00:00Z",
        "-q",
    ];
    let ran = scratch.run(&[&arguments, more].concat());
    let analysis = serde_json::from_str(&ran.stdout).unwrap();
    (ran, analysis)
}

/// The row of an event as a table engine unloads it.
fn unloaded(id: &str, name: &str, source: &str) -> String {
    let record: serde_json::Value = serde_json::from_str(&record(id, name, source)).unwrap();
    let lower = record
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| *name != "managementEvent");
    let row: serde_json::Map<String, serde_json::Value> = lower
        .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
        .collect();
    serde_json::Value::Object(row).to_string()
}

#[test]
fn an_event_in_a_trail_and_in_an_extract_counts_once_whichever_comes_first() {
    for extract in ["a-athena.json", "z-athena.json"] {
        let scratch = Scratch::new();
        scratch.write(
            "logs/trail.json",
            format!("[{}]", record("e-1", "StopLogging", "cloudtrail.amazonaws.com")),
        );
        let rows = [
            unloaded("e-1", "StopLogging", "cloudtrail.amazonaws.com"),
            unloaded("e-2", "CreateUser", "iam.amazonaws.com"),
        ];
        scratch.write(&format!("logs/{extract}"), rows.join("\n"));
        let (_, analysis) = hunt(&scratch, &[]);
        assert_eq!(
            (analysis.coverage.events, analysis.coverage.duplicates),
            (2, 1),
            "{extract}"
        );
        let stopped = analysis
            .events
            .values()
            .find(|event| event.name == "StopLogging")
            .unwrap();
        assert!(
            stopped.raw.contains("managementEvent"),
            "the whole record is cited: {}",
            stopped.raw
        );
    }
}

#[test]
fn a_case_takes_an_extract_and_the_record_of_it_for_one_event_in_either_order() {
    let scratch = Scratch::new();
    scratch.new_case("case");
    scratch.write(
        "logs/athena.json",
        unloaded("e-1", "StopLogging", "cloudtrail.amazonaws.com"),
    );
    let (_, first) = hunt(&scratch, &["--case", "case"]);
    assert_eq!(first.coverage.events, 1);
    scratch.write(
        "logs/trail.json",
        format!("[{}]", record("e-1", "StopLogging", "cloudtrail.amazonaws.com")),
    );
    let (_, second) = hunt(&scratch, &["--case", "case"]);
    assert_eq!((second.coverage.events, second.coverage.duplicates), (1, 1));
}

const FLOW: &str = "198.51.100.7 10.0.0.5 49152 22 6 840 1772804460 1772804520 ACCEPT OK";

#[test]
fn flow_logs_alone_give_no_verdict() {
    let scratch = Scratch::new();
    scratch.write(
        "logs/flows.log",
        format!("srcaddr dstaddr srcport dstport protocol bytes start end action log-status\n{FLOW}\n"),
    );
    let (ran, analysis) = hunt(&scratch, &[]);
    assert_eq!((ran.code, analysis.coverage.events), (Some(3), 1));
    let text = scratch
        .run(&["hunt", "logs", "--now", "2026-11-23T12:00:00Z", "-q"])
        .stdout;
    assert!(
        text.contains("Kept for queries, not judged: VPC flow log (1 event)."),
        "{text}"
    );
}

#[test]
fn fields_of_a_flow_log_are_named_by_an_option_or_by_the_call_that_made_it() {
    let scratch = Scratch::new();
    scratch.write(
        "logs/messages.json",
        format!(r#"{{"events":[{{"timestamp":1772804520000,"message":"{FLOW}"}}]}}"#),
    );
    let (ran, analysis) = hunt(&scratch, &[]);
    assert_eq!((ran.code, analysis.coverage.events), (Some(3), 0));
    let fields = "${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${bytes} ${start} ${end} ${action} ${log-status}";
    let (_, analysis) = hunt(&scratch, &["--flow-format", fields]);
    assert_eq!(analysis.coverage.events, 1);
    let call = record("e-1", "CreateFlowLogs", "ec2.amazonaws.com").replace(
        "\"requestParameters\":null",
        &format!("\"requestParameters\":{{\"CreateFlowLogsRequest\":{{\"LogFormat\":\"{fields}\"}}}}"),
    );
    scratch.write("logs/trail.json", format!("[{call}]"));
    let (_, analysis) = hunt(&scratch, &[]);
    assert_eq!(analysis.coverage.events, 2);
    assert!(
        analysis.coverage.is_complete(),
        "{:?}",
        analysis.coverage.problem_sources
    );
    let refused = scratch.run(&["hunt", "logs", "--flow-format", "no such fields"]);
    assert_eq!(refused.code, Some(2));
}

#[test]
fn a_role_with_a_path_is_one_principal_in_cloudtrail_and_access_logs() {
    let scratch = Scratch::new();
    let session = "arn:aws:sts::111122223333:assumed-role/deploy/run";
    let identity = format!(
        r#""userIdentity":{{"type":"AssumedRole","arn":"{session}","accountId":"111122223333","sessionContext":{{"sessionIssuer":{{"type":"Role","arn":"arn:aws:iam::111122223333:role/ci/main/deploy","userName":"deploy"}}}}}}"#
    );
    let stop = record("e-1", "StopLogging", "cloudtrail.amazonaws.com");
    let own = &stop[stop.find("\"userIdentity\"").unwrap()..stop.find(",\"eventTime\"").unwrap()];
    scratch.write("logs/z-trail.json", format!("[{}]", stop.replace(own, &identity)));
    let lines: String = (0..150)
        .map(|number| format!("79a5 vault [05/Mar/2026:14:03:{:02} +0000] 198.51.100.7 {session} R{number} REST.GET.OBJECT k/{number} \"GET /k/{number} HTTP/1.1\" 200 - 9 9 7 6 \"-\" \"x\" -\n", number % 60))
        .collect();
    scratch.write("logs/a-access.log", lines);
    let (_, analysis) = hunt(&scratch, &[]);
    assert_eq!(analysis.coverage.events, 151);
    let principals: std::collections::BTreeSet<&str> = analysis
        .findings
        .iter()
        .map(|finding| finding.principal.key.as_str())
        .collect();
    assert_eq!(
        principals.into_iter().collect::<Vec<_>>(),
        ["arn:aws:iam::111122223333:role/ci/main/deploy"]
    );
}

#[test]
fn what_is_no_log_is_named_on_the_first_screen() {
    let scratch = Scratch::new();
    scratch.write(
        "logs/a.json.gz",
        "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
    );
    scratch.write("logs/.DS_Store", b"\0\0\0\x01Bud1\0\0");
    let ran = scratch.run(&["hunt", "logs", "--now", "2026-11-23T12:00:00Z", "-q"]);
    assert_eq!(ran.code, Some(3));
    assert!(
        ran.stdout.contains("AccessDenied") && !ran.stdout.contains("DS_Store"),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains("a page with every event"), "{}", ran.stdout);
}
