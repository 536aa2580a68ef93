//! Nothing but the case can be read, nothing can be written, and what is damaged is said to be.

use stanch_query::QueryError;

use crate::{Parts, event};

fn parts() -> Parts {
    let mut parts = Parts::new();
    parts.add(&[(event(1), false)]);
    parts
}

#[test]
fn no_file_and_no_address_can_be_named() {
    let parts = parts();
    for sql in [
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM \"/etc/passwd\"",
        "SELECT * FROM \"file:///etc/passwd\"",
        "SELECT * FROM 'https://example.com/x.parquet'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM parquet_metadata('/etc/passwd')",
        "SELECT * FROM stanch_rows",
    ] {
        assert!(
            matches!(parts.ask(sql), Err(QueryError::Misunderstood { .. })),
            "{sql}"
        );
    }
}

#[test]
fn nothing_can_be_written_or_set() {
    let parts = parts();
    let target = std::env::temp_dir().join("stanch-must-not-exist.csv");
    for sql in [
        format!("COPY events TO '{}'", target.display()),
        format!("COPY (SELECT 1) TO '{}'", target.display()),
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'".to_owned(),
        "CREATE TABLE t AS SELECT 1".to_owned(),
        "INSERT INTO events SELECT * FROM events".to_owned(),
        "SET datafusion.execution.target_partitions = 1".to_owned(),
        "EXPLAIN ANALYZE INSERT INTO events SELECT * FROM events".to_owned(),
    ] {
        let refused = parts.ask(&sql).unwrap_err();
        assert!(matches!(refused, QueryError::Refused { .. }), "{sql}: {refused}");
    }
    assert!(!target.exists());
}

#[test]
fn a_damaged_part_is_said_to_be_damaged() {
    for change in [
        |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() / 2),
        |bytes: &mut Vec<u8>| bytes.clear(),
        |bytes: &mut Vec<u8>| bytes[4..800].fill(0xff),
    ] {
        let parts = parts();
        let mut bytes = std::fs::read(&parts.paths[0]).unwrap();
        change(&mut bytes);
        std::fs::write(&parts.paths[0], bytes).unwrap();
        let said = parts.ask("SELECT * FROM events").unwrap_err();
        assert!(matches!(said, QueryError::Damaged { .. }), "{said:?}");
    }
}

#[test]
fn what_is_wrong_is_said_in_plain_words() {
    let parts = parts();
    let said: Vec<String> = [
        "SELECT nme FROM events",
        "SELECT * FROM event",
        "SELEC 1",
        "SELECT count( FROM events",
    ]
    .into_iter()
    .map(|sql| parts.ask(sql).unwrap_err().to_string())
    .collect();
    for text in &said {
        assert!(text.starts_with("the statement can't be understood: "), "{text}");
    }
    assert!(said[0].contains("nme") && said[1].contains("event"), "{said:?}");
}

#[test]
fn the_views_can_be_listed() {
    let listed = parts().ask("SHOW TABLES").unwrap();
    for view in ["events", "findings", "finding_events", "principals", "sources"] {
        assert!(listed.contains(&format!(",{view},")), "{listed}");
    }
}
