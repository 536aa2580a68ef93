//! A real hour of one account: attacks, their preparation by infrastructure code, and people at work, all by
//! label.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use stanch_core::Severity;

use super::bench::{Hunted, json_lines};
use super::techniques::{named, same_base};
use super::{Bar, Bench, Line};
use crate::error::TaskError;

const TECHNIQUES_BAR: usize = 24;
const BENIGN_BAR: f64 = 2.0;
const WARM_UP_BAR: f64 = 5.0;

/// Event ids by phase, and those of attacks by technique.
#[derive(Default)]
struct Labels {
    phases: BTreeMap<String, BTreeSet<String>>,
    techniques: BTreeMap<String, BTreeSet<String>>,
}

/// Techniques found, and how much of the harmless is flagged.
pub(super) fn run(bench: &Bench, folder: &Path) -> Result<Vec<Line>, TaskError> {
    let labels = labels(&folder.join("labels.jsonl"))?;
    let hunted = bench.hunt(&[folder.join("CloudTrail")]);
    Ok(vec![
        techniques(&labels, &hunted),
        flagged(&labels, &hunted, "benign", BENIGN_BAR),
        flagged(&labels, &hunted, "warmup-noise", WARM_UP_BAR),
    ])
}

fn labels(path: &Path) -> Result<Labels, TaskError> {
    let mut labels = Labels::default();
    for line in json_lines(path)? {
        let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        let (id, phase) = (text("eventID"), text("phase"));
        if phase == "attack" {
            labels
                .techniques
                .entry(text("technique"))
                .or_default()
                .insert(id.clone());
        }
        labels.phases.entry(phase).or_default().insert(id);
    }
    Ok(labels)
}

/// The ids of the events a finding cites.
fn cited<'h>(hunted: &'h Hunted, finding: &'h stanch_core::Finding) -> impl Iterator<Item = &'h str> {
    finding
        .events
        .iter()
        .filter_map(|key| hunted.analysis.events.get(key))
        .map(|record| record.event_id.as_str())
}

fn techniques(labels: &Labels, hunted: &Hunted) -> Line {
    let mut misses = Vec::new();
    for (name, ids) in &labels.techniques {
        let fitting = named(name).map_or(&[][..], |technique| technique.attack);
        let mut near = BTreeSet::new();
        let found = hunted.alerts().any(|finding| {
            if !cited(hunted, finding).any(|id| ids.contains(id)) {
                return false;
            }
            let about = hunted.analysis.detections.get(&finding.detection);
            let techniques = about.map_or(&[][..], |about| about.techniques.as_slice());
            near.extend(
                techniques
                    .iter()
                    .map(|id| format!("{} {}", finding.detection, id.as_str())),
            );
            techniques
                .iter()
                .any(|id| fitting.iter().any(|fit| same_base(id.as_str(), fit)))
        });
        if !found {
            let near: Vec<String> = near.into_iter().collect();
            misses.push(format!(
                "{name} ({}): only {}",
                fitting.join(", "),
                near.join(", ")
            ));
        }
    }
    let whole = labels.techniques.len();
    Line::count(
        "invictus: techniques found",
        whole - misses.len(),
        whole,
        TECHNIQUES_BAR,
        misses,
    )
}

fn flagged(labels: &Labels, hunted: &Hunted, phase: &str, bar: f64) -> Line {
    let none = BTreeSet::new();
    let ids = labels.phases.get(phase).unwrap_or(&none);
    let mut flagged = BTreeSet::new();
    let mut by_detection: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let grave = hunted
        .alerts()
        .filter(|finding| finding.severity >= Severity::Medium);
    for finding in grave {
        for id in cited(hunted, finding).filter(|id| ids.contains(*id)) {
            flagged.insert(id);
            by_detection
                .entry(finding.detection.as_str())
                .or_default()
                .insert(id);
        }
    }
    let misses = by_detection
        .into_iter()
        .map(|(detection, ids)| format!("{detection}: {} events", ids.len()))
        .collect();
    let name = format!("invictus: {phase} events flagged medium or graver");
    Line::share(&name, flagged.len(), ids.len(), Bar::AtMost(bar), misses)
}
