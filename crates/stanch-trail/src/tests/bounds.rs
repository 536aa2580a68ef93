//! Sizes, depths and counts that no legitimate log reaches, and the windows that large content goes through.

use std::fs;
use std::io::Write as _;

use super::*;
use crate::inflate::tests::gzip;

fn read_file(limits: Limits, path: &std::path::Path) -> (Vec<u64>, SourceReport) {
    let source = Source {
        path: path.to_owned(),
        size: fs::metadata(path).unwrap().len(),
        ..source()
    };
    let mut offsets = Vec::new();
    let report = Reader::new(limits).read(&source, &mut |event| offsets.push(event.location.offset));
    (offsets, report)
}

/// More than is held whole, so that it goes through windows.
const LARGE: usize = 34 << 20;

#[test]
fn a_large_file_goes_through_windows_and_reads_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let wide = record("A").replace(
        "\"note\"",
        &format!("\"pad\":\"{}\",\"note\"", "é".repeat(50_000)),
    );
    let count = LARGE / wide.len() + 1;
    let array = format!("{{\"Records\":[{}]}}", vec![wide.as_str(); count].join(","));
    let lines = vec![wide.as_str(); count].join("\n");
    let packed = gzip(array.as_bytes());
    for (content, first, last) in [
        (array.as_bytes(), 12, array.len() - wide.len() - 2),
        (lines.as_bytes(), 0, lines.len() - wide.len()),
        (&packed, 12, array.len() - wide.len() - 2),
    ] {
        let path = folder.path().join("log");
        fs::write(&path, content).unwrap();
        let (offsets, report) = read_file(Limits::default(), &path);
        assert_eq!(short(&report), format!("CloudTrail events={count} skipped=0"));
        assert_eq!((offsets[0], *offsets.last().unwrap()), (first, last as u64));
        assert_eq!(report.size, content.len() as u64);
        let (_, in_memory) = read(content);
        assert_eq!(report.sha256, in_memory.sha256);
    }
}

#[test]
fn the_hash_is_that_of_the_file_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.gz");
    fs::write(&path, "abc").unwrap();
    let (_, report) = read_file(Limits::default(), &path);
    assert_eq!(
        report.sha256,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    let missing = Reader::new(Limits::default()).read(&source(), &mut |_| {});
    assert_eq!(short(&missing), "Unknown events=0 skipped=0 Unreadable");
    assert_eq!(missing.sha256, "");
}

#[test]
fn a_record_over_the_limit_is_passed_over_without_being_held() {
    let limits = Limits {
        record_bytes: 10_000,
        ..Limits::default()
    };
    let fat = record("Fat").replace(
        "\"note\"",
        &format!("\"pad\":\"{}\",\"note\"", "x}\\\"".repeat(5000)),
    );
    let content = format!("{{\"Records\":[{},{fat},{}]}}", record("A"), record("B"));
    let place = 13 + record("A").len();
    let expected = format!("CloudTrail events=2 skipped=0 RecordTooLarge@{place}");
    assert_eq!(short(&read_with(limits, content.as_bytes()).1), expected);
    // One that is larger than every window, in a file that is larger than memory is given.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let mut out = fs::File::create(&path).unwrap();
    write!(out, "{{\"Records\":[{},{{\"a\":[\"", record("A")).unwrap();
    for _ in 0..LARGE / 1_000_000 + 1 {
        out.write_all(&[b'['; 1_000_000]).unwrap();
    }
    write!(out, "\"]}},{}]}}", record("B")).unwrap();
    let (offsets, report) = read_file(limits, &path);
    assert_eq!((short(&report), offsets.len()), (expected, 2));
}

#[test]
fn a_line_over_the_limit_is_passed_over() {
    let limits = Limits {
        record_bytes: 1000,
        ..Limits::default()
    };
    let content = format!("{}\n{}\n", "x".repeat(5000), record("A"));
    assert_eq!(
        short(&read_with(limits, content.as_bytes()).1),
        "CloudTrail events=1 skipped=0 RecordTooLarge@0"
    );
}

#[test]
fn a_bomb_stops_at_the_allowance_and_what_came_before_is_kept() {
    let limits = Limits {
        unpacked_bytes: 3 << 20,
        ..Limits::default()
    };
    let content = format!("{}\n{}", record("A"), " ".repeat(50 << 20));
    let (seen, report) = read_with(limits, &gzip(content.as_bytes()));
    assert_eq!(names(&seen), ["A"]);
    assert_eq!(short(&report), "CloudTrail events=1 skipped=0 TooLarge");
}

#[test]
fn deep_nesting_is_named_and_overflows_nothing() {
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let with = |value: &str| record("A").replace("\"note\"", &format!("\"x\":{value},\"note\""));
    let content = format!("{}\n{}", with(&deep(100_000)), record("B"));
    let (seen, report) = read(content.as_bytes());
    assert_eq!(names(&seen), ["A", "B"]);
    assert_eq!(short(&report), "CloudTrail events=2 skipped=0 TooDeep@0");
    for content in [
        deep(100_000),
        "[".repeat(100_000),
        "{\"Records\":[".repeat(50_000),
        "{\"a\":".repeat(100_000),
        "{\"detail\":".repeat(100_000),
        with(&"{\"a\":".repeat(100_000)),
    ] {
        let (_, report) = read(content.as_bytes());
        assert!(!report.is_complete(), "{}", &content[..20]);
    }
}

#[test]
fn wrappers_in_wrappers_are_opened_to_a_limit() {
    let wrap = |text: String| format!(r#"{{"message":{}}}"#, quoted(&text));
    let few = (0..3).fold(record("A"), |text, _| wrap(text));
    assert_eq!(short(&read(few.as_bytes()).1), "CloudTrail events=1 skipped=0");
    let many = (0..8).fold(record("A"), |text, _| wrap(text));
    assert_eq!(
        short(&read(many.as_bytes()).1),
        "Unknown events=0 skipped=0 TooDeep@0"
    );
}

#[test]
fn much_honest_damage_is_got_over() {
    let broken = &record("X")[..200];
    let content = vec![format!("{}\n{broken}", record("A")); 5000].join(",\n");
    let (seen, report) = read(format!("{{\"Records\":[{content}").as_bytes());
    assert_eq!((seen.len(), report.problem_count), (5000, 5000));
}

#[test]
fn crafted_damage_takes_no_quadratic_time() {
    let started = std::time::Instant::now();
    for content in [
        "{\n".repeat(2_000_000),
        "{\"eventVersion\":".repeat(300_000),
        "{\"eventVersion\":\"".repeat(300_000),
        "{\"a\":\"\\".repeat(500_000),
        "\"{".repeat(1_000_000),
        "[{]".repeat(1_000_000),
        "[1,".repeat(1_000_000),
        "{\"a\":[\n{\"eventVersion\"\n".repeat(200_000),
    ] {
        let (_, report) = read(content.as_bytes());
        assert!(!report.is_complete());
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn a_line_without_end_takes_no_longer_than_brackets() {
    const SIZE: usize = 20 << 20;
    let took = |content: &str| {
        let started = std::time::Instant::now();
        let (_, report) = read(content.as_bytes());
        assert!(!report.is_complete());
        started.elapsed()
    };
    let brackets = took(&"[".repeat(SIZE));
    // Read from each quote to the end of the line, these were 100,000 times their size.
    let quotes = took(&"\"".repeat(SIZE));
    let bound = std::time::Duration::from_secs(2) + 4 * brackets;
    assert!(quotes < bound, "{quotes:?}, brackets {brackets:?}");
}

#[test]
fn a_line_of_many_objects_with_times_is_looked_through_once() {
    let limits = Limits {
        record_bytes: 64 << 20,
        ..Limits::default()
    };
    let line = format!("1714557600{}", record("A")).repeat(100);
    let (seen, report) = read_with(limits, line.as_bytes());
    assert_eq!(short(&report), "CloudTrail events=100 skipped=0");
    assert_eq!(seen[1].offset, (record("A").len() + 20) as u64);
    // Looked through behind each object, these would be six terabytes.
    let started = std::time::Instant::now();
    let (_, report) = read_with(limits, "1714557600{}".repeat(1_000_000).as_bytes());
    assert_eq!(report.problem_count, 1_000_000);
    assert!(started.elapsed().as_secs() < 40, "{:?}", started.elapsed());
}
