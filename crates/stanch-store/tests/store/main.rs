//! Parts of a made-up incident, read back.

#![expect(clippy::unwrap_used, reason = "a test that can't go on should end there")]

mod reader;

use std::collections::BTreeMap;
use std::path::Path;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{UInt32Type, UInt64Type};
use arrow_array::{Array as _, RecordBatch};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use stanch_core::redact::may_hold_secrets;
use stanch_core::{Event, EventKey};
use stanch_store::{COLUMNS, JSON_LIMIT, TEXT_LIMIT, Writer, column_list};
use stanch_trail::{Input, Limits, Reader, list};

/// All that a writer makes of some events.
fn part(fill: impl FnOnce(&mut dyn FnMut(&Event<'_>))) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new()).unwrap();
    fill(&mut |event| writer.add(event).unwrap());
    let rows = writer.rows();
    let (bytes, written) = writer.finish().unwrap();
    assert_eq!((written.rows, written.bytes), (rows, bytes.len() as u64));
    bytes
}

fn rows(bytes: Vec<u8>) -> Vec<RecordBatch> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap();
    reader.build().unwrap().map(Result::unwrap).collect()
}

fn texts<'b>(batch: &'b RecordBatch, name: &str) -> &'b arrow_array::StringArray {
    batch.column_by_name(name).unwrap().as_string::<i32>()
}

/// A made-up incident, and every event of it with the bytes it was read from.
fn incident(folder: &Path, hostile: bool, mut each: impl FnMut(&Event<'_>, u32)) -> Vec<std::path::PathBuf> {
    let options = stanch_demo::Options {
        events: 2_000,
        hostile_text: hostile,
        ..stanch_demo::Options::default()
    };
    stanch_demo::write(&folder.join("logs"), &options).unwrap();
    let limits = Limits::default();
    let listing = list(&[Input::Path(folder.join("logs"))], &limits);
    let mut reader = Reader::new(limits);
    for source in &listing.sources {
        reader.read(source, &mut |event| each(event, source.id.0));
    }
    listing.sources.into_iter().map(|source| source.path).collect()
}

#[test]
fn every_row_leads_to_the_bytes_of_its_record() {
    let folder = tempfile::tempdir().unwrap();
    let mut logged = BTreeMap::new();
    let mut paths = Vec::new();
    let bytes = part(|add| {
        paths = incident(folder.path(), false, |event, _| {
            if logged.insert(event.key, event.raw.clone().into_owned()).is_none() {
                add(event);
            }
        });
    });
    let mut found = 0;
    let mut contents: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
    for batch in rows(bytes) {
        let inputs = batch
            .column_by_name("input")
            .unwrap()
            .as_primitive::<UInt32Type>();
        let offsets = batch
            .column_by_name("offset")
            .unwrap()
            .as_primitive::<UInt64Type>();
        let lengths = batch
            .column_by_name("length")
            .unwrap()
            .as_primitive::<UInt64Type>();
        for row in 0..batch.num_rows() {
            let key = EventKey(u128::from_str_radix(texts(&batch, "key").value(row), 16).unwrap());
            if lengths.is_null(row) || texts(&batch, "log").value(row) != "cloud-trail" {
                continue;
            }
            let path = &paths[inputs.value(row) as usize];
            let content = contents
                .entry(inputs.value(row))
                .or_insert_with(|| unpacked(path));
            let start = usize::try_from(offsets.value(row)).unwrap();
            let end = start + usize::try_from(lengths.value(row)).unwrap();
            assert_eq!(
                content.get(start..end),
                Some(logged[&key].as_bytes()),
                "{}",
                path.display()
            );
            found += 1;
        }
    }
    assert!(found > 2_000, "{found} records of {}", logged.len());
}

fn unpacked(path: &Path) -> Vec<u8> {
    let packed = std::fs::read(path).unwrap();
    let mut content = Vec::new();
    if packed.starts_with(&[0x1f, 0x8b]) {
        // A file that was cut short gives what is there.
        std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(&packed[..]), &mut content).ok();
        content
    } else {
        packed
    }
}

#[test]
fn no_secret_reaches_a_part() {
    let event = Event {
        name: "AssumeRole".into(),
        request_json: r#"{"roleArn":"arn:aws:iam::1:role/r","masterUserPassword":"hunter22"}"#.into(),
        response_json: r#"{"credentials":{"accessKeyId":"ASIAX","sessionToken":"FwoGZXIvYXdzEBYaD"}}"#.into(),
        error_message: "see https://b.s3.amazonaws.com/k?X-Amz-Signature=00112233445566778899aabb".into(),
        ..Event::default()
    };
    let batches = rows(part(|add| add(&event)));
    let said: Vec<String> = ["request", "response", "error_message"]
        .into_iter()
        .map(|name| texts(&batches[0], name).value(0).to_owned())
        .collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    {"roleArn":"arn:aws:iam::1:role/r","masterUserPassword":"(redacted, 8 bytes)"}
    {"credentials":{"accessKeyId":"ASIAX","sessionToken":"(redacted, 17 bytes)"}}
    (redacted, 73 bytes)
    "#);
}

#[test]
fn tokens_of_a_whole_incident_are_gone() {
    let folder = tempfile::tempdir().unwrap();
    let mut tokens = Vec::new();
    let bytes = part(|add| {
        incident(folder.path(), true, |event, _| {
            if let Some(token) = event.response_text("credentials/sessionToken") {
                tokens.push(token.to_owned());
            }
            add(event);
        });
    });
    assert!(!tokens.is_empty());
    for batch in rows(bytes) {
        for name in ["request", "response", "additional"] {
            let column = texts(&batch, name);
            for text in column.iter().flatten().filter(|text| may_hold_secrets(text)) {
                assert!(
                    !tokens
                        .iter()
                        .any(|token| !token.starts_with('(') && text.contains(token.as_str())),
                    "{text}"
                );
            }
        }
    }
}

#[test]
fn what_an_attacker_wrote_is_bounded_and_says_so() {
    let event = Event {
        user_agent: "x".repeat(100_000).into(),
        request_json: format!("{{\"a\":\"{}\"}}", "y".repeat(200_000)).into(),
        ..Event::default()
    };
    let batches = rows(part(|add| add(&event)));
    let agent = texts(&batches[0], "user_agent").value(0);
    assert!(
        agent.len() < TEXT_LIMIT + 40 && agent.ends_with("(100000 bytes in all)"),
        "{}",
        agent.len()
    );
    let request = texts(&batches[0], "request").value(0);
    assert!(
        request.len() < JSON_LIMIT + 40 && request.ends_with("(200008 bytes in all)"),
        "{}",
        request.len()
    );
}

#[test]
fn what_is_absent_is_null() {
    let event = Event {
        raw: "{}".into(),
        ..Event::default()
    };
    let batches = rows(part(|add| add(&event)));
    for column in COLUMNS {
        let is_null = batches[0].column_by_name(column.name).unwrap().is_null(0);
        let is_always_there = [
            "time",
            "key",
            "log",
            "category",
            "principal",
            "outcome",
            "is_read",
            "input",
            "member",
            "offset",
            "length",
            "copy",
        ];
        assert_eq!(
            is_null,
            !is_always_there.contains(&column.name),
            "{}",
            column.name
        );
    }
}

#[test]
fn the_same_events_give_the_same_bytes_and_copies_are_marked() {
    let write = || {
        part(|add| {
            for number in 0..10_000_u32 {
                add(&Event {
                    key: EventKey(u128::from(number)),
                    ..Event::default()
                });
            }
        })
    };
    assert_eq!(write(), write());
    let mut writer = Writer::new(Vec::new()).unwrap();
    writer.add(&Event::default()).unwrap();
    writer.add_copy(&Event::default()).unwrap();
    let (bytes, written) = writer.finish().unwrap();
    assert_eq!((written.rows, written.copies), (2, 1));
    let batches = rows(bytes);
    let copies = batches[0].column_by_name("copy").unwrap().as_boolean();
    assert!(!copies.value(0) && copies.value(1));
}

#[test]
fn the_documentation_lists_these_columns() {
    let page = std::fs::read_to_string("../../docs/query.md").unwrap();
    let listed = page
        .split_once("<!-- columns -->\n")
        .and_then(|(_, rest)| rest.split_once("<!-- /columns -->"))
        .map(|(list, _)| list);
    assert_eq!(
        listed,
        Some(column_list().as_str()),
        "docs/query.md must have this between its marks"
    );
}
