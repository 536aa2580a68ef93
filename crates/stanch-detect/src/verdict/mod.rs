//! From findings to an answer: who was taken over, since when, what they did, what is not known.
//!
//! A detection is not an alert. Findings are joined into stories by exact links only (a user made, a role
//! assumed), each sentence rests on a finding, and what was not looked at is said. It must not see events
//! that no finding cites.

mod blind;
mod how;
mod left;
mod lineage;
mod score;
mod story;
mod took;

use std::collections::BTreeMap;

use stanch_core::coverage::Coverage;
use stanch_core::finding::{DetectionAbout, Finding};
use stanch_core::verdict::{Conclusion, Confidence, Verdict};
use stanch_core::{DetectionId, EventKey, EventRecord, Severity};

use crate::activity::Activity;
use crate::network::Networks;

/// What a verdict rests on.
pub(crate) struct Evidence<'e> {
    pub(crate) findings: &'e [Finding],
    pub(crate) detections: &'e BTreeMap<DetectionId, DetectionAbout>,
    pub(crate) events: &'e BTreeMap<EventKey, EventRecord>,
    pub(crate) coverage: &'e Coverage,
    pub(crate) activity: &'e Activity,
    pub(crate) networks: &'e Networks,
    /// Detections that met more than they could remember.
    pub(crate) overflowed: &'e [String],
}

impl<'e> Evidence<'e> {
    /// The cited events of a finding, earliest first.
    fn cited(&self, finding: &'e Finding) -> impl Iterator<Item = &'e EventRecord> {
        finding.events.iter().filter_map(|key| self.events.get(key))
    }

    fn about(&self, finding: &Finding) -> Option<&'e DetectionAbout> {
        self.detections.get(&finding.detection)
    }
}

/// Draws the conclusion.
pub(crate) fn conclude(evidence: &Evidence<'_>) -> Verdict {
    let stories = story::tell(evidence);
    let told = |finding: &Finding| stories.iter().any(|story| story.findings.contains(&finding.id));
    let beside: Vec<_> = evidence
        .findings
        .iter()
        .filter(|finding| finding.severity >= Severity::Medium && !told(finding))
        .map(|finding| finding.id.clone())
        .collect();
    let sure = stories.iter().any(|story| story.confidence >= Confidence::Medium);
    let conclusion = if evidence.coverage.events == 0 {
        Conclusion::Unknown
    } else if sure {
        Conclusion::Compromised
    } else if !stories.is_empty() || !beside.is_empty() {
        Conclusion::Suspicious
    } else {
        Conclusion::NothingFound
    };
    Verdict {
        conclusion,
        stories,
        beside,
        blind: blind::windows(evidence),
        unknown: blind::unknowns(evidence),
    }
}
