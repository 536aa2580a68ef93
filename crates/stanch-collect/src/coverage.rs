//! The table of what a snapshot covers, made from its readings and from what was not asked.
//!
//! It is written row by row: an organisation has a million of them. It must not know why something was not asked.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use stanch_core::snapshot::{CollectCoverage, CoverageRow, SnapshotScope};
use stanch_core::{AccountId, CallOutcome, OperationName, Reading, RegionName};

use crate::error::CollectError;
use crate::queue::NotAsked;
use crate::shelf::{self, BookKey, Shelf, book_key};

/// Rows of one book by operation.
type Rows = BTreeMap<OperationName, CoverageRow>;

/// Writes the table as JSON.
pub(crate) fn write(
    shelf: &Shelf,
    not_asked: &NotAsked,
    scope: &SnapshotScope,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut totals = BTreeMap::new();
    let mut is_first = true;
    out.write_all(b"{\"rows\":[")?;
    each_row(shelf, not_asked, &mut |row| {
        count(&mut totals, &row);
        out.write_all(if is_first { b"\n" } else { b",\n" })
            .map_err(CollectError::io("write", &shelf.folder))?;
        is_first = false;
        serde_json::to_writer(&mut *out, &row).map_err(shelf::damaged(&shelf.folder, "row"))
    })
    .map_err(io::Error::other)?;
    out.write_all(b"\n],\"totals\":")?;
    serde_json::to_writer(&mut *out, &totals)?;
    let disabled = disabled(scope);
    if !disabled.is_empty() {
        out.write_all(b",\"disabled_regions\":")?;
        serde_json::to_writer(&mut *out, &disabled)?;
    }
    if !scope.not_read.is_empty() {
        out.write_all(b",\"not_read\":")?;
        serde_json::to_writer(&mut *out, &scope.not_read)?;
    }
    out.write_all(b"}\n")
}

/// The table of a snapshot that was not finished.
pub(crate) fn table(shelf: &Shelf, scope: &SnapshotScope) -> Result<CollectCoverage, CollectError> {
    let mut table = CollectCoverage {
        disabled_regions: disabled(scope),
        not_read: scope.not_read.clone(),
        ..CollectCoverage::default()
    };
    each_row(shelf, &NotAsked::new(), &mut |row| {
        count(&mut table.totals, &row);
        table.rows.push(row);
        Ok(())
    })?;
    Ok(table)
}

fn disabled(scope: &SnapshotScope) -> BTreeMap<AccountId, Vec<RegionName>> {
    scope
        .accounts
        .iter()
        .filter(|scope| !scope.disabled.is_empty())
        .map(|scope| (scope.account.clone(), scope.disabled.clone()))
        .collect()
}

fn count(totals: &mut BTreeMap<CallOutcome, u64>, row: &CoverageRow) {
    for (outcome, calls) in &row.outcomes {
        *totals.entry(*outcome).or_default() += calls;
    }
}

fn each_row(
    shelf: &Shelf,
    not_asked: &NotAsked,
    each: &mut dyn FnMut(CoverageRow) -> Result<(), CollectError>,
) -> Result<(), CollectError> {
    let mut left: BTreeMap<BookKey, Rows> = BTreeMap::new();
    for ((account, region, service, operation), calls) in not_asked {
        let key = book_key(account.as_str(), region.as_str(), service.as_str());
        let row = CoverageRow {
            account: account.clone(),
            region: region.clone(),
            service: service.clone(),
            operation: operation.clone(),
            outcomes: BTreeMap::from([(CallOutcome::Skipped, *calls)]),
            items: 0,
            example: None,
        };
        left.entry(key).or_default().insert(operation.clone(), row);
    }
    let keys: BTreeSet<BookKey> = shelf.books.keys().chain(left.keys()).cloned().collect();
    let mut incoming = shelf.open_incoming()?;
    for key in keys {
        let mut rows = left.remove(&key).unwrap_or_default();
        let path = shelf.file(&key);
        for line in shelf.lines(&key, incoming.as_mut())? {
            add(&mut rows, &shelf::reading(&line.text, &path)?);
        }
        rows.into_values().try_for_each(&mut *each)?;
    }
    Ok(())
}

fn add(rows: &mut Rows, reading: &Reading) {
    let row = rows
        .entry(reading.operation.clone())
        .or_insert_with(|| CoverageRow {
            account: reading.account.clone(),
            region: reading.region.clone(),
            service: reading.service.clone(),
            operation: reading.operation.clone(),
            outcomes: BTreeMap::new(),
            items: 0,
            example: None,
        });
    *row.outcomes.entry(reading.outcome).or_default() += 1;
    row.items += reading.items;
    let said = [&reading.code, &reading.message];
    let said: Vec<&str> = said.into_iter().flatten().map(String::as_str).collect();
    if row.example.is_none() && !said.is_empty() {
        row.example = Some(stanch_core::text::bounded(&said.join(": "), 200));
    }
}
