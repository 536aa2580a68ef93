//! How strongly a principal's findings speak for a takeover.
//!
//! Breadth counts, not volume: a second finding of the same detection or tactic adds little.

use std::collections::BTreeSet;

use stanch_core::finding::Finding;
use stanch_core::verdict::Confidence;
use stanch_core::{Severity, Tactic, Timestamp};

use super::Evidence;

/// How far apart the findings of one takeover may begin. Real ones run minutes to hours; over a week, the odd acts of
/// any busy administrator add up to as much.
const WINDOW: i64 = 24 * 3_600_000;

/// When the densest window of a principal's findings begins, and its score; `None` when no window makes a story.
pub(super) fn densest(evidence: &Evidence<'_>, findings: &[&Finding]) -> Option<(Timestamp, Score)> {
    let grave = findings
        .iter()
        .filter(|finding| finding.severity >= Severity::Medium);
    let mut best: Option<(Timestamp, Score)> = None;
    for start in grave.map(|finding| finding.first) {
        let within = |finding: &&&Finding| (0..=WINDOW).contains(&finding.first.since(start));
        let score = Score::of(evidence, findings.iter().filter(within).copied());
        let rank =
            |score: &Score, start: Timestamp| (score.confidence(), score.weight(), std::cmp::Reverse(start));
        let better = best
            .as_ref()
            .is_none_or(|(at, known)| rank(&score, start) > rank(known, *at));
        if better && score.confidence().is_some() {
            best = Some((start, score));
        }
    }
    best
}

/// The weight of a principal's findings.
#[derive(Debug, Default)]
pub(super) struct Score {
    critical: u32,
    high: u32,
    medium: u32,
    grave_success: bool,
    tactics: BTreeSet<Tactic>,
}

impl Score {
    pub(super) fn of<'f>(evidence: &Evidence<'_>, findings: impl Iterator<Item = &'f Finding>) -> Self {
        let mut score = Self::default();
        for finding in findings {
            match finding.severity {
                Severity::Critical => score.critical += 1,
                Severity::High => score.high += 1,
                Severity::Medium => score.medium += 1,
                Severity::Low | Severity::Informational => continue,
            }
            score.grave_success |= finding.severity >= Severity::High && finding.succeeded > 0;
            if let Some(about) = evidence.about(finding) {
                score.tactics.extend(&about.tactics);
            }
        }
        score
    }

    /// How sure a takeover is, or `None` when these findings tell no such story.
    ///
    /// Thresholds were set so that one odd act of an administrator makes no story, and a chain of acts over
    /// several tactics with at least one grave success does.
    pub(super) fn confidence(&self) -> Option<Confidence> {
        let grave = self.critical + self.high;
        let breadth = self.tactics.len();
        if grave >= 3 && breadth >= 3 && self.grave_success {
            Some(Confidence::High)
        } else if grave >= 2 && breadth >= 2 && self.grave_success {
            Some(Confidence::Medium)
        } else if grave >= 1 && self.medium >= 2 && breadth >= 3 && self.grave_success {
            Some(Confidence::Low)
        } else {
            None
        }
    }

    /// For ordering stories, the gravest first.
    pub(super) fn weight(&self) -> u32 {
        self.critical * 100 + self.high * 40 + self.medium * 10
    }
}
