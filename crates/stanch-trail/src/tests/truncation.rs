//! Every shape that records come in, cut at every byte, plain and packed: what comes before the cut is read as it
//! was, and what is lost is named.

use super::*;
use crate::inflate::tests::gzip;

/// A content of events, and where a cut can't be told from the end of a whole one: between two lines.
struct Shape {
    name: &'static str,
    content: String,
    events: usize,
    is_lines: bool,
}

fn shape(name: &'static str, events: usize, content: String) -> Shape {
    Shape {
        name,
        content,
        events,
        is_lines: false,
    }
}

fn lines(name: &'static str, events: usize, content: String) -> Shape {
    Shape {
        is_lines: true,
        ..shape(name, events, content)
    }
}

/// The record that trips parsers in some way, between two that do not.
fn quirk(name: &'static str, odd: &str) -> Shape {
    shape(
        name,
        3,
        format!("{{\"Records\":[{},{odd},{}]}}", record("A"), record("B")),
    )
}

fn with(members: &str) -> String {
    record("Q").replacen('{', &format!("{{{members},"), 1)
}

fn quirks() -> Vec<Shape> {
    let of_service = r#"{"eventTime":"2024-05-01T10:00:00Z","eventType":"AwsServiceEvent","eventName":"S","eventSource":"ec2.amazonaws.com","userIdentity":{"accountId":"111122223333","invokedBy":"ec2.amazonaws.com"},"eventID":"s","sharedEventID":"s","serviceEventDetails":{"snapshotId":"x"}}"#;
    let insight = r#"{"eventTime":"2024-05-01T10:00:00Z","eventType":"AwsCloudTrailInsight","eventCategory":"Insight","eventID":"i","awsRegion":"eu-west-3","insightDetails":{"state":"Start","eventName":"RunInstances"}}"#;
    let aggregated = r#"{"eventTime":"2024-05-01T10:05:00Z","accountId":"111122223333","eventType":"AwsAggregatedEvent","eventCategory":"Aggregated","eventID":"g","timeWindow":{"windowStart":"2024-05-01T10:00:00Z"},"summary":{"a":[1]}}"#;
    vec![
        quirk(
            "lower-case keys",
            &record("Q")
                .replace("eventName", "eventname")
                .replace("eventID", "eventid"),
        ),
        quirk(
            "parameters as text",
            &record("Q").replace(r#"{"note":"a \"quoted\" } brace"}"#, r#""{\"k\":1}""#),
        ),
        quirk(
            "another name for the time",
            &record("Q").replace("eventTime", "@timestamp"),
        ),
        quirk(
            "half a surrogate pair",
            &record("Q").replace("192.0.2.7", r"192\ud83d"),
        ),
        quirk(
            "an address that is none",
            &record("Q").replace("192.0.2.7", "AWS Internal"),
        ),
        quirk(
            "an address with leading zeros",
            &record("Q").replace("192.0.2.7", "192.000.002.007"),
        ),
        quirk(
            "texts for truths",
            &with(r#""readOnly":"true","sessionCredentialFromConsole":"true""#),
        ),
        quirk(
            "truths for truths",
            &with(r#""readOnly":true,"sessionCredentialFromConsole":true"#),
        ),
        quirk(
            "fractions of bytes",
            &with(r#""additionalEventData":{"bytesTransferredOut":1.5e3}"#),
        ),
        quirk(
            "texts for objects",
            &with(r#""responseElements":"text","resources":"text""#),
        ),
        quirk(
            "an empty session issuer",
            &record("Q").replace("\"type\"", "\"sessionContext\":{\"sessionIssuer\":{}},\"type\""),
        ),
        quirk(
            "an endpoint",
            &with(
                r#""vpcEndpointId":"vpce-1","eventCategory":"NetworkActivity","errorCode":"VpceAccessDenied""#,
            ),
        ),
        quirk(
            "another partition",
            &record("Q")
                .replace("us-east-1", "cn-north-1")
                .replace("arn:aws:", "arn:aws-cn:"),
        ),
        quirk(
            "an identity of no known type",
            &record("Q").replace("IAMUser", "Unknown"),
        ),
        quirk(
            "members twice",
            &with(r#""eventName":"Other","requestParameters":{"a":[{}]}"#),
        ),
        quirk("an event of a service", of_service),
        quirk("an insight", insight),
        quirk("an aggregated event", aggregated),
    ]
}

fn containers() -> Vec<Shape> {
    let (a, b) = (record("A"), record("B"));
    let flow =
        "2 111122223333 eni-0a1b 203.0.113.9 10.0.0.5 49152 22 6 10 840 1714557600 1714557660 ACCEPT OK\n";
    let wrapped = format!(
        r#"{{"Type":"Notification","TopicArn":"t","Message":{}}}"#,
        quoted(&file(&["A", "B"]))
    );
    vec![
        shape("an array", 2, format!("[{a},{b}]")),
        shape(
            "pretty",
            2,
            file(&["A", "B"]).replace(',', ",\n  ").replace('{', "{\n "),
        ),
        shape(
            "members behind the array",
            2,
            format!(r#"{{"Records":[{a},{b}],"x":{{"y":[1,"]"]}}}}"#),
        ),
        lines("lines", 2, format!("{a}\n{b}\n")),
        lines("lines of DOS", 2, format!("{a}\r\n{b}\r\n")),
        lines("record separators", 2, format!("\u{1e}{a}\n\u{1e}{b}\n")),
        lines(
            "an export with times",
            2,
            format!("2024-05-01T10:00:00.000Z {a}\n2024-05-01T10:00:01.000Z {b}\n"),
        ),
        lines(
            "a file a line",
            2,
            format!("{}\n{}\n", file(&["A"]), file(&["B"])),
        ),
        shape(
            "LookupEvents",
            1,
            format!(
                r#"{{"Events":[{{"EventId":"e","CloudTrailEvent":{}}}]}}"#,
                quoted(&a)
            ),
        ),
        shape("texts in an array", 2, format!("[{},{}]", quoted(&a), quoted(&b))),
        shape(
            "EventBridge",
            1,
            format!(r#"{{"detail-type":"AWS API Call via CloudTrail","detail":{a}}}"#),
        ),
        shape(
            "CloudWatch Logs",
            1,
            format!(
                r#"{{"messageType":"DATA_MESSAGE","logEvents":[{{"id":"1","message":{}}}]}}"#,
                quoted(&a)
            ),
        ),
        shape("a notification", 2, wrapped.clone()),
        shape(
            "a queue",
            2,
            format!(
                r#"{{"Messages":[{{"MessageId":"1","Body":{}}}]}}"#,
                quoted(&wrapped)
            ),
        ),
        lines("a flow log", 2, flow.repeat(2)),
        lines(
            "a flow log with a header",
            1,
            "srcaddr dstaddr start end action\n203.0.113.9 10.0.0.5 1714557600 1714557660 ACCEPT\n"
                .to_owned(),
        ),
    ]
}

/// The keys alone: what is left of a wrapper is gone through for records, which then lie at places of their own.
fn keys(seen: &[Seen]) -> Vec<u128> {
    seen.iter().map(|event| event.key).collect()
}

#[test]
fn every_shape_is_read_whole() {
    for shape in quirks().into_iter().chain(containers()) {
        let (seen, report) = read(shape.content.as_bytes());
        assert!(report.is_complete(), "{}: {}", shape.name, short(&report));
        assert_eq!(seen.len(), shape.events, "{}: {}", shape.name, shape.content);
    }
}

#[test]
fn every_shape_cut_at_every_byte_gives_what_came_before_and_names_the_rest() {
    for shape in quirks().into_iter().chain(containers()) {
        let bytes = shape.content.as_bytes();
        let whole = read(bytes).0;
        for cut in 0..bytes.len() {
            let (seen, report) = read(&bytes[..cut]);
            let context = || format!("{} cut at {cut}: {}", shape.name, short(&report));
            assert!(keys(&whole).starts_with(&keys(&seen)), "{}", context());
            assert!(report.problem_count <= 2, "{}", context());
            let lost = seen.len() < whole.len();
            let at_line = shape.is_lines && is_between_lines(&bytes[..cut], &bytes[cut..]);
            // The first columns of a header are a header too.
            let in_header = shape.content.starts_with("srcaddr") && !bytes[..cut].contains(&b'\n');
            let tells = !report.is_complete() || at_line || in_header || cut == 0;
            assert!(!lost || tells, "{}", context());
        }
    }
}

/// Whether a cut leaves whole lines, or only what may stand before a line.
fn is_between_lines(before: &[u8], after: &[u8]) -> bool {
    let last = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    last.iter().all(|byte| b"\r\x1e".contains(byte)) || matches!(after, [b'\n', ..] | [b'\r', b'\n', ..])
}

#[test]
fn every_shape_packed_and_cut_at_every_byte_is_named() {
    // Cut in its last field, which may say anything, such a line can't be told from a whole one. Packed, it can.
    let access = r#"79a5 b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 - 3E57 REST.GET.OBJECT k "GET /k HTTP/1.1" 200 - 113 113 7 6 "-" "agent" -
"#;
    let access = lines("an access log", 2, access.repeat(2));
    for shape in quirks().into_iter().chain(containers()).chain([access]) {
        let whole = read(shape.content.as_bytes()).0;
        assert_eq!(whole.len(), shape.events, "{}", shape.name);
        let packed = gzip(shape.content.as_bytes());
        assert_eq!(read(&packed).0, whole, "{}", shape.name);
        for cut in 1..packed.len() {
            let (seen, report) = read(&packed[..cut]);
            let context = || format!("{} cut at {cut}: {}", shape.name, short(&report));
            assert!(keys(&whole).starts_with(&keys(&seen)), "{}", context());
            assert!(!report.is_complete(), "{}", context());
            assert!(report.problem_count <= 3, "{}", context());
        }
    }
}
