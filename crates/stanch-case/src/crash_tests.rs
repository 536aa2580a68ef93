//! A process dies after every single step on the disk, and the next one must end where an undisturbed one does.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use stanch_core::snapshot::Effort;
use stanch_core::{SourceId, SourceReport};

use crate::atomic::crash;
use crate::test_case::{
    answered, approval, begun, ended, finished, input, intended, new, plan, report, time, write_snapshot,
};
use crate::{
    Case, CaseError, CaseView, CheckOutcome, CheckSubject, Digest, Hunt, ListedInput, SealedPart,
    SnapshotState, verify,
};

const EVIDENCE: &[u8] = b"a reply as received";

/// What a command does, written so that it continues from wherever the last one was killed. `done` hears of each
/// thing that was promised to be on the disk.
fn work(dir: &Path, fingerprint: &str, done: &mut Vec<String>) -> Result<(), CaseError> {
    let mut case = match Case::open(dir, time(1)) {
        Err(CaseError::NotACase { .. } | CaseError::UnfinishedCreation { .. }) => Case::create(dir, &new())?,
        opened => opened?,
    };
    case.journal().note("begun", time(2))?;
    case.keep_evidence(&mut &EVIDENCE[..], time(2))?;
    done.push("evidence".to_owned());
    let mut hunt = case.begin_hunt(fingerprint, time(3))?;
    read_all(&mut hunt, &[input("b", 2), input("c", 3)], done)?;
    read_all(&mut hunt, &[input("a", 1), input("b", 2), input("c", 3)], done)?;
    let learned: Vec<u8> = contents(&hunt)?.into_values().flatten().collect();
    hunt.case().write_document("verdict.json", &learned, time(5))?;
    done.push("verdict".to_owned());
    hunt.finish(time(6))?;
    collect(&mut case, fingerprint, done)?;
    contain(&mut case, done)?;
    case.write_document("report/index.html", fingerprint.as_bytes(), time(7))
}

/// A snapshot that is taken up again by every process, and of which another engine has other files.
fn collect(case: &mut Case, fingerprint: &str, done: &mut Vec<String>) -> Result<(), CaseError> {
    case.begin_snapshot("s1", time(6))?;
    let folder = case.snapshot_folder("s1")?;
    write_snapshot(
        &folder,
        &[("manifest.json", fingerprint), ("1/eu-west-1/ec2.jsonl", "{}")],
    )?;
    case.end_snapshot("s1", &Effort::default(), time(6))?;
    done.push("snapshot".to_owned());
    Ok(())
}

/// A plan that is kept and approved, and a run of it that every process continues with: what ended is not done again.
fn contain(case: &mut Case, done: &mut Vec<String>) -> Result<(), CaseError> {
    let digest = case.keep_plan(plan(1).as_bytes(), time(6))?;
    done.push("plan".to_owned());
    if case.plans()[&digest].approvals.is_empty() {
        case.approve(&digest, &approval("ana"), time(6))?;
    }
    let said = match case.run_lines("r1") {
        Err(CaseError::NoSuchRun { .. }) => Vec::new(),
        said => said?.into_iter().map(|(_, line)| line).collect(),
    };
    case.write_run("r1", vec![begun(&digest, false)], time(6))?;
    for step in (1..4).filter(|step| !said.contains(&ended(*step))) {
        case.write_run("r1", vec![intended(step, 0), intended(step, 1)], time(6))?;
        done.push(format!("intent {step}"));
        case.write_run(
            "r1",
            vec![answered(step, 0), answered(step, 1), ended(step)],
            time(6),
        )?;
        done.push(format!("step {step}"));
    }
    case.write_run("r1", vec![finished(false)], time(6))?;
    done.push("run".to_owned());
    Ok(())
}

/// The promised parts of plan and run are there.
fn check_run(view: &CaseView, done: &[String]) {
    let promised = |what: &str| done.iter().any(|promise| promise == what);
    if promised("plan") {
        let digest = Digest::of(plan(1).as_bytes());
        assert_eq!(view.plan(digest.as_str()).unwrap().1, plan(1).into_bytes());
    }
    for step in 1..4 {
        let is_there = |line| {
            let lines = view.run_lines("r1").unwrap();
            lines.iter().any(|(_, said)| *said == line)
        };
        if promised(&format!("intent {step}")) {
            assert!(is_there(intended(step, 0)) && is_there(intended(step, 1)));
        }
        if promised(&format!("step {step}")) {
            assert!(is_there(ended(step)));
        }
    }
    assert!(!promised("run") || !view.runs()["r1"].running);
}

fn read_all(hunt: &mut Hunt<'_>, listed: &[ListedInput], done: &mut Vec<String>) -> Result<(), CaseError> {
    let assigned = hunt.register_sources(listed, time(4))?;
    for (one, input) in assigned
        .iter()
        .zip(listed)
        .filter(|(one, _)| !one.already_committed)
    {
        let payload = format!("{} ", input.path);
        let part = write_part(hunt, &input.path)?;
        hunt.commit_segment_with_part(
            &[report(one.source_id.0, &input.path)],
            payload.as_bytes(),
            part,
            time(4),
        )?;
        done.push(format!("source {}", one.source_id.0));
    }
    Ok(())
}

/// A part next to the segment of every input but one.
fn write_part(hunt: &mut Hunt<'_>, path: &str) -> Result<Option<SealedPart>, CaseError> {
    if path == "c" {
        return Ok(None);
    }
    let mut part = hunt.begin_part()?;
    for bytes in ["events of ", path] {
        part.write_all(bytes.as_bytes())
            .map_err(|error| CaseError::io("write", Path::new(path), error))?;
    }
    part.seal().map(Some)
}

/// Content of the parts, read without writing, in the order of the segments.
fn parts(dir: &Path) -> Vec<String> {
    let view = Case::open_read_only(dir).unwrap();
    let parts = view.events_parts().unwrap();
    parts
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect()
}

/// Everything the segments hold, by source.
fn contents(hunt: &Hunt<'_>) -> Result<BTreeMap<SourceId, Vec<u8>>, CaseError> {
    let mut contents = BTreeMap::new();
    for segment in hunt.segments() {
        let segment = segment?;
        let ids: Vec<SourceId> = segment
            .reports
            .iter()
            .map(|report: &SourceReport| report.id)
            .collect();
        assert_eq!(ids.len(), 1);
        assert!(
            contents.insert(ids[0], segment.payload).is_none(),
            "each source is there once"
        );
    }
    Ok(contents)
}

/// Whatever was promised before the death is still there, seen without writing.
fn check_promises(dir: &Path, done: &[String]) {
    if done.is_empty() {
        return;
    }
    let view = Case::open_read_only(dir).unwrap();
    let sources = done
        .iter()
        .filter(|promise| promise.starts_with("source"))
        .count();
    let segments = view
        .state()
        .hunt
        .as_ref()
        .map_or(0, |hunt| hunt.segments as usize);
    assert!(
        segments >= sources,
        "{sources} segments were promised, {segments} are there"
    );
    // A part is there as soon as its segment is, and never without it.
    let with_part = [1, 1, 2];
    if segments > 0 {
        assert_eq!(parts(dir).len(), with_part[segments - 1]);
    }
    assert_eq!(view.evidence().read(&Digest::of(EVIDENCE)).unwrap(), EVIDENCE);
    if done.contains(&"verdict".to_owned()) {
        assert_eq!(view.read_document("verdict.json").unwrap(), b"b c a ");
    }
    check_run(&view, done);
    if done.contains(&"snapshot".to_owned()) {
        assert_eq!(view.state().snapshots["s1"], SnapshotState::Ended);
        let verification = verify(dir).unwrap();
        let check = verification
            .checks
            .iter()
            .find(|check| check.subject == CheckSubject::Snapshots);
        assert_eq!(check.unwrap().outcome, CheckOutcome::Passed);
    }
}

fn check_end(dir: &Path, fingerprint: &str) {
    let verification = verify(dir).unwrap();
    assert!(verification.is_intact(), "{verification:#?}");
    let view = Case::open_read_only(dir).unwrap();
    assert_eq!(view.read_document("verdict.json").unwrap(), b"b c a ");
    assert_eq!(
        view.read_document("report/index.html").unwrap(),
        fingerprint.as_bytes()
    );
    let paths: Vec<(u32, String)> = view
        .sources()
        .unwrap()
        .into_iter()
        .map(|source| (source.id.0, source.path))
        .collect();
    assert_eq!(
        paths,
        [(0, "b".to_owned()), (1, "c".to_owned()), (2, "a".to_owned())]
    );
    assert!(!view.state().hunt.as_ref().unwrap().running);
    assert_eq!(view.state().snapshots["s1"], SnapshotState::Ended);
    let all = ["plan", "step 1", "step 2", "step 3", "run"].map(str::to_owned);
    check_run(&view, &all);
    assert_eq!(parts(dir), ["events of b", "events of a"]);
    let on_disk = std::fs::read_dir(dir.join("events")).unwrap().count();
    assert_eq!(on_disk, 2, "no part of another hunt is left");
}

/// Kills the work after each number of steps in turn; `before` prepares the folder. Returns how many steps it
/// could be killed at.
fn die_everywhere(fingerprint: &str, before: impl Fn(&Path)) -> u64 {
    for steps in 0.. {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("case");
        before(&dir);
        let mut done = Vec::new();
        let (outcome, died) = crash::after(steps, || work(&dir, fingerprint, &mut done));
        if outcome.is_ok() {
            check_end(&dir, fingerprint);
            return steps;
        }
        assert!(died, "step {steps}: {outcome:?}");
        match verify(&dir) {
            Ok(found) => assert_ne!(found.outcome(), CheckOutcome::Failed, "step {steps}: {found:#?}"),
            Err(CaseError::NotACase { .. } | CaseError::UnfinishedCreation { .. }) => {}
            Err(error) => panic!("step {steps}: {error}"),
        }
        check_promises(&dir, &done);
        work(&dir, fingerprint, &mut Vec::new()).unwrap_or_else(|error| panic!("step {steps}: {error}"));
        check_end(&dir, fingerprint);
    }
    0
}

#[test]
fn a_new_case_survives_death_at_every_step() {
    assert!(die_everywhere("engine 1", |_| ()) > 100);
}

#[test]
fn a_second_run_with_another_engine_survives_death_at_every_step() {
    let steps = die_everywhere("engine 2", |dir| work(dir, "engine 1", &mut Vec::new()).unwrap());
    assert!(steps > 80);
}

#[test]
fn recovery_itself_survives_death_at_every_step() {
    let kill_at = |dir: &Path, steps: u64| crash::after(steps, || work(dir, "engine 1", &mut Vec::new())).1;
    for first in (0..400).step_by(7) {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("case");
        if !kill_at(&dir, first) {
            return;
        }
        // Each later process dies a few steps further on than the one before.
        let deaths = (0..200).take_while(|steps| kill_at(&dir, *steps)).count();
        assert!(deaths > 0);
        check_end(&dir, "engine 1");
    }
}

#[test]
fn a_line_cut_at_any_length_is_kept_aside_and_recorded() {
    let original = tempfile::tempdir().unwrap();
    drop(Case::create(original.path(), &new()).unwrap());
    let whole = std::fs::read(original.path().join("journal.jsonl")).unwrap();
    let line = {
        let mut case = Case::open(original.path(), time(1)).unwrap();
        case.journal().note("half a line", time(1)).unwrap();
        std::fs::read(original.path().join("journal.jsonl"))
            .unwrap()
            .split_off(whole.len())
    };
    for length in 1..line.len() {
        std::fs::write(
            original.path().join("journal.jsonl"),
            [&whole, &line[..length]].concat(),
        )
        .unwrap();
        assert_eq!(
            verify(original.path()).unwrap().outcome(),
            CheckOutcome::Unfinished
        );
        Case::open_read_only(original.path()).unwrap();
        let mut case = Case::open(original.path(), time(2)).unwrap();
        let lines = case.journal().lines().unwrap();
        assert_eq!(lines.last().unwrap().entry.kind(), "recovered", "at {length}");
        let kept = lines.last().unwrap().entry.file().unwrap().path.clone();
        assert_eq!(
            std::fs::read(original.path().join(&kept)).unwrap(),
            line[..length]
        );
        assert!(case.verify().unwrap().is_intact());
        std::fs::remove_file(original.path().join(&kept)).unwrap();
    }
}

#[test]
fn zeros_at_the_end_of_the_journal_are_a_torn_line() {
    let folder = tempfile::tempdir().unwrap();
    drop(Case::create(folder.path(), &new()).unwrap());
    let path = folder.path().join("journal.jsonl");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, [whole, vec![0; 300]].concat()).unwrap();
    let case = Case::open(folder.path(), time(2)).unwrap();
    assert!(case.verify().unwrap().is_intact());
}

#[test]
fn after_a_failed_write_nothing_more_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = Case::create(folder.path(), &new()).unwrap();
    let (failed, _) = crash::after(1, || case.journal().note("torn", time(1)));
    assert!(matches!(failed, Err(CaseError::Io { .. })));
    assert!(matches!(
        case.journal().note("more", time(1)),
        Err(CaseError::Stopped)
    ));
    assert!(matches!(
        case.write_document("x", b"", time(1)),
        Err(CaseError::Stopped)
    ));
}

#[test]
fn a_listing_that_lost_its_end_is_completed_and_one_that_was_changed_is_kept_aside() {
    let folder = tempfile::tempdir().unwrap();
    work(folder.path(), "engine 1", &mut Vec::new()).unwrap();
    let path = folder.path().join("sources.jsonl");
    let whole = std::fs::read(&path).unwrap();
    for length in 0..whole.len() {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(verify(folder.path()).unwrap().outcome(), CheckOutcome::Unfinished);
        let mut case = Case::open(folder.path(), time(9)).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), whole);
        assert_ne!(
            case.journal().lines().unwrap().last().unwrap().entry.kind(),
            "recovered"
        );
    }
    std::fs::write(&path, b"lies\n").unwrap();
    assert_eq!(verify(folder.path()).unwrap().outcome(), CheckOutcome::Failed);
    let mut case = Case::open(folder.path(), time(9)).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), whole);
    let lines = case.journal().lines().unwrap();
    let kept = lines.last().unwrap().entry.file().unwrap().path.clone();
    assert_eq!(std::fs::read(folder.path().join(kept)).unwrap(), b"lies\n");
    assert!(case.verify().unwrap().is_intact());
}
