//! Selected rows of several parts, events with several rows among them.

use std::path::PathBuf;

use stanch_core::event::Identity;
use stanch_core::record::Location;
use stanch_core::{Event, EventKey, SourceId, Timestamp};
use stanch_store::{ReadError, Reader, Selection, Writer};

fn event(number: u32, offset: u64) -> Event<'static> {
    Event {
        key: EventKey(u128::from(number)),
        time: Timestamp(1_772_719_331_000 + i64::from(number)),
        name: ["ListUsers", "CreateUser"][number as usize % 2].into(),
        identity: Identity {
            user_name: format!("user-{number}").into(),
            ..Identity::default()
        },
        request_json: format!(r#"{{"at":{offset}}}"#).into(),
        location: Location {
            source: SourceId(number / 4),
            member: 0,
            offset,
        },
        ..Event::default()
    }
}

/// Parts in a folder; events marked `true` are copies that were found later and lie earlier.
fn parts(folder: &tempfile::TempDir, parts: &[&[(Event<'_>, bool)]]) -> Vec<PathBuf> {
    let write = |(number, events): (usize, &&[(Event<'_>, bool)])| {
        let path = folder.path().join(format!("{number}.parquet"));
        let mut writer = Writer::new(std::fs::File::create(&path).unwrap()).unwrap();
        for (event, is_copy) in *events {
            if *is_copy {
                writer.add_copy(event).unwrap();
            } else {
                writer.add(event).unwrap();
            }
        }
        writer.finish().unwrap();
        path
    };
    parts.iter().enumerate().map(write).collect()
}

/// Names, times and requests of all creations.
fn creations(parts: Vec<PathBuf>) -> Result<Vec<String>, ReadError> {
    let mut found = Vec::new();
    let selection = Selection {
        narrow: vec!["name", "is_read"],
        keep: Box::new(|row| row.text("name") == "CreateUser" && row.flag("is_read") == Some(false)),
        columns: vec!["time", "user_name", "request", "error_code", "mfa"],
    };
    Reader::open(parts)?.select(selection, |row| {
        assert_eq!((row.text("error_code"), row.flag("mfa")), ("", None));
        found.push(format!(
            "{} {} {}",
            row.time() % 1_000,
            row.text("user_name"),
            row.text("request")
        ));
        Ok::<(), ReadError>(())
    })?;
    Ok(found)
}

#[test]
fn selected_rows_come_in_order_with_the_columns_that_were_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let events: Vec<_> = (0..9_000).map(|number| (event(number, 7), false)).collect();
    let found = creations(parts(&folder, &[&events[..5_000], &events[5_000..]])).unwrap();
    assert_eq!(found.len(), 4_500);
    assert_eq!(found[0], r#"1 user-1 {"at":7}"#);
    assert_eq!(found[4_499], r#"999 user-8999 {"at":7}"#);
}

#[test]
fn of_an_event_with_several_rows_the_one_that_lies_first_counts() {
    let folder = tempfile::tempdir().unwrap();
    let first = [(event(1, 90), false), (event(3, 10), false), (event(5, 5), false)];
    let second = [(event(1, 30), true), (event(7, 1), false)];
    let third = [(event(1, 60), true), (event(3, 4), true)];
    let found = creations(parts(&folder, &[&first, &second, &third])).unwrap();
    assert_eq!(
        found,
        [
            r#"5 user-5 {"at":5}"#,
            r#"1 user-1 {"at":30}"#,
            r#"7 user-7 {"at":1}"#,
            r#"3 user-3 {"at":4}"#,
        ]
    );
}

#[test]
fn a_damaged_or_missing_part_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let paths = parts(&folder, &[&[(event(1, 1), false), (event(2, 2), false)]]);
    let whole = std::fs::read(&paths[0]).unwrap();
    for change in [
        |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() / 2),
        |bytes: &mut Vec<u8>| bytes.clear(),
        |bytes: &mut Vec<u8>| bytes[4..800].fill(0xff),
    ] {
        let mut bytes = whole.clone();
        change(&mut bytes);
        std::fs::write(&paths[0], bytes).unwrap();
        assert!(creations(paths.clone()).is_err());
    }
    std::fs::remove_file(&paths[0]).unwrap();
    assert!(matches!(creations(paths), Err(ReadError::File(_))));
}
