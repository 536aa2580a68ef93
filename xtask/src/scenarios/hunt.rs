//! Records written as CloudTrail files, and hunted through.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use stanch_core::Timestamp;
use stanch_core::ports::{Clock, Progress};
use stanch_core::verdict::Analysis;
use stanch_detect::{Engine, EngineConfig};
use stanch_hunt::{Elsewhere, Fetched, HuntInput};
use stanch_trail::{Context, Limits, Source};

use crate::error::TaskError;

/// The library, with or without some detections.
pub(super) struct Hunter {
    engine: Engine,
}

/// Everything lies on this disk, nobody watches, and no time passes.
struct Alone;

impl Elsewhere for Alone {
    fn fetch(&self, _: &[&Source], _: Fetched<'_>) {}
}

impl Progress for Alone {
    fn expect(&self, _: u64, _: u64) {}
    fn done(&self, _: u64, _: u64) {}
}

impl Clock for Alone {
    fn now(&self) -> Timestamp {
        Timestamp(0)
    }
}

impl Hunter {
    /// All detections but these.
    pub(super) fn new(without: BTreeSet<String>) -> Self {
        Self {
            engine: Engine::new(EngineConfig {
                without,
                ..EngineConfig::default()
            }),
        }
    }

    /// Hunts through records.
    pub(super) fn hunt(&self, records: &[Value]) -> Result<Analysis, TaskError> {
        let folder = tempfile::tempdir()?;
        write_records(folder.path(), records)?;
        let limits = Limits::default();
        let (listing, _) = stanch_hunt::list(&[folder.path().to_owned()], &[], &limits)
            .map_err(|error| TaskError::Unfit(error.to_string()))?;
        let input = HuntInput {
            listing,
            engine: &self.engine,
            limits,
            context: Context::default(),
            threads: 1,
            progress: &Alone,
            clock: &Alone,
            now: None,
            cited_before: BTreeMap::new(),
            elsewhere: &Alone,
        };
        stanch_hunt::run(input, None).map_err(|error| TaskError::Unfit(error.to_string()))
    }
}

/// Writes one file per account.
pub(super) fn write_records(folder: &Path, records: &[Value]) -> Result<(), TaskError> {
    let mut accounts: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for record in records {
        let account = record["recipientAccountId"].as_str().unwrap_or("none");
        accounts.entry(account).or_default().push(record);
    }
    std::fs::create_dir_all(folder).map_err(TaskError::file(folder))?;
    for (account, records) in accounts {
        let path = folder.join(format!("{account}_CloudTrail.json"));
        crate::root::write(&path, json!({"Records": records}).to_string().as_bytes())?;
    }
    Ok(())
}
