//! A database over parts that the store's own writer made.

#![expect(clippy::unwrap_used, reason = "a test that can't go on should end there")]

mod answers;
mod formats;
mod refusals;

use std::path::PathBuf;

use stanch_core::record::Location;
use stanch_core::verdict::{Conclusion, Verdict};
use stanch_core::{Analysis, Coverage, Event, EventKey, SourceId, Timestamp};
use stanch_query::{Database, Inputs, Options, QueryError};
use stanch_query_api::{Format, TableOptions};
use stanch_store::Writer;
use tempfile::TempDir;

/// Parts in a folder whose name would be a pattern if it were read as one.
pub(crate) struct Parts {
    folder: TempDir,
    paths: Vec<PathBuf>,
}

impl Parts {
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("case [1]*? %20 ä")
            .tempdir()
            .unwrap();
        Self {
            folder,
            paths: Vec::new(),
        }
    }

    /// One part of some events; those marked are written as earlier copies.
    pub(crate) fn add(&mut self, events: &[(Event<'_>, bool)]) {
        let path = self.folder.path().join(format!("part-{}", self.paths.len()));
        let mut writer = Writer::new(std::fs::File::create(&path).unwrap()).unwrap();
        for (event, is_copy) in events {
            if *is_copy {
                writer.add_copy(event).unwrap();
            } else {
                writer.add(event).unwrap();
            }
        }
        writer.finish().unwrap();
        self.paths.push(path);
    }

    pub(crate) fn database(&self, threads: usize) -> Database {
        self.bounded(threads, 256 << 20)
    }

    /// A database that may hold so many bytes.
    pub(crate) fn bounded(&self, threads: usize, memory: usize) -> Database {
        let inputs = Inputs {
            parts: self.paths.clone(),
            analysis: Box::new(|| Ok(analysis())),
            sources: Box::new(|| Ok(Vec::new())),
        };
        let options = Options { threads, memory };
        Database::open(inputs, options).unwrap()
    }

    pub(crate) fn ask(&self, sql: &str) -> Result<String, QueryError> {
        ask(&self.database(2), sql, &[], &Format::Csv)
    }
}

pub(crate) fn ask(
    database: &Database,
    sql: &str,
    parameters: &[(&str, &str)],
    format: &Format,
) -> Result<String, QueryError> {
    let parameters: Vec<(String, String)> = parameters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let mut out = Vec::new();
    database.run(sql, &parameters, format, &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

pub(crate) const TABLE: Format = Format::Table(TableOptions { width: 80, rows: 100 });

/// An event that is told from others by its number.
pub(crate) fn event(number: u32) -> Event<'static> {
    Event {
        key: EventKey(u128::from(number) << 64 | 7),
        time: Timestamp::from_seconds(1_772_719_331 + i64::from(number / 3)),
        source: "iam.amazonaws.com".into(),
        name: ["ListUsers", "CreateUser", "GetUser"][number as usize % 3].into(),
        region: "us-east-1".into(),
        account: "111122223333".into(),
        user_agent: format!("agent {}", number % 5).into(),
        request_json: format!(r#"{{"userName":"u{}","count":{number}}}"#, number % 4).into(),
        location: Location {
            source: SourceId(number / 10),
            member: 0,
            offset: u64::from(number),
        },
        ..Event::default()
    }
}

fn analysis() -> Analysis {
    Analysis {
        schema_version: Analysis::SCHEMA_VERSION,
        stanch_version: String::new(),
        now: None,
        country_table: String::new(),
        coverage: Coverage::default(),
        verdict: Verdict {
            conclusion: Conclusion::NothingFound,
            stories: Vec::new(),
            beside: Vec::new(),
            blind: Vec::new(),
            unknown: Vec::new(),
        },
        findings: Vec::new(),
        detections: std::collections::BTreeMap::new(),
        detections_run: 0,
        rules_refused: Vec::new(),
        events: std::collections::BTreeMap::new(),
        attacker_events: Vec::new(),
        attacker_event_count: 0,
        source_paths: std::collections::BTreeMap::new(),
        principals: Vec::new(),
        principal_count: 0,
        activity: Vec::new(),
        activity_bar_millis: 0,
    }
}
