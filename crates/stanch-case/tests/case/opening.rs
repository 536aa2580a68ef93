//! Making and opening a case, and every reason not to.

use std::fs;
use std::path::Path;

use stanch_case::{Case, CaseError, FORMAT_VERSION, verify};

use crate::{new, new_case, time};

#[test]
fn a_case_is_made_and_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("deep/er/case");
    let case = new_case(&dir);
    let info = case.info().clone();
    assert_eq!(
        (info.title.as_str(), info.format_version),
        ("Odd bills", FORMAT_VERSION)
    );
    drop(case);
    assert_eq!(Case::open(&dir, time(1)).unwrap().info(), &info);
    let view = Case::open_read_only(&dir).unwrap();
    assert_eq!(view.info(), &info);
    assert_eq!(view.lines().unwrap().len(), 1);
    assert!(verify(&dir).unwrap().is_intact());
}

#[cfg(unix)]
#[test]
fn an_empty_folder_becomes_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    drop(new_case(folder.path()));
    assert_eq!(
        fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777,
        0o700
    );
    assert!(verify(folder.path()).unwrap().is_intact());
}

#[test]
fn a_folder_in_use_for_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["notes.txt", "staging", "journal.jsonl"] {
        let path = folder.path().join(name);
        fs::write(&path, b"mine").unwrap();
        let refused = Case::create(folder.path(), &new()).unwrap_err();
        assert!(matches!(refused, CaseError::NotEmpty { .. }), "{refused}");
        assert_eq!(fs::read(&path).unwrap(), b"mine");
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing was added"
        );
        fs::remove_file(path).unwrap();
    }
    let file = folder.path().join("file");
    fs::write(&file, b"").unwrap();
    assert!(matches!(
        Case::create(&file, &new()),
        Err(CaseError::NotAFolder { .. })
    ));
    assert!(matches!(
        Case::open(&file, time(1)),
        Err(CaseError::NotAFolder { .. })
    ));
}

#[test]
fn a_case_is_not_made_over_a_case() {
    let folder = tempfile::tempdir().unwrap();
    drop(new_case(folder.path()));
    assert!(matches!(
        Case::create(folder.path(), &new()),
        Err(CaseError::AlreadyACase { .. })
    ));
    fs::remove_file(folder.path().join("case.json")).unwrap();
    assert!(matches!(
        Case::create(folder.path(), &new()),
        Err(CaseError::AlreadyACase { .. })
    ));
}

#[test]
fn what_is_no_case_is_not_opened_and_nothing_is_written_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere");
    for dir in [folder.path(), nowhere.as_path()] {
        assert!(matches!(
            Case::open(dir, time(1)),
            Err(CaseError::NotACase { .. })
        ));
        assert!(matches!(
            Case::open_read_only(dir),
            Err(CaseError::NotACase { .. })
        ));
        assert!(matches!(verify(dir), Err(CaseError::NotACase { .. })));
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_second_writer_is_told_who_the_first_one_is() {
    let folder = tempfile::tempdir().unwrap();
    let held = new_case(folder.path());
    let refused = Case::open(folder.path(), time(9)).unwrap_err();
    let text = refused.to_string();
    assert!(
        text.contains(&format!("in use by process {}", std::process::id())),
        "{text}"
    );
    assert!(text.ends_with("since 2026-03-05T14:02:11Z"), "{text}");
    assert!(matches!(verify(folder.path()), Err(CaseError::Locked { .. })));
    Case::open_read_only(folder.path()).unwrap();
    assert!(held.verify().unwrap().is_intact());
    drop(held);
    Case::open(folder.path(), time(9)).unwrap();
}

#[test]
fn a_newer_format_is_refused_before_anything_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    drop(new_case(folder.path()));
    let path = folder.path().join("case.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        text.replace("\"format_version\": 2", "\"format_version\": 3, \"new\": true"),
    )
    .unwrap();
    fs::write(folder.path().join("journal.jsonl"), b"a line of a kind to come\n").unwrap();
    for error in [
        Case::open(folder.path(), time(1)).unwrap_err(),
        Case::open_read_only(folder.path()).unwrap_err(),
        verify(folder.path()).unwrap_err(),
    ] {
        assert!(
            matches!(
                error,
                CaseError::NewerFormat {
                    found: 3,
                    supported: 2,
                    ..
                }
            ),
            "{error}"
        );
        assert!(
            error
                .to_string()
                .ends_with("has format version 3; this program reads up to version 2")
        );
        assert!(error.next().contains("newer"));
    }
}

#[test]
fn a_broken_journal_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    case.journal().note("one", time(1)).unwrap();
    case.journal().note("two", time(2)).unwrap();
    drop(case);
    let path = folder.path().join("journal.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("one", "won")).unwrap();
    let error = Case::open(folder.path(), time(3)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the journal is broken at line 2: its bytes do not give its hash"
    );
    fs::remove_file(&path).unwrap();
    let error = Case::open(folder.path(), time(3)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the journal is broken at line 1: the journal is missing or empty"
    );
    assert!(!verify(folder.path()).unwrap().is_intact());
}

#[test]
fn a_changed_case_file_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    drop(new_case(folder.path()));
    let path = folder.path().join("case.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("ana", "eve")).unwrap();
    for error in [
        Case::open(folder.path(), time(1)).unwrap_err(),
        Case::open_read_only(folder.path()).unwrap_err(),
    ] {
        assert!(matches!(error, CaseError::Damaged { .. }), "{error}");
    }
}

/// A case may have been received from somebody else.
#[cfg(unix)]
#[test]
fn links_in_a_case_lead_no_write_out_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    let precious = outside.path().join("0001");
    fs::write(&precious, b"precious").unwrap();
    let check = |name: &str, target: &Path| {
        let dir = folder.path().join(name);
        drop(new_case(&dir));
        if dir.join(name).is_dir() {
            fs::remove_dir(dir.join(name)).unwrap();
        } else {
            fs::remove_file(dir.join(name)).ok();
        }
        std::os::unix::fs::symlink(target, dir.join(name)).unwrap();
        let opened = Case::open(&dir, time(1)).map(|mut case| case.begin_hunt("engine", time(2)).map(drop));
        assert_eq!(fs::read(&precious).unwrap(), b"precious", "{name}: {opened:?}");
        assert!(verify(&dir).map_or(true, |found| !found.is_intact()), "{name}");
    };
    for name in ["lock", "journal.jsonl", "sources.jsonl", "case.json"] {
        check(name, &precious);
    }
    for name in ["staging", "hunts", "recovered", "evidence"] {
        check(name, outside.path());
    }
}

#[cfg(unix)]
#[test]
fn a_read_only_copy_can_be_read_but_not_opened() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    case.write_document("verdict.json", b"{}", time(1)).unwrap();
    drop(case);
    let set =
        |mode| fs::set_permissions(folder.path().join("lock"), fs::Permissions::from_mode(mode)).unwrap();
    set(0o400);
    match Case::open(folder.path(), time(2)) {
        Err(error) => assert!(matches!(error, CaseError::NotPermitted { .. }), "{error}"),
        Ok(_) => assert!(
            fs::OpenOptions::new()
                .write(true)
                .open(folder.path().join("lock"))
                .is_ok(),
            "root"
        ),
    }
    assert_eq!(
        Case::open_read_only(folder.path())
            .unwrap()
            .read_document("verdict.json")
            .unwrap(),
        b"{}"
    );
    assert!(verify(folder.path()).unwrap().is_intact());
    set(0o600);
}
