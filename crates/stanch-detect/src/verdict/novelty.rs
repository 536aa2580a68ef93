//! Places that are new for the credentials used there: weak alone, strong together with a change of high severity.
//!
//! A network that is new for many principals at once is a move of the owners, and speaks for nothing. It must not attribute
//! events.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::dossier::Derivation;
use stanch_core::finding::{Fact, Finding};
use stanch_core::{EventKey, EventRecord, FindingId, Severity, Tactic, Timestamp};

use super::Evidence;

/// Findings that a credential was used from a place where it was never used before.
const NOVEL: [&str; 3] = [
    "first-seen-network",
    "first-seen-country",
    "key-used-from-two-places",
];
/// Findings that data was read in a mass.
const HAULS: [&str; 2] = ["mass-object-reads", "mass-secret-reads"];
/// Number of principals that come from a network for the first time, above which people moved, and no attacker came.
const MOVED: usize = 3;
/// Networks that credentials were used from for the first time.
#[derive(Debug, Default)]
pub(super) struct Novelty {
    /// Principals that are new there, by network.
    principals: BTreeMap<String, BTreeSet<String>>,
    /// Principals that made a credential from there.
    footholds: BTreeSet<(String, String)>,
    /// Findings that data was read in a mass with a key that was made shortly before from another network, and the event
    /// that made the key.
    hauls: BTreeMap<FindingId, EventKey>,
}

impl Novelty {
    /// Of all findings.
    pub(super) fn of(evidence: &Evidence<'_>) -> Self {
        let mut novelty = Self::default();
        let network = |record: &EventRecord| evidence.networks.network_key(&record.source_address);
        for finding in evidence.findings {
            let principal = &finding.principal.key;
            if NOVEL.contains(&finding.detection.as_str()) && finding.severity >= Severity::Low {
                for record in evidence.cited(finding) {
                    let known = novelty.principals.entry(network(record)).or_default();
                    known.insert(principal.clone());
                }
            }
        }
        for finding in evidence.findings {
            let persists = evidence
                .about(finding)
                .is_some_and(|about| about.tactics.contains(&Tactic::Persistence));
            if !persists || finding.severity < Severity::Low {
                continue;
            }
            let principal = &finding.principal.key;
            let made = evidence
                .cited(finding)
                .filter(|record| record.outcome.succeeded());
            let from: BTreeSet<String> = made
                .map(network)
                .filter(|network| novelty.is_new(network))
                .collect();
            let own = |network: &String| {
                novelty
                    .principals
                    .get(network)
                    .is_some_and(|known| known.contains(principal))
            };
            let own: Vec<String> = from.into_iter().filter(own).collect();
            novelty
                .footholds
                .extend(own.into_iter().map(|network| (principal.clone(), network)));
        }
        for finding in evidence.findings.iter().filter(|finding| is_haul(finding)) {
            if let Some(made) = key_from_elsewhere(evidence, finding) {
                novelty.hauls.insert(finding.id.clone(), made);
            }
        }
        novelty
    }

    /// The event that made the key of a mass read, where it was made from another network.
    pub(super) fn haul(&self, finding: &Finding) -> Option<EventKey> {
        self.hauls.get(&finding.id).copied()
    }

    /// True for a network that is new for one or two principals, not for everybody.
    fn is_new(&self, network: &str) -> bool {
        self.principals
            .get(network)
            .is_some_and(|principals| principals.len() < MOVED)
    }

    /// True when what a finding cites came from a new place; the finding of the place itself adds nothing.
    pub(super) fn speaks(&self, evidence: &Evidence<'_>, finding: &Finding, within: &[&EventRecord]) -> bool {
        !is_of_places(finding)
            && within
                .iter()
                .any(|record| self.is_new(&evidence.networks.network_key(&record.source_address)))
    }

    /// True for the finding of a new place from which its principal made a credential.
    pub(super) fn is_foothold(
        &self,
        evidence: &Evidence<'_>,
        finding: &Finding,
        within: &[&EventRecord],
    ) -> bool {
        is_of_places(finding)
            && within.iter().any(|record| {
                let network = evidence.networks.network_key(&record.source_address);
                self.footholds.contains(&(finding.principal.key.clone(), network))
            })
    }
}

/// True for findings of many objects or secrets read.
pub(super) fn is_haul(finding: &Finding) -> bool {
    finding.severity >= Severity::Medium && HAULS.contains(&finding.detection.as_str())
}

/// The event that made the key which a finding is about, less than a month before and from another network.
fn key_from_elsewhere(evidence: &Evidence<'_>, finding: &Finding) -> Option<EventKey> {
    let network = |record: &EventRecord| evidence.networks.network_key(&record.source_address);
    let (made, used) = new_key(evidence, finding)?;
    (network(made) != network(used)).then_some(made.key)
}

/// The event that made the key which a finding is about, less than a month before, and a use of it.
pub(super) fn new_key<'e>(
    evidence: &Evidence<'e>,
    finding: &'e Finding,
) -> Option<(&'e EventRecord, &'e EventRecord)> {
    const MONTH: i64 = 30 * 86_400_000;
    let used = evidence.cited(finding).next()?;
    let made = evidence.family.links_to(&used.access_key_id).find_map(|link| {
        let made = evidence.events.get(&link.event?)?;
        (link.how == Derivation::Created && used.time.since(made.time) <= MONTH).then_some(made)
    })?;
    Some((made, used))
}

/// True for findings that a principal used a client or place that is new for it.
pub(super) fn is_of_news(finding: &Finding) -> bool {
    is_of_places(finding) || finding.detection.as_str() == "first-seen-agent"
}

/// Raises the severity of mass reads by a principal that came with a new client or from a new place at that time.
pub(crate) fn raise(findings: &mut [Finding]) {
    const NEAR: i64 = 86_400_000 / 2;
    let news: Vec<(String, Timestamp, Timestamp)> = findings
        .iter()
        .filter(|finding| is_of_news(finding))
        .map(|finding| (finding.principal.key.clone(), finding.first, finding.last))
        .collect();
    for finding in findings {
        let is_low_haul = finding.severity == Severity::Low && HAULS.contains(&finding.detection.as_str());
        let is_new = news.iter().any(|(principal, first, last)| {
            *principal == finding.principal.key
                && *first <= finding.last.plus_millis(NEAR)
                && *last >= finding.first.plus_millis(-NEAR)
        });
        if is_low_haul && is_new {
            finding.severity = Severity::Medium;
            finding.facts.push(Fact::new(
                "severity raised",
                "The principal used a client or network that was new for it at that time.",
            ));
        }
    }
}

/// True for findings that say only that a credential was used from a new place.
pub(super) fn is_of_places(finding: &Finding) -> bool {
    NOVEL.contains(&finding.detection.as_str())
}
