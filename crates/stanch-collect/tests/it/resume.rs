//! Killed at any moment, a collection is taken up where it was: nothing lost, nothing asked twice.

use proptest::prelude::*;
use stanch_collect::{Limits, Snapshot, Stop, Store};
use stanch_core::CallOutcome;

use crate::account::{Account, refused, rule};
use crate::run::{BEGAN, few, files, manifest, run, whole};

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(future)
}

/// Lines of the file of what came in that are whole.
fn whole_lines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn a_killed_run_is_taken_up(seed in 1..u64::MAX, after in 0.0..1.0_f64, again in 0.0..1.0_f64) {
        let straight = tempfile::tempdir().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let snapshot = folder.path().join("s1");
        let incoming = snapshot.join("incoming.jsonl");
        block_on(async {
            let undisturbed = Account::default();
            whole(&few(), &undisturbed, straight.path()).await;
            let total = undisturbed.count();

            // All that a killed process leaves is some first bytes of what it wrote, and no finished files.
            let mut store = Store::create(folder.path(), manifest("s1")).unwrap();
            run(&few(), &Account::default().seeded(seed), &mut store, &Stop::default(), Limits::default()).await;
            drop(store);
            let mut known = total;
            for share in [after, again] {
                let mut bytes = std::fs::read(&incoming).unwrap();
                bytes.truncate((bytes.len() as f64 * share) as usize);
                let kept = whole_lines(&bytes);
                std::fs::write(&incoming, &bytes).unwrap();
                let torn = Snapshot::open(&snapshot).unwrap();
                assert!(!torn.is_finished());
                torn.coverage().unwrap();

                let account = Account::default().seeded(seed ^ 7);
                let mut store = Store::resume(&snapshot).unwrap();
                assert_eq!(store.known_readings(), kept);
                run(&few(), &account, &mut store, &Stop::default(), Limits::default()).await;
                assert_eq!(account.count(), total - kept, "asks only what is missing");
                known = known.min(kept);
                drop(store);
            }
            let mut store = Store::resume(&snapshot).unwrap();
            let account = Account::default();
            let ended = run(&few(), &account, &mut store, &Stop::default(), Limits::default()).await;
            assert_eq!(account.count(), 0);
            store.finish(&ended, BEGAN).unwrap();
        });
        prop_assert_eq!(files(straight.path()), files(folder.path()));
    }

    #[test]
    fn an_interrupted_run_ends_cleanly_and_can_be_judged_and_taken_up(seed in 1..u64::MAX, at in 1_usize..60) {
        let straight = tempfile::tempdir().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let snapshot = folder.path().join("s1");
        block_on(async {
            let undisturbed = Account::default();
            whole(&few(), &undisturbed, straight.path()).await;

            let stop = Stop::default();
            let raised = stop.clone();
            let mut account = Account::default().seeded(seed);
            account.hear = Some(Box::new(move |count| {
                if count == at {
                    raised.stop();
                }
            }));
            let mut store = Store::create(folder.path(), manifest("s1")).unwrap();
            let ended = run(&few(), &account, &mut store, &stop, Limits { at_once: 8, per_lane: 4, budget: None }).await;
            assert!(ended.is_cut_short && !ended.not_asked.is_empty());
            // What was in flight is finished and kept.
            assert_eq!(ended.state.done as usize, account.count());
            store.finish(&ended, BEGAN).unwrap();

            let cut = Snapshot::open(&snapshot).unwrap();
            let coverage = cut.coverage().unwrap();
            assert!(!cut.is_finished() && !coverage.is_complete());
            assert!(coverage.totals[&CallOutcome::Skipped] > 0);

            let rest = Account::default();
            let mut store = Store::resume(&snapshot).unwrap();
            let ended = run(&few(), &rest, &mut store, &Stop::default(), Limits::default()).await;
            assert_eq!(account.count() + rest.count(), undisturbed.count(), "nothing asked twice");
            store.finish(&ended, BEGAN).unwrap();
        });
        prop_assert_eq!(files(straight.path()), files(folder.path()));
    }
}

#[test]
fn killed_while_sorting_it_is_sorted_again() {
    let straight = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let snapshot = folder.path().join("s1");
    let incoming = snapshot.join("incoming.jsonl");
    block_on(async {
        whole(&few(), &Account::default(), straight.path()).await;
        let mut store = Store::create(folder.path(), manifest("s1")).unwrap();
        let ended = run(
            &few(),
            &Account::default(),
            &mut store,
            &Stop::default(),
            Limits::default(),
        )
        .await;
        drop(store);
        let (came_in, open) = (
            std::fs::read(&incoming).unwrap(),
            std::fs::read(snapshot.join("manifest.json")).unwrap(),
        );
        Store::resume(&snapshot).unwrap().finish(&ended, BEGAN).unwrap();
        // Some files were sorted, one was being written, the rest not yet.
        std::fs::write(&incoming, came_in).unwrap();
        std::fs::write(snapshot.join("manifest.json"), open).unwrap();
        std::fs::remove_file(snapshot.join("coverage.json")).unwrap();
        let region = snapshot.join("123456789012/eu-west-1");
        std::fs::rename(region.join("ecs.jsonl"), region.join("ecs.new")).unwrap();
        std::fs::write(region.join("ecs.new"), "{").unwrap();

        let account = Account::default();
        let mut store = Store::resume(&snapshot).unwrap();
        let ended = run(&few(), &account, &mut store, &Stop::default(), Limits::default()).await;
        assert_eq!(account.count(), 0);
        store.finish(&ended, BEGAN).unwrap();
    });
    assert_eq!(files(straight.path()), files(folder.path()));
}

#[test]
fn what_failed_is_asked_again_and_what_was_denied_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = folder.path().join("s1");
    block_on(async {
        let failing = Account::default()
            .with(rule("iam", "ListUsers", |_| {
                refused(CallOutcome::Failed, "ExpiredToken")
            }))
            .with(rule("lambda", "ListFunctions", |_| {
                refused(CallOutcome::Throttled, "ThrottlingException")
            }));
        let (_, found) = whole(&few(), &failing, folder.path()).await;
        assert!(!found.coverage().unwrap().is_complete());

        let account = Account::default();
        let mut store = Store::resume(&snapshot).unwrap();
        let ended = run(&few(), &account, &mut store, &Stop::default(), Limits::default()).await;
        store.finish(&ended, BEGAN).unwrap();
        let asked = account.asked.lock().unwrap().join("\n");
        assert!(asked.contains("iam:ListUsers") && asked.contains("lambda:ListFunctions"));
        assert!(asked.contains("iam:ListAccessKeys"), "what follows is asked too");
        assert!(!asked.contains("kms:ListKeys") && !asked.contains("s3:ListBuckets"));
        let straight = tempfile::tempdir().unwrap();
        whole(&few(), &Account::default(), straight.path()).await;
        assert_eq!(files(straight.path()), files(folder.path()));
    });
}

#[test]
fn a_budget_of_time_ends_it_like_an_interruption() {
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        let mut store = Store::create(folder.path(), manifest("s1")).unwrap();
        let limits = Limits {
            budget: Some(0),
            ..Limits::default()
        };
        let account = Account::default();
        let ended = run(&few(), &account, &mut store, &Stop::default(), limits).await;
        assert!(ended.is_cut_short);
        assert_eq!(account.count(), 0);
        store.finish(&ended, BEGAN).unwrap();
        let coverage = Snapshot::open(&folder.path().join("s1"))
            .unwrap()
            .coverage()
            .unwrap();
        assert!(coverage.rows.iter().all(|row| row.word() == "skipped") && coverage.rows.len() > 100);
    });
}

#[test]
fn a_name_that_leads_elsewhere_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Store::create(folder.path(), manifest("../s1")).is_err());
    Store::create(folder.path(), manifest("s1")).unwrap();
    assert!(
        Store::create(folder.path(), manifest("s1")).is_err(),
        "a snapshot is not overwritten"
    );
    assert!(Store::resume(&folder.path().join("none")).is_err());
}
