//! Bills as files: Cost and Usage Reports (legacy, 2.0) and FOCUS exports, in folders and archives, line by line.
//!
//! A line counts once: the manifest of a month names the files of the current delivery, one form of a month is read when
//! several are given, and a file that was given twice is read once. It must not know what a line means for an incident.

mod columns;
mod csv;
mod delivery;
mod manifest;
mod parquet;
mod part;
mod problem;

use std::collections::HashMap;
use std::fs::File;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Read as _};
use std::path::PathBuf;

use bytes::Bytes;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::line::Line;
use columns::Columns;
pub use columns::Form;
pub(crate) use columns::tag_key;
use delivery::Delivery;
use part::{Part, Place};
use problem::RowProblem;
pub use problem::{Problem, ProblemKind};

/// Bytes of a Parquet file inside an archive, which is held in memory.
const HELD: u64 = 512 << 20;
/// Lines of files without a manifest that are compared with those of other files.
const COMPARED: usize = 8_000_000;

/// A row of a file.
struct Delivered<'r> {
    line: Line,
    /// `LineItemId`: unique in one delivery.
    id: &'r str,
    /// Begin of the billing period, as written.
    period: &'r str,
    form: Form,
}

impl Delivered<'_> {
    /// Payer and month: `2026-03`.
    fn month(&self) -> (String, String) {
        let period = columns::time(self.period).unwrap_or(self.line.start).to_string();
        (
            self.line.payer.clone(),
            period.get(..7).unwrap_or_default().to_owned(),
        )
    }

    fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let line = &self.line;
        (
            self.id,
            &line.account,
            line.start,
            line.end,
            line.kind,
            &line.service,
            &line.usage_type,
        )
            .hash(&mut hasher);
        (
            &line.operation,
            &line.region,
            &line.resource,
            line.amount,
            line.cost,
            &line.description,
        )
            .hash(&mut hasher);
        hasher.finish()
    }
}

type RowSink<'s> = dyn FnMut(Result<Delivered<'_>, RowProblem>) -> io::Result<()> + 's;

/// Reads a part; none when it is no bill.
fn read(part: &Part, sink: &mut RowSink<'_>) -> io::Result<Option<Columns>> {
    if !part.is_parquet() {
        return part.with(|bytes| csv::read(bytes, sink));
    }
    if part.place == Place::File {
        return parquet::read(File::open(&part.path)?, sink);
    }
    let held = part.with(|bytes| {
        let mut held = Vec::new();
        bytes.take(HELD + 1).read_to_end(&mut held)?;
        Ok(held)
    })?;
    if held.len() as u64 > HELD {
        return Err(io::Error::from(io::ErrorKind::FileTooLarge));
    }
    parquet::read(Bytes::from(held), sink)
}

/// A file that lines were read from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct BillFile {
    /// Path; escape it where it is shown.
    pub path: String,
    /// SHA-256 of the file on disk, in hexadecimal digits.
    pub sha256: String,
}

/// A bill whose files were found.
#[derive(Debug)]
pub struct Bill {
    deliveries: Vec<Delivery>,
    problems: Vec<Problem>,
    set_aside: Vec<String>,
}

/// Result of reading all lines.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Reading {
    /// Lines that count.
    pub lines: u64,
    /// Lines left out since another file has the same.
    pub repeated: u64,
    /// Problems; each leaves lines out.
    pub problems: Vec<Problem>,
}

impl Bill {
    /// Finds the files of a bill below paths.
    #[must_use]
    pub fn find(paths: &[PathBuf]) -> Self {
        let (mut parts, mut problems) = (Vec::new(), Vec::new());
        for path in paths {
            part::below(path, &mut parts, &mut problems);
        }
        parts.sort();
        parts.dedup();
        let mut bill = Self {
            deliveries: Vec::new(),
            problems,
            set_aside: Vec::new(),
        };
        delivery::choose(&parts, &mut bill);
        if bill.deliveries.is_empty() {
            bill.problems.extend(paths.iter().map(|path| Problem {
                kind: ProblemKind::NoBill,
                path: path.to_string_lossy().into_owned(),
                rows: 0,
            }));
        }
        bill
    }

    /// Returns whether no file of a known form was found.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.deliveries.is_empty()
    }

    /// Returns files that were given and not read: earlier deliveries, other forms of the same month.
    #[must_use]
    pub fn set_aside(&self) -> &[String] {
        &self.set_aside
    }

    /// Returns the forms of the files.
    #[must_use]
    pub fn forms(&self) -> Vec<Form> {
        let mut forms: Vec<Form> = self.deliveries.iter().map(|delivery| delivery.form).collect();
        forms.sort();
        forms.dedup();
        forms
    }

    /// Computes the digests of the files.
    ///
    /// # Errors
    /// When a file can't be read.
    pub fn files(&self) -> io::Result<Vec<BillFile>> {
        let mut paths: Vec<&PathBuf> = self
            .deliveries
            .iter()
            .flat_map(|delivery| &delivery.parts)
            .map(|part| &part.path)
            .collect();
        paths.sort();
        paths.dedup();
        let digest = |path: &PathBuf| {
            let mut hash = Sha256::new();
            let mut file = File::open(path)?;
            let mut buffer = vec![0; 1 << 16];
            loop {
                match file.read(&mut buffer)? {
                    0 => break,
                    read => hash.update(&buffer[..read]),
                }
            }
            Ok(BillFile {
                path: path.to_string_lossy().into_owned(),
                sha256: hex::encode(hash.finalize()),
            })
        };
        paths.into_iter().map(digest).collect()
    }

    /// Calls `each` with every line that counts, file by file.
    pub fn each(&self, each: &mut dyn FnMut(&Line)) -> Reading {
        let mut reading = Reading {
            problems: self.problems.clone(),
            ..Reading::default()
        };
        for delivery in &self.deliveries {
            let mut seen: HashMap<u64, usize> = HashMap::new();
            for (number, part) in delivery.parts.iter().enumerate() {
                let is_compared = !delivery.is_vouched && delivery.parts.len() > 1;
                self.part(delivery, part, &mut reading, &mut |row, reading| {
                    if is_compared && (seen.len() < COMPARED || seen.contains_key(&row.hash())) {
                        let first = *seen.entry(row.hash()).or_insert(number);
                        if first != number {
                            reading.repeated += 1;
                            return;
                        }
                    }
                    reading.lines += 1;
                    each(&row.line);
                });
            }
        }
        reading.problems.sort();
        reading.problems.dedup();
        reading
    }

    fn part(
        &self,
        delivery: &Delivery,
        part: &Part,
        reading: &mut Reading,
        each: &mut dyn FnMut(&Delivered<'_>, &mut Reading),
    ) {
        let mut bad = 0;
        let mut month = None;
        let read = read(part, &mut |row| {
            match row {
                Ok(row) => {
                    // Lines of a period follow each other: the month is computed when the period changes.
                    let is_known =
                        month
                            .as_ref()
                            .is_some_and(|(period, payer, _): &(String, String, bool)| {
                                period == row.period && *payer == row.line.payer
                            });
                    if !is_known {
                        let counts = delivery.counts(&row.month());
                        month = (!row.period.is_empty())
                            .then(|| (row.period.to_owned(), row.line.payer.clone(), counts));
                        if counts {
                            each(&row, reading);
                        }
                    } else if month.as_ref().is_some_and(|(_, _, counts)| *counts) {
                        each(&row, reading);
                    }
                }
                Err(_) => bad += 1,
            }
            Ok(())
        });
        let problem = |kind: ProblemKind, rows: u64| Problem {
            kind,
            path: part.name.clone(),
            rows,
        };
        match read {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                reading.problems.push(problem(ProblemKind::TooLarge, 0));
            }
            Err(_) => reading.problems.push(problem(ProblemKind::Damaged, 0)),
        }
        if bad > 0 {
            reading.problems.push(problem(ProblemKind::BadRows, bad));
        }
    }
}
