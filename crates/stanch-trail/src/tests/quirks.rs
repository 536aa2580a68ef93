//! Records that trip parsers.

use super::*;

#[test]
fn lower_case_keys_come_out_in_cloudtrails_own_case() {
    let text = r#"{"eventid":"1","eventtime":"2024-05-01T10:00:00Z","eventname":"A","eventsource":"x.amazonaws.com","useridentity":{"type":"AssumedRole","sessioncontext":{"sessionissuer":{"arn":"arn:r"}}},"requestparameters":"{\"k\":1}"}"#;
    let mut issuer = String::new();
    let report = Reader::new(Limits::default()).read_bytes(&source(), text.as_bytes(), &mut |event| {
        issuer = event.identity.issuer_arn.to_string();
        assert_eq!(
            event.record()["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"],
            "arn:r"
        );
        assert_eq!(event.request()["k"], 1);
    });
    assert_eq!((issuer.as_str(), report.is_complete()), ("arn:r", true));
}

#[test]
fn a_time_under_another_name_is_found_and_none_is_named() {
    let with = record("A").replace("eventTime", "@timestamp");
    assert_eq!(short(&read(with.as_bytes()).1), "CloudTrail events=1 skipped=0");
    let without = record("A").replace("eventTime", "x");
    assert_eq!(
        short(&read(without.as_bytes()).1),
        "CloudTrail events=0 skipped=0 NoTime@0"
    );
}

#[test]
fn half_a_surrogate_pair_does_not_lose_the_record() {
    let text = file(&["A", "B"]).replacen("192.0.2.7", r"192.0.2.7\ud83d", 1);
    let (seen, report) = read(text.as_bytes());
    assert_eq!((names(&seen), report.is_complete()), (vec!["A", "B"], true));
    assert!(seen[0].raw.contains(r"192.0.2.7\ufffd"));
}

#[test]
fn control_characters_in_a_string_are_named_and_the_record_is_kept() {
    let text = file(&["A", "B"]).replacen("192.0.2.7", "192.0.2.7\0\n", 1);
    let (seen, report) = read(text.as_bytes());
    assert_eq!(names(&seen), ["A", "B"]);
    assert_eq!(short(&report), "CloudTrail events=2 skipped=0 MalformedJson@12");
}

#[test]
fn bytes_that_are_no_text_are_named_and_offsets_hold() {
    let mut bytes = file(&["A", "B"]).into_bytes();
    let place = memchr::memmem::find(&bytes, b"quoted").unwrap();
    bytes[place] = 0xff;
    let (seen, report) = read(&bytes);
    assert_eq!(names(&seen), ["A", "B"]);
    assert_eq!(
        short(&report),
        format!("CloudTrail events=2 skipped=0 InvalidUtf8@{place}")
    );
    assert_eq!(&bytes[seen[1].offset as usize..][..16], br#"{"eventVersion":"#);
}

#[test]
fn copies_share_a_key_and_service_events_do_not() {
    let service = |details: &str| {
        format!(
            r#"{{"eventTime":"2024-05-01T10:00:00Z","eventType":"AwsServiceEvent","eventName":"S","eventSource":"ec2.amazonaws.com","userIdentity":{{"accountId":"111122223333","invokedBy":"ec2.amazonaws.com"}},"eventID":"same","serviceEventDetails":{{"snapshotId":"{details}"}}}}"#
        )
    };
    let (seen, _) = read(format!("{}\n{}\n{}", service("a"), service("b"), service("a")).as_bytes());
    assert_ne!(seen[0].key, seen[1].key);
    assert_eq!(seen[0].key, seen[2].key);
}

#[test]
fn a_record_without_any_identity_has_the_account_it_names() {
    let text = r#"{"eventTime":"2024-05-01T10:00:00Z","eventName":"A","eventSource":"x","userIdentity":{"accountId":"111122223333","invokedBy":"ec2.amazonaws.com"}}"#;
    let mut account = String::new();
    Reader::new(Limits::default()).read_bytes(&source(), text.as_bytes(), &mut |event| {
        account = event.account.to_string();
        assert_eq!(event.identity.invoked_by, "ec2.amazonaws.com");
    });
    assert_eq!(account, "111122223333");
}

#[test]
fn access_lines_without_line_feeds_are_named_and_not_read_as_one() {
    let line = r#"79a5 b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 - 3E57 REST.GET.OBJECT k "GET /k HTTP/1.1" 200 - 113 113 7 6 "-" "agent" -"#;
    let both = |end: &str| short(&read(format!("{line}{end}{line}{end}").as_bytes()).1);
    assert_eq!(both("\r\n"), "S3ServerAccess events=2 skipped=0");
    assert_eq!(both("\r"), "Unknown events=0 skipped=0 NotAnEvent@0");
}

#[test]
fn utf_16_that_is_damaged_is_named() {
    let mut bytes: Vec<u8> = format!("\u{feff}{}", file(&["A"]))
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(short(&read(&bytes).1), "CloudTrail events=1 skipped=0");
    bytes.push(0);
    assert_eq!(
        short(&read(&bytes).1),
        "CloudTrail events=1 skipped=0 InvalidUtf8"
    );
}

#[test]
fn a_number_too_large_hides_nothing() {
    let text = record("A").replace("\"note\"", "\"huge\":-1e999,\"note\"");
    let report = Reader::new(Limits::default()).read_bytes(&source(), text.as_bytes(), &mut |event| {
        assert_eq!(event.request()["huge"], "-1e999");
        assert_eq!(event.request()["note"], "a \"quoted\" } brace");
        assert_eq!(event.record()["eventName"], "A");
    });
    assert_eq!(short(&report), "CloudTrail events=1 skipped=0");
}
