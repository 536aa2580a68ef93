//! The same hostile rows in every format.

use stanch_core::Event;
use stanch_query_api::{Format, TableOptions};

use crate::{Parts, TABLE, ask, event};

const SQL: &str = "SELECT key, user_agent, error_code, mfa, \"offset\" FROM events";

fn hostile() -> Parts {
    let mut parts = Parts::new();
    let events = [
        "=HYPERLINK(\"http://evil\")",
        "a\u{1b}[31m\u{202e}b\r\nc, \"d\"",
        "-5",
    ];
    let events: Vec<(Event<'_>, bool)> = events
        .into_iter()
        .zip(1..)
        .map(|(agent, number)| {
            let mut event = event(number);
            event.user_agent = agent.into();
            (event, false)
        })
        .collect();
    parts.add(&events);
    parts
}

#[test]
fn every_format_makes_hostile_text_inert() {
    let parts = hostile();
    let written = |format: &Format| ask(&parts.database(1), SQL, &[], format).unwrap();
    insta::assert_snapshot!(written(&TABLE), @r#"
    key                               user_agent             error_code  mfa  offset
    ────────────────────────────────  ─────────────────────  ──────────  ───  ──────
    00000000000000010000000000000007  =HYPERLINK("http://                          1
                                      evil")
    00000000000000020000000000000007  a\u{1b}[31m\u{202e}b\                        2
                                      u{d}\u{a}c, "d"
    00000000000000030000000000000007  -5                                           3
    "#);
    assert_eq!(
        written(&Format::Csv),
        "key,user_agent,error_code,mfa,offset\r\n\
         00000000000000010000000000000007,\"'=HYPERLINK(\"\"http://evil\"\")\",,,1\r\n\
         00000000000000020000000000000007,\"a\\u{1b}[31m\\u{202e}b\r\nc, \"\"d\"\"\",,,2\r\n\
         00000000000000030000000000000007,'-5,,,3\r\n"
    );
    insta::assert_snapshot!(written(&Format::Json), @r#"
    [
    {"key":"00000000000000010000000000000007","user_agent":"=HYPERLINK(\"http://evil\")","error_code":null,"mfa":null,"offset":1},
    {"key":"00000000000000020000000000000007","user_agent":"a\u001b[31m\u202eb\r\nc, \"d\"","error_code":null,"mfa":null,"offset":2},
    {"key":"00000000000000030000000000000007","user_agent":"-5","error_code":null,"mfa":null,"offset":3}
    ]
    "#);
    insta::assert_snapshot!(written(&Format::JsonLines), @r#"
    {"key":"00000000000000010000000000000007","user_agent":"=HYPERLINK(\"http://evil\")","error_code":null,"mfa":null,"offset":1}
    {"key":"00000000000000020000000000000007","user_agent":"a\u001b[31m\u202eb\r\nc, \"d\"","error_code":null,"mfa":null,"offset":2}
    {"key":"00000000000000030000000000000007","user_agent":"-5","error_code":null,"mfa":null,"offset":3}
    "#);
}

#[test]
fn rows_too_wide_for_columns_become_blocks() {
    let parts = hostile();
    let narrow = Format::Table(TableOptions { width: 40, rows: 1 });
    insta::assert_snapshot!(ask(&parts.database(1), SQL, &[], &narrow).unwrap(), @r#"
    key         00000000000000010000000000000007
    user_agent  =HYPERLINK("http://evil")
    offset      1
    "#);
}

#[test]
fn parquet_reads_back_as_it_was_written() {
    let parts = hostile();
    let mut bytes = Vec::new();
    let shown = parts
        .database(2)
        .run(SQL, &[], &Format::Parquet, &mut bytes)
        .unwrap();
    assert_eq!((shown.rows, shown.written), (3, 3));
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
}

#[test]
fn an_empty_result_is_a_result() {
    let parts = hostile();
    let none = format!("{SQL} WHERE name = 'nobody'");
    assert_eq!(
        ask(&parts.database(1), &none, &[], &Format::Json).unwrap(),
        "[]\n"
    );
    let csv = ask(&parts.database(1), &none, &[], &Format::Csv).unwrap();
    assert_eq!(csv, "key,user_agent,error_code,mfa,offset\r\n");
}
