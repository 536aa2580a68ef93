//! Snapshots from begin to end, and what verifying says of them at each moment.

use stanch_core::snapshot::Effort;
use std::fs;
use std::path::Path;

use crate::test_case::{new_case, time, write_snapshot};
use crate::{Case, CaseError, Check, CheckOutcome, CheckSubject, Digest, SnapshotState, verify};

const FILES: [(&str, &str); 2] = [("manifest.json", "{}"), ("1/eu-west-1/ec2.jsonl", "{\"a\":1}\n")];

/// A case with one snapshot that has ended.
fn ended(dir: &Path) -> Case {
    let mut case = new_case(dir);
    case.begin_snapshot("s1", time(1)).unwrap();
    write_snapshot(&case.snapshot_folder("s1").unwrap(), &FILES).unwrap();
    case.end_snapshot("s1", &Effort::default(), time(2)).unwrap();
    case
}

fn snapshots_check(case: &Case) -> Check {
    let mut checks = case.verify().unwrap().checks.into_iter();
    checks
        .find(|check| check.subject == CheckSubject::Snapshots)
        .unwrap()
}

/// The subjects that did not pass, with their problems.
fn problems(case: &Case) -> String {
    let checks = case.verify().unwrap().checks;
    let wrong = checks
        .iter()
        .filter(|check| check.outcome != CheckOutcome::Passed);
    wrong
        .map(|check| {
            format!(
                "{:?} {}\n  {}\n",
                check.outcome,
                check.subject,
                check.problems.join("\n  ")
            )
        })
        .collect()
}

#[test]
fn an_ended_snapshot_is_vouched_for_file_by_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = ended(folder.path());
    let check = snapshots_check(&case);
    assert_eq!((check.outcome, check.examined), (CheckOutcome::Passed, 3));
    assert!(case.verify().unwrap().is_intact());
    assert_eq!(case.journal().state().snapshots["s1"], SnapshotState::Ended);
    let lines = case.journal().lines().unwrap();
    let file = lines.last().unwrap().entry.file().unwrap();
    assert_eq!(file.path, "snapshots/s1.files.jsonl");
    let list = fs::read(case.dir().join(&file.path)).unwrap();
    assert_eq!(Digest::of(&list), file.sha256);
    insta::assert_snapshot!(String::from_utf8(list).unwrap(), @r#"
    {"path":"1/eu-west-1/ec2.jsonl","size":8,"sha256":"e346432021b04179518d9614f3560ccd71354a4ee101ddcb893d6959a9d6301c"}
    {"path":"manifest.json","size":2,"sha256":"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}
    "#);
    drop(case);
    let case = Case::open(folder.path(), time(3)).unwrap();
    assert!(case.verify().unwrap().is_intact());
    let view = Case::open_read_only(folder.path()).unwrap();
    assert_eq!(view.state().snapshots["s1"], SnapshotState::Ended);
    assert_eq!(view.documents().count(), 0, "the list is no document");
}

#[test]
fn one_that_has_not_ended_is_unfinished_whatever_lies_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    assert_eq!(snapshots_check(&case).outcome, CheckOutcome::Passed);
    case.begin_snapshot("s1", time(1)).unwrap();
    insta::assert_snapshot!(problems(&case), @r"
    Unfinished snapshots
      snapshots/s1: it was begun and has not ended; nothing vouches for its files
    ");
    let place = case.snapshot_folder("s1").unwrap();
    write_snapshot(&place, &[("incoming.jsonl", "{torn"), ("manifest.json", "{}")]).unwrap();
    insta::assert_snapshot!(problems(&case), @r"
    Unfinished snapshots
      snapshots/s1: it was begun and has not ended; nothing vouches for its files
    ");
    assert_eq!(snapshots_check(&case).examined, 3);
    drop(case);
    let mut case = Case::open(folder.path(), time(2)).unwrap();
    assert_eq!(
        fs::read(place.join("incoming.jsonl")).unwrap(),
        b"{torn",
        "opening leaves it"
    );
    case.begin_snapshot("s1", time(3)).unwrap();
    fs::remove_file(place.join("incoming.jsonl")).unwrap();
    case.end_snapshot("s1", &Effort::default(), time(4)).unwrap();
    assert!(case.verify().unwrap().is_intact());
}

#[test]
fn one_that_ended_can_be_taken_up_and_ends_with_another_list() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = ended(folder.path());
    let list = folder.path().join("snapshots/s1.files.jsonl");
    let before = fs::read(&list).unwrap();
    case.begin_snapshot("s1", time(3)).unwrap();
    let place = case.snapshot_folder("s1").unwrap();
    write_snapshot(
        &place,
        &[("manifest.json", "{\"again\":1}"), ("1/eu-west-1/iam.jsonl", "")],
    )
    .unwrap();
    assert_eq!(case.verify().unwrap().outcome(), CheckOutcome::Unfinished);
    assert_eq!(
        fs::read(&list).unwrap(),
        before,
        "the last list stays until there is another"
    );
    case.end_snapshot("s1", &Effort::default(), time(4)).unwrap();
    assert!(case.verify().unwrap().is_intact());
    assert_ne!(fs::read(&list).unwrap(), before);
    let again = case.end_snapshot("s1", &Effort::default(), time(5));
    assert!(matches!(again, Err(CaseError::Illegal(_))));
    assert!(case.verify().unwrap().is_intact());
}

#[test]
fn what_was_changed_taken_away_or_added_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let case = ended(folder.path());
    let place = case.snapshot_folder("s1").unwrap();
    write_snapshot(&place, &[("manifest.json", "[]"), ("coverage.json", "planted")]).unwrap();
    fs::remove_file(place.join("1/eu-west-1/ec2.jsonl")).unwrap();
    write_snapshot(
        &case.snapshots_folder().join("s2"),
        &[("manifest.json", "planted")],
    )
    .unwrap();
    insta::assert_snapshot!(problems(&case), @r"
    Failed snapshots
      snapshots/s1/1/eu-west-1/ec2.jsonl: missing
      snapshots/s1/manifest.json: its bytes do not give the listed SHA-256
      snapshots/s1/coverage.json: it is not in the list of the snapshot that ended
      snapshots/s2: the journal names no such snapshot
    Failed files in the folder
      snapshots/s2/manifest.json: the journal does not know it
    ");
    let check = snapshots_check(&case);
    assert_eq!((check.examined, check.problem_count), (5, 4));
}

#[test]
fn a_folder_that_is_gone_and_one_that_no_line_names_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let case = ended(folder.path());
    fs::rename(
        case.snapshot_folder("s1").unwrap(),
        case.snapshot_folder("s2").unwrap(),
    )
    .unwrap();
    insta::assert_snapshot!(problems(&case), @r"
    Failed snapshots
      snapshots/s1: missing
      snapshots/s2: the journal names no such snapshot
    Failed files in the folder
      snapshots/s2/1/eu-west-1/ec2.jsonl: the journal does not know it
      snapshots/s2/manifest.json: the journal does not know it
    ");
    fs::write(case.snapshot_folder("s1").unwrap(), b"no folder").unwrap();
    assert_eq!(snapshots_check(&case).outcome, CheckOutcome::Failed);
}

#[test]
fn an_empty_snapshot_can_end_but_one_without_a_folder_cannot() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    case.begin_snapshot("s1", time(1)).unwrap();
    let refused = case.end_snapshot("s1", &Effort::default(), time(2));
    assert!(matches!(refused, Err(CaseError::Damaged { .. })));
    write_snapshot(&case.snapshot_folder("s1").unwrap(), &[]).unwrap();
    case.end_snapshot("s1", &Effort::default(), time(3)).unwrap();
    assert!(case.verify().unwrap().is_intact());
    fs::remove_dir(case.snapshot_folder("s1").unwrap()).unwrap();
    assert_eq!(case.verify().unwrap().outcome(), CheckOutcome::Failed);
}

#[test]
fn ids_that_escape_clash_or_were_never_begun_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = ended(folder.path());
    let lines = case.journal().ledger().lines;
    for id in [
        "",
        "..",
        "../x",
        "/tmp/x",
        "s1/x",
        "s1.files",
        "s1.files.jsonl",
        "-x",
    ] {
        let refused = [
            case.begin_snapshot(id, time(3)).unwrap_err(),
            case.end_snapshot(id, &Effort::default(), time(3)).unwrap_err(),
            case.snapshot_folder(id).unwrap_err(),
        ];
        for refused in refused {
            assert!(
                matches!(refused, CaseError::BadSnapshotId { .. }),
                "{id}: {refused}"
            );
        }
    }
    assert!(matches!(
        case.begin_snapshot("S1", time(3)),
        Err(CaseError::Illegal(_))
    ));
    write_snapshot(&case.snapshot_folder("s2").unwrap(), &FILES).unwrap();
    assert!(matches!(
        case.end_snapshot("s2", &Effort::default(), time(3)),
        Err(CaseError::Illegal(_))
    ));
    let adopted = case.begin_snapshot("s2", time(3));
    assert!(
        matches!(adopted, Err(CaseError::Damaged { .. })),
        "what lay there before is not adopted"
    );
    assert_eq!(case.journal().ledger().lines, lines, "nothing was recorded");
}

#[test]
fn a_list_never_leads_out_of_the_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    case.begin_snapshot("s1", time(1)).unwrap();
    write_snapshot(&case.snapshot_folder("s1").unwrap(), &[]).unwrap();
    // A journal whose every line holds, written by somebody who wants other files to be read.
    let case_file = fs::read(folder.path().join("case.json")).unwrap();
    for path in ["../../case.json", "/etc/passwd", "", ".", "./", "../s1"] {
        case.begin_snapshot("s1", time(1)).unwrap();
        let line = crate::case::artefact_of(path.to_owned(), &case_file);
        let list = serde_json::to_vec(&line).unwrap();
        case.commit(time(2), "snapshots/s1.files.jsonl", &[&list], |file| {
            crate::Entry::SnapshotEnded {
                snapshot: "s1".to_owned(),
                file,
                effort: None,
            }
        })
        .unwrap();
        let check = snapshots_check(&case);
        assert_eq!(check.problems, [format!("snapshots/s1/{path}: missing")]);
        drop(case);
        case = Case::open(folder.path(), time(2)).unwrap();
    }
}

#[test]
fn a_list_that_is_none_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    case.begin_snapshot("s1", time(1)).unwrap();
    write_snapshot(&case.snapshot_folder("s1").unwrap(), &[]).unwrap();
    case.commit(time(2), "snapshots/s1.files.jsonl", &[b"no list"], |file| {
        crate::Entry::SnapshotEnded {
            snapshot: "s1".to_owned(),
            file,
            effort: None,
        }
    })
    .unwrap();
    insta::assert_snapshot!(problems(&case), @r"
    Failed snapshots
      snapshots/s1.files.jsonl: it is no list of files
    ");
}

#[cfg(unix)]
#[test]
fn links_are_neither_followed_nor_listed() {
    let folder = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    let mut case = new_case(&folder.path().join("case"));
    std::os::unix::fs::symlink(outside.path(), case.snapshots_folder()).unwrap();
    assert!(case.begin_snapshot("s1", time(1)).is_err());
    fs::remove_file(case.snapshots_folder()).unwrap();
    case.begin_snapshot("s1", time(1)).unwrap();
    let place = case.snapshot_folder("s1").unwrap();
    std::os::unix::fs::symlink(outside.path(), &place).unwrap();
    assert!(case.begin_snapshot("s1", time(1)).is_err());
    assert!(case.end_snapshot("s1", &Effort::default(), time(2)).is_err());
    assert_eq!(case.verify().unwrap().outcome(), CheckOutcome::Failed);
    fs::remove_file(&place).unwrap();
    write_snapshot(&place, &FILES).unwrap();
    std::os::unix::fs::symlink("manifest.json", place.join("link")).unwrap();
    assert!(matches!(
        case.end_snapshot("s1", &Effort::default(), time(2)),
        Err(CaseError::Damaged { .. })
    ));
    fs::remove_file(place.join("link")).unwrap();
    case.end_snapshot("s1", &Effort::default(), time(2)).unwrap();
    // The same bytes behind a link are not the file that was listed.
    fs::rename(place.join("manifest.json"), outside.path().join("kept")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("kept"), place.join("manifest.json")).unwrap();
    assert_eq!(snapshots_check(&case).outcome, CheckOutcome::Failed);
    assert!(verify(outside.path()).is_err());
}
