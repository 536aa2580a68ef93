//! Hunts that are interrupted, continue, grow, or start over.

use stanch_case::{Case, CaseError, Hunt, verify};
use stanch_core::{SourceId, SourceReport};

use crate::{input, new_case, report, time};

fn payloads(hunt: &Hunt<'_>) -> Vec<(Vec<u32>, Vec<u8>)> {
    hunt.segments()
        .map(Result::unwrap)
        .map(|segment| {
            (
                segment.reports.iter().map(|report| report.id.0).collect(),
                segment.payload,
            )
        })
        .collect()
}

#[test]
fn an_interrupted_hunt_goes_on_with_the_same_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    let mut hunt = case.begin_hunt("engine 1", time(1)).unwrap();
    assert!(!hunt.is_resumed());
    let listed = [input("a", 1), input("b", 2), input("c", 3)];
    let first = hunt.register_sources(&listed, time(1)).unwrap();
    hunt.commit_segment(&[report(first[1].source_id, "b")], b"from b", time(2))
        .unwrap();
    drop(case);

    let mut case = Case::open(folder.path(), time(10)).unwrap();
    let mut hunt = case.begin_hunt("engine 1", time(11)).unwrap();
    assert!(hunt.is_resumed());
    let second = hunt.register_sources(&listed, time(11)).unwrap();
    assert!(
        first
            .iter()
            .zip(&second)
            .all(|(one, two)| one.source_id == two.source_id)
    );
    assert_eq!(
        second.iter().map(|one| one.already_committed).collect::<Vec<_>>(),
        [false, true, false]
    );
    assert_eq!(hunt.pending().map(|(id, _)| id.0).collect::<Vec<_>>(), [0, 2]);
    let reports = [report(SourceId(0), "a"), report(SourceId(2), "c")];
    hunt.commit_segment(&reports, b"from a and c", time(12)).unwrap();
    assert_eq!(
        payloads(&hunt),
        [
            (vec![1], b"from b".to_vec()),
            (vec![0, 2], b"from a and c".to_vec())
        ]
    );
    hunt.finish(time(13)).unwrap();
    assert!(matches!(hunt.finish(time(13)), Err(CaseError::Illegal(_))));
    assert_eq!(hunt.pending().count(), 0);
    drop(case);
    assert!(verify(folder.path()).unwrap().is_intact());
    let paths: Vec<String> = Case::open_read_only(folder.path())
        .unwrap()
        .sources()
        .unwrap()
        .into_iter()
        .map(|one| one.path)
        .collect();
    assert_eq!(paths, ["a", "b", "c"]);
}

#[test]
fn a_finished_hunt_grows_by_what_is_new_or_changed() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    let mut hunt = case.begin_hunt("engine 1", time(1)).unwrap();
    hunt.register_sources(&[input("b", 1), input("d", 1)], time(1))
        .unwrap();
    hunt.commit_segment(
        &[report(SourceId(0), "b"), report(SourceId(1), "d")],
        b"one",
        time(1),
    )
    .unwrap();
    hunt.finish(time(2)).unwrap();
    let mut hunt = case.begin_hunt("engine 1", time(3)).unwrap();
    let assigned = hunt
        .register_sources(&[input("a", 1), input("b", 9), input("d", 1)], time(3))
        .unwrap();
    let told: Vec<_> = assigned
        .iter()
        .map(|one| (one.source_id.0, one.already_committed))
        .collect();
    assert_eq!(told, [(2, false), (3, false), (1, true)]);
    hunt.commit_segment(&[report(SourceId(2), "a")], b"two", time(4))
        .unwrap();
    hunt.finish(time(5)).unwrap();
    assert_eq!(
        hunt.pending().collect::<Vec<_>>(),
        [(SourceId(3), "b")],
        "named, since it was never read"
    );
    assert!(case.verify().unwrap().is_intact());
}

#[test]
fn another_fingerprint_starts_over_and_removes_the_old_segments() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    for (engine, payload) in [("engine 1", b"one"), ("engine 2", b"two")] {
        let mut hunt = case.begin_hunt(engine, time(1)).unwrap();
        assert!(!hunt.is_resumed() && hunt.committed_sources().is_empty());
        let assigned = hunt.register_sources(&[input("a", 1)], time(1)).unwrap();
        assert!(!assigned[0].already_committed);
        hunt.commit_segment(&[report(SourceId(0), "a")], payload, time(1))
            .unwrap();
        assert_eq!(payloads(&hunt), [(vec![0], payload.to_vec())]);
    }
    assert!(!folder.path().join("hunts/0001").exists());
    assert!(case.verify().unwrap().is_intact());
}

#[test]
fn a_source_that_became_readable_is_reported_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    let mut hunt = case.begin_hunt("engine 1", time(1)).unwrap();
    hunt.register_sources(&[input("a", 1), input("b", 1)], time(1))
        .unwrap();
    let unread = SourceReport {
        sha256: String::new(),
        ..report(SourceId(0), "a")
    };
    hunt.commit_segment(&[unread, report(SourceId(1), "b")], b"one", time(1))
        .unwrap();
    let mut hunt = case.begin_hunt("engine 1", time(2)).unwrap();
    let assigned = hunt
        .register_sources(&[input("a", 1), input("b", 1)], time(2))
        .unwrap();
    assert_eq!(
        (assigned[0].source_id, assigned[0].already_committed),
        (SourceId(0), false)
    );
    hunt.commit_segment(&[report(SourceId(0), "a")], b"two", time(2))
        .unwrap();
    assert_eq!(
        payloads(&hunt),
        [(vec![1], b"one".to_vec()), (vec![0], b"two".to_vec())]
    );
    hunt.finish(time(3)).unwrap();
    drop(case);
    let sources = Case::open_read_only(folder.path()).unwrap().sources().unwrap();
    assert!(sources.len() == 2 && sources.iter().all(|source| !source.sha256.is_empty()));
    assert!(verify(folder.path()).unwrap().is_intact());
}

#[test]
fn a_segment_of_unregistered_sources_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    let mut hunt = case.begin_hunt("engine 1", time(1)).unwrap();
    let refused = hunt.commit_segment(&[report(SourceId(0), "a")], b"", time(1));
    assert!(matches!(refused, Err(CaseError::UnregisteredSource { .. })));
    assert_eq!(hunt.segments().count(), 0);
    assert!(case.verify().unwrap().is_intact());
}

#[test]
fn a_changed_segment_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    let mut hunt = case.begin_hunt("engine 1", time(1)).unwrap();
    hunt.register_sources(&[input("a", 1)], time(1)).unwrap();
    hunt.commit_segment(&[report(SourceId(0), "a")], b"truth", time(1))
        .unwrap();
    let path = folder.path().join("hunts/0001/segment-000001.bin");
    let mut bytes = std::fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert!(matches!(
        hunt.segments().next(),
        Some(Err(CaseError::Damaged { .. }))
    ));
}

#[test]
fn hostile_paths_are_kept_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = new_case(folder.path());
    let listed = [
        input("../../etc/\u{1b}[2J\"\n{}", 1),
        input(&"x".repeat(100_000), 1),
    ];
    let mut hunt = case.begin_hunt(&"f".repeat(10_000), time(1)).unwrap();
    hunt.register_sources(&listed, time(1)).unwrap();
    hunt.commit_segment(&[report(SourceId(0), "shown")], b"", time(1))
        .unwrap();
    let mut hunt = case.begin_hunt(&"f".repeat(10_000), time(2)).unwrap();
    let again = hunt.register_sources(&listed, time(2)).unwrap();
    assert!(again[0].already_committed && !again[1].already_committed);
    assert!(case.verify().unwrap().is_intact());
}
