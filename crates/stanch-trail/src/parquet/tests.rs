//! Files made by the library's own writer, whole and damaged.

use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::tests::{names, read, short};

/// A table of texts.
pub(crate) fn table(columns: &[&str], rows: &[Vec<&str>], compression: Compression) -> Vec<u8> {
    let fields: Vec<String> = columns
        .iter()
        .map(|name| format!("optional binary {name} (UTF8);"))
        .collect();
    let schema = parse_message_type(&format!("message log {{ {} }}", fields.join(" "))).unwrap();
    let properties = WriterProperties::builder().set_compression(compression).build();
    let mut writer = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties)).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for index in 0..columns.len() {
        let mut column = group.next_column().unwrap().unwrap();
        let present: Vec<i16> = rows.iter().map(|row| i16::from(!row[index].is_empty())).collect();
        let values: Vec<ByteArray> = rows
            .iter()
            .map(|row| row[index])
            .filter(|cell| !cell.is_empty())
            .map(ByteArray::from)
            .collect();
        column
            .typed::<ByteArrayType>()
            .write_batch(&values, Some(&present), None)
            .unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.into_inner().unwrap()
}

const COLUMNS: [&str; 6] = [
    "eventid",
    "eventtime",
    "eventname",
    "eventsource",
    "useridentity",
    "requestparameters",
];

fn rows() -> Vec<Vec<&'static str>> {
    let row = |name| {
        vec![
            "e-1",
            "2024-05-01T10:00:00Z",
            name,
            "iam.amazonaws.com",
            "{type=IAMUser, arn=arn:aws:iam::111122223333:user/ann}",
            "{\"a\":1}",
        ]
    };
    vec![row("A"), row("B")]
}

#[test]
fn rows_are_read_whatever_they_are_compressed_with() {
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(parquet::basic::GzipLevel::default()),
        Compression::ZSTD(parquet::basic::ZstdLevel::default()),
    ] {
        let (seen, report) = read(&table(&COLUMNS, &rows(), compression));
        assert_eq!(names(&seen), ["A", "B"], "{compression}: {}", short(&report));
        assert!(report.is_complete(), "{report:?}");
        assert!(seen[0].raw.contains("arn:aws:iam::111122223333:user/ann"));
    }
}

#[test]
fn a_file_cut_off_anywhere_is_named() {
    let whole = table(&COLUMNS, &rows(), Compression::SNAPPY);
    for cut in (4..whole.len()).step_by(7) {
        let (_, report) = read(&whole[..cut]);
        assert!(!report.is_complete(), "{cut}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn damage_anywhere_never_ends_the_run(places in proptest::collection::vec((0usize..2000, proptest::prelude::any::<u8>()), 1..6)) {
        let mut bytes = table(&COLUMNS, &rows(), Compression::SNAPPY);
        for (place, byte) in places {
            let length = bytes.len();
            // The first magic decides what the file is.
            bytes[4 + place % (length - 4)] = byte;
        }
        drop(read(&bytes));
    }
}
