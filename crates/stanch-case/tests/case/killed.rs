//! A process that is killed for real, again and again, and the case it leaves each time.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use stanch_case::{Case, CaseError, verify};

use crate::{input, new, report, time};

const FOLDER: &str = "STANCH_CASE_KILLED_TEST";
const SOURCES: usize = 400;

/// The killed process: writes one segment per source, until all are there.
fn work(dir: &Path) -> Result<(), CaseError> {
    let mut case = match Case::open(dir, time(1)) {
        Err(CaseError::NotACase { .. } | CaseError::UnfinishedCreation { .. }) => Case::create(dir, &new())?,
        opened => opened?,
    };
    let listed: Vec<_> = (0..SOURCES)
        .map(|number| input(&format!("logs/{number}.json"), 1))
        .collect();
    let mut hunt = case.begin_hunt("engine", time(1))?;
    let assigned = hunt.register_sources(&listed, time(1))?;
    for (one, input) in assigned
        .iter()
        .zip(&listed)
        .filter(|(one, _)| !one.already_committed)
    {
        hunt.commit_segment(
            &[report(one.source_id, &input.path)],
            input.path.as_bytes(),
            time(2),
        )?;
        hunt.case()
            .write_document("progress.json", input.path.as_bytes(), time(2))?;
    }
    hunt.finish(time(3))
}

#[test]
#[ignore = "this is the process that the next test kills"]
fn the_killed_process() {
    if let Some(dir) = std::env::var_os(FOLDER) {
        work(Path::new(&dir)).unwrap();
    }
}

#[test]
fn a_killed_process_leaves_a_case_that_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("case");
    let mut kills = 0;
    for round in 0..200_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::the_killed_process", "--ignored"])
            .env(FOLDER, &dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(5 + (round * 17) % 60));
        if child.try_wait().unwrap().is_some_and(|status| status.success()) {
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
        match verify(&dir) {
            Ok(found) => assert_ne!(found.outcome(), stanch_case::CheckOutcome::Failed, "{found:#?}"),
            Err(CaseError::NotACase { .. } | CaseError::UnfinishedCreation { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert!(kills > 0, "it was never killed");
    work(&dir).unwrap();
    let found = verify(&dir).unwrap();
    assert!(found.is_intact(), "{found:#?}");
    let mut case = Case::open(&dir, time(9)).unwrap();
    let hunt = case.begin_hunt("engine", time(9)).unwrap();
    let mut sources = 0;
    for segment in hunt.segments() {
        let segment = segment.unwrap();
        assert_eq!(
            segment.payload,
            format!("logs/{}.json", segment.reports[0].id.0).into_bytes()
        );
        sources += segment.reports.len();
    }
    assert_eq!(sources, SOURCES);
}
