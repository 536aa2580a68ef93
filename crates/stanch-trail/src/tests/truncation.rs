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
    let whole = [
        ("a service", of_service),
        ("an insight", insight),
        ("aggregated", aggregated),
    ];
    let note = r#"{"note":"a \"quoted\" } brace"}"#;
    let replaced = [
        ("lower-case key", "eventName", "eventname"),
        ("parameters as text", note, r#""{\"k\":1}""#),
        ("another name for the time", "eventTime", "@timestamp"),
        ("half a surrogate pair", "192.0.2.7", r"192\ud83d"),
        ("an address that is none", "192.0.2.7", "AWS Internal"),
        ("leading zeros", "192.0.2.7", "192.000.002.007"),
        (
            "an empty issuer",
            "\"type\"",
            "\"sessionContext\":{\"sessionIssuer\":{}},\"type\"",
        ),
        ("another partition", "arn:aws:", "arn:aws-cn:"),
        ("an unknown identity", "IAMUser", "Unknown"),
        ("a number beyond all", "\"note\"", "\"n\":1e999,\"note\""),
    ];
    let members = [
        (
            "texts for truths",
            r#""readOnly":"true","sessionCredentialFromConsole":"true""#,
        ),
        ("truths", r#""readOnly":true,"sessionCredentialFromConsole":true"#),
        (
            "fractions of bytes",
            r#""additionalEventData":{"bytesTransferredOut":1.5e3}"#,
        ),
        (
            "texts for objects",
            r#""responseElements":"text","resources":"text""#,
        ),
        (
            "an endpoint",
            r#""vpcEndpointId":"vpce-1","eventCategory":"NetworkActivity""#,
        ),
        (
            "members twice",
            r#""eventName":"Other","requestParameters":{"a":[{}]}"#,
        ),
    ];
    let whole = whole.map(|(name, odd)| quirk(name, odd));
    let replaced = replaced.map(|(name, from, to)| quirk(name, &record("Q").replace(from, to)));
    let members = members.map(|(name, more)| quirk(name, &with(more)));
    whole.into_iter().chain(replaced).chain(members).collect()
}

fn containers() -> Vec<Shape> {
    let (a, b) = (record("A"), record("B"));
    let pretty = file(&["A", "B"]).replace(',', ",\n  ").replace('{', "{\n ");
    let (one, two) = (file(&["A"]), file(&["B"]));
    let flow =
        "2 111122223333 eni-0a1b 203.0.113.9 10.0.0.5 49152 22 6 10 840 1714557600 1714557660 ACCEPT OK\n";
    let headed = "srcaddr dstaddr start end action\n203.0.113.9 10.0.0.5 1714557600 1714557660 ACCEPT\n";
    let times = ["2024-05-01T10:00:00.000Z", "2024-05-01T10:00:01.000Z"];
    let mut all = vec![
        shape("an array", 2, format!("[{a},{b}]")),
        shape("pretty", 2, pretty),
        shape(
            "members behind",
            2,
            format!(r#"{{"Records":[{a},{b}],"x":{{"y":[1,"]"]}}}}"#),
        ),
        lines("lines", 2, format!("{a}\n{b}\n")),
        lines("lines of DOS", 2, format!("{a}\r\n{b}\r\n")),
        lines("record separators", 2, format!("\u{1e}{a}\n\u{1e}{b}\n")),
        lines("an export", 2, format!("{} {a}\n{} {b}\n", times[0], times[1])),
        lines("a file a line", 2, format!("{one}\n{two}\n")),
        lines("a flow log", 2, flow.repeat(2)),
        lines("a flow log with a header", 1, headed.to_owned()),
    ];
    all.extend(wrappers(&a, &b));
    all
}

fn wrappers(a: &str, b: &str) -> Vec<Shape> {
    let (text, both) = (quoted(a), quoted(&file(&["A", "B"])));
    let topic = format!(r#"{{"Type":"Notification","TopicArn":"t","Message":{both}}}"#);
    let queue = format!(
        r#"{{"Messages":[{{"MessageId":"1","Body":{}}}]}}"#,
        quoted(&topic)
    );
    let lookup = format!(r#"{{"Events":[{{"EventId":"e","CloudTrailEvent":{text}}}]}}"#);
    let bridge = format!(r#"{{"detail-type":"AWS API Call via CloudTrail","detail":{a}}}"#);
    let logs = format!(r#"{{"messageType":"DATA_MESSAGE","logEvents":[{{"id":"1","message":{text}}}]}}"#);
    vec![
        shape("LookupEvents", 1, lookup),
        shape("texts in an array", 2, format!("[{text},{}]", quoted(b))),
        shape("EventBridge", 1, bridge),
        shape("CloudWatch Logs", 1, logs),
        shape("a notification", 2, topic),
        shape("a queue", 2, queue),
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

/// Returns true when a cut leaves whole lines, or only what may stand before a line.
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
