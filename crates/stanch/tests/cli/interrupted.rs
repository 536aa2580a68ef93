//! Killed at any moment, a hunt with a case continues where it was and ends the same.

use std::time::{Duration, Instant};

use crate::harness::{Scratch, documents};

const KILLS: u32 = 50;
const HUNT: [&str; 7] = [
    "hunt",
    "logs",
    "--now",
    "2026-11-23T12:00:00Z",
    "-q",
    "--case",
    "case",
];

fn new_case(scratch: &Scratch) {
    let case = scratch.path("case");
    if case.exists() {
        std::fs::remove_dir_all(&case).unwrap();
    }
    scratch.new_case("case");
}

/// Every event of the case, as a query gives them.
fn stored(scratch: &Scratch) -> String {
    let sql = "SELECT * FROM events";
    scratch
        .run(&["query", sql, "--format", "csv", "--case", "case"])
        .stdout
}

#[test]
fn killed_at_fifty_moments_and_run_again_it_gives_the_same() {
    let scratch = Scratch::new();
    scratch.incident(4000);
    new_case(&scratch);
    let started = Instant::now();
    assert!(matches!(scratch.run(&HUNT).code, Some(1 | 4)));
    let whole = started.elapsed();
    let expected = documents(&scratch.path("case"));
    let expected_events = stored(&scratch);
    assert!(expected_events.lines().count() > 4000);
    let mut span = whole;
    let mut killed = 0;
    for attempt in 0.. {
        assert!(
            attempt < 4 * KILLS,
            "the program ends before it can be killed: {killed} of {KILLS}"
        );
        if killed == KILLS {
            break;
        }
        new_case(&scratch);
        let mut child = scratch
            .command(&HUNT)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // Seven and fifty share no divisor: the moments are spread over the whole run.
        std::thread::sleep(
            span * (attempt * 7 % KILLS) / KILLS + Duration::from_micros(u64::from(attempt) * 137),
        );
        if child.try_wait().unwrap().is_some() {
            span = span * 9 / 10;
            continue;
        }
        killed += 1;
        child.kill().unwrap();
        child.wait().unwrap();
        let ran = scratch.run(&HUNT);
        assert!(
            matches!(ran.code, Some(1 | 4)),
            "after kill {killed}: {}",
            ran.stderr
        );
        assert!(
            documents(&scratch.path("case")) == expected,
            "after kill {killed}, the result differs"
        );
        assert!(
            stored(&scratch) == expected_events,
            "after kill {killed}, the stored events differ"
        );
        assert_eq!(
            scratch.run(&["case", "verify", "case"]).code,
            Some(0),
            "after kill {killed}"
        );
    }
}
