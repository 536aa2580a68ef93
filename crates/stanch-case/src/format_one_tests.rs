//! Cases of format 1: written here as that format had them, read by the program of today.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::digest::Digest;
use crate::entry::{Entry, ManualState};
use crate::test_case::time;
use crate::{Case, CaseError, DeclarationKind, RunState, verify};

/// A case of format 1: the folder, and its journal as far as it is written.
struct Old<'d> {
    dir: &'d Path,
    journal: String,
    head: Digest,
    lines: u64,
}

impl<'d> Old<'d> {
    fn new(dir: &'d Path) -> Self {
        let text = json!({"id": "2026-03-05-0123abcd", "title": "Old", "accounts": ["111122223333"], "responder": "ana",
            "break_glass": ["alice.admin"], "opened_at": time(0), "format_version": 1});
        let bytes = serde_json::to_vec_pretty(&text).unwrap();
        fs::create_dir_all(dir.join("staging")).unwrap();
        write(&dir.join("case.json"), &bytes);
        let mut old = Self {
            dir,
            journal: String::new(),
            head: Digest::zero(),
            lines: 0,
        };
        let file = json!({"path": "case.json", "size": bytes.len(), "sha256": Digest::of(&bytes)});
        old.add(
            "case-opened",
            &json!({"case": "2026-03-05-0123abcd", "format_version": 1, "file": file}),
        );
        old
    }

    /// A line, sealed as every format seals it.
    fn add(&mut self, kind: &str, body: &Value) {
        let at = time(i64::try_from(self.lines).unwrap());
        let open = format!(
            r#"{{"seq":{},"at":"{at}","kind":"{kind}","body":{body},"prev":"{}""#,
            self.lines, self.head
        );
        self.head = Digest::of(open.as_bytes());
        self.lines += 1;
        self.journal
            .push_str(&format!("{open},\"hash\":\"{}\"}}\n", self.head));
    }

    fn note(&mut self, text: &str) {
        self.add("note", &json!({ "text": text }));
    }

    fn attested(&mut self, what: &str) {
        self.add("attested", &json!({"what": what, "by": "ben", "text": "seen"}));
    }

    fn finish(self) {
        write(&self.dir.join("journal.jsonl"), self.journal.as_bytes());
    }
}

fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
        let parent = path.parent().unwrap();
        fs::set_permissions(parent, fs::Permissions::from_mode(0o700)).unwrap();
        let staging = parent.join("staging");
        fs::set_permissions(staging, fs::Permissions::from_mode(0o700)).unwrap();
    }
}

fn meanings(dir: &Path) -> Vec<Entry> {
    let lines = Case::open_read_only(dir).unwrap().lines().unwrap();
    lines.into_iter().skip(1).map(|line| line.entry).collect()
}

fn manual(id: &str, state: ManualState) -> Entry {
    Entry::ManualStep {
        id: id.to_owned(),
        state,
        by: "ben".to_owned(),
        text: "seen".to_owned(),
    }
}

#[test]
fn notes_that_stood_for_something_are_read_as_it_and_remarks_stay_remarks() {
    let folder = tempfile::tempdir().unwrap();
    let mut old = Old::new(folder.path());
    old.note("assessed snapshot 20260305T140211000Z");
    old.note("watch began, for 30 minutes");
    old.note("watch ended: 4 refused, 1 alarms");
    old.note("watch interrupted: 0 refused, 0 alarms");
    old.note("watch out: the CFO is copied on every mail");
    old.attested("guided/root-mfa");
    old.attested("later/root-keys");
    old.finish();
    let expected = vec![
        Entry::Assessed {
            snapshot: "20260305T140211000Z".to_owned(),
        },
        Entry::WatchBegan { minutes: 30 },
        Entry::WatchEnded {
            is_interrupted: false,
            refused: 4,
            alarms: 1,
        },
        Entry::WatchEnded {
            is_interrupted: true,
            refused: 0,
            alarms: 0,
        },
        Entry::Note {
            text: "watch out: the CFO is copied on every mail".to_owned(),
        },
        manual("root-mfa", ManualState::Done),
        manual("root-keys", ManualState::Deferred),
    ];
    assert_eq!(meanings(folder.path()), expected);
    assert!(verify(folder.path()).unwrap().is_intact());
}

#[test]
fn a_run_of_format_one_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut old = Old::new(folder.path());
    let plan = br#"{"account":"111122223333","steps":[]}"#;
    let digest = Digest::of(plan);
    let sha256 = digest.as_str();
    let path = format!("plans/{sha256}.json");
    old.add(
        "plan-kept",
        &json!({"file": {"path": path, "size": plan.len(), "sha256": digest}}),
    );
    old.add(
        "plan-approved",
        &json!({"plan": sha256, "approval": {"by": "ana", "account": "111122223333"}}),
    );
    let call = json!({"region": "us-east-1", "service": "iam", "operation": "UpdateAccessKey", "params": {}});
    for line in [
        json!({"line": "begun", "plan": sha256, "caller": "arn:aws:iam::111122223333:user/ana", "approved_by": "ana", "undo": false}),
        json!({"line": "read", "step": 1, "stage": "before", "read": "keys", "outcome": "ok", "body": {}}),
        json!({"line": "intended", "step": 1, "stage": "do", "write": 0, "call": call}),
        json!({"line": "answered", "step": 1, "stage": "do", "write": 0, "outcome": "ok"}),
        json!({"line": "fought", "step": 1, "seen": time(1), "what": "the key was active again"}),
        json!({"line": "ended", "step": 1, "state": "fought", "again": 1}),
        json!({"line": "ended", "step": 1, "state": "done"}),
        json!({"line": "finished", "undo": false, "reached": 1, "missed": 0}),
    ] {
        old.add("run", &json!({"run": "r1", "line": line}));
    }
    let folder_of_plans = folder.path().join("plans");
    fs::create_dir(&folder_of_plans).unwrap();
    fs::write(folder.path().join(&path), plan).unwrap();
    old.finish();
    let view = Case::open_read_only(folder.path()).unwrap();
    let RunState { running, undo, .. } = view.runs()["r1"];
    assert_eq!((running, undo), (false, false));
    assert_eq!(view.run_lines("r1").unwrap().len(), 8);
}

#[test]
fn opening_for_writing_raises_the_format_and_keeps_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut old = Old::new(folder.path());
    old.note("watch began, for 30 minutes");
    let before = old.journal.clone();
    old.finish();
    let mut case = Case::open(folder.path(), time(9)).unwrap();
    case.journal()
        .note("watch began, for 30 minutes", time(10))
        .unwrap();
    assert_eq!(case.declarations().responders().collect::<Vec<_>>(), ["ana"]);
    // Any text was accepted then; it stays in effect until somebody corrects it.
    let by = ("ana", "no such user");
    case.withdraw(DeclarationKind::BreakGlass, "alice.admin", by, time(11))
        .unwrap();
    assert_eq!(case.info().format_version, 2);
    drop(case);
    let journal = fs::read_to_string(folder.path().join("journal.jsonl")).unwrap();
    assert!(journal.starts_with(&before), "old lines stay as they are");
    let kinds: Vec<&str> = meanings(folder.path()).iter().map(Entry::kind).collect();
    // A note of today is a remark, whatever it says.
    assert_eq!(kinds, ["watch-began", "format-raised", "note", "withdrawn"]);
    assert!(verify(folder.path()).unwrap().is_intact());
    let text = fs::read_to_string(folder.path().join("case.json")).unwrap();
    assert!(
        text.contains("\"format_version\": 2"),
        "an earlier program refuses it by this"
    );
}

#[test]
fn a_kind_of_format_one_is_not_taken_in_a_case_of_today() {
    let folder = tempfile::tempdir().unwrap();
    let mut old = Old::new(folder.path());
    old.attested("guided/root-mfa");
    old.finish();
    drop(Case::open(folder.path(), time(9)).unwrap());
    let path = folder.path().join("journal.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let sealed = lines.last().unwrap().split(",\"hash\"").next().unwrap();
    let mut later = Old {
        dir: folder.path(),
        journal: text.clone(),
        head: Digest::of(sealed.as_bytes()),
        lines: lines.len() as u64,
    };
    later.attested("guided/root-mfa");
    later.finish();
    let error = Case::open_read_only(folder.path()).unwrap_err();
    assert!(
        matches!(error, CaseError::JournalBroken { line: 4, .. }),
        "{error}"
    );
}
