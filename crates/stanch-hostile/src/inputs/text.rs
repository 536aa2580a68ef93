//! Text that no careful program writes: control bytes, broken encodings, absurd depths, numbers and sizes.

use std::io::{self, Write};

use super::Expected::{Named, Whole};
use super::{HostileInput, file_of_two, record};

pub(super) const INPUTS: &[HostileInput] = &[
    HostileInput::light("nul-in-a-string.json", Named(2), |out, name| {
        write!(out, "{}", file_of_two(name).replacen("\"n\"", "\"a\0b\"", 1))
    }),
    HostileInput::light("nul-between-records.json", Whole(2), |out, name| {
        writeln!(out, "{}\0{}", record(name, 1), record(name, 2))
    }),
    HostileInput::light("nul-before-everything.json", Named(0), |out, name| {
        write!(out, "\0{}", file_of_two(name))
    }),
    HostileInput::light("invalid-utf-8.json", Named(2), |out, name| {
        replaced(out, &file_of_two(name), b"\xff\xc0\xaf")
    }),
    HostileInput::light("utf-8-of-surrogates.json", Named(2), |out, name| {
        replaced(out, &file_of_two(name), b"\xed\xa0\x80")
    }),
    HostileInput::light("lone-surrogates.json", Whole(2), |out, name| {
        write!(
            out,
            "{}",
            file_of_two(name).replace("\"n\"", r#""\ud83d x \ude00""#)
        )
    }),
    HostileInput::light("byte-order-mark.json", Whole(2), |out, name| {
        write!(out, "\u{feff}{}", file_of_two(name))
    }),
    HostileInput::light("two-byte-order-marks.json", Whole(2), |out, name| {
        write!(out, "\u{feff}\u{feff}{}", file_of_two(name))
    }),
    HostileInput::light("utf-16-le.json", Whole(2), |out, name| {
        utf_16(out, name, u16::to_le_bytes)
    }),
    HostileInput::light("utf-16-be.json", Whole(2), |out, name| {
        utf_16(out, name, u16::to_be_bytes)
    }),
    HostileInput::light("utf-16-and-half.json", Named(2), |out, name| {
        utf_16(out, name, u16::to_le_bytes)?;
        out.write_all(b"\0")
    }),
    HostileInput::light("utf-16-of-surrogates.json", Named(2), |out, name| {
        utf_16(out, name, u16::to_le_bytes)?;
        out.write_all(b"\x3d\xd8\n\0")
    }),
    HostileInput::light("utf-32-le.json", Named(0), |out, name| {
        let characters = std::iter::once('\u{feff}').chain(file_of_two(name).chars().collect::<Vec<_>>());
        let bytes: Vec<u8> = characters
            .flat_map(|character| u32::from(character).to_le_bytes())
            .collect();
        out.write_all(&bytes)
    }),
    HostileInput::light("carriage-returns-only.jsonl", Whole(2), |out, name| {
        write!(out, "{}\r{}\r", record(name, 1), record(name, 2))
    }),
    HostileInput::light("carriage-returns-only-access.log", Named(0), |out, _| {
        access_lines(out, "\r")
    }),
    HostileInput::light("carriage-returns-only-flow.log", Named(0), |out, _| {
        flow_lines(out, "\r")
    }),
    HostileInput::light("form-feeds-flow.log", Named(0), |out, _| flow_lines(out, "\u{c}")),
    HostileInput::light("huge-number.json", Whole(2), |out, name| {
        write!(out, "{}", file_of_two(name).replacen("\"n\"", "1e999", 1))
    }),
    HostileInput::light("long-number.json", Whole(2), |out, name| {
        write!(
            out,
            "{}",
            file_of_two(name).replace("\"n\"", &"9".repeat(100_000))
        )
    }),
    HostileInput::light("duplicate-keys.json", Whole(2), |out, name| {
        let twice = format!(
            "\"eventName\":\"First\",{}",
            "\"requestID\":\"r\",".repeat(10_000)
        );
        write!(
            out,
            "{}",
            file_of_two(name).replace("\"eventName\"", &format!("{twice}\"eventName\""))
        )
    }),
    HostileInput::light("nested-100000-deep-in-a-record.json", Named(2), |out, name| {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        write!(out, "{}", file_of_two(name).replacen("\"n\"", &deep, 1))
    }),
    HostileInput::light("nested-100000-objects.json", Named(2), |out, name| {
        let deep = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
        write!(out, "{}", file_of_two(name).replacen("\"n\"", &deep, 1))
    }),
    HostileInput::light("brackets-only.json", Named(0), |out, _| {
        write!(out, "{}", "[".repeat(100_000))
    }),
    HostileInput::light("containers-in-containers.json", Named(0), |out, _| {
        write!(out, "{}", "{\"Records\":[".repeat(50_000))
    }),
    HostileInput::light("empty-records.json", Named(0), |out, _| {
        empty_records(out, 50_000)
    }),
    HostileInput::light("record-of-8-megabytes.json", Named(2), |out, name| {
        record_of(out, name, 8, |_| b'x')
    }),
    HostileInput::light(
        "quotes-and-brackets-of-8-megabytes.json",
        Named(1),
        |out, name| record_of(out, name, 8, |at| b"[{\\\""[at % 4]),
    ),
    HostileInput::light("one-line-of-8-megabytes.log", Named(0), |out, _| {
        out.write_all(&[b'x'; 8 << 20])
    }),
    HostileInput::light("white-space.json", Whole(0), |out, _| {
        out.write_all(&[b' '; 1 << 20])
    }),
    HostileInput::light("nothing.json", Whole(0), |_, _| Ok(())),
    HostileInput::light("quotes-of-8-megabytes.json", Named(0), |out, _| {
        out.write_all(&[b'"'; 8 << 20])
    }),
    HostileInput::light("times-and-objects-on-one-line.json", Named(0), |out, _| {
        write!(out, "{}", "1714557600{}".repeat(300_000))
    }),
    HostileInput::light("git-lfs.json.gz", Named(0), |out, _| {
        write!(
            out,
            "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n"
        )
    }),
];

/// Text with the first note replaced by bytes that need not be text.
fn replaced(out: &mut dyn Write, text: &str, bytes: &[u8]) -> io::Result<()> {
    let (before, after) = text.split_once("\"n\"").unwrap_or_default();
    out.write_all(before.as_bytes())?;
    out.write_all(b"\"")?;
    out.write_all(bytes)?;
    out.write_all(b"\"")?;
    out.write_all(after.as_bytes())
}

fn utf_16(out: &mut dyn Write, name: &str, bytes_of: fn(u16) -> [u8; 2]) -> io::Result<()> {
    let text = format!("\u{feff}{}", file_of_two(name));
    let bytes: Vec<u8> = text.encode_utf16().flat_map(bytes_of).collect();
    out.write_all(&bytes)
}

fn access_lines(out: &mut dyn Write, end: &str) -> io::Result<()> {
    for id in ["ONE", "TWO"] {
        write!(
            out,
            "79a5 bucket [06/Feb/2026:00:00:38 +0000] 203.0.113.9 - {id} REST.GET.OBJECT key \"GET /key HTTP/1.1\" 200 - 113 113 7 6 \"-\" \"agent\" -{end}"
        )?;
    }
    Ok(())
}

fn flow_lines(out: &mut dyn Write, end: &str) -> io::Result<()> {
    for port in [22, 23] {
        write!(
            out,
            "2 111122223333 eni-0a1b 203.0.113.9 10.0.0.5 {port} 22 6 10 840 1714557600 1714557660 ACCEPT OK{end}"
        )?;
    }
    Ok(())
}

/// So many records with nothing in them.
pub(super) fn empty_records(out: &mut dyn Write, count: u64) -> io::Result<()> {
    out.write_all(b"{\"Records\":[{}")?;
    for _ in 1..count {
        out.write_all(b",{}")?;
    }
    out.write_all(b"]}")
}

/// Two records with one between them that has a string of so many megabytes.
pub(super) fn record_of(
    out: &mut dyn Write,
    name: &str,
    megabytes: usize,
    byte: impl Fn(usize) -> u8,
) -> io::Result<()> {
    let (before, after) = record(name, 0)
        .split_once("\"n\"")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap_or_default();
    write!(out, "{{\"Records\":[{},{before}\"", record(name, 1))?;
    let block: Vec<u8> = (0..1 << 20).map(byte).collect();
    for _ in 0..megabytes {
        out.write_all(&block)?;
    }
    write!(out, "\"{after},{}]}}", record(name, 2))
}
