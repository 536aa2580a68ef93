//! A made-up AWS account under attack, as the CloudTrail files it would have left in S3.
//!
//! For the demo, for tests of the whole program and for benchmarks. Everything is invented: accounts, keys and
//! names come from the seed, addresses from the ranges kept for documentation and benchmarks. The same options
//! give the same bytes. It must not know what any detection looks for: it tells a story, others judge it.

mod background;
mod calendar;
mod cast;
mod hostile;
mod incident;
mod layout;
mod options;
mod plan;
mod random;
mod record;
mod unit;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};

use crate::layout::Tree;
use crate::plan::Plan;
use crate::unit::{Unit, UnitReport};

pub use crate::options::Options;
pub use crate::random::Random;

/// The written files, and the true events in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The accounts, the attacked one first.
    pub accounts: Vec<String>,
    /// Files written, of every kind.
    pub files: u64,
    /// Distinct events in files that can be read whole.
    pub events: u64,
    /// Further copies of these events, from the second trail.
    pub duplicates: u64,
    /// The attacker's events, in the order of time. Empty without the incident.
    pub truth: Vec<TruthEvent>,
    /// Expected result of a responder. Empty without the incident.
    pub indicators: Indicators,
}

/// One event of the attacker.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TruthEvent {
    /// `eventTime`.
    pub time: String,
    /// `eventID`.
    pub event_id: String,
    /// `eventName`.
    pub name: String,
    /// Part of the story, as an ATT&CK tactic in kebab case.
    pub phase: String,
    /// ATT&CK technique.
    pub technique: String,
}

/// Credentials, resources and data that the attacker used, created and took.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicators {
    /// The IAM user whose key leaked.
    pub leaked_user: String,
    /// That key.
    pub leaked_key: String,
    /// Addresses the attacker came from.
    pub addresses: Vec<String>,
    /// The user the attacker made.
    pub created_user: String,
    /// The key the attacker made.
    pub created_key: String,
    /// The role the attacker made.
    pub created_role: String,
    /// The outside account that role trusts.
    pub outside_account: String,
    /// The function the attacker made.
    pub created_function: String,
    /// Machines the attacker started.
    pub instances: Vec<String>,
    /// Regions that only the attacker used.
    pub unused_regions: Vec<String>,
    /// The trail that was stopped.
    pub stopped_trail: String,
    /// The snapshot that was shared.
    pub shared_snapshot: String,
    /// The host whose credentials were used elsewhere.
    pub stolen_instance: String,
    /// The bucket that was read out.
    pub bucket: String,
    /// Objects read from it.
    pub objects_read: u64,
    /// Bytes read from it.
    pub bytes_read: u64,
}

/// Why a tree could not be written.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The start is no day.
    #[error("the start {0:?} is not a day like 2026-03-02")]
    Start(String),
    /// The folder has something in it already.
    #[error("{} is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// A file or folder could not be written.
    #[error("{}: {source}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A record could not be turned into JSON.
    #[error("a record could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// Writes the tree below a folder that is empty or not there yet.
///
/// # Errors
/// When the start is no day, the folder is not empty, or a file can't be written.
pub fn write(out: &Path, options: &Options) -> Result<Manifest, DemoError> {
    let plan = Plan::of(options)?;
    let tree = Tree::create(out)?;
    let units = Unit::all(&plan);
    let reports = run_all(&plan, &tree, &units)?;
    let mut manifest = Manifest {
        accounts: plan.casts.iter().map(|cast| cast.account.clone()).collect(),
        files: 0,
        events: 0,
        duplicates: 0,
        truth: plan.incident.truth.clone(),
        indicators: plan.incident.indicators.clone(),
    };
    for report in &reports {
        manifest.files += report.files;
        manifest.events += report.events;
        manifest.duplicates += report.duplicates;
    }
    manifest.files += layout::write_digests(&plan, &tree, &reports)?;
    if options.damaged {
        manifest.files += layout::write_damaged(&plan, &tree)?;
    }
    Ok(manifest)
}

/// Writes the units on as many threads as there are cores; the reports are in the order of the units.
fn run_all(plan: &Plan, tree: &Tree, units: &[Unit]) -> Result<Vec<UnitReport>, DemoError> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<UnitReport, DemoError>)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads.min(units.len()) {
            scope.spawn(|| {
                while let Some((index, unit)) = take(&next, units) {
                    let report = unit.write(plan, tree);
                    done.lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner)
                        .push((index, report));
                }
            });
        }
    });
    let mut reports = done
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    reports.sort_by_key(|(index, _)| *index);
    reports.into_iter().map(|(_, report)| report).collect()
}

fn take<'u>(next: &AtomicUsize, units: &'u [Unit]) -> Option<(usize, &'u Unit)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    units.get(index).map(|unit| (index, unit))
}

#[cfg(test)]
mod tests;
