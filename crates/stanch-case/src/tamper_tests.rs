//! Whatever is changed, taken away or added in a case is found.

use stanch_core::snapshot::Effort;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::test_case::{
    answered, approval, begun, ended, finished, input, intended, new_case, plan, report, time, write_snapshot,
};
use crate::{Case, CheckOutcome, ManualState, verify};

/// A case with one of everything but plans and runs.
fn full_case(dir: &Path) {
    let mut case = new_case(dir);
    case.keep_evidence(&mut &b"reply"[..], time(1)).unwrap();
    let mut hunt = case.begin_hunt("engine", time(2)).unwrap();
    hunt.register_sources(&[input("logs/a.json", 1)], time(2))
        .unwrap();
    let mut part = hunt.begin_part().unwrap();
    part.write_all(b"events").unwrap();
    let part = part.seal().unwrap();
    hunt.commit_segment_with_part(&[report(0, "logs/a.json")], b"learned", Some(part), time(3))
        .unwrap();
    hunt.finish(time(4)).unwrap();
    case.begin_snapshot("s1", time(4)).unwrap();
    let snapshot = case.snapshot_folder("s1").unwrap();
    write_snapshot(
        &snapshot,
        &[("manifest.json", "{}"), ("1/eu-west-1/ec2.jsonl", "{}\n")],
    )
    .unwrap();
    case.end_snapshot("s1", &Effort::default(), time(5)).unwrap();
    case.write_document("verdict.json", b"{}", time(5)).unwrap();
    case.write_document("report/index.html", b"<p>", time(5)).unwrap();
    drop(case);
    let journal = dir.join("journal.jsonl");
    fs::write(
        &journal,
        [fs::read(&journal).unwrap(), b"{torn".to_vec()].concat(),
    )
    .unwrap();
    drop(Case::open(dir, time(6)).unwrap());
    assert!(verify(dir).unwrap().is_intact());
}

/// A case with a plan and a run of it.
fn contained_case(dir: &Path) {
    let mut case = new_case(dir);
    let digest = case.keep_plan(plan(1).as_bytes(), time(1)).unwrap();
    case.approve(&digest, &approval("ana"), time(2)).unwrap();
    let lines = vec![
        begun(&digest, false),
        intended(1, 0),
        answered(1, 0),
        ended(1),
        finished(false),
    ];
    case.write_run("r1", lines, time(3)).unwrap();
    case.record_manual_step("root-mfa", ManualState::Done, ("ana", "set"), time(4))
        .unwrap();
    // The last line names a file: one that does not is missed only by the head.
    case.write_document("state.json", b"{}", time(4)).unwrap();
    assert!(case.verify().unwrap().is_intact());
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = crate::walk::walk(dir)
        .unwrap()
        .into_iter()
        .filter(|(path, found)| found.kind == crate::walk::FoundKind::File && path != "lock")
        .map(|(path, _)| dir.join(path))
        .collect();
    files.sort_unstable();
    files
}

/// Changes a file, says whether that is found, and puts the file back.
fn is_found(dir: &Path, path: &Path, change: impl FnOnce(&mut Vec<u8>)) -> bool {
    let before = fs::read(path).unwrap();
    let mut bytes = before.clone();
    change(&mut bytes);
    overwrite(path, &bytes);
    let found = verify(dir).map_or(true, |verification| !verification.is_intact());
    overwrite(path, &before);
    found
}

/// Writes without changing the mode, also where the mode forbids it.
fn overwrite(path: &Path, bytes: &[u8]) {
    let mode = fs::metadata(path).unwrap().permissions();
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, mode).unwrap();
}

fn check_every_byte(dir: &Path, expected: usize) {
    let files = files(dir);
    assert_eq!(files.len(), expected, "{files:?}");
    for path in &files {
        for place in 0..fs::read(path).unwrap().len() {
            for mask in [0x01, 0x20, 0xff] {
                let found = is_found(dir, path, |bytes| bytes[place] ^= mask);
                assert!(found, "{} byte {place} ^ {mask:#x}", path.display());
            }
        }
    }
    assert!(verify(dir).unwrap().is_intact());
}

#[test]
fn every_changed_byte_of_every_file_is_found() {
    let folder = tempfile::tempdir().unwrap();
    full_case(folder.path());
    check_every_byte(folder.path(), 13);
}

#[test]
fn every_changed_byte_of_a_plan_and_of_a_run_is_found() {
    let folder = tempfile::tempdir().unwrap();
    contained_case(folder.path());
    check_every_byte(folder.path(), 4);
}

#[test]
fn every_file_cut_off_lengthened_or_taken_away_is_found() {
    for fill in [full_case, contained_case] {
        let folder = tempfile::tempdir().unwrap();
        fill(folder.path());
        for path in files(folder.path()) {
            for (change, words) in [
                ((|bytes| bytes.push(b'\n')) as fn(&mut Vec<u8>), "longer"),
                (|bytes| bytes.truncate(1), "shorter"),
                (Vec::clear, "empty"),
            ] {
                assert!(
                    is_found(folder.path(), &path, change),
                    "{} {words}",
                    path.display()
                );
            }
            let aside = folder.path().with_extension("aside");
            fs::rename(&path, &aside).unwrap();
            assert!(
                verify(folder.path()).map_or(true, |found| !found.is_intact()),
                "{} gone",
                path.display()
            );
            fs::rename(&aside, &path).unwrap();
        }
        assert!(verify(folder.path()).unwrap().is_intact());
    }
}

#[test]
fn journal_lines_taken_out_doubled_or_swapped_are_found() {
    for fill in [full_case, contained_case] {
        let folder = tempfile::tempdir().unwrap();
        fill(folder.path());
        check_lines(folder.path());
    }
}

fn check_lines(dir: &Path) {
    let path = dir.join("journal.jsonl");
    let lines = fs::read(&path)
        .unwrap()
        .iter()
        .filter(|byte| **byte == b'\n')
        .count();
    let with_lines = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        is_found(dir, &path, |bytes| {
            let mut lines: Vec<Vec<u8>> = bytes
                .split_inclusive(|byte| *byte == b'\n')
                .map(<[u8]>::to_vec)
                .collect();
            change(&mut lines);
            *bytes = lines.concat();
        })
    };
    for place in 0..lines {
        assert!(
            with_lines(&|lines| drop(lines.remove(place))),
            "line {place} taken out"
        );
        assert!(
            with_lines(&|lines| lines.insert(place, lines[place].clone())),
            "line {place} doubled"
        );
        if place > 0 {
            assert!(
                with_lines(&|lines| lines.swap(place - 1, place)),
                "line {place} swapped"
            );
        }
    }
}

#[test]
fn lines_cut_off_change_the_head() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    case.journal().note("one", time(1)).unwrap();
    let head = case.journal().head().clone();
    drop(case);
    assert_eq!(verify(folder.path()).unwrap().head, head);
    let path = folder.path().join("journal.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.split_inclusive('\n').next().unwrap()).unwrap();
    assert_ne!(verify(folder.path()).unwrap().head, head);
}

#[test]
fn strangers_are_named() {
    let folder = tempfile::tempdir().unwrap();
    full_case(folder.path());
    for place in [
        "new.txt",
        "report/new.html",
        "hunts/0001/segment-000002.bin",
        "recovered/x",
        "staging/x",
        "evidence/sha256/00/11",
        "plans.json\u{1b}[2J",
        "plans/x.json",
        "plans/0000000000000000000000000000000000000000000000000000000000000000.json",
        "snapshots/s1/1/eu-west-1/iam.jsonl",
        "snapshots/s1.files.jsonl.bak",
        "snapshots/s2.files.jsonl",
        "snapshots/s2/manifest.json",
    ] {
        let path = folder.path().join(place);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, b"x").unwrap();
        let found = verify(folder.path()).unwrap();
        assert_eq!(found.outcome(), CheckOutcome::Failed, "{place}");
        let words: Vec<&String> = found.checks.iter().flat_map(|check| &check.problems).collect();
        let shown = stanch_core::text::shown(place, 200);
        assert!(words.iter().any(|words| words.starts_with(&shown)), "{words:?}");
        fs::remove_file(&path).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn loose_permissions_and_links_are_found() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    full_case(folder.path());
    let mut case = Case::open(folder.path(), time(7)).unwrap();
    case.keep_plan(plan(1).as_bytes(), time(7)).unwrap();
    drop(case);
    let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    for (path, found) in crate::walk::walk(folder.path()).unwrap() {
        let path = folder.path().join(path);
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        let is_sealed = ["evidence", "plans"]
            .iter()
            .any(|area| path.starts_with(folder.path().join(area)));
        let expected = match found.kind {
            crate::walk::FoundKind::Folder => 0o700,
            _ if is_sealed => 0o400,
            _ => 0o600,
        };
        assert_eq!(mode, expected, "{}", path.display());
        for loose in [mode | 0o040, mode | 0o002] {
            set(&path, loose);
            assert_eq!(
                verify(folder.path()).unwrap().outcome(),
                CheckOutcome::Failed,
                "{}",
                path.display()
            );
        }
        set(&path, mode);
    }
    assert!(verify(folder.path()).unwrap().is_intact());
    let verdict = folder.path().join("verdict.json");
    fs::remove_file(&verdict).unwrap();
    std::os::unix::fs::symlink("case.json", &verdict).unwrap();
    assert_eq!(verify(folder.path()).unwrap().outcome(), CheckOutcome::Failed);
}

#[test]
fn parts_are_listed_by_the_journal_alone_and_a_damaged_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    full_case(folder.path());
    let events = folder.path().join("events");
    let part = events.join("0001-000001.parquet");
    fs::write(events.join("0001-000002.parquet"), b"planted").unwrap();
    fs::write(folder.path().join("staging/part-000009"), b"left").unwrap();
    let listed = || Case::open_read_only(folder.path()).unwrap().events_parts();
    assert_eq!(listed().unwrap(), [fs::canonicalize(&part).unwrap()]);
    assert!(
        !verify(folder.path()).unwrap().is_intact(),
        "the planted part is a stranger"
    );
    overwrite(&part, b"short");
    assert!(listed().is_err());
    fs::remove_file(&part).unwrap();
    assert!(listed().is_err());
}

#[test]
fn a_part_that_was_never_committed_is_a_leftover_and_goes_away() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    let mut hunt = case.begin_hunt("engine", time(2)).unwrap();
    hunt.begin_part().unwrap().write_all(b"half").unwrap();
    drop(case);
    assert_eq!(verify(folder.path()).unwrap().outcome(), CheckOutcome::Unfinished);
    drop(Case::open(folder.path(), time(3)).unwrap());
    assert!(verify(folder.path()).unwrap().is_intact());
}
