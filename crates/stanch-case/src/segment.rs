//! A segment: what was learned from some sources, with the report of each, in one file that is there or not.
//!
//! Layout: eight bytes that name the format, the length of the reports (64 bits, little-endian), the reports
//! (one JSON line each, exactly as in `sources.jsonl`), the payload. The journal has the SHA-256 of the whole.

use serde::{Deserialize, Serialize};
use stanch_core::SourceReport;

use crate::artefact;
use crate::error::CaseError;
use crate::journal::Ledger;
use crate::layout::{Layout, segment_path};

const MAGIC: [u8; 8] = *b"stanchS1";
const HEADER: usize = MAGIC.len() + 8;

/// State from some sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its place, counted from 1.
    pub number: u32,
    /// What became of its sources. A source that could not be read and was reported again by a later segment
    /// is left out here.
    pub reports: Vec<SourceReport>,
    /// The caller's state, byte for byte.
    pub payload: Vec<u8>,
}

/// One line of `sources.jsonl`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SourceLine<R> {
    /// The segment that holds the source.
    pub(crate) segment: u32,
    #[serde(flatten)]
    pub(crate) report: R,
}

/// The reports of a segment as lines.
pub(crate) fn report_lines(segment: u32, reports: &[SourceReport]) -> Result<Vec<u8>, serde_json::Error> {
    let mut lines = Vec::new();
    for report in reports {
        serde_json::to_writer(&mut lines, &SourceLine { segment, report })?;
        lines.push(b'\n');
    }
    Ok(lines)
}

/// Reads lines that [`report_lines`] wrote.
pub(crate) fn parse_lines(lines: &[u8]) -> Result<Vec<SourceLine<SourceReport>>, serde_json::Error> {
    serde_json::Deserializer::from_slice(lines).into_iter().collect()
}

/// Header before the reports.
pub(crate) fn header(reports: &[u8]) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[..MAGIC.len()].copy_from_slice(&MAGIC);
    header[MAGIC.len()..].copy_from_slice(&(reports.len() as u64).to_le_bytes());
    header
}

/// The bytes of a segment.
pub(crate) struct SegmentBytes {
    bytes: Vec<u8>,
    reports_end: usize,
}

impl SegmentBytes {
    fn new(bytes: Vec<u8>) -> Option<Self> {
        let length: [u8; 8] = bytes.strip_prefix(&MAGIC)?.get(..8)?.try_into().ok()?;
        let reports_end = HEADER.checked_add(usize::try_from(u64::from_le_bytes(length)).ok()?)?;
        (reports_end <= bytes.len()).then_some(Self { bytes, reports_end })
    }

    pub(crate) fn reports(&self) -> &[u8] {
        &self.bytes[HEADER..self.reports_end]
    }

    pub(crate) fn into_payload(mut self) -> Vec<u8> {
        self.bytes.split_off(self.reports_end)
    }
}

/// Reads a segment, checked against the journal.
pub(crate) fn read(
    layout: &Layout,
    ledger: &Ledger,
    hunt: u32,
    number: u32,
) -> Result<SegmentBytes, CaseError> {
    let path = segment_path(hunt, number);
    let damaged = |reason| CaseError::Damaged {
        path: layout.path(&path),
        reason,
    };
    let file = ledger
        .artefacts
        .get(&path)
        .ok_or_else(|| damaged("the journal does not name it"))?;
    SegmentBytes::new(artefact::read(layout, file)?).ok_or_else(|| damaged("it is no segment"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_case::report;

    #[test]
    fn a_segment_gives_back_what_went_in() {
        let reports = [report(0, "a"), report(7, "b\n{}")];
        let lines = report_lines(3, &reports).unwrap();
        let bytes = [header(&lines).as_slice(), &lines, b"payload"].concat();
        let read = SegmentBytes::new(bytes).unwrap();
        let parsed = parse_lines(read.reports()).unwrap();
        assert!(parsed.iter().all(|line| line.segment == 3));
        assert!(parsed.iter().map(|line| &line.report).eq(&reports));
        assert_eq!(read.into_payload(), b"payload");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, length: u64) {
            SegmentBytes::new(bytes.clone());
            let segment = [&MAGIC[..], &length.to_le_bytes(), &bytes].concat();
            if let Some(read) = SegmentBytes::new(segment) {
                proptest::prop_assert_eq!(read.reports().len() as u64, length);
                parse_lines(read.reports()).ok();
            }
        }
    }
}
