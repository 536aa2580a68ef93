//! Strange records: each must be read, or the reason why not be named.

use std::path::Path;

use serde_json::Value;
use stanch_core::SourceReport;

use super::bench::{json_lines, unfit};
use super::{Bench, Line};
use crate::error::TaskError;
use crate::root::{files, read, relative};

/// Records that trip parsers.
pub(super) fn quirks(bench: &Bench, folder: &Path) -> Result<Vec<Line>, TaskError> {
    let records = json_lines(&folder.join("quirks.jsonl"))?;
    let mut misses = Vec::new();
    for line in &records {
        if !bench.hunt_record(&line["record"])?.read_or_named() {
            misses.push(line["quirk"].to_string());
        }
    }
    let whole = records.len();
    Ok(vec![Line::count(
        "quirks: read or named",
        whole - misses.len(),
        whole,
        whole,
        misses,
    )])
}

/// One file for each API call that was described, holding a record or a list of them. Some lists are empty.
pub(super) fn samples(bench: &Bench, folder: &Path) -> Result<Vec<Line>, TaskError> {
    let mut misses = Vec::new();
    let mut whole = 0;
    for path in files(&folder.join("samples"), &["json"])? {
        let document: Value = serde_json::from_str(&read(&path)?).map_err(|error| unfit(&path, &error))?;
        let records = document.as_array().map_or(1, Vec::len);
        if records == 0 {
            continue;
        }
        whole += 1;
        let hunted = bench.hunt(std::slice::from_ref(&path));
        let complete = hunted.reports.iter().all(SourceReport::is_complete);
        if hunted.events() != records as u64 || !complete {
            misses.push(format!("{}: {}", relative(&path, folder), hunted.problems()));
        }
    }
    Ok(vec![Line::count(
        "traildiscover: samples read",
        whole - misses.len(),
        whole,
        whole.max(1),
        misses,
    )])
}
