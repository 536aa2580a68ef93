//! From findings to an answer: who was taken over, since when, what they did, what is not known.
//!
//! Findings choose the malicious credentials; the attribution of events ([`crate::attacker`]) makes the list that every
//! statement is computed from. Findings are joined by exact links only (a user created, a role assumed), and what was not
//! recorded is said.

mod blind;
mod how;
mod keys;
mod left;
mod novelty;
mod routine;
mod score;
mod seed;
mod story;
mod took;

pub(crate) use novelty::raise;
pub(crate) use routine::Lowered;

use std::collections::BTreeMap;

use stanch_core::coverage::Coverage;
use stanch_core::finding::{DetectionAbout, Finding};
use stanch_core::verdict::{Conclusion, Confidence, Verdict};
use stanch_core::{AttackerEvent, DetectionId, EventKey, EventRecord, FindingId, Severity};
use stanch_lineage::Family;

use crate::activity::Activity;
use crate::attacker::{Following, Tracker};
use crate::declared::Declared;
use crate::network::Networks;

/// What a verdict rests on.
pub(crate) struct Evidence<'e> {
    /// Statements of the responder.
    pub(crate) declared: &'e Declared,
    pub(crate) findings: &'e [Finding],
    pub(crate) detections: &'e BTreeMap<DetectionId, DetectionAbout>,
    pub(crate) events: &'e BTreeMap<EventKey, EventRecord>,
    pub(crate) coverage: &'e Coverage,
    pub(crate) activity: &'e Activity,
    pub(crate) networks: &'e Networks,
    /// Who opened and created whom.
    pub(crate) family: &'e Family,
    /// Events of those who may be the attacker's.
    pub(crate) tracker: &'e Tracker,
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

/// A verdict with the events that it rests on.
pub(crate) struct Concluded {
    pub(crate) verdict: Verdict,
    pub(crate) events: Vec<AttackerEvent>,
    pub(crate) event_count: u64,
    /// Findings outside of stories that are usual work of their principal, with the reason.
    pub(crate) routine: BTreeMap<FindingId, Lowered>,
}

/// Whose events must be read again before a conclusion: everybody linked to findings that make an attack.
pub(crate) fn follow(evidence: &Evidence<'_>) -> Following {
    let keys: std::collections::BTreeSet<EventKey> = seed::all(evidence)
        .into_iter()
        .flat_map(|seed| seed.cited)
        .collect();
    let suspects = &evidence.declared.suspects;
    let named = evidence.activity.principals_of(suspects);
    Following::of(
        evidence.family,
        keys.iter().filter_map(|key| evidence.events.get(key)),
        named,
    )
    .and(suspects)
}

/// Draws the conclusion.
pub(crate) fn conclude(evidence: &Evidence<'_>) -> Concluded {
    let story::Told {
        stories,
        events,
        event_count,
    } = story::tell(evidence);
    let told = |finding: &Finding| stories.iter().any(|story| story.findings.contains(&finding.id));
    let routine = routine::of(evidence, told);
    let beside: Vec<_> = evidence
        .findings
        .iter()
        .filter(|finding| finding.severity >= Severity::Medium && !told(finding))
        .filter(|finding| {
            routine
                .get(&finding.id)
                .is_none_or(|lowered| lowered.severity >= Severity::Medium)
        })
        .map(|finding| finding.id.clone())
        .collect();
    let sure = stories.iter().any(|story| story.confidence >= Confidence::Medium);
    let conclusion = if evidence.coverage.judged_events() == 0 {
        Conclusion::Unknown
    } else if sure {
        Conclusion::Compromised
    } else if !stories.is_empty() || !beside.is_empty() {
        Conclusion::Suspicious
    } else {
        Conclusion::NothingFound
    };
    Concluded {
        verdict: Verdict {
            conclusion,
            stories,
            beside,
            blind: blind::windows(evidence),
            unknown: blind::unknowns(evidence),
        },
        events,
        event_count,
        routine,
    }
}
