//! Every container that records come in.

use super::*;

/// Reads content that must hold events A and B, the same ones every time, and nothing wrong.
fn holds_a_and_b(what: &str, content: &str) -> Vec<Seen> {
    let (seen, report) = read(content.as_bytes());
    assert_eq!(names(&seen), ["A", "B"], "{what}: {}", short(&report));
    assert!(report.is_complete(), "{what}: {report:?}");
    let (plain, _) = read(file(&["A", "B"]).as_bytes());
    let keys = |seen: &[Seen]| seen.iter().map(|event| event.key).collect::<Vec<_>>();
    assert_eq!(keys(&seen), keys(&plain), "{what}");
    seen
}

fn pretty(text: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    serde_json::to_string_pretty(&value).unwrap()
}

#[test]
fn records_are_found_in_every_plain_container() {
    let (a, b) = (record("A"), record("B"));
    let both = file(&["A", "B"]);
    for (what, content) in [
        ("compact", both.clone()),
        ("pretty", pretty(&both)),
        ("byte order mark", format!("\u{feff}{both}")),
        ("concatenated", format!("{}{}", file(&["A"]), file(&["B"]))),
        (
            "one container per line",
            format!("{}\n{}\n", file(&["A"]), file(&["B"])),
        ),
        ("array", format!("[{a},{b}]")),
        (
            "array of containers",
            format!("[{},{}]", file(&["A"]), file(&["B"])),
        ),
        ("one per line", format!("{a}\n{b}\n")),
        ("one per line, DOS", format!("{a}\r\n{b}\r\n")),
        (
            "pretty one after another",
            format!("{}\n{}", pretty(&a), pretty(&b)),
        ),
        ("record separators", format!("\u{1e}{a}\n\u{1e}{b}\n")),
        (
            "members around the array",
            format!(r#"{{"x":{{"Records":1}},"Records":[{a},{b}],"y":[{{}}],"z":null}}"#),
        ),
        (
            "an empty array first",
            format!(r#"{{"Events":[],"Records":[{a},{b}]}}"#),
        ),
        (
            "CloudWatch export",
            format!("2024-05-01T10:00:00.000Z {a}\n2024-05-01T10:00:01.000Z {b}\n"),
        ),
        (
            "search engine export",
            format!("{{\"_index\":\"i\",\"_source\":{a}}}\n{{\"_source\":{b}}}\n"),
        ),
    ] {
        for event in holds_a_and_b(what, &content) {
            if !what.contains("export") {
                assert!(content[event.offset as usize..].starts_with(&event.raw), "{what}");
            }
        }
    }
}

fn bridge(record: &str) -> String {
    format!(
        r#"{{"version":"0","detail-type":"AWS API Call via CloudTrail","source":"aws.iam","detail":{record}}}"#
    )
}

fn message(record: &str) -> String {
    format!(
        r#"{{"id":"1","timestamp":1714557600000,"message":{}}}"#,
        quoted(record)
    )
}

fn sns(text: &str) -> String {
    format!(
        r#"{{"Type":"Notification","TopicArn":"arn:aws:sns:x","Message":{}}}"#,
        quoted(text)
    )
}

fn sqs(text: &str) -> String {
    format!(r#"{{"MessageId":"1","Body":{}}}"#, quoted(text))
}

fn lookup(record: &str) -> String {
    let text = quoted(record);
    format!(r#"{{"EventId":"e","EventName":"x","ReadOnly":"true","Resources":[],"CloudTrailEvent":{text}}}"#)
}

fn splunk(record: &str) -> String {
    format!(r#"{{"preview":false,"result":{{"_raw":{}}}}}"#, quoted(record))
}

#[test]
fn records_are_found_in_every_wrapper() {
    let lines = |wrap: &dyn Fn(&str) -> String| format!("{}\n{}\n", wrap(&record("A")), wrap(&record("B")));
    let array = |wrap: &dyn Fn(&str) -> String| format!("[{},{}]", wrap(&record("A")), wrap(&record("B")));
    let logs = format!(
        r#"{{"messageType":"DATA_MESSAGE","owner":"o","logEvents":{}}}"#,
        array(&message)
    );
    for (what, content) in [
        (
            "LookupEvents",
            format!(r#"{{"NextToken":"t","Events":{}}}"#, array(&lookup)),
        ),
        ("LookupEvents, bare", lines(&lookup)),
        ("LookupEvents, array", array(&lookup)),
        ("LookupEvents, queried", array(&quoted)),
        ("EventBridge", lines(&bridge)),
        ("CloudWatch subscription", logs),
        (
            "CloudWatch filter",
            format!(r#"{{"events":{},"searchedLogStreams":[]}}"#, array(&message)),
        ),
        ("SNS of EventBridge", lines(&|record| sns(&bridge(record)))),
        (
            "SQS of SNS",
            format!(
                r#"{{"Messages":{}}}"#,
                array(&|record| sqs(&sns(&bridge(record))))
            ),
        ),
        ("Splunk", lines(&splunk)),
    ] {
        holds_a_and_b(what, &content);
    }
}

#[test]
fn utf_16_as_some_shells_write_it_is_read() {
    let content = file(&["A", "B"]);
    let bytes: Vec<u8> = [0xfeff]
        .into_iter()
        .chain(content.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let (seen, report) = read(&bytes);
    assert_eq!((names(&seen), report.is_complete()), (vec!["A", "B"], true));
}

#[test]
fn what_holds_no_events_by_its_nature_is_counted_and_no_problem() {
    let s3 = r#"{"Records":[{"eventVersion":"2.5","eventSource":"aws:s3","eventTime":"2024-05-01T10:00:00.000Z","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"}}}]}"#;
    let sns = format!(
        r#"{{"Type":"Notification","TopicArn":"t","Message":{}}}"#,
        quoted(s3)
    );
    let sqs = format!(
        r#"{{"Records":[{{"messageId":"1","eventSource":"aws:sqs","body":{}}}]}}"#,
        quoted(&sns)
    );
    let trail = r#"{"s3Bucket":"b","s3ObjectKey":["AWSLogs/k.json.gz"]}"#;
    let lambda = format!(
        r#"{{"Records":[{{"EventSource":"aws:sns","Sns":{{"TopicArn":"t","Message":{}}}}}]}}"#,
        quoted(trail)
    );
    let digest = r#"{"awsAccountId":"111122223333","digestStartTime":"2024-05-01T10:00:00Z","digestEndTime":"2024-05-01T11:00:00Z","logFiles":[{"s3Bucket":"b"}]}"#;
    for (content, expected) in [
        (s3, "Notification events=0 skipped=1"),
        (&sns, "Notification events=0 skipped=1"),
        (&sqs, "Notification events=0 skipped=1"),
        (trail, "Notification events=0 skipped=1"),
        (&lambda, "Notification events=0 skipped=1"),
        (
            r#"{"Records":[{"messageId":"1","receiptHandle":"r","body":"rubbish"}]}"#,
            "Notification events=0 skipped=1",
        ),
        (
            r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}"#,
            "Notification events=0 skipped=1",
        ),
        (
            "CloudTrail validation message.",
            "Notification events=0 skipped=1",
        ),
        (
            r#"{"Type":"Notification","TopicArn":"t","Message":"CloudTrail validation message."}"#,
            "Notification events=0 skipped=1",
        ),
        (
            r#"{"detail-type":"Object Created","source":"aws.s3","detail":{"bucket":{}}}"#,
            "Notification events=0 skipped=1",
        ),
        (
            r#"{"messageType":"CONTROL_MESSAGE","logEvents":[{"message":"CWL CONTROL MESSAGE: Checking health"}]}"#,
            "Notification events=0 skipped=1",
        ),
        (digest, "Digest events=0 skipped=1"),
        ("", "Empty events=0 skipped=0"),
        (" \r\n\t", "Empty events=0 skipped=0"),
        ("\u{feff}", "Empty events=0 skipped=0"),
        ("[]", "Empty events=0 skipped=0"),
        (r#"{"Records":[]}"#, "CloudTrail events=0 skipped=0"),
        (r#"{"Findings":[]}"#, "GuardDuty events=0 skipped=0"),
    ] {
        assert_eq!(short(&read(content.as_bytes()).1), expected, "{content}");
    }
}

#[test]
fn what_is_no_aws_log_is_named() {
    let azure =
        r#"{"records":[{"time":"2024-05-01T10:00:00Z","operationName":"X","properties":{}},{"a":1}]}"#;
    for (content, expected) in [
        (
            azure.as_bytes(),
            "Unknown events=0 skipped=0 NotAnEvent@12 NotAnEvent@80",
        ),
        (br#"{"hello":"world"}"#, "Unknown events=0 skipped=0 NotAnEvent@0"),
        (
            b"[1,\"x\",null,[2]]",
            "Unknown events=0 skipped=0 NotAnEvent@1 NotAnEvent@3 NotAnEvent@7 NotAnEvent@13",
        ),
        (
            b"# Read me\n\nThis is a text.\n",
            "Unknown events=0 skipped=0 NotAnEvent@0",
        ),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
            "Unknown events=0 skipped=0 LfsPointer@0",
        ),
        (
            b"\x89PNG\r\n\x1a\n\0\0\0",
            "Unknown events=0 skipped=0 NotAnEvent",
        ),
        (b"PAR1\x15\x04", "Unknown events=0 skipped=0 Truncated"),
        (
            br#"{"detail-type":"EC2 State","source":"aws.ec2","detail":{"state":"on"}}"#,
            "Unknown events=0 skipped=0 NotAnEvent@0",
        ),
        (
            br#"{"message":"hello"}"#,
            "Unknown events=0 skipped=0 NotAnEvent@0",
        ),
    ] {
        assert_eq!(
            short(&read(content).1),
            expected,
            "{}",
            String::from_utf8_lossy(content)
        );
    }
}

#[test]
fn text_without_end_and_without_sense_is_given_up_with_one_problem() {
    let (_, report) = read("lorem ipsum\n".repeat(50_000).as_bytes());
    assert_eq!(
        (short(&report), report.problem_count),
        ("Unknown events=0 skipped=0 NotAnEvent@0".to_owned(), 1)
    );
}

#[test]
fn other_logs_are_found_by_their_lines() {
    let access = r#"0123456789abcdef exports [06/Feb/2019:00:00:38 +0000] 203.0.113.9 - 3E57 REST.GET.OBJECT k "GET /k HTTP/1.1" 200 - 10 10 7 6 "-" "curl" -"#;
    let flow =
        "2 111122223333 eni-0a1b 203.0.113.9 10.0.0.5 49152 22 6 10 840 1714557600 1714557660 ACCEPT OK";
    let header = "version vpc-id srcaddr dstaddr start log-status";
    let finding = r#"{"schemaVersion":"2.0","type":"T","severity":5,"id":"f","service":{"eventFirstSeen":"2024-05-01T10:00:00Z"}}"#;
    let (_, report) = read(format!("{access}\n{access}\nrubbish\n").as_bytes());
    insta::assert_snapshot!(short(&report), @"S3ServerAccess events=2 skipped=0 MalformedLine@276");
    let (seen, report) = read(format!("{flow}\n{flow}").as_bytes());
    insta::assert_snapshot!(short(&report), @"VpcFlow events=2 skipped=0");
    assert_eq!(seen[0].key, seen[1].key);
    let custom =
        format!("{header}\n5 vpc-1 203.0.113.9 10.0.0.5 1714557600 OK\n5 vpc-1 - - 1714557600 NODATA\n5 x\n");
    insta::assert_snapshot!(short(&read(custom.as_bytes()).1), @"VpcFlow events=1 skipped=2 MalformedLine@121");
    let in_cloudwatch = format!(r#"{{"logEvents":[{{"message":{}}}]}}"#, quoted(flow));
    insta::assert_snapshot!(short(&read(in_cloudwatch.as_bytes()).1), @"VpcFlow events=1 skipped=0");
    let exported = format!("2024-05-01T10:00:00.000Z {flow}\n");
    insta::assert_snapshot!(short(&read(exported.as_bytes()).1), @"VpcFlow events=1 skipped=0");
    for content in [
        finding.to_owned(),
        format!("[{finding}]"),
        format!("{{\"Findings\":[{finding}]}}"),
        format!(r#"{{"detail-type":"GuardDuty Finding","source":"aws.guardduty","detail":{finding}}}"#),
    ] {
        assert_eq!(
            short(&read(content.as_bytes()).1),
            "GuardDuty events=1 skipped=0",
            "{content}"
        );
    }
}

#[test]
fn a_log_that_carries_the_mark_of_a_tar_archive_is_still_read() {
    let log = file(&["A", "B"]);
    // White space moves the mark to where an archive has it.
    let before = "{\"note\":\"";
    let padding = " ".repeat(257 - before.len());
    let marked = log.replacen('{', &format!("{before}{padding}ustar\","), 1);
    assert_eq!(&marked.as_bytes()[257..262], b"ustar");
    holds_a_and_b("marked as an archive", &marked);
}
