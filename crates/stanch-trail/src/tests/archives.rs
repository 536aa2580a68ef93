//! Archives, and archives in archives.

use std::io::Write as _;

use super::*;
use crate::inflate::tests::gzip;

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o600);
        builder.append_data(&mut header, name, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn three() -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    (
        file(&["A"]).into_bytes(),
        gzip(file(&["B"]).as_bytes()),
        b"# notes".to_vec(),
    )
}

#[test]
fn members_are_read_in_order_whatever_they_are() {
    let (plain, packed, notes) = three();
    let members: [(&str, &[u8]); 3] = [
        ("x/a.json", &plain),
        ("x/b.json.gz", &packed),
        ("x/notes.md", &notes),
    ];
    for (what, bytes) in [
        ("tar", tar(&members)),
        ("tar.gz", gzip(&tar(&members))),
        ("zip", zip(&members)),
        ("zip.gz", gzip(&zip(&members))),
    ] {
        let (seen, report) = read(&bytes);
        assert_eq!(names(&seen), ["A", "B"], "{what}");
        assert_eq!((seen[0].member, seen[1].member), (0, 1), "{what}");
        assert_eq!(report.members, ["x/a.json", "x/b.json.gz", ""], "{what}");
        assert_eq!(
            short(&report),
            "CloudTrail events=2 skipped=0 NotAnEvent@0 in x/notes.md",
            "{what}"
        );
    }
}

#[test]
fn long_names_are_kept_and_a_mixed_archive_is_an_archive() {
    let long = format!("AWSLogs/{}/a.json", "deep/".repeat(40));
    let flow = b"2 111122223333 eni-0a1b 203.0.113.9 10.0.0.5 1 22 6 1 8 1714557600 1714557660 ACCEPT OK";
    let (_, report) = read(&tar(&[(&long, file(&["A"]).as_bytes()), ("flow", flow)]));
    assert_eq!(report.members, [long.as_str(), "flow"]);
    assert_eq!(short(&report), "Archive events=2 skipped=0");
}

#[test]
fn archives_in_archives_are_read_to_the_limit() {
    let inner = zip(&[("a.json", file(&["A"]).as_bytes())]);
    let middle = gzip(&tar(&[("inner.zip", &inner)]));
    let (seen, report) = read(&middle);
    assert_eq!(names(&seen), ["A"]);
    assert_eq!(report.members, ["inner.zip", "inner.zip/a.json"]);
    assert_eq!(seen[0].member, 1);
    let outer = zip(&[("middle.tgz", &middle), ("b.json", file(&["B"]).as_bytes())]);
    let (seen, report) = read(&outer);
    assert_eq!(names(&seen), ["B"]);
    assert_eq!(
        short(&report),
        "CloudTrail events=1 skipped=0 BadArchive in middle.tgz/inner.zip"
    );
}

#[test]
fn too_many_members_are_named() {
    let limits = Limits {
        members: 1,
        ..Limits::default()
    };
    let (a, b) = (file(&["A"]), file(&["B"]));
    let members: [(&str, &[u8]); 2] = [("a", a.as_bytes()), ("b", b.as_bytes())];
    for bytes in [tar(&members), zip(&members)] {
        assert_eq!(
            short(&read_with(limits, &bytes).1),
            "CloudTrail events=1 skipped=0 TooMany"
        );
    }
}

#[test]
fn many_long_names_are_kept_by_their_ends() {
    let names: Vec<String> = (0..35_000)
        .map(|number| format!("{}{number:08}", "n".repeat(490)))
        .collect();
    let content = file(&["A"]);
    let members: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), content.as_bytes()))
        .collect();
    let (_, report) = read(&zip(&members));
    assert_eq!(report.members.len(), names.len());
    assert_eq!(report.members[30_000], names[30_000]);
    assert_eq!(report.members[34_999], format!("…{}00034999", "n".repeat(41)));
}

#[test]
fn a_member_that_no_event_points_to_keeps_its_place_and_not_its_name() {
    let content = file(&["A"]);
    let members: [(&str, &[u8]); 3] = [
        ("empty", b""),
        ("odd", b"\0\x01\x02"),
        ("log", content.as_bytes()),
    ];
    for bytes in [tar(&members), zip(&members)] {
        let (seen, report) = read(&bytes);
        assert_eq!(
            (report.members, seen[0].member),
            (["", "", "log"].map(str::to_owned).to_vec(), 2)
        );
        assert_eq!(report.problems[0].member, "odd");
    }
}

#[test]
fn a_zip_archive_that_does_not_agree_with_itself_is_named() {
    let (plain, ..) = three();
    let good = zip(&[("a.json", &plain), ("b/", b""), ("c.txt", b"")]);
    assert_eq!(short(&read(&good).1), "CloudTrail events=1 skipped=0");
    let end = good.len() - 22;
    let with = |at: usize, bytes: &[u8]| {
        let mut changed = good.clone();
        changed[at..at + bytes.len()].copy_from_slice(bytes);
        changed
    };
    let directory = u32::from_le_bytes(*good[end + 16..].first_chunk().unwrap()) as usize;
    let another_end = [&b"PK\x05\x06"[..], &[0; 18]].concat();
    for (what, bytes, events) in [
        ("fewer than there are", with(end + 10, &[1, 0]), 1),
        ("bytes behind", [&good[..], b"more"].concat(), 1),
        ("an empty archive behind", [&good[..], &another_end].concat(), 1),
        ("encrypted", with(directory + 8, &[1, 0]), 0),
        ("another method", with(directory + 10, &[12, 0]), 0),
        ("a wrong checksum", with(directory + 16, &[0, 1, 2, 3]), 1),
        ("longer than told", with(directory + 24, &[9, 0, 0, 0]), 1),
        ("shorter than told", with(directory + 24, &[0, 0, 1, 0]), 1),
        ("elsewhere", with(directory + 42, &[4, 0, 0, 0]), 0),
        ("a damaged directory", with(directory + 46 + 6, b"??"), 1),
    ] {
        let (seen, report) = read(&bytes);
        assert_eq!(
            (seen.len(), report.is_complete()),
            (events, false),
            "{what}: {report:?}"
        );
    }
    // Behind bytes that are no zip archive it is found, though where it lies is told from its own start.
    let moved = [&b"PK\x03\x04 and what the archive does not know of"[..], &good].concat();
    let (seen, report) = read(&moved);
    assert_eq!((seen.len(), report.is_complete()), (1, false));
}

#[test]
fn members_that_share_their_bytes_and_hold_nothing_take_no_quadratic_time() {
    // Half a megabyte of empty blocks, over and over.
    let packed = [0, 0, 0, 0xff, 0xff].repeat(100_000);
    let mut file = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\x21\x5c".to_vec();
    let sizes = [[0; 4], u32::try_from(packed.len()).unwrap().to_le_bytes(), [0; 4]].concat();
    file.extend([&sizes[..], b"\x01\0\0\0x", &packed].concat());
    let start = u32::try_from(file.len()).unwrap();
    for _ in 0..60_000 {
        file.extend(b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\x21\x5c");
        file.extend([&sizes[..], b"\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0x"].concat());
    }
    let bytes = u32::try_from(file.len()).unwrap() - start;
    file.extend(b"PK\x05\x06\0\0\0\0\x60\xea\x60\xea");
    file.extend([bytes.to_le_bytes(), start.to_le_bytes()].concat());
    file.extend(b"\0\0");
    let limits = Limits {
        unpacked_bytes: 32 << 20,
        ..Limits::default()
    };
    let (_, report) = read_with(limits, &file);
    assert!(report.members.len() < 100, "{}", report.members.len());
    assert!(!report.is_complete());
}

#[test]
fn a_bad_member_does_not_lose_the_others() {
    let (plain, mut packed, _) = three();
    let end = packed.len() - 60;
    packed.truncate(end);
    let (seen, report) = read(&tar(&[("bad.gz", &packed), ("good.json", &plain)]));
    assert_eq!(names(&seen), ["A"]);
    assert_eq!(
        short(&report),
        "CloudTrail events=1 skipped=0 Truncated in bad.gz"
    );
    let mut bytes = zip(&[
        ("bad.json", b"{\"Records\":[]}, and more, and more, and more"),
        ("good.json", &plain),
    ]);
    bytes[40] ^= 0xff;
    let (seen, report) = read(&bytes);
    assert_eq!(names(&seen), ["A"]);
    assert!(
        report.problems.iter().all(|problem| problem.member == "bad.json"),
        "{report:?}"
    );
    assert!(report.problem_count > 0);
}

#[test]
fn archives_cut_at_any_place_give_no_more_than_the_whole() {
    let (plain, packed, notes) = three();
    let members: [(&str, &[u8]); 3] = [("a", &plain), ("b", &packed), ("c", &notes)];
    for bytes in [tar(&members), gzip(&tar(&members)), zip(&members)] {
        let whole = names(&read(&bytes).0).join(" ");
        for cut in (0..bytes.len()).step_by(7) {
            let (seen, report) = read(&bytes[..cut]);
            assert!(whole.starts_with(&names(&seen).join(" ")), "{cut}");
            // What is lost is named; what a tar ends with may be cut off unnoticed.
            assert!(
                seen.len() == 2 || cut == 0 || !report.is_complete() || cut % 512 == 0,
                "{cut}"
            );
        }
    }
}
