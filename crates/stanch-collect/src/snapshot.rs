//! A snapshot opened for judging, finished or not.
//!
//! Readings are read from disk when they are asked for: a snapshot may be larger than memory. It must not know what they mean.

use std::path::{Path, PathBuf};

use serde_json::Value;
use stanch_core::snapshot::{CollectCoverage, SnapshotManifest};
use stanch_core::{AccountId, CallOutcome, OperationName, Reading, RegionName, ServiceName};

use crate::coverage;
use crate::error::CollectError;
use crate::files::safe_name;
use crate::shelf::{self, BookKey, COVERAGE, Shelf, damaged};
use crate::store::read_manifest;

/// A snapshot on disk.
#[derive(Debug, Clone)]
pub struct Snapshot {
    folder: PathBuf,
    manifest: SnapshotManifest,
    shelf: Shelf,
}

/// Filter of readings; `None` matches any.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Of this account.
    pub account: Option<AccountId>,
    /// Of this region.
    pub region: Option<RegionName>,
    /// Of this service.
    pub service: Option<ServiceName>,
    /// Of this operation.
    pub operation: Option<OperationName>,
}

impl Wanted {
    /// All readings of an operation.
    #[must_use]
    pub fn of(service: &str, operation: &str) -> Self {
        Self {
            service: Some(service.into()),
            operation: Some(operation.into()),
            ..Self::default()
        }
    }

    /// Only of an account.
    #[must_use]
    pub fn account(mut self, account: &AccountId) -> Self {
        self.account = Some(account.clone());
        self
    }

    /// Only of a region.
    #[must_use]
    pub fn region(mut self, region: &RegionName) -> Self {
        self.region = Some(region.clone());
        self
    }

    fn is_in(&self, key: &BookKey) -> bool {
        let fits = |wanted: Option<&str>, found: &str| {
            wanted.is_none_or(|wanted| wanted == found || safe_name(wanted) == found)
        };
        fits(self.account.as_ref().map(AccountId::as_str), &key.0)
            && fits(self.region.as_ref().map(RegionName::as_str), &key.1)
            && fits(self.service.as_ref().map(ServiceName::as_str), &key.2)
    }
}

/// A thing that a reading lists, and where it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: RegionName,
    /// The parameters of the call: what the thing belongs to, where the answer does not say.
    pub params: Value,
    /// The thing.
    pub value: Value,
}

impl Snapshot {
    /// Opens a snapshot's folder. One that was interrupted is read as far as it goes.
    ///
    /// # Errors
    /// When there is none, it is damaged, or a newer version wrote it.
    pub fn open(folder: &Path) -> Result<Self, CollectError> {
        let manifest = read_manifest(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            manifest,
            shelf: Shelf::scan(folder)?,
        })
    }

    /// Services that were read, by account and region.
    pub(crate) fn books(&self) -> impl Iterator<Item = &BookKey> {
        self.shelf.books.keys()
    }

    /// Its header.
    #[must_use]
    pub const fn manifest(&self) -> &SnapshotManifest {
        &self.manifest
    }

    /// Folder of the snapshot.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns true when everything asked for was answered or given up; otherwise it was interrupted.
    #[must_use]
    pub const fn is_finished(&self) -> bool {
        self.manifest.ended.is_some()
    }

    /// Its coverage.
    ///
    /// # Errors
    /// When a file can't be read.
    pub fn coverage(&self) -> Result<CollectCoverage, CollectError> {
        let path = self.folder.join(COVERAGE);
        if self.shelf.incoming().exists() || !path.exists() {
            return coverage::table(&self.shelf, &self.manifest.scope);
        }
        let bytes = std::fs::read(&path).map_err(CollectError::io("read", &path))?;
        serde_json::from_slice(&bytes).map_err(damaged(&path, "coverage of a snapshot"))
    }

    /// Hears all wanted readings, sorted by account, region, service, operation and parameters.
    ///
    /// # Errors
    /// When a file can't be read, or what the listener returns.
    pub fn each<E: From<CollectError>>(
        &self,
        wanted: &Wanted,
        mut hear: impl FnMut(Reading) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut incoming = self.shelf.open_incoming()?;
        for key in self.shelf.books.keys().filter(|key| wanted.is_in(key)) {
            let path = self.shelf.file(key);
            for line in self.shelf.lines(key, incoming.as_mut())? {
                let is_wanted = wanted
                    .operation
                    .as_ref()
                    .is_none_or(|operation| operation.as_str() == line.operation);
                if is_wanted {
                    hear(shelf::reading(&line.text, &path)?)?;
                }
            }
        }
        Ok(())
    }

    /// All wanted readings.
    ///
    /// # Errors
    /// When a file can't be read.
    pub fn readings(&self, wanted: &Wanted) -> Result<Vec<Reading>, CollectError> {
        let mut readings = Vec::new();
        self.each(wanted, |reading| {
            readings.push(reading);
            Ok::<(), CollectError>(())
        })?;
        Ok(readings)
    }

    /// All things at a path (such as `Reservations[].Instances[]`) of all wanted readings.
    ///
    /// # Errors
    /// When a file can't be read.
    pub fn items(&self, wanted: &Wanted, path: &str) -> Result<Vec<Item>, CollectError> {
        let path = stanch_core::json_path::Path::parse(path);
        let mut items = Vec::new();
        self.each(wanted, |reading| {
            for value in path.find(&reading.body) {
                items.push(Item {
                    account: reading.account.clone(),
                    region: reading.region.clone(),
                    params: reading.params.clone(),
                    value: value.clone(),
                });
            }
            Ok::<(), CollectError>(())
        })?;
        Ok(items)
    }

    /// Whether all wanted calls are answered: at least one was made, and none was denied, throttled, failed or left out.
    /// Only then does an absence mean that there is nothing.
    ///
    /// # Errors
    /// When a file can't be read.
    pub fn is_known(&self, wanted: &Wanted) -> Result<bool, CollectError> {
        let fits = |name: Option<&str>, found: &str| name.is_none_or(|name| name == found);
        let coverage = self.coverage()?;
        let mut rows = coverage
            .rows
            .iter()
            .filter(|row| {
                fits(
                    wanted.account.as_ref().map(AccountId::as_str),
                    row.account.as_str(),
                ) && fits(
                    wanted.region.as_ref().map(RegionName::as_str),
                    row.region.as_str(),
                ) && fits(
                    wanted.service.as_ref().map(ServiceName::as_str),
                    row.service.as_str(),
                ) && fits(
                    wanted.operation.as_ref().map(OperationName::as_str),
                    row.operation.as_str(),
                )
            })
            .peekable();
        Ok(rows.peek().is_some()
            && rows.all(|row| row.outcomes.keys().all(|outcome| CallOutcome::is_known(*outcome))))
    }
}
