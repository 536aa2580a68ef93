//! Places that are new for the credentials used there: weak alone, strong together with a change of high severity.
//!
//! A network that is new for many principals at once is a move of the owners, and speaks for nothing. It must not attribute
//! events.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::finding::Finding;
use stanch_core::{EventRecord, Severity, Tactic};

use super::Evidence;

/// Findings that a credential was used from a place where it was never used before.
const NOVEL: [&str; 3] = [
    "first-seen-network",
    "first-seen-country",
    "key-used-from-two-places",
];
/// Number of principals that come from a network for the first time, above which people moved, and no attacker came.
const MOVED: usize = 3;
/// Networks that credentials were used from for the first time.
#[derive(Debug, Default)]
pub(super) struct Novelty {
    /// Principals that are new there, by network.
    principals: BTreeMap<String, BTreeSet<String>>,
    /// Principals that made a credential from there.
    footholds: BTreeSet<(String, String)>,
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
        novelty
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

/// True for findings that say only that a credential was used from a new place.
pub(super) fn is_of_places(finding: &Finding) -> bool {
    NOVEL.contains(&finding.detection.as_str())
}
