//! Damage of every kind: something is read, the rest is named, nothing panics.

use super::*;
use crate::container::Walker;
use crate::inflate::tests::gzip;
use crate::interpret::Interpreter;
use crate::output::Output;

#[test]
fn one_bad_record_does_not_lose_the_others() {
    for (what, broken) in [
        ("no JSON", r#"{"eventVersion":oops}"#),
        ("a quote too many", r#"{"eventVersion":"1.0"8"}"#),
        ("a quote missing", r#"{"eventVersion":"1.08,"eventName":"X"}"#),
        (
            "a brace missing",
            r#"{"eventVersion":"1.08","userIdentity":{"a":1"#,
        ),
        (
            "a number too large",
            r#"{"eventVersion":"1.08","eventName":1e999}"#,
        ),
    ] {
        let in_array = format!("{{\"Records\":[{},{broken},{}]}}", record("A"), record("B"));
        let in_lines = format!("{}\n{broken}\n{}\n", record("A"), record("B"));
        for (content, before) in [(in_array, 13), (in_lines, 1)] {
            let (seen, report) = read(content.as_bytes());
            assert_eq!(names(&seen), ["A", "B"], "{what}: {content}");
            assert_eq!(report.problem_count, 1, "{what}: {report:?}");
            let place = record("A").len() as u64 + before;
            assert_eq!(
                short(&report),
                format!("CloudTrail events=2 skipped=0 MalformedJson@{place}"),
                "{what}"
            );
        }
    }
}

#[test]
fn damage_around_the_records_is_named() {
    let (a, b) = (record("A"), record("B"));
    for (content, expected) in [
        (
            format!("{{\"Records\":[{a},{b}"),
            "CloudTrail events=2 skipped=0 Truncated",
        ),
        (
            format!("{{\"Records\":[{a},{b}]"),
            "CloudTrail events=2 skipped=0 Truncated",
        ),
        (
            format!("{{\"Records\":[{a}}},{b}]}}"),
            "CloudTrail events=2 skipped=0 MalformedJson",
        ),
        (
            format!("{{\"Records\":[{a}],oops}}\n{b}"),
            "CloudTrail events=2 skipped=0 MalformedJson",
        ),
        (
            format!("{a}\n{}", &b[..40]),
            "CloudTrail events=1 skipped=0 Truncated",
        ),
    ] {
        let (_, report) = read(content.as_bytes());
        let text = short(&report);
        assert_eq!(text.split('@').next().unwrap(), expected, "{content}");
        assert_eq!(report.problem_count, 1, "{report:?}");
    }
}

#[test]
fn a_file_cut_at_any_byte_gives_what_came_before() {
    let content = format!("\u{feff}{}", file(&["A", "Bé", "C"]));
    let whole = read(content.as_bytes()).0;
    for cut in 0..content.len() {
        let (seen, report) = read(&content.as_bytes()[..cut]);
        assert!(whole.starts_with(&seen), "{cut}");
        assert!(cut <= 3 || !report.is_complete(), "{cut} {report:?}");
    }
    let packed = gzip(content.as_bytes());
    for cut in 0..packed.len() {
        let (seen, report) = read(&packed[..cut]);
        assert!(whole.starts_with(&seen), "{cut}");
        assert!(cut == 0 || !report.is_complete(), "{cut}");
        assert!(report.problem_count <= 3, "{cut} {report:?}");
    }
}

#[test]
fn a_cut_gzip_is_named_once_and_not_again_as_cut_json() {
    let names: Vec<String> = (0..200).map(|number| format!("N{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let packed = gzip(file(&names).as_bytes());
    let (seen, report) = read(&packed[..packed.len() - 20]);
    assert!(seen.len() > 100, "{}", seen.len());
    assert_eq!(
        short(&report),
        format!("CloudTrail events={} skipped=0 Truncated", seen.len())
    );
}

#[test]
fn several_gzip_members_are_one_content_and_rubbish_behind_is_named() {
    let content = file(&["A", "B"]);
    let (first, second) = content.as_bytes().split_at(300);
    let mut packed = [gzip(first), gzip(second)].concat();
    assert_eq!(short(&read(&packed).1), "CloudTrail events=2 skipped=0");
    packed.extend_from_slice(b"rubbish");
    assert_eq!(
        short(&read(&packed).1),
        "CloudTrail events=2 skipped=0 CorruptCompression"
    );
    let twice = gzip(&gzip(content.as_bytes()));
    assert_eq!(short(&read(&twice).1), "CloudTrail events=2 skipped=0");
    let often = (0..4).fold(content.into_bytes(), |bytes, _| gzip(&bytes));
    assert_eq!(short(&read(&often).1), "Unknown events=0 skipped=0 BadArchive");
}

/// Reads text through windows of these sizes, each grown when nothing in it can be taken.
fn read_in_windows(text: &str, sizes: &[usize]) -> (Vec<(String, u64)>, String) {
    let mut report = read(b"").1;
    let mut seen = Vec::new();
    let mut sink = |event: &stanch_core::Event<'_>| seen.push((event.raw.to_string(), event.location.offset));
    let context = crate::Context::default();
    let mut out = Output::new(Limits::default(), &context, &report, &mut sink);
    let mut interpreter = Interpreter::new(&mut out);
    let mut walker = Walker::new();
    let (mut at, mut size, mut turn) = (0, sizes[0], 0);
    loop {
        let end = (at..=(at + size).min(text.len()))
            .rev()
            .find(|&end| text.is_char_boundary(end))
            .unwrap();
        let last = end == text.len();
        let used = walker.feed(&text[at..end], last, &mut interpreter);
        if last {
            break;
        }
        at += used;
        turn += 1;
        size = if used == 0 {
            size * 2
        } else {
            sizes[turn % sizes.len()]
        };
    }
    out.finish(&mut report);
    (seen, short(&report))
}

/// Whatever happens, some things hold.
fn holds(bytes: &[u8]) {
    let limits = Limits {
        record_bytes: 2000,
        unpacked_bytes: 1 << 20,
        ..Limits::default()
    };
    let (seen, report) = read_with(limits, bytes);
    assert!(report.problems.len() <= SourceReport::PROBLEM_LIMIT);
    for event in seen {
        assert!(serde_json::from_str::<serde_json::Value>(&event.raw).is_ok() || !report.is_complete());
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_survived(bytes: Vec<u8>) {
        holds(&bytes);
    }

    #[test]
    fn anything_like_json_is_survived(text in r#"([\[\]{}",:\\ \n]|"Records":\[|"message":"|\{"eventVersion"|\\ud83d|1e9|null|"detail":|"Message":)*"#) {
        holds(text.as_bytes());
    }

    #[test]
    fn anything_like_lines_is_survived(text in r#"([ \-"\[\]a-zA-Z0-9:/]|version |srcaddr |dstaddr |2 1 eni-|\[06/Feb/2019:00:00:38 \+0000\]|\n){0,40}"#) {
        holds(text.as_bytes());
    }

    #[test]
    fn windows_change_nothing(
        sizes in proptest::collection::vec(1usize..700, 1..5),
        places in proptest::collection::vec((0usize..2000, "[\\[\\]{}\",:\\\\ a0\n]"), 0..4),
        lines: bool,
    ) {
        let mut text = if lines { format!("{}\n{}\n", record("A"), record("é")) } else { file(&["A", "é", "C"]) };
        for (place, byte) in places {
            let place = place % text.len();
            if text.is_char_boundary(place) && text.is_char_boundary(place + 1) {
                text.replace_range(place..=place, &byte);
            }
        }
        let (seen, report) = read(text.as_bytes());
        let whole: Vec<_> = seen.into_iter().map(|event| (event.raw, event.offset)).collect();
        proptest::prop_assert_eq!(read_in_windows(&text, &sizes), (whole, short(&report)));
    }

    #[test]
    fn mutated_files_are_survived(places in proptest::collection::vec((0usize..2000, 0u8..=255), 1..8), pack: bool) {
        let content = file(&["A", "B", "C"]);
        let mut bytes = if pack { gzip(content.as_bytes()) } else { content.into_bytes() };
        for (place, byte) in places {
            let place = place % bytes.len();
            bytes[place] = byte;
        }
        holds(&bytes);
    }
}
