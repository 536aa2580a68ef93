//! The right rows, and the same ones however the work is split.

use stanch_core::Event;
use stanch_core::SourceId;
use stanch_core::record::Location;
use stanch_query_api::Format;

use crate::{Parts, TABLE, ask, event};

/// The same events in one part and in several, in another order.
fn split(count: u32, parts: usize) -> Parts {
    let mut split = Parts::new();
    for part in 0..parts {
        let mine: Vec<(Event<'_>, bool)> = (0..count)
            .rev()
            .filter(|number| *number as usize % parts == part)
            .map(|number| (event(number), false))
            .collect();
        split.add(&mine);
    }
    split
}

#[test]
fn the_bytes_depend_neither_on_threads_nor_on_parts() {
    let whole = split(500, 1);
    let pieces = split(500, 7);
    for sql in [
        "SELECT * FROM events",
        "SELECT name, user_agent FROM events",
        "SELECT name, user_agent FROM events ORDER BY name",
        "SELECT user_agent, key FROM events ORDER BY name DESC LIMIT 17",
        "SELECT key FROM events LIMIT 5",
        "SELECT key FROM events LIMIT 5 OFFSET 3",
        "SELECT name, count(*) AS n FROM events GROUP BY name",
        "SELECT user_agent, count(*) AS n, avg(length(request)) AS mean FROM events GROUP BY user_agent ORDER BY n",
        "SELECT count(*) FROM (SELECT key FROM events LIMIT 50) AS t WHERE key > '0000000000000030'",
        "WITH few AS (SELECT name, key FROM events ORDER BY name LIMIT 20) SELECT max(key), min(key) FROM few",
        "SELECT json_get(request, 'count') AS c, json_get(request, 'userName') AS u FROM events LIMIT 9",
        "SELECT DISTINCT user_agent FROM events",
        "SELECT name FROM events WHERE key IN (SELECT key FROM events LIMIT 4) UNION ALL SELECT 'x'",
    ] {
        let expected = ask(&whole.database(1), sql, &[], &Format::Csv).unwrap();
        assert!(expected.lines().count() > 1, "{sql}");
        for threads in [1, 2, 5] {
            let found = ask(&pieces.database(threads), sql, &[], &Format::Csv).unwrap();
            assert_eq!(found, expected, "{sql} with {threads} threads");
        }
    }
}

#[test]
fn of_several_copies_the_earliest_is_the_event() {
    let at = |number: u32, source: u32, agent: &'static str| Event {
        user_agent: agent.into(),
        location: Location {
            source: SourceId(source),
            member: 0,
            offset: 1,
        },
        ..event(number)
    };
    let mut parts = Parts::new();
    parts.add(&[
        (at(1, 9, "first seen"), false),
        (at(2, 9, "alone"), false),
        (at(3, 5, "copy"), true),
    ]);
    parts.add(&[(at(1, 4, "earlier"), true), (at(3, 6, "first seen"), false)]);
    parts.add(&[(at(1, 3, "earliest"), true)]);
    let sql = "SELECT input, user_agent FROM events ORDER BY key";
    let expected = "input,user_agent\r\n3,earliest\r\n9,alone\r\n5,copy\r\n";
    assert_eq!(parts.ask(sql).unwrap(), expected);
    assert_eq!(
        parts.ask("SELECT count(*) AS n FROM events").unwrap(),
        "n\r\n3\r\n"
    );
    assert_eq!(
        parts
            .ask("SELECT user_agent FROM events WHERE input = 9")
            .unwrap(),
        "user_agent\r\nalone\r\n"
    );
    let columns = parts.ask("DESCRIBE events").unwrap();
    assert!(!columns.contains("copy"), "{columns}");
}

#[test]
fn times_names_and_json_are_asked_for_as_documented() {
    let parts = split(30, 2);
    let table = |sql: &str| ask(&parts.database(2), sql, &[], &TABLE).unwrap();
    insta::assert_snapshot!(table(
        "SELECT time, name, request->>'userName' AS who, json_get_int(request, 'count') AS c, error_code \
         FROM events WHERE time BETWEEN '2026-03-05T14:02:13Z' AND '2026-03-05 14:02:14' AND name <> 'GetUser'"
    ), @r"
    time                  name        who   c  error_code
    ────────────────────  ──────────  ───  ──  ──────────
    2026-03-05T14:02:13Z  CreateUser  u3    7
    2026-03-05T14:02:13Z  ListUsers   u2    6
    2026-03-05T14:02:14Z  CreateUser  u2   10
    2026-03-05T14:02:14Z  ListUsers   u1    9
    ");
    insta::assert_snapshot!(table(
        "SELECT date_trunc('hour', time) AS hour, count(*) AS events FROM events \
         WHERE json_contains(request, 'userName') AND time > TIMESTAMP '2026-03-05 14:00:00' GROUP BY hour"
    ), @r"
    hour                  events
    ────────────────────  ──────
    2026-03-05T14:00:00Z      30
    ");
}

#[test]
fn parameters_are_bound_and_never_pasted() {
    let parts = split(30, 2);
    let sql = "SELECT count(*) AS n FROM events WHERE user_agent = $agent";
    let count = |value: &str| ask(&parts.database(2), sql, &[("agent", value)], &Format::Csv).unwrap();
    assert_eq!(count("agent 3"), "n\r\n6\r\n");
    assert_eq!(count("' OR 1 = 1 --"), "n\r\n0\r\n");
    let missing = ask(&parts.database(2), sql, &[], &Format::Csv).unwrap_err();
    assert!(missing.to_string().contains("laceholder"), "{missing}");
}

#[test]
fn what_a_query_may_hold_is_bounded_and_the_rest_is_spilt() {
    let mut parts = Parts::new();
    let many: Vec<(Event<'_>, bool)> = (0..20_000)
        .map(|number| {
            let mut event = event(number);
            event.request_json = format!("{{\"x\":\"{}\"}}", "y".repeat(2_000)).into();
            (event, false)
        })
        .collect();
    parts.add(&many);
    let found = parts
        .ask("SELECT request, key FROM events ORDER BY request, key")
        .unwrap();
    assert_eq!(found.lines().count(), 20_001);
}

#[test]
fn few_columns_of_many_rows_and_all_columns_of_them_fit_though_one_is_a_copy() {
    let mut parts = Parts::new();
    let many: Vec<(Event<'_>, bool)> = (0..20_000)
        .map(|number| {
            let mut event = event(number);
            let words: Vec<String> = (0..200).map(|word| (number * 401 + word).to_string()).collect();
            event.request_json = format!("{{\"x\":\"{}\"}}", words.join(" ")).into();
            (event, number == 7)
        })
        .collect();
    parts.add(&many);
    for sql in [
        "SELECT time, key, name FROM events",
        "SELECT time, key, request FROM events WHERE name = 'CreateUser'",
        "SELECT * FROM events",
    ] {
        let mut bytes = Vec::new();
        for threads in [1, 2] {
            bytes.clear();
            let found = parts
                .bounded(threads, 192 << 20)
                .run(sql, &[], &Format::JsonLines, &mut bytes);
            assert!(found.is_ok(), "{sql} on {threads} threads: {:?}", found.err());
        }
        assert!(
            bytes.iter().filter(|byte| **byte == b'\n').count() >= 6_000,
            "{sql}"
        );
    }
}
