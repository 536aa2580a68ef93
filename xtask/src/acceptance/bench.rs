//! The library put to work: files in, analysis out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use stanch_core::finding::Finding;
use stanch_core::source::SourceReport;
use stanch_core::verdict::Analysis;
use stanch_core::{Coverage, Event, Severity};
use stanch_detect::{Engine, EngineConfig, Frame, Keep};
use stanch_trail::{Input, Limits, Reader};

use super::naming::Naming;
use crate::error::TaskError;
use crate::root::write;

/// Number of events that a finding may cite here: all of them, so that what was flagged can be counted.
const CITED: usize = 1_000_000;

/// Every detection, ready, and what is known about them from their source.
pub(super) struct Bench {
    engine: Engine,
    /// What the detections' own text says.
    pub(super) naming: Naming,
    scratch: tempfile::TempDir,
}

/// What one hunt gave.
pub(super) struct Hunted {
    /// Findings and cited events.
    pub(super) analysis: Analysis,
    /// What became of the inputs.
    pub(super) reports: Vec<SourceReport>,
}

impl Bench {
    /// With the built-in rules and detectors.
    pub(super) fn new() -> Result<Self, TaskError> {
        let config = EngineConfig {
            cited_limit: Some(CITED),
            ..EngineConfig::default()
        };
        Ok(Self {
            engine: Engine::new(config),
            naming: Naming::read()?,
            scratch: tempfile::tempdir()?,
        })
    }

    /// Hunts in files or folders.
    pub(super) fn hunt(&self, paths: &[PathBuf]) -> Hunted {
        let limits = Limits::default();
        let inputs: Vec<Input> = paths.iter().cloned().map(Input::Path).collect();
        let listing = stanch_trail::list(&inputs, &limits);
        let mut reports = listing.refused;
        let mut state = self.engine.new_state();
        let mut seen = BTreeSet::new();
        let mut reader = Reader::new(limits);
        for source in &listing.sources {
            let mut sink = |event: &Event<'_>| {
                if seen.insert(event.key) {
                    self.engine.observe(&mut state, event, Keep::Record);
                }
            };
            reports.push(reader.read(source, &mut sink));
        }
        let mut coverage = Coverage::default();
        for report in &reports {
            coverage.add_source(report);
        }
        let frame = Frame {
            coverage,
            source_paths: BTreeMap::new(),
            ..Frame::default()
        };
        Hunted {
            analysis: self.engine.conclude_held(state, frame),
            reports,
        }
    }

    /// Hunts in one record.
    pub(super) fn hunt_record(&self, record: &Value) -> Result<Hunted, TaskError> {
        let path = self.scratch.path().join("record.json");
        write(&path, record.to_string().as_bytes())?;
        Ok(self.hunt(&[path]))
    }
}

impl Hunted {
    /// Findings that count as one: low or graver.
    pub(super) fn alerts(&self) -> impl Iterator<Item = &Finding> {
        self.analysis
            .findings
            .iter()
            .filter(|finding| finding.severity >= Severity::Low)
    }

    /// The cited events' names without API date.
    pub(super) fn cited_calls<'h>(&'h self, finding: &'h Finding) -> impl Iterator<Item = &'h str> {
        finding
            .events
            .iter()
            .filter_map(|key| self.analysis.events.get(key))
            .map(|record| stanch_core::event::base_name(&record.name))
    }

    /// Number of events that were read, duplicates included.
    pub(super) fn events(&self) -> u64 {
        self.reports.iter().map(|report| report.events).sum()
    }

    /// Returns true when something was read, or the reason why not is named.
    pub(super) fn read_or_named(&self) -> bool {
        self.events() > 0
            || self
                .reports
                .iter()
                .any(|report| !report.is_complete() || report.skipped > 0)
    }

    /// Problems, in words.
    pub(super) fn problems(&self) -> String {
        let words: Vec<String> = self
            .reports
            .iter()
            .flat_map(|report| &report.problems)
            .map(|problem| format!("{:?}: {}", problem.kind, problem.detail))
            .collect();
        words.join("; ")
    }
}

/// Reads a file of one JSON value a line.
pub(super) fn json_lines(path: &Path) -> Result<Vec<Value>, TaskError> {
    crate::root::read(path)?
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).map_err(|error| unfit(path, &error)))
        .collect()
}

/// A file that is not what it should be.
pub(super) fn unfit(path: &Path, why: &dyn std::fmt::Display) -> TaskError {
    TaskError::Unfit(format!("{}: {why}", path.display()))
}
