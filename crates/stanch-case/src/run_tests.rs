//! Plans and runs: what may follow, what is kept, and who waits for which flush.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use stanch_core::plan::{PlanDigest, StepNumber};
use stanch_core::ports::{FixedClock, RunJournal as _};
use stanch_core::reply::CallOutcome;
use stanch_core::run::{RunLine, Stage, StepState};

use crate::atomic::crash;
use crate::test_case::{answered, approval, begun, ended, finished, intended, new_case, plan, time};
use crate::{Approval, Case, CaseError, GroupCommit, ManualState, RunState, verify};

/// A case with an approved plan.
fn approved(dir: &std::path::Path) -> (Case, PlanDigest) {
    let mut case = new_case(dir);
    let digest = case.keep_plan(plan(1).as_bytes(), time(1)).unwrap();
    case.approve(&digest, &approval("ana"), time(2)).unwrap();
    (case, digest)
}

fn read(step: u32) -> RunLine {
    RunLine::Read {
        step: StepNumber(step),
        stage: Stage::Before,
        read: serde_json::from_str("\"user\"").unwrap(),
        outcome: CallOutcome::Ok,
        code: None,
        body: serde_json::json!({"User": {"UserName": "x", "Tags": [1, 1.5, null]}}),
        sha256s: vec!["ab".to_owned()],
    }
}

fn reverted(step: u32) -> RunLine {
    RunLine::Reverted {
        step: StepNumber(step),
        seen: time(9),
        what: "the deny".to_owned(),
    }
}

fn at_stage(stage: Stage) -> RunLine {
    match intended(1, 0) {
        RunLine::Intended {
            step, write, call, ..
        } => RunLine::Intended {
            step,
            stage,
            write,
            call,
        },
        line => line,
    }
}

#[test]
fn a_plan_is_kept_once_under_its_digest_and_never_changed() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    let one = case.keep_plan(plan(1).as_bytes(), time(1)).unwrap();
    let two = case.keep_plan(plan(2).as_bytes(), time(1)).unwrap();
    let lines = case.journal().ledger().lines;
    assert_eq!(case.keep_plan(plan(1).as_bytes(), time(2)).unwrap(), one);
    assert_eq!(case.journal().ledger().lines, lines, "nothing was written again");
    assert_eq!(
        case.plan(one.short()).unwrap(),
        (one.clone(), plan(1).into_bytes())
    );
    assert_eq!(case.plans().len(), 2);
    let path = folder.path().join(format!("plans/{one}.json"));
    assert_eq!(std::fs::read(&path).unwrap(), plan(1).as_bytes());
    assert!(matches!(case.plan(""), Err(CaseError::NoSuchPlan { .. })));
    assert!(matches!(case.plan("../x"), Err(CaseError::NoSuchPlan { .. })));
    assert!(case.write_document("plans/x.json", b"", time(3)).is_err());
    drop(case);
    let view = Case::open_read_only(folder.path()).unwrap();
    assert_eq!(view.plan(two.as_str()).unwrap().1, plan(2).into_bytes());
    assert_eq!(view.plans().len(), 2);
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, plan(2)).unwrap();
    let mut case = Case::open(folder.path(), time(4)).unwrap();
    for refused in [
        case.plan(one.as_str()).err(),
        case.keep_plan(plan(1).as_bytes(), time(5)).err(),
        case.approve(&one, &approval("ana"), time(5)).err(),
    ] {
        assert!(matches!(refused, Some(CaseError::Damaged { .. })), "{refused:?}");
    }
}

#[test]
fn the_beginning_of_a_digest_names_one_plan_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    for number in 0..17 {
        case.keep_plan(plan(number).as_bytes(), time(1)).unwrap();
    }
    let firsts: Vec<String> = case
        .plans()
        .keys()
        .map(|digest| digest.as_str()[..1].to_owned())
        .collect();
    let mut ambiguous = 0;
    for first in &firsts {
        let is_alone = firsts.iter().filter(|other| *other == first).count() == 1;
        match case.plan(first) {
            Ok((digest, _)) => assert!(is_alone && digest.as_str().starts_with(first)),
            Err(CaseError::AmbiguousPlan { .. }) => ambiguous += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(ambiguous >= 2, "seventeen plans share sixteen digits");
}

#[test]
fn what_is_no_canonical_plan_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    for bytes in [
        "",
        "x",
        "{}",
        "[]",
        r#"{"account": "1"}"#,
        r#"{"b":1,"account":"1"}"#,
        "{\"account\":\"1\"}\n",
        r#"{"account":"1","account":"1"}"#,
        r#"{"account":1}"#,
    ] {
        let refused = case.keep_plan(bytes.as_bytes(), time(1));
        assert!(matches!(refused, Err(CaseError::BadPlan { .. })), "{bytes}");
    }
    assert!(!folder.path().join("plans").exists());
}

#[test]
fn only_who_has_a_name_and_the_right_account_approves() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    let digest = case.keep_plan(plan(1).as_bytes(), time(1)).unwrap();
    let other = Approval {
        account: "999988887777".into(),
        ..approval("ana")
    };
    let by_one = Approval {
        second: Some("ana".to_owned()),
        ..approval("ana")
    };
    assert!(matches!(
        case.approve(&digest, &other, time(2)),
        Err(CaseError::WrongAccount { .. })
    ));
    for refused in [approval(" "), by_one] {
        assert!(matches!(
            case.approve(&digest, &refused, time(2)),
            Err(CaseError::Illegal(_))
        ));
    }
    let short = PlanDigest(digest.short().to_owned());
    assert!(matches!(
        case.approve(&short, &approval("ana"), time(2)),
        Err(CaseError::NoSuchPlan { .. })
    ));
    let both = Approval {
        second: Some("ben".to_owned()),
        ..approval(&"a".repeat(999))
    };
    case.approve(&digest, &both, time(2)).unwrap();
    let kept = &case.plans()[&digest].approvals;
    assert_eq!((kept.len(), kept[0].by.chars().count()), (1, 200));
    let mut manual = |by| case.record_manual_step("root-mfa", ManualState::Done, (by, "done"), time(3));
    assert!(manual("").is_err());
    manual("ana").unwrap();
}

#[test]
fn a_run_is_taken_down_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let (mut case, digest) = approved(folder.path());
    let lines = vec![
        begun(&digest, false),
        read(1),
        intended(1, 0),
        answered(1, 0),
        ended(1),
        reverted(1),
        at_stage(Stage::Again),
    ];
    case.write_run("r1", lines.clone(), time(3)).unwrap();
    assert_eq!(case.runs()["r1"].unanswered.len(), 1);
    let said: Vec<RunLine> = case
        .run_lines("r1")
        .unwrap()
        .into_iter()
        .map(|(_, line)| line)
        .collect();
    assert_eq!(said, lines);
    assert!(matches!(case.run_lines("r2"), Err(CaseError::NoSuchRun { .. })));
    // The process dies here; the next one continues without the answer.
    drop(case);
    let view = Case::open_read_only(folder.path()).unwrap();
    assert_eq!(view.run_lines("r1").unwrap().len(), 7);
    assert!(view.runs()["r1"].running);
    let mut case = Case::open(folder.path(), time(4)).unwrap();
    let on = vec![begun(&digest, false), ended(1), finished(false), reverted(1)];
    case.write_run("r1", on, time(5)).unwrap();
    let back = vec![begun(&digest, true), at_stage(Stage::Undo)];
    case.write_run("r1", back, time(6)).unwrap();
    assert!(case.runs()["r1"].undo);
    assert!(case.verify().unwrap().is_intact());
}

#[test]
fn what_may_not_follow_in_a_run_is_refused_and_none_of_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (mut case, digest) = approved(folder.path());
    let unapproved = case.keep_plan(plan(2).as_bytes(), time(2)).unwrap();
    let begin = || begun(&digest, false);
    let by_another = match begin() {
        RunLine::Begun {
            plan, caller, undo, ..
        } => RunLine::Begun {
            plan,
            caller,
            approved_by: "eve".to_owned(),
            second: None,
            undo,
            reason: None,
        },
        line => line,
    };
    let state = case.journal().state().clone();
    for lines in [
        vec![read(1)],
        vec![intended(1, 0)],
        vec![reverted(1)],
        vec![by_another],
        vec![begun(&unapproved, false)],
        vec![begun(&PlanDigest("0".repeat(64)), false)],
        vec![begun(&digest, true)],
        vec![begin(), begun(&unapproved, false)],
        vec![begin(), begun(&digest, true), begin()],
        vec![begin(), answered(1, 0)],
        vec![begin(), intended(1, 0), intended(1, 0)],
        vec![begin(), intended(1, 0), answered(1, 1)],
        vec![begin(), intended(1, 0), answered(1, 0), answered(1, 0)],
        vec![begin(), intended(1, 0), begin(), answered(1, 0)],
        vec![begin(), intended(1, 0), ended(1)],
        vec![begin(), intended(1, 0), finished(false)],
        vec![begin(), finished(true)],
        vec![begin(), finished(false), finished(false)],
        vec![begin(), finished(false), intended(1, 0)],
        vec![begin(), at_stage(Stage::Undo)],
        vec![begin(), at_stage(Stage::Check)],
        vec![begin(), begun(&digest, true), at_stage(Stage::Do)],
    ] {
        let refused = case.write_run("r1", lines.clone(), time(3));
        assert!(matches!(refused, Err(CaseError::Illegal(_))), "{lines:?}");
        assert_eq!(case.journal().state(), &state, "{lines:?}");
        assert!(case.runs().is_empty());
    }
    for run in ["", "../x", "a b", "-x"] {
        assert!(case.write_run(run, vec![begin()], time(3)).is_err(), "{run:?}");
    }
    case.write_run("r1", vec![begin()], time(3)).unwrap();
}

#[test]
fn a_line_that_could_not_be_read_again_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let (mut case, digest) = approved(folder.path());
    let large = |length: usize| match ended(1) {
        RunLine::Ended { step, .. } => RunLine::Ended {
            step,
            state: StepState::Stale {
                why: "x".repeat(length),
            },
        },
        line => line,
    };
    let refused = case.write_run("r1", vec![begun(&digest, false), large(8 << 20)], time(3));
    assert!(matches!(refused, Err(CaseError::LineTooLong { .. })));
    case.write_run("r1", vec![begun(&digest, false), large(7 << 20)], time(3))
        .unwrap();
    drop(case);
    let view = Case::open_read_only(folder.path()).unwrap();
    assert_eq!(view.run_lines("r1").unwrap().len(), 2);
}

#[test]
fn lines_of_which_the_write_failed_are_not_in_the_state() {
    let folder = tempfile::tempdir().unwrap();
    let (mut case, digest) = approved(folder.path());
    let (failed, _) = crash::after(1, || {
        case.write_run("r1", vec![begun(&digest, false), intended(1, 0)], time(3))
    });
    assert!(matches!(failed, Err(CaseError::Io { .. })));
    assert!(case.runs().is_empty());
    assert!(matches!(
        case.write_run("r1", vec![begun(&digest, false)], time(3)),
        Err(CaseError::Stopped)
    ));
}

struct Unpark(std::thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for an answer without an engine for it.
fn wait<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}

#[test]
fn those_who_wait_share_flushes_and_a_refused_line_harms_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let (case, digest) = approved(folder.path());
    let group = GroupCommit::start(case, Arc::new(FixedClock(time(5)))).unwrap();
    let writer = group.writer("r1");
    wait(writer.write(vec![begun(&digest, false)])).unwrap();
    // While the thread is busy, requests gather.
    let (release, held) = std::sync::mpsc::channel::<()>();
    let busy = group.with(move |_| held.recv().is_ok());
    let asked: Vec<_> = (0..50)
        .map(|step| writer.write(vec![intended(step, 0)]))
        .collect();
    let refused = writer.write(vec![read(7), intended(7, 0)]);
    let last = writer.write(vec![answered(7, 0), ended(7)]);
    release.send(()).unwrap();
    assert!(wait(busy).unwrap());
    for one in asked {
        wait(one).unwrap();
    }
    let failure = wait(refused).unwrap_err().to_string();
    insta::assert_snapshot!(failure, @"the journal can't be written: run is not possible here: the same change is on its way");
    wait(last).unwrap();
    let kept = wait(group.with(|case| case.keep_evidence(&mut &b"reply"[..], time(6)).is_ok()));
    assert!(kept.unwrap());
    let (case, figures) = group.finish().unwrap();
    assert_eq!((figures.lines, figures.flushes), (53, 2));
    let RunState { unanswered, .. } = &case.runs()["r1"];
    assert_eq!(unanswered.len(), 49);
    assert_eq!(case.run_lines("r1").unwrap().len(), 53);
    assert!(wait(writer.write(vec![read(1)])).is_err(), "the case is closed");
    drop(case);
    assert!(verify(folder.path()).unwrap().is_intact());
}

#[test]
fn a_group_that_is_dropped_closes_the_case() {
    let folder = tempfile::tempdir().unwrap();
    let (case, digest) = approved(folder.path());
    let group = GroupCommit::start(case, Arc::new(FixedClock(time(5)))).unwrap();
    let writer = group.writer("r1");
    let asked = writer.write(vec![begun(&digest, false)]);
    drop(group);
    wait(asked).unwrap();
    let case = Case::open(folder.path(), time(6)).unwrap();
    assert!(case.runs()["r1"].running);
}
