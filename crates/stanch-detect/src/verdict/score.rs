//! How strongly a principal's findings speak for a takeover, and when.
//!
//! Breadth counts, not volume: several findings over the same event count once, and what lies far apart in time is
//! not added up.

use std::collections::BTreeSet;

use stanch_core::finding::Finding;
use stanch_core::verdict::Confidence;
use stanch_core::{EventKey, Severity, Tactic, Timestamp};

use super::Evidence;
use super::novelty::Novelty;

/// How far apart the acts of one takeover may lie when it is looked for. Real ones run minutes to hours; over a week,
/// the odd acts of any busy administrator add up to as much.
pub(super) const WINDOW: i64 = 24 * 3_600_000;
/// Number of windows that are tried per principal.
const WINDOWS: usize = 400;

/// Findings that speak for stolen credentials by themselves: the owner has no way to make such a call.
const CONCLUSIVE: [&str; 2] = [
    "ec2-instance-credentials-on-desktop",
    "instance-credentials-used-elsewhere",
];
/// Refused, then served after a change of the caller's own rights: with a new credential, one chain.
const ESCALATED: &str = "denied-then-granted";

/// The weight of findings within a window.
#[derive(Debug, Default, Clone)]
pub(super) struct Score {
    critical: u32,
    high: u32,
    medium: u32,
    grave_success: bool,
    conclusive: bool,
    escalated: bool,
    /// Something of it came from a place that is new for its credential.
    novel: bool,
    /// A credential was made from a place that is new for its maker, or was made in one place and read a mass from another.
    foothold: bool,
    tactics: BTreeSet<Tactic>,
}

/// When the densest window of a principal's findings begins, and its score; `None` when no window makes a story.
pub(super) fn densest(
    evidence: &Evidence<'_>,
    novelty: &Novelty,
    findings: &[&Finding],
) -> Option<(Timestamp, Score)> {
    let weighty: Vec<&Finding> = findings
        .iter()
        .copied()
        .filter(|finding| finding.severity >= Severity::Medium)
        .collect();
    if weighty.is_empty() {
        return None;
    }
    let mut starts: BTreeSet<Timestamp> = BTreeSet::new();
    for finding in &weighty {
        starts.extend(evidence.cited(finding).map(|record| record.time));
        starts.extend(finding.events.is_empty().then_some(finding.first));
    }
    // One window an hour is enough, and the newest are tried where there are too many.
    let mut hours: Vec<Timestamp> = starts.into_iter().collect();
    hours.dedup_by_key(|time| time.seconds().div_euclid(3600));
    let skipped = hours.len().saturating_sub(WINDOWS);
    let mut best: Option<(Timestamp, Score)> = None;
    for start in hours.into_iter().skip(skipped) {
        let score = Score::within(
            evidence,
            novelty,
            weighty.iter().copied(),
            start,
            start.plus_millis(WINDOW),
        );
        let Some(confidence) = score.confidence() else {
            continue;
        };
        let better = best.as_ref().is_none_or(|(_, known)| {
            (Some(confidence), score.weight()) > (known.confidence(), known.weight())
        });
        if better {
            best = Some((start, score));
        }
    }
    best
}

impl Score {
    /// The score of what findings cite between two moments. A finding counts only if it cites an event that no graver
    /// one has counted already.
    pub(super) fn within<'f>(
        evidence: &Evidence<'_>,
        novelty: &Novelty,
        findings: impl Iterator<Item = &'f Finding>,
        start: Timestamp,
        end: Timestamp,
    ) -> Self {
        let mut ordered: Vec<&Finding> = findings.collect();
        ordered.sort_by(|a, b| (b.severity, a.count, &a.id).cmp(&(a.severity, b.count, &b.id)));
        let mut score = Self::default();
        let mut counted: BTreeSet<EventKey> = BTreeSet::new();
        for finding in ordered {
            if finding.events.is_empty() {
                // Nothing of it could be kept to cite; its first moment stands for it.
                if (start..=end).contains(&finding.first) {
                    score.add(evidence, finding, finding.succeeded > 0);
                }
                continue;
            }
            let within: Vec<_> = evidence
                .cited(finding)
                .filter(|record| (start..=end).contains(&record.time))
                .collect();
            if within.iter().all(|record| counted.contains(&record.key)) {
                continue;
            }
            counted.extend(within.iter().map(|record| record.key));
            let succeeded = within.iter().any(|record| record.outcome.succeeded());
            score.novel |= succeeded && novelty.speaks(evidence, finding, &within);
            score.foothold |= novelty.haul(finding).is_some();
            score.foothold |= novelty.is_foothold(evidence, finding, &within);
            score.add(evidence, finding, succeeded);
        }
        score
    }

    fn add(&mut self, evidence: &Evidence<'_>, finding: &Finding, succeeded: bool) {
        match finding.severity {
            Severity::Critical => self.critical += 1,
            Severity::High => self.high += 1,
            Severity::Medium => self.medium += 1,
            Severity::Low | Severity::Informational => return,
        }
        let id = finding.detection.as_str();
        self.conclusive |= finding.severity >= Severity::High && succeeded && CONCLUSIVE.contains(&id);
        self.escalated |= id == ESCALATED && succeeded;
        self.grave_success |= finding.severity >= Severity::High && succeeded;
        if let Some(about) = evidence.about(finding) {
            self.tactics.extend(&about.tactics);
        }
    }

    /// How sure a takeover is, or `None` when these findings tell no such story.
    ///
    /// Thresholds were set so that two odd acts of an administrator make no takeover, and a chain of acts over several
    /// tactics with at least one grave success does.
    pub(super) fn confidence(&self) -> Option<Confidence> {
        let grave = self.critical + self.high;
        let breadth = self.tactics.len();
        if !self.grave_success {
            self.foothold.then_some(Confidence::Low)
        } else if grave >= 3 && breadth >= 3 || self.is_escalation_chain() {
            Some(Confidence::High)
        } else if grave >= 2 && grave + self.medium >= 4 && breadth >= 3
            || self.foothold
            || self.novel && (self.conclusive || grave + self.medium >= 2 && breadth >= 2)
        {
            Some(Confidence::Medium)
        } else if self.conclusive
            || (grave >= 2 && breadth >= 2)
            || (grave >= 1 && self.medium >= 2 && breadth >= 3)
        {
            Some(Confidence::Low)
        } else {
            None
        }
    }

    /// Refused, gave itself rights, was served, and made a credential to come back with.
    fn is_escalation_chain(&self) -> bool {
        self.escalated
            && self.critical + self.high >= 1
            && self.tactics.contains(&Tactic::PrivilegeEscalation)
            && self.tactics.contains(&Tactic::Persistence)
    }

    /// For ordering stories, the most severe first.
    pub(super) fn weight(&self) -> u32 {
        self.critical * 100 + self.high * 40 + self.medium * 10
    }
}
