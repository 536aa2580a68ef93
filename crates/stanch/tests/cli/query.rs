//! Questions to a case: the ready queries over a made-up incident, and everything that can go wrong.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::harness::{Scratch, harmless, record};

/// A case of a made-up incident, hunted once for all tests here.
struct Incident {
    scratch: Scratch,
    truth: stanch_demo::Manifest,
}

static INCIDENT: LazyLock<Incident> = LazyLock::new(|| {
    let scratch = Scratch::new();
    let truth = scratch.incident(2_000);
    scratch.new_case("incident");
    let ran = scratch.run(&["hunt", "logs", "--case", "incident", "--threads", "3"]);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    Incident { scratch, truth }
});

fn rows(arguments: &[&str]) -> Vec<serde_json::Value> {
    let ran = INCIDENT
        .scratch
        .run(&[&["query", "--format", "json"], arguments].concat());
    // The made-up logs have two damaged files, so that no answer is complete.
    assert_eq!(ran.code, Some(3), "{arguments:?}: {}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn every_ready_query_runs_and_finds_what_is_there() {
    let truth = &INCIDENT.truth.indicators;
    let given = BTreeMap::from([
        ("principal-acts", format!("principal={}", truth.created_user)),
        ("session-made", format!("access_key={}", truth.leaked_key)),
        ("address-acts", format!("address={}", truth.addresses[0])),
    ]);
    for entry in stanch_query_api::BOOK {
        let mut arguments = vec![entry.name];
        if let Some(value) = given.get(entry.name) {
            arguments.extend(["--param", value]);
        }
        let found = rows(&arguments);
        // In the made-up incident nobody is the root user, and nobody gets what was refused before.
        let is_absent = matches!(entry.name, "root-acts" | "denied-then-granted");
        assert_eq!(found.is_empty(), is_absent, "{}", entry.name);
    }
}

#[test]
fn the_ready_queries_name_what_the_attacker_made() {
    let truth = &INCIDENT.truth.indicators;
    let all = |name: &str| serde_json::to_string(&rows(&[name])).unwrap();
    let persistence = all("persistence");
    for made in [&truth.created_user, &truth.created_role, &truth.created_function] {
        assert!(persistence.contains(made.as_str()), "{made}");
    }
    assert!(all("log-tampering").contains("StopLogging"));
    assert!(all("trust-and-sharing").contains(&truth.shared_snapshot));
    assert!(all("first-use-of-keys").contains(&truth.created_key));
    let read: i64 = rows(&["data-read"])
        .iter()
        .filter(|row| {
            row["bucket"] == truth.bucket.as_str()
                && row["principal"].to_string().contains(&truth.created_user)
        })
        .filter_map(|row| row["objects"].as_i64())
        .sum();
    assert_eq!(read.cast_unsigned(), truth.objects_read);
}

#[test]
fn every_event_is_stored_once_and_every_cited_one_is_found() {
    let count = rows(&["SELECT count(*) AS n, count(DISTINCT key) AS keys FROM events"]);
    assert_eq!(count[0]["n"], count[0]["keys"]);
    let report = std::fs::read(INCIDENT.scratch.path("incident/report/report.json")).unwrap();
    let analysis: stanch_core::Analysis = serde_json::from_slice(&report).unwrap();
    assert_eq!(count[0]["n"], analysis.coverage.events);
    let places = rows(&["SELECT key, input, member, \"offset\" FROM events"]);
    let places: BTreeMap<&str, [u64; 3]> = places
        .iter()
        .map(|row| {
            let place = ["input", "member", "offset"].map(|name| row[name].as_u64().unwrap());
            (row["key"].as_str().unwrap(), place)
        })
        .collect();
    assert!(!analysis.events.is_empty());
    for (key, cited) in &analysis.events {
        let at = cited.location;
        let place = [u64::from(at.source.0), u64::from(at.member), at.offset];
        assert_eq!(places.get(key.to_string().as_str()), Some(&place), "{key}");
    }
}

#[test]
fn the_same_question_gives_the_same_bytes_for_any_hunt_and_any_threads() {
    let other = Scratch::new();
    other.incident(2_000);
    other.new_case("incident");
    // The other hunt read with three threads, so that it met some copies in another order.
    other.run(&["hunt", "logs", "--case", "incident", "--threads", "1"]);
    let sql = "SELECT * FROM events";
    let ask = |scratch: &Scratch, threads: &str| {
        scratch
            .run(&["query", sql, "--format", "csv", "--threads", threads])
            .stdout
    };
    let expected = ask(&INCIDENT.scratch, "1");
    assert!(expected.lines().count() > 2_000);
    assert!(expected == ask(&INCIDENT.scratch, "4"));
    assert!(expected == ask(&other, "2"));
}

#[test]
fn incomplete_input_is_said_with_every_answer() {
    let ran = INCIDENT
        .scratch
        .run(&["query", "SELECT count(*) AS n FROM sources WHERE problems > 0"]);
    assert_eq!(ran.code, Some(3));
    assert!(ran.says("their other events are unknown"), "{}", ran.stderr);
    let scratch = Scratch::new();
    scratch.write("logs/a.json", harmless("1"));
    scratch.new_case("incident");
    scratch.run(&["hunt", "logs", "--case", "incident"]);
    let ran = scratch.run(&["query", "SELECT count(*) AS n FROM events"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @r"
    n
    ─
    1
    ");
    insta::assert_snapshot!(ran.stderr, @r"
    1 row

    Next    stanch query --list    lists the ready queries
    ");
    let quiet = scratch.run(&["query", "-q", "SELECT count(*) AS n FROM events"]);
    assert_eq!(quiet.stderr, "");
}

#[test]
fn without_events_it_says_how_to_get_them() {
    let scratch = Scratch::new();
    scratch.new_case("incident");
    scratch.write("logs/a.json", harmless("1"));
    for hunted in [false, true] {
        if hunted {
            scratch.run(&["hunt", "logs", "--case", "incident", "--no-store"]);
        }
        let ran = scratch.run(&["query", "SELECT 1 AS one"]);
        assert_eq!(ran.code, Some(7));
        insta::allow_duplicates! {
            insta::assert_snapshot!(ran.stderr, @r"
            error: the case incident has no events yet
              next  read logs into it: stanch hunt LOGS --case incident
            ");
        }
    }
    assert_eq!(
        scratch
            .run(&["query", "SELECT 1 AS one", "--case", "nowhere"])
            .code,
        Some(7)
    );
}

#[test]
fn a_damaged_store_is_an_error_and_never_an_answer() {
    let scratch = Scratch::new();
    scratch.write(
        "logs/a.json",
        format!("[{}]", record("1", "StopLogging", "cloudtrail.amazonaws.com")),
    );
    scratch.new_case("incident");
    scratch.run(&["hunt", "logs", "--case", "incident"]);
    assert_eq!(scratch.run(&["case", "verify", "incident"]).code, Some(0));
    let part = scratch.path("incident/events/0001-000001.parquet");
    let whole = std::fs::read(&part).unwrap();
    let mut bytes = whole.clone();
    bytes[4..400].fill(0);
    for damaged in [bytes, whole[..100].to_vec()] {
        std::fs::write(&part, damaged).unwrap();
        let ran = scratch.run(&["query", "SELECT * FROM events"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(7), ""), "{}", ran.stderr);
        assert!(ran.says("stanch case verify"), "{}", ran.stderr);
        assert_eq!(scratch.run(&["case", "verify", "incident"]).code, Some(7));
    }
    std::fs::remove_file(&part).unwrap();
    assert_eq!(scratch.run(&["query", "SELECT * FROM events"]).code, Some(7));
}

#[test]
fn wrong_questions_are_answered_with_what_to_do() {
    let scratch = &INCIDENT.scratch;
    for (arguments, words) in [
        (&["COPY events TO 'x.csv'"][..], "COPY is not allowed"),
        (&["SELECT * FROM '/etc/passwd'"], "/etc/passwd"),
        (&["SET x = 1"], "is not allowed"),
        (&["nosuchquery"], "stanch query --list"),
        (&["principal-acts"], "--param principal="),
        (&["deletions", "--param", "x=1"], "no parameter x"),
        (&["SELECT $p AS p"], "--param"),
        (&["SELECT 1 AS one", "-o", "x.doc"], "extension"),
    ] {
        let ran = scratch.run(&[&["query"], arguments].concat());
        assert_eq!(ran.code, Some(2), "{arguments:?}");
        assert!(
            ran.says(words) && ran.says("  next  "),
            "{arguments:?}: {}",
            ran.stderr
        );
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn results_go_into_files_whole_or_not_at_all() {
    let scratch = &INCIDENT.scratch;
    for (name, begin) in [
        ("r.csv", "name\r\n"),
        ("r.json", "[\n"),
        ("r.jsonl", "{\"name\""),
        ("r.parquet", "PAR1"),
        ("r.txt", "name"),
    ] {
        let ask = |more: &[&str]| {
            scratch.run(&[&["query", "SELECT name FROM events LIMIT 3", "-o", name], more].concat())
        };
        assert_eq!(ask(&[]).code, Some(3));
        let written = std::fs::read(scratch.path(name)).unwrap();
        assert!(written.starts_with(begin.as_bytes()), "{name}");
        assert_eq!(ask(&[]).code, Some(2), "it is there already");
        assert_eq!(ask(&["--force"]).code, Some(3));
        assert_eq!(std::fs::read(scratch.path(name)).unwrap(), written);
    }
    let failed = scratch.run(&[
        "query",
        "SELECT cast(name AS bigint) AS n FROM events",
        "-o",
        "never.csv",
    ]);
    assert_eq!(failed.code, Some(7));
    assert!(!scratch.path("never.csv").exists());
}

#[test]
fn the_book_can_be_listed_and_shown() {
    let scratch = Scratch::new();
    let listed = scratch.run(&["query", "--list"]);
    assert_eq!(listed.code, Some(0));
    assert!(stanch_query_api::BOOK.len() >= 20);
    for entry in stanch_query_api::BOOK {
        assert!(listed.prints(entry.name));
        let shown = scratch.run(&["query", "--show", entry.name]);
        assert_eq!(shown.stdout, entry.text);
    }
    assert!(listed.stdout.lines().all(|line| line.chars().count() <= 100));
}
