//! The detonation logs: one technique each, hunted alone.

use std::path::Path;

use super::techniques::{Technique, named};
use super::{Bench, Line};
use crate::acceptance::bench::Hunted;
use crate::error::TaskError;
use crate::root::files;

const BAR: usize = 34;

/// One line: how many files give a finding that is about what was done.
pub(super) fn run(bench: &Bench, folder: &Path) -> Result<Vec<Line>, TaskError> {
    let paths = files(folder, &["json"])?;
    let mut misses = Vec::new();
    for path in &paths {
        let name = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        let Some(technique) = named(name) else {
            misses.push(format!("{name}: not in the table of techniques"));
            continue;
        };
        let hunted = bench.hunt(std::slice::from_ref(path));
        if !is_found(bench, &hunted, technique) {
            misses.push(format!("{name}: {}", said(&hunted)));
        }
    }
    let good = paths.len() - misses.len();
    Ok(vec![Line::count(
        "stratus: techniques found, each alone",
        good,
        paths.len(),
        BAR,
        misses,
    )])
}

/// Returns true when a finding cites one of the technique's calls and comes from a detection about that call.
fn is_found(bench: &Bench, hunted: &Hunted, technique: &Technique) -> bool {
    hunted.alerts().any(|finding| {
        hunted.cited_calls(finding).any(|call| {
            technique.calls.contains(&call) && bench.naming.is_about(finding.detection.as_str(), call)
        })
    })
}

/// What was found instead.
fn said(hunted: &Hunted) -> String {
    let findings: Vec<String> = hunted
        .analysis
        .findings
        .iter()
        .map(|finding| format!("{} ({})", finding.detection, finding.severity.as_str()))
        .collect();
    format!(
        "{} events, {}; found: {}",
        hunted.events(),
        hunted.problems(),
        findings.join(", ")
    )
}
